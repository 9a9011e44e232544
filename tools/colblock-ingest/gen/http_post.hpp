// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "colblock/base/bytes.hpp"

namespace colblock::gen {

/// Where an OTLP/HTTP receiver is.
struct endpoint {
    std::string host;
    std::string port;
    std::string base_path;  ///< before /v1/traces, without a slash at its end
    std::string authority;  ///< as given, for the Host header
};

/// Reads http://host[:port][/path]; port 4318 if there is none. The error is a sentence for the user.
[[nodiscard]] std::expected<endpoint, std::string> parse_endpoint(std::string_view url);

struct post_body {
    std::string_view path;  ///< after the base path
    byte_view bytes;
    bool is_gzip = false;
};

struct http_answer {
    int status = 0;
    std::string body;
    std::optional<std::chrono::seconds> retry_after;
};

/// Reads Retry-After: seconds, or a date, which is counted from `now`.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, std::time_t now);

/// One keep-alive connection that posts and waits for the answer. Connects when it must; a failed or
/// closed connection is made again by the next post. One thread at a time.
class http_connection {
public:
    /// `to` must outlive the connection. No single step waits longer than `timeout`.
    http_connection(const endpoint& to, std::chrono::milliseconds timeout) : x_to(&to), x_timeout(timeout) {}
    http_connection(const http_connection&) = delete;
    http_connection& operator=(const http_connection&) = delete;
    ~http_connection() { close(); }

    /// Connects, so that a receiver that is not there is noticed before anything is sent.
    [[nodiscard]] std::expected<void, std::string> open();
    /// The answer, or what went wrong with the connection (and it is closed then).
    [[nodiscard]] std::expected<http_answer, std::string> post(const post_body& body);

private:
    bool connect();
    bool send(const post_body& body);
    bool receive(http_answer& answer);
    bool receive_head(http_answer& answer, std::string& head);
    bool receive_body(std::string_view head, http_answer& answer);
    bool receive_chunks(http_answer& answer);
    bool read_more();
    bool take_line(std::string& line);
    bool take_bytes(std::size_t len, std::string& to);
    bool fail(std::string_view what);
    void close();

    const endpoint* x_to;
    std::chrono::milliseconds x_timeout;
    int x_socket = -1;
    std::string x_received;  // not yet consumed
    std::string x_error;
};

}  // namespace colblock::gen
