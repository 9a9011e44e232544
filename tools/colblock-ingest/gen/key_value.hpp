// SPDX-License-Identifier: Apache-2.0
#pragma once

// KeyValue := key (1: string) value (2: AnyValue)
// AnyValue := string (1) | bool (2) | int (3) | double (4) | array (5) | kvlist (6) | bytes (7)

#include <cstdint>
#include <string_view>

#include "colblock/base/integer_text.hpp"
#include "colblock/wire/protobuf_writer.hpp"

namespace colblock::gen {

namespace pb = wire::pb;

/// Appends a KeyValue as field `number`; `write_value(pb::writer&)` appends the one field of its AnyValue.
template <class WriteValue>
void write_key_value(pb::writer& to, std::uint32_t number, std::string_view key, WriteValue write_value) {
    const pb::writer::nested pair = to.open(number);
    to.bytes(1, key);
    const pb::writer::nested value = to.open(2);
    write_value(to);
    to.close(value);
    to.close(pair);
}
inline void write_text(pb::writer& to, std::uint32_t number, std::string_view key, std::string_view text) {
    write_key_value(to, number, key, [text](pb::writer& value) { value.bytes(1, text); });
}
inline void write_flag(pb::writer& to, std::uint32_t number, std::string_view key, bool flag) {
    write_key_value(to, number, key, [flag](pb::writer& value) { value.varint(2, flag ? 1 : 0); });
}
inline void write_integer(pb::writer& to, std::uint32_t number, std::string_view key, std::int64_t integer) {
    write_key_value(to, number, key, [integer](pb::writer& value) { value.int64(3, integer); });
}
inline void write_decimal(pb::writer& to, std::uint32_t number, std::string_view key, double decimal) {
    write_key_value(to, number, key, [decimal](pb::writer& value) { value.float64(4, decimal); });
}
/// An array of the texts that `texts` lists, separated by '|'.
void write_texts(pb::writer& to, std::uint32_t number, std::string_view key, std::string_view texts);

/// Appends the decimal digits of `value`.
inline void append_digits(buffer& to, std::uint64_t value) {
    to.set_end(write_integer_text(to.reserve(32), value));
}
/// Appends `value` as 16 hexadecimal digits.
inline void append_hex(buffer& to, std::uint64_t value) {
    char* at = to.reserve(16);
    for (int shift = 60; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[value >> shift & 15];
    to.set_end(at);
}
/// Appends `pattern` with each `{}` replaced by the digits of `id`.
void append_pattern(buffer& to, std::string_view pattern, std::uint64_t id);

/// Calls `use` with each part of `list`, whose parts are separated by '|'.
template <class Use>
void for_each_part(std::string_view list, Use use) {
    while (true) {
        const std::size_t bar = list.find('|');
        use(list.substr(0, bar));
        if (bar == std::string_view::npos) return;
        list.remove_prefix(bar + 1);
    }
}

}  // namespace colblock::gen
