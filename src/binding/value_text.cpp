// SPDX-License-Identifier: Apache-2.0
#include "binding/value_text.hpp"

#include "colblock/wire/cursor.hpp"

namespace colblock::binding {

using otlp::value_kind;

namespace detail {

char* write_scalar_text(char* to, const otlp::any_value& value) noexcept {
    // Short texts: one length byte, filled in afterwards.
    char* const text = to + 1;
    char* end = text;
    switch (value.kind) {
    case value_kind::empty: break;
    case value_kind::boolean:
        return value.integer != 0 ? static_cast<char*>(std::memcpy(to, "\4true", 5)) + 5
                                  : static_cast<char*>(std::memcpy(to, "\5false", 6)) + 6;
    case value_kind::integer: end = write_integer_text(text, value.integer); break;
    case value_kind::number: end = write_number(text, value.number); break;
    case value_kind::bytes:
        return write_base64(wire::write_varint(to, base64_len(value.text_len)), value.text());
    case value_kind::string:
    case value_kind::array:
    case value_kind::kvlist: return column::write_padded_string(to, value.text());
    }
    *to = static_cast<char>(end - text);
    return end;
}

}  // namespace detail

byte_view text_of(const otlp::any_value& value, buffer& scratch) {
    switch (value.kind) {
    case value_kind::string:
    case value_kind::array:
    case value_kind::kvlist: return value.text();
    default: break;
    }
    scratch.clear();
    char* const to = scratch.reserve(max_value_text_len(value));
    scratch.set_end(detail::write_scalar_text(to, value));
    return wire::cursor(scratch.view()).string();
}

}  // namespace colblock::binding
