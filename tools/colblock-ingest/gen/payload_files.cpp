// SPDX-License-Identifier: Apache-2.0
#include "gen/payload_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace colblock::gen {
namespace {

// The field numbers on the way to a record, after which it is counted; 0 ends a way.
// resources (1), scopes (2), records (2); for metrics the data of the five kinds, then points (1).
std::uint64_t count_at(pb::cursor& message, std::span<const std::uint32_t> path) {
    std::uint64_t count = 0;
    while (message.next()) {
        if (message.key() != pb::key(path.front(), pb::bytes)) {
            message.skip();
        } else if (path.size() == 1) {
            message.skip();
            ++count;
        } else {
            pb::cursor nested = message.message();
            count += count_at(nested, path.subspan(1));
            message.merge(nested);
        }
    }
    return count;
}

std::optional<signal> signal_of(std::string_view file_name) {
    for (const signal kind : {signal::traces, signal::metrics, signal::logs})
        if (file_name.find(name(kind)) != std::string_view::npos) return kind;
    return std::nullopt;
}

std::expected<request, std::string> read_payload(const std::string& file_name) {
    const auto kind = signal_of(std::filesystem::path(file_name).filename().string());
    if (!kind) return std::unexpected(file_name + ": the name says neither traces nor metrics nor logs; rename the file");
    std::ifstream file(file_name, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (!file) return std::unexpected(file_name + ": cannot be read: " + std::strerror(errno));
    request made{*kind, {}, 0};
    made.body.append(content);
    const auto count = count_records(*kind, made.body.view());
    if (!count)
        return std::unexpected(file_name + ": is not a protobuf request: " + std::string(message(count.error().code)) +
                               " at byte " + std::to_string(count.error().offset));
    made.num_records = static_cast<std::uint32_t>(*count);
    return made;
}

}  // namespace

result<std::uint64_t> count_records(signal kind, byte_view body) {
    std::uint64_t count = 0;
    const auto add = [&](std::initializer_list<std::uint32_t> path) -> result<void> {
        pb::cursor message(body);
        count += count_at(message, {path.begin(), path.size()});
        return message.status();
    };
    if (kind != signal::metrics) {
        COLBLOCK_TRY(add({1, 2, 2}));
        return count;
    }
    for (const std::uint32_t data : {5u, 7u, 9u, 10u, 11u}) COLBLOCK_TRY(add({1, 2, 2, data, 1}));
    return count;
}

std::expected<std::vector<request>, std::string> read_payload_files(std::span<const std::string> names) {
    std::vector<request> all;
    for (const std::string& name : names) {
        auto one = read_payload(name);
        if (!one) return std::unexpected(one.error());
        all.push_back(std::move(*one));
    }
    return all;
}

std::expected<payload_directory, std::string> payload_directory::open(const std::string& directory) {
    std::error_code failure;
    std::filesystem::create_directories(directory, failure);
    if (failure) return std::unexpected("--out: cannot make " + directory + ": " + failure.message() + ". Name a directory that can be written");
    return payload_directory(directory);
}

std::expected<void, std::string> payload_directory::write(const request& payload) {
    std::string digits = std::to_string(++x_num_files[static_cast<std::size_t>(payload.kind)]);
    digits.insert(0, 5 - std::min<std::size_t>(5, digits.size()), '0');
    const std::string file_name = x_directory + '/' + std::string(name(payload.kind)) + '-' + digits + ".pb";
    std::ofstream file(file_name, std::ios::binary | std::ios::trunc);
    file.write(payload.body.data(), static_cast<std::streamsize>(payload.body.size()));
    file.flush();
    if (!file) return std::unexpected(file_name + ": cannot be written: " + std::strerror(errno));
    return {};
}

}  // namespace colblock::gen
