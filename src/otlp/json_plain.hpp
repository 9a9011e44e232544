// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON as encoders write nearly all of it: without whitespace or escapes, numbers as digits. Each form is one step
// from text to protobuf, with both positions in registers.
//
// text      := "characters"
// id        := "hex digit * 16" | "hex digit * 32"
// time      := "digits"                                 no zero in front
// number    := digits                                   no zero in front, behind it , or }
// attribute := {"key":text,"value":{"stringValue":text}}
//            | {"key":text,"value":{"intValue":number}} | {"key":text,"value":{"intValue":"number"}}
//
// A reader is given the position of the value and of its end's text, and where the field is to be written. It
// returns the position behind the value and moves `to`, or it returns null and has done nothing: then the value is
// of another form, or wrong, and somebody slower has to say which.
//
// Where values are read there are `margin` bytes of text left, and room for as many bytes as the text that is left
// has: no field takes more than its member did.

#include <cstring>

#include "colblock/base/assume.hpp"
#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/wire/varint.hpp"
#include "otlp/json_numbers.hpp"
#include "otlp/json_scanner.hpp"
#include "otlp/json_schema.hpp"
#include "otlp/json_values.hpp"

namespace colblock::otlp::json::plain {

/// More than the longest key with its quotes and colon, and the longest value that is no text.
inline constexpr std::ptrdiff_t margin = 64;
/// What is written past the end of a field.
inline constexpr std::size_t overshoot = 32;

/// Copies a text that is padded to where there is room for `overshoot` bytes more.
COLBLOCK_ALWAYS_INLINE char* copy_text(char* to, byte_view text) noexcept {
    std::memcpy(to, text.data(), 32);
    if (COLBLOCK_UNLIKELY(text.size() > 32)) std::memcpy(to + 32, text.data() + 32, text.size() - 32);
    return to + text.size();
}
COLBLOCK_ALWAYS_INLINE char* write_tag(char* to, const field& f) noexcept {
    store(to, f.tag);
    return to + f.tag_len;
}

COLBLOCK_ALWAYS_INLINE const char* read_text(const char* at, const char* end, char*& to, const field& f) noexcept {
    if (COLBLOCK_UNLIKELY(*at != '"')) return nullptr;
    const char* const close = find_special(at + 1, end);
    if (COLBLOCK_UNLIKELY(close >= end || *close != '"')) return nullptr;
    const byte_view text(at + 1, static_cast<std::size_t>(close - at - 1));
    to = copy_text(wire::write_varint(write_tag(to, f), text.size()), text);
    return close + 1;
}

COLBLOCK_ALWAYS_INLINE const char* read_id(const char* at, char*& to, const field& f) noexcept {
    if (COLBLOCK_UNLIKELY(*at != '"')) return nullptr;
    const std::size_t len = at[17] == '"' ? 8 : 16;
    if (COLBLOCK_UNLIKELY(at[1 + 2 * len] != '"')) return nullptr;
    char* const id = write_tag(to, f) + 1;
    std::uint64_t bad = 0;
    for (std::size_t i = 0; i != len; i += 8) store(id + i, bytes_of_hex_16(at + 1 + 2 * i, bad));
    if (COLBLOCK_UNLIKELY(bad != 0)) return nullptr;
    id[-1] = static_cast<char>(len);
    to = id + len;
    return at + 2 + 2 * len;
}

COLBLOCK_ALWAYS_INLINE const char* read_time(const char* at, char*& to, const field& f) noexcept {
    std::uint64_t value;
    const char* const after = read_digits(at + 1, value);
    if (COLBLOCK_UNLIKELY(*at != '"' || *after != '"' || after == at + 1 || at[1] == '0')) return nullptr;
    to = write_tag(to, f);
    store(to, value);
    to += sizeof(value);
    return after + 1;
}

/// Numbers of 32 bits at most, in digits without quotes.
COLBLOCK_ALWAYS_INLINE const char* read_number(const char* at, char*& to, const field& f) noexcept {
    constexpr std::ptrdiff_t max_digits = 9;
    std::uint64_t value;
    const char* const after = read_digits(at, value);
    if (COLBLOCK_UNLIKELY(after == at || after - at > max_digits || (*at == '0' && after != at + 1))) return nullptr;
    if (COLBLOCK_UNLIKELY(*after != ',' && *after != '}')) return nullptr;
    to = write_tag(to, f);
    if (f.kind == kind::fixed32) {
        store(to, static_cast<std::uint32_t>(value));
        to += sizeof(std::uint32_t);
    } else {
        to = wire::write_varint(to, value);
    }
    return after;
}

/// Everything of a KeyValue that stands before its AnyValue, which takes `value_len` bytes.
COLBLOCK_ALWAYS_INLINE char* write_key(char* to, const field& f, byte_view key, std::size_t value_len) noexcept {
    const std::size_t len = 2 + key.size() + 1 + wire::varint_len(value_len) + value_len;
    to = wire::write_varint(write_tag(to, f), len);
    *to++ = 0x0a;
    *to++ = static_cast<char>(key.size());
    to = copy_text(to, key);
    *to++ = 0x12;
    return wire::write_varint(to, value_len);
}

inline const char* read_attribute_integer(const char* at, char*& to, const field& f, byte_view key) noexcept {
    const bool is_quoted = *at == '"';
    at += is_quoted;
    std::uint64_t value;
    const char* after = read_digits(at, value);
    const bool is_plain = after != at && (*at != '0' || after == at + 1) && value >> 63 == 0;
    if (!is_plain || (is_quoted && *after++ != '"') || !is(after, "}}")) return nullptr;
    to = write_key(to, f, key, 1 + wire::varint_len(value));
    *to++ = 0x18;
    to = wire::write_varint(to, value);
    return after + 2;
}

COLBLOCK_ALWAYS_INLINE const char* read_attribute(const char* at, const char* end, char*& to, const field& f) noexcept {
    constexpr std::ptrdiff_t max_key_len = 100;  // its length takes one byte
    if (COLBLOCK_UNLIKELY(!is(at, R"({"key":")"))) return nullptr;
    const char* const key_begin = at + 8;
    const char* const key_end = find_special(key_begin, end);
    if (COLBLOCK_UNLIKELY(key_end - key_begin > max_key_len || end - key_end < margin)) return nullptr;
    if (COLBLOCK_UNLIKELY(!is(key_end, R"(","value":{")"))) return nullptr;
    const byte_view key(key_begin, static_cast<std::size_t>(key_end - key_begin));
    const char* const name = key_end + 12;
    if (COLBLOCK_UNLIKELY(!is(name, R"(stringValue":")"))) {
        return is(name, R"(intValue":)") ? read_attribute_integer(name + 10, to, f, key) : nullptr;
    }
    const char* const begin = name + 14;
    const char* const close = find_special(begin, end);
    if (COLBLOCK_UNLIKELY(end - close < 4 || (load<std::uint32_t>(close) & 0xff'ffff) != 0x7d'7d22)) return nullptr;
    const byte_view text(begin, static_cast<std::size_t>(close - begin));
    to = write_key(to, f, key, 1 + wire::varint_len(text.size()) + text.size());
    *to++ = 0x0a;
    to = copy_text(wire::write_varint(to, text.size()), text);
    return close + 3;
}

}  // namespace colblock::otlp::json::plain
