// SPDX-License-Identifier: Apache-2.0
#include "receiver/http_head.hpp"

#include <algorithm>
#include <array>

namespace colblock::receiver {

namespace {

using refusal = std::optional<bad_head>;

constexpr bool is_token_char(char c) noexcept {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr auto token_chars = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 1; c != 128; ++c) table[c] = is_token_char(static_cast<char>(c));
    return table;
}();

bool is_token(std::string_view text) noexcept {
    if (text.empty()) return false;
    return std::ranges::all_of(text, [](char c) { return token_chars[static_cast<unsigned char>(c)]; });
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Tabs and everything from 0x20 on, except DEL.
bool is_field_value(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

std::optional<std::uint64_t> parse_length(std::string_view digits) noexcept {
    if (digits.empty() || digits.size() > 19) return std::nullopt;  // 19 digits always fit 64 bits
    std::uint64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

refusal parse_request_line(std::string_view line, http_head& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad_head{400, "the request line is malformed"};
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    const bool plain_target = std::ranges::all_of(
        head.target, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
    if (!is_token(head.method) || head.target.empty() || !plain_target)
        return bad_head{400, "the request line is malformed"};
    if (version == "HTTP/1.1") return {};
    if (version == "HTTP/1.0") {
        head.http_1_0 = true;
        head.keep_alive = false;
        return {};
    }
    if (version.starts_with("HTTP/")) return bad_head{505, "only HTTP/1.1 is spoken here"};
    return bad_head{400, "the request line is malformed"};
}

void parse_connection(std::string_view value, http_head& head) {
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        if (equal_ignoring_case(trim_spaces(value.substr(0, comma)), "close")) head.keep_alive = false;
        value.remove_prefix(std::min(comma + 1, value.size()));
    }
}

// Fields that may appear once: a second one is how two readers come to see two requests.
struct seen {
    bool host = false;
    bool content_type = false;
    bool content_encoding = false;
    bool authorization = false;
    bool origin = false;
    bool wanted_method = false;
};

refusal take_once(bool& flag, std::string_view& to, std::string_view value) {
    if (flag) return bad_head{400, "a field that may appear once is repeated"};
    flag = true;
    to = value;
    return {};
}

refusal take_length(std::string_view value, http_head& head) {
    if (head.content_length) return bad_head{400, "Content-Length is repeated"};
    head.content_length = parse_length(value);
    if (!head.content_length) return bad_head{400, "Content-Length is not a number"};
    return {};
}

refusal take_field(std::string_view name, std::string_view value, http_head& head, seen& once) {
    std::string_view ignored;
    switch (name.size()) {
    case 4:
        if (equal_ignoring_case(name, "host")) return take_once(once.host, ignored, value);
        break;
    case 6:
        if (equal_ignoring_case(name, "origin")) return take_once(once.origin, head.origin, value);
        if (!equal_ignoring_case(name, "expect")) break;
        if (!equal_ignoring_case(value, "100-continue")) return bad_head{417, "only Expect: 100-continue is known"};
        head.expects_continue = true;
        break;
    case 10:
        if (equal_ignoring_case(name, "connection")) parse_connection(value, head);
        break;
    case 12:
        if (equal_ignoring_case(name, "content-type")) return take_once(once.content_type, head.content_type, value);
        break;
    case 13:
        if (equal_ignoring_case(name, "authorization")) return take_once(once.authorization, head.authorization, value);
        break;
    case 14:
        if (equal_ignoring_case(name, "content-length")) return take_length(value, head);
        break;
    case 16:
        if (equal_ignoring_case(name, "content-encoding"))
            return take_once(once.content_encoding, head.content_encoding, value);
        break;
    case 17:
        if (!equal_ignoring_case(name, "transfer-encoding")) break;
        if (head.chunked || !equal_ignoring_case(value, "chunked"))
            return bad_head{501, "the only Transfer-Encoding is chunked"};
        head.chunked = true;
        break;
    case 29:
        if (equal_ignoring_case(name, "access-control-request-method"))
            return take_once(once.wanted_method, head.wanted_method, value);
        break;
    default: break;
    }
    return {};
}

refusal take_line(std::string_view line, http_head& head, seen& once) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
        return bad_head{400, "a header field is malformed"};
    const std::string_view value = trim_spaces(line.substr(colon + 1));
    if (!is_field_value(value)) return bad_head{400, "a header field is malformed"};
    return take_field(line.substr(0, colon), value, head, once);
}

refusal check_whole(const http_head& head, const seen& once) {
    if (!head.http_1_0 && !once.host) return bad_head{400, "Host is missing"};
    if (head.chunked && head.content_length) return bad_head{400, "both Content-Length and Transfer-Encoding"};
    if (head.chunked && head.http_1_0) return bad_head{400, "HTTP/1.0 has no Transfer-Encoding"};
    return {};
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim_spaces(std::string_view text) noexcept {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

std::size_t find_head_end(byte_view input, std::size_t searched) noexcept {
    const std::size_t from = searched < 3 ? 0 : searched - 3;
    const std::size_t at = input.find("\r\n\r\n", from);
    return at == byte_view::npos ? 0 : at + 4;
}

std::string_view find_field(byte_view head, std::string_view name) noexcept {
    for (std::size_t end = head.find("\r\n"); end != byte_view::npos; end = head.find("\r\n")) {
        const std::string_view line = head.substr(0, end);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name))
            return trim_spaces(line.substr(colon + 1));
        head.remove_prefix(end + 2);
    }
    return {};
}

std::expected<http_head, bad_head> parse_head(byte_view bytes) {
    http_head head;
    head.len = bytes.size();
    seen once;
    std::string_view rest = bytes.substr(0, bytes.size() - 2);  // without the empty line
    if (rest.starts_with("\r\n")) rest.remove_prefix(2);        // some clients end a body with one
    bool in_request_line = true;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\r');
        if (end == std::string_view::npos || end + 1 == rest.size() || rest[end + 1] != '\n')
            return std::unexpected(bad_head{400, "a line does not end with CR LF"});
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        const refusal bad = in_request_line ? parse_request_line(line, head) : take_line(line, head, once);
        if (bad) return std::unexpected(*bad);
        in_request_line = false;
    }
    if (in_request_line) return std::unexpected(bad_head{400, "the request line is malformed"});
    if (const refusal bad = check_whole(head, once)) return std::unexpected(*bad);
    return head;
}

}  // namespace colblock::receiver
