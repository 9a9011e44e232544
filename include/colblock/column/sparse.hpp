// SPDX-License-Identifier: Apache-2.0
#pragma once

// What scalar columns offer so that a block may write only the rows that matter (serialization kind
// SPARSE). The layout and the decision are in block/sparse.hpp.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "colblock/base/bytes.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/revision.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::column {

/// Row numbers, ascending.
using row_list = std::vector<std::uint64_t>;

/// An optional part of a column. A "zero" is what the server puts where a sparse column has no value:
/// all bits zero, the empty string, NULL. (Not always the type's default: that of an Enum is its first
/// value.)
///
/// | member                       | meaning |
/// | ---------------------------- | ------- |
/// | `sparse_since`               | what the other side must know before the column may be written so |
/// | `find_others(at_most, rows)` | the rows that are not zero; false, with `rows` unspecified, if they are more than `at_most` |
/// | `encode_rows(rows, out)`     | the data of these rows alone; copies, since they are few |
/// | `append_zeros(n)`            | n rows of zero |
/// | `decode_row(in)`             | reads and appends one row as `encode_rows` wrote it |
template <class C>
concept sparse_column = requires(C& c, const C& k, row_list& rows, wire::segments& out, wire::cursor& in, std::size_t n) {
    { C::sparse_since } -> std::convertible_to<wire::feature>;
    { k.find_others(n, rows) } -> std::same_as<bool>;
    k.encode_rows(rows, out);
    c.append_zeros(n);
    c.decode_row(in);
};

/// The values of `width` bytes in `bytes` that are not all zero: find_others for fixed widths.
bool find_nonzero(byte_view bytes, std::size_t width, std::size_t at_most, row_list& rows);

/// The bytes in `bytes` that are zero: find_others for null maps.
bool find_zero(byte_view bytes, std::size_t at_most, row_list& rows);

/// find_others and encode_rows for String: length-prefixed values.
bool find_texts(byte_view bytes, std::size_t at_most, row_list& rows);
void encode_texts(byte_view bytes, const row_list& rows, wire::segments& out);

}  // namespace colblock::column
