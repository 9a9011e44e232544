// SPDX-License-Identifier: Apache-2.0
#pragma once

// offsets := UInt64 cumulative end * rows        of Array and Map

#include <cstdint>
#include <span>

#include "colblock/base/buffer.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/column/rows.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::column {

/// The offsets of Array and Map: for each row the end of its elements, counted over the whole column.
class offsets {
public:
    [[nodiscard]] std::size_t num_rows() const noexcept { return x_bytes.size() / sizeof(std::uint64_t); }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_bytes.size(); }
    /// Elements of all rows.
    [[nodiscard]] std::uint64_t total() const noexcept { return x_total; }
    [[nodiscard]] std::uint64_t operator[](std::size_t row) const noexcept {
        return load<std::uint64_t>(x_bytes.data() + row * sizeof(std::uint64_t));
    }

    /// A row of `num_elements`.
    void append(std::uint64_t num_elements) { append_repeated(num_elements, 1); }
    /// `n` rows of `num_elements` each.
    void append_repeated(std::uint64_t num_elements, std::size_t n);
    /// Rows whose elements end at `ends[i]`, counted from the first element of the first of them.
    void append_ends(std::span<const std::uint32_t> ends);

    void encode(wire::segments& out) const { out.borrow(x_bytes.view()); }
    /// Appends n rows from the cursor. Decreasing offsets fail the cursor with bad_offsets.
    void decode(wire::cursor& in, std::size_t n);
    /// Which elements belong to the rows that `bounds` tells about. Valid until this changes.
    row_bounds index_rows(row_bounds bounds);
    /// Appends these rows of `from`, which was indexed. They are `n` of its own, a number that is taken for granted.
    /// Returns how many elements they have.
    std::size_t append_rows(const offsets& from, row_order rows, std::size_t n);
    void clear() noexcept {
        x_bytes.clear();
        x_total = x_marked_total = 0;
        x_marked_len = 0;
    }
    void mark() noexcept {
        x_marked_len = x_bytes.size();
        x_marked_total = x_total;
    }
    void rollback() noexcept {
        x_bytes.truncate(x_marked_len);
        x_total = x_marked_total;
    }

private:
    buffer x_bytes;
    row_bounds x_bounds{0};
    buffer x_element_ends;  // of outer rows that are not one of ours each
    std::uint64_t x_total = 0;
    std::size_t x_marked_len = 0;
    std::uint64_t x_marked_total = 0;
};

}  // namespace colblock::column
