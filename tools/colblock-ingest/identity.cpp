// SPDX-License-Identifier: Apache-2.0
#include "identity.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace colblock::tools {

namespace {

using receiver::credentials;

using add_lines = std::expected<void, std::string> (credentials::*)(std::string_view);

std::expected<std::string, std::string> read_file(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    for (char piece[4096]; file.read(piece, sizeof piece) || file.gcount() != 0;)
        text.append(piece, static_cast<std::size_t>(file.gcount()));
    if (!file.is_open() || file.bad()) return std::unexpected(path + ": " + std::strerror(errno));
    return text;
}

// From a file and a variable; `option` is how the file is given.
std::expected<void, std::string> add(credentials& to, add_lines how, const std::string& option, const std::string& path) {
    std::string variable = option == "--bearer-tokens-file" ? "COLBLOCK_BEARER_TOKENS" : "COLBLOCK_BASIC_USERS";
    if (const char* const text = std::getenv(variable.c_str()))
        if (auto added = (to.*how)(text); !added) return std::unexpected(variable + ": " + added.error());
    if (path.empty()) return {};
    const auto text = read_file(path);
    if (!text) return std::unexpected(option + ": " + text.error());
    if (auto added = (to.*how)(*text); !added) return std::unexpected(option + ": " + path + ": " + added.error());
    return {};
}

std::expected<std::shared_ptr<const credentials>, std::string> read_credentials(const identity_files& files) {
    const auto made = std::make_shared<credentials>();
    if (auto added = add(*made, &credentials::add_tokens, "--bearer-tokens-file", files.tokens); !added)
        return std::unexpected(added.error());
    if (auto added = add(*made, &credentials::add_users, "--basic-users-file", files.users); !added)
        return std::unexpected(added.error());
    if (!made->empty()) return made;
    // An empty file must not open the door.
    if (!files.tokens.empty()) return std::unexpected("--bearer-tokens-file: " + files.tokens + " holds no token");
    if (!files.users.empty()) return std::unexpected("--basic-users-file: " + files.users + " holds no user");
    return nullptr;
}

std::expected<std::shared_ptr<const receiver::tls_context>, std::string> read_tls(const receiver::tls_files& files) {
    auto read = receiver::tls_context::load(files);
    if (!read) return std::unexpected("--tls-cert, --tls-key, --tls-client-ca: " + read.error());
    const auto until = (*read)->not_after();
    const std::string_view clients = files.client_ca.empty() ? "anybody" : "with a certificate";
    if (until < std::chrono::system_clock::now())
        spdlog::warn("tls certificate has expired file={} not_after={:%FT%TZ}", files.certificate, until);
    else
        spdlog::info("tls file={} not_after={:%FT%TZ} clients=\"{}\"", files.certificate, until, clients);
    return read;
}

}  // namespace

std::expected<identity, std::string> identity::load(const identity_files& files) {
    identity made;
    made.x_files = files;
    made.x_stamp = made.stamp();
    auto senders = read_credentials(files);
    if (!senders) return std::unexpected(senders.error());
    made.x_senders = std::move(*senders);
    if (files.tls.empty()) return made;
    auto context = read_tls(files.tls);
    if (!context) return std::unexpected(context.error());
    made.x_tls = std::make_shared<receiver::tls_identity>(std::move(*context));
    return made;
}

// Replaced by renaming, written in place, or behind another link: one of the three figures differs.
std::string identity::stamp() const {
    std::string all;
    for (const std::string& path :
         {x_files.tls.certificate, x_files.tls.key, x_files.tls.client_ca, x_files.tokens, x_files.users}) {
        struct stat found{};
        if (path.empty() || ::stat(path.c_str(), &found) != 0) continue;
        all += fmt::format("{} {} {} {}.{:09}\n", path, found.st_ino, found.st_size, found.st_mtim.tv_sec,
                           found.st_mtim.tv_nsec);
    }
    return all;
}

bool identity::is_outdated() const { return stamp() != x_stamp; }

bool identity::refresh() {
    x_stamp = stamp();  // before reading: what changes meanwhile is read again
    if (x_tls) {
        if (auto context = read_tls(x_files.tls))
            x_tls->exchange(std::move(*context));
        else
            spdlog::error("tls files are not taken, the former certificate stays error=\"{}\"", context.error());
    }
    if (!x_senders) return false;
    auto senders = read_credentials(x_files);
    if (!senders || !*senders) {
        spdlog::error("credentials are not taken, the former stay error=\"{}\"", senders ? "there are none" : senders.error());
        return false;
    }
    x_senders = std::move(*senders);
    spdlog::info("credentials were read again");
    return true;
}

}  // namespace colblock::tools
