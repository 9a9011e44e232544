// SPDX-License-Identifier: Apache-2.0
#pragma once

// kinds  := UInt8 kind, then for a Tuple the kinds of each element
// kind   := 0 default (dense) | 1 sparse                others exist, none is sent to us or by us
// sparse := zeros*, trailer, value*
// zeros  := varint n           rows of zero before the next value
// trailer := varint n + 2^62   rows of zero after the last value, always there
//
// There are as many values as zeros entries; they are the dense data of those rows (for Nullable of the
// inner type, without a null map). Columns inside Array, Map and Nullable are always dense.
//
// docs/formats/native_block.md

#include <cstddef>
#include <vector>

#include "colblock/column/ref.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/revision.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::block {

/// How one column of one block travels.
struct layout {
    bool sparse = false;
    column::row_list others;       ///< when writing sparse: the rows that are not zero
    std::vector<layout> elements;  ///< of a Tuple

    /// Whether anything in it is not dense.
    [[nodiscard]] bool custom() const noexcept;
};

/// Chooses the layout in which `column` is written: sparse where `revision` knows it, the column offers
/// it, and at least 15 of 16 rows are zero. Written over `chosen`, whose memory is reused.
void choose_layout(column::ref column, wire::revision revision, layout& chosen);

void write_kinds(wire::segments& out, const layout& chosen);
/// The data of `column`; `out` borrows from it.
void encode(wire::segments& out, column::ref column, const layout& chosen);

/// Reads the kinds of `column`; failures stay in the cursor.
layout read_kinds(wire::cursor& in, column::ref column);

/// Appends `n` rows in the layout that was read; failures stay in the cursor. What sparse columns
/// expand to is taken from `budget` (bytes) and fails with too_large if it does not suffice.
struct row_source {
    wire::cursor& in;
    std::size_t num_rows;
    std::size_t& budget;
};
void decode(const row_source& rows, column::ref column, const layout& read);

}  // namespace colblock::block
