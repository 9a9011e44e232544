// SPDX-License-Identifier: Apache-2.0
#include "endpoint.hpp"

#include <charconv>
#include <optional>

namespace colblock::tools {

namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failed != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return port;
}

// "host", "host:port", "[v6]", "[v6]:port".
struct host_port {
    std::string host;
    std::optional<std::uint16_t> port;
};
std::optional<host_port> split_host(std::string_view text) {
    host_port out;
    std::string_view rest;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        out.host = text.substr(1, close - 1);
        rest = text.substr(close + 1);
    } else {
        const std::size_t colon = text.find(':');
        out.host = text.substr(0, colon);
        rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    }
    if (out.host.empty()) return std::nullopt;
    if (rest.empty()) return out;
    if (!rest.starts_with(':')) return std::nullopt;
    out.port = parse_port(rest.substr(1));
    if (!out.port) return std::nullopt;
    return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i != text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned char byte = 0;
        if (i + 2 >= text.size()) return std::nullopt;
        const char* const digits = text.data() + i + 1;
        if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

}  // namespace

std::expected<client::options, std::string> parse_clickhouse(std::string_view url) {
    constexpr std::string_view form = "write it as tcp://user:password@host:9000/database";
    constexpr std::string_view scheme = "tcp://";
    const auto refuse = [&](std::string_view why) {
        return std::unexpected("--clickhouse: " + std::string(why) + "; " + std::string(form));
    };
    if (!url.starts_with(scheme)) return refuse("the address does not start with tcp://");
    url.remove_prefix(scheme.size());
    client::options out;
    const std::size_t slash = url.find('/');
    if (slash != std::string_view::npos) {
        out.database = url.substr(slash + 1);
        if (out.database.find_first_of("/?#") != std::string::npos) return refuse("nothing may follow the database");
        url = url.substr(0, slash);
    }
    const std::size_t at = url.rfind('@');
    if (at != std::string_view::npos) {
        const std::string_view who = url.substr(0, at);
        const std::size_t colon = who.find(':');
        const auto user = percent_decoded(who.substr(0, colon));
        const auto password =
            percent_decoded(colon == std::string_view::npos ? std::string_view() : who.substr(colon + 1));
        if (!user || !password || user->empty()) return refuse("user or password are not percent-encoded text");
        out.user = *user;
        out.password = *password;
        url.remove_prefix(at + 1);
    }
    const auto where = split_host(url);
    if (!where) return refuse("the host or port is wrong");
    out.host = where->host;
    out.port = where->port.value_or(9000);
    return out;
}

std::expected<void, std::string> parse_listen(std::string_view text, receiver::tcp_server_options& to) {
    const auto where = split_host(text);
    if (!where || !where->port)
        return std::unexpected("'" + std::string(text) + "' is no address to listen on; write it as 127.0.0.1:4318");
    to.host = where->host;
    to.port = *where->port;
    return {};
}

}  // namespace colblock::tools
