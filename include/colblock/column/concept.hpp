// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <string>

#include "colblock/column/rows.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::column {

/// What a column is: a plain value that stores rows of one ClickHouse type in the wire form of the
/// Native format. Appending yields the bytes that the server wants, so encoding hands over spans.
///
/// | call                        | meaning |
/// | --------------------------- | ------- |
/// | `type()`                    | ClickHouse type text, e.g. `Map(LowCardinality(String), String)` |
/// | `num_rows()`                | rows so far |
/// | `byte_len()`                | bytes that `encode` would write now, to within a few dozen |
/// | `append_defaults(n)`        | n rows of the type's default value |
/// | `encode_prefix(out)`        | the state prefix; composites forward it to their children, depth first |
/// | `encode(out)`               | the data; const and repeatable; `out` borrows from the column, so the column must not change before `out` is consumed; nothing for zero rows |
/// | `decode_prefix(in)`         | reads a state prefix; failures stay in the cursor |
/// | `decode(in, n)`             | appends n rows from the cursor; failures stay in the cursor, the column's content is then unspecified (clear it) |
/// | `clear()`                   | drops rows, keeps capacity |
/// | `index_rows(bounds)`        | finds where rows are, for `append_rows`; borrows the bounds; valid until the column changes; at most 4 GiB of bytes |
/// | `append_rows(from, rows, n)`| appends these rows of `from`, an indexed column of the same type, which are `n` elements in all |
/// | `mark()` / `rollback()`     | remembers a state / returns to the last remembered one; one level; `clear` forgets the mark |
///
/// Columns are not thread-safe. A default-constructed column has no rows.
//
// std::movable stands last, so that it is not asked about std::expected<column::any, error>: that asks
// back whether a column::any can be made from one, which clang refuses as circular.
template <class C>
concept column = requires(C& c, const C& k, wire::segments& out, wire::cursor& in, std::size_t n, row_bounds bounds,
                          row_order rows) {
                     { k.type() } -> std::convertible_to<std::string>;
                     { k.num_rows() } -> std::same_as<std::size_t>;
                     { k.byte_len() } -> std::same_as<std::size_t>;
                     c.append_defaults(n);
                     k.encode_prefix(out);
                     k.encode(out);
                     c.decode_prefix(in);
                     c.decode(in, n);
                     c.index_rows(bounds);
                     c.append_rows(k, rows, n);
                     c.clear();
                     c.mark();
                     c.rollback();
                 } && std::movable<C>;

}  // namespace colblock::column
