// SPDX-License-Identifier: Apache-2.0
#pragma once

// request-head := [CRLF] method SP target SP version CRLF (field CRLF)* CRLF
// version      := "HTTP/1." digit
// field        := name ":" OWS value OWS
//
// Stricter than RFC 9112 allows to be, because leniency is how requests are smuggled: no bare LF, no
// folded lines, no space before the colon, one Content-Length at most, never with Transfer-Encoding.

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "colblock/base/bytes.hpp"

namespace colblock::receiver {

/// What a server needs to know of a request before its body. Views point into the parsed bytes.
struct http_head {
    std::string_view method;
    std::string_view target;
    std::string_view content_type;      ///< as sent; empty if absent
    std::string_view content_encoding;  ///< as sent; empty if absent
    std::string_view authorization;     ///< as sent; empty if absent
    std::string_view origin;            ///< of the page, if a browser sent this
    std::string_view wanted_method;     ///< Access-Control-Request-Method
    std::optional<std::uint64_t> content_length;
    bool http_1_0 = false;
    bool chunked = false;
    bool keep_alive = true;
    bool expects_continue = false;
    std::size_t len = 0;  ///< bytes of the head, the empty line included

    [[nodiscard]] bool has_body() const noexcept { return chunked || content_length.value_or(0) != 0; }
};

/// Why a head is refused: the HTTP status to answer, after which the connection is closed.
struct bad_head {
    unsigned status = 400;
    std::string_view why;  ///< static
};

/// Parses `bytes`, which end with the empty line that ends a head.
[[nodiscard]] std::expected<http_head, bad_head> parse_head(byte_view bytes);

/// The bytes of the head at the start of `input`, its empty line included, or 0 if it is not complete.
/// `searched` is where an earlier call on the same input stopped.
[[nodiscard]] std::size_t find_head_end(byte_view input, std::size_t searched) noexcept;

/// The value of a field in a head that need not be complete or well-formed; empty if it is not there. For
/// answers to heads that cannot be parsed.
[[nodiscard]] std::string_view find_field(byte_view head, std::string_view name) noexcept;

/// Compares ASCII text without regard to case.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// `text` without the spaces and tabs around it.
[[nodiscard]] std::string_view trim_spaces(std::string_view text) noexcept;

}  // namespace colblock::receiver
