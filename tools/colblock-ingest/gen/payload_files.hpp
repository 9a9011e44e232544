// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "gen/batcher.hpp"

namespace colblock::gen {

/// How many spans, data points or log records a protobuf request holds. Errors as wire::pb::cursor.
[[nodiscard]] result<std::uint64_t> count_records(signal kind, byte_view body);

/// Reads one protobuf request from each file. Which signal it is stands in the file's name (traces,
/// metrics, logs). The error is a sentence for the user.
[[nodiscard]] std::expected<std::vector<request>, std::string> read_payload_files(std::span<const std::string> names);

/// Writes requests as DIRECTORY/traces-00001.pb and so on, each signal numbered for itself.
class payload_directory {
public:
    /// Creates the directory if it is not there.
    [[nodiscard]] static std::expected<payload_directory, std::string> open(const std::string& directory);
    [[nodiscard]] std::expected<void, std::string> write(const request& payload);

private:
    explicit payload_directory(std::string directory) : x_directory(std::move(directory)) {}

    std::string x_directory;
    std::array<unsigned, num_signals> x_num_files{};
};

}  // namespace colblock::gen
