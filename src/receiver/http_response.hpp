// SPDX-License-Identifier: Apache-2.0
#pragma once

// response := "HTTP/1.1 " status SP reason CRLF (field CRLF)* CRLF body

#include <chrono>
#include <string>
#include <string_view>

namespace colblock::receiver {

/// An answer, before it is bytes.
struct http_response {
    unsigned status = 200;
    std::string_view content_type{};        ///< static; empty: the response has no body
    std::string body{};
    std::chrono::seconds retry_after{0};    ///< whole seconds by type; 0: no Retry-After
    std::string fields{};                   ///< further header fields, each with its CR LF
    bool close = false;                     ///< end the connection after it

    /// The answer to a request that nobody answered.
    [[nodiscard]] static http_response given_up() { return {.status = 503}; }
};

/// "Not Found" for 404, and so on.
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;

/// Writes `response` over `out`. `keep_alive` says what the connection does afterwards.
void write_response(const http_response& response, bool keep_alive, std::string& out);

}  // namespace colblock::receiver
