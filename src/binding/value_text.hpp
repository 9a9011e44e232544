// SPDX-License-Identifier: Apache-2.0
#pragma once

// AnyValue as text, by the rules of docs/formats/otlp_mapping.md ("Attribute values"):
//   string, array, kvlist  as they are (the decoder printed the latter two as JSON)
//   boolean                true | false
//   integer                decimal
//   number                 shortest text that reads back as the same number
//   bytes                  base64 with padding
//   empty                  the empty string

#include "colblock/base/base64.hpp"
#include "colblock/base/integer_text.hpp"
#include "colblock/base/number_text.hpp"
#include "colblock/column/string.hpp"
#include "colblock/otlp/value.hpp"

namespace colblock::binding {

/// Bytes that must be writable (beside the padding) for the text of a value that is not text itself.
inline constexpr std::size_t max_scalar_text_len = 32;

/// How many bytes write_value_text may need, padding not counted.
[[nodiscard]] inline std::size_t max_value_text_len(const otlp::any_value& value) noexcept {
    if (COLBLOCK_LIKELY(value.kind == otlp::value_kind::string)) return value.text_len + wire::max_varint_len;
    if (value.kind < otlp::value_kind::bytes) return max_scalar_text_len;
    return base64_len(value.text_len) + wire::max_varint_len;  // also more than JSON texts need
}

namespace detail {
/// The kinds that are not text.
char* write_scalar_text(char* to, const otlp::any_value& value) noexcept;
}  // namespace detail

/// Writes `value` as a ClickHouse String: length, then text. Returns the end.
COLBLOCK_ALWAYS_INLINE char* write_value_text(char* to, const otlp::any_value& value) noexcept {
    if (COLBLOCK_LIKELY(value.kind == otlp::value_kind::string)) return column::write_padded_string(to, value.text());
    return detail::write_scalar_text(to, value);
}

/// The text of `value`: its own if it is text, else written to `scratch` (cleared first). Padded.
[[nodiscard]] byte_view text_of(const otlp::any_value& value, buffer& scratch);

}  // namespace colblock::binding
