// SPDX-License-Identifier: Apache-2.0
#pragma once

// How rows of a column are taken in another order than that in which they were appended: a server that gets an
// INSERT in the order of the table's key neither sorts nor copies. Wire forms can only be walked from the front,
// so the bytes of every row are found once (`index_rows`), and then copied in any order (`append_rows`).

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "colblock/base/assume.hpp"
#include "colblock/base/buffer.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/column/storage.hpp"

namespace colblock::column {

/// Row numbers of the outermost column, in the order in which they are wanted.
using row_order = std::span<const std::uint32_t>;

/// Which elements of a column belong to a row of the outermost one: by default the row itself; inside of Array
/// and Map those between two ends. Borrows the ends, which are `UInt64` in the wire form of offsets.
class row_bounds {
public:
    /// Every one of `num_rows` rows is one element.
    explicit row_bounds(std::size_t num_rows) noexcept : x_num_rows(num_rows) {}
    /// The elements of row i end at the i-th of `ends`.
    row_bounds(const char* ends, std::size_t num_rows) noexcept : x_ends(ends), x_num_rows(num_rows) {
        COLBLOCK_ASSUME(ends != nullptr || num_rows == 0);
    }

    [[nodiscard]] std::size_t num_rows() const noexcept { return x_num_rows; }
    /// Whether every row is one element.
    [[nodiscard]] bool one_each() const noexcept { return x_ends == nullptr; }
    [[nodiscard]] std::size_t begin(std::size_t row) const noexcept { return row == 0 ? 0 : end(row - 1); }
    [[nodiscard]] std::size_t end(std::size_t row) const noexcept {
        return one_each() ? row + 1 : load<std::uint64_t>(x_ends + row * sizeof(std::uint64_t));
    }

private:
    const char* x_ends = nullptr;
    std::size_t x_num_rows = 0;
};

/// How far elements reach: all take `width` bytes, or are length-prefixed strings where it is 0.
struct element_form {
    std::size_t width = 0;

    /// Behind `n` elements that begin at `at`.
    [[nodiscard]] const char* skip(const char* at, std::size_t n) const noexcept;
};

/// Where each row's bytes are in a storage, of less than 4 GiB. Valid until the storage changes. Rows that all take
/// the same number of bytes, as numbers and ids do, need no table for it.
class row_slices {
public:
    void index(const plain& from, row_bounds rows, element_form form);
    /// A row whose elements lie in several stretches, or in two repetitions of one, is nowhere in one piece:
    /// then the stretches are written out into memory of this object's own.
    void index(const runs& from, row_bounds rows, element_form form);

    /// The bytes of a row, padded. Valid as long as the index.
    [[nodiscard]] byte_view operator[](std::size_t row) const noexcept {
        if (x_stride != 0) return {x_bytes + row * x_stride, x_stride};
        return {x_bytes + x_slices[row].begin, x_slices[row].end - x_slices[row].begin};
    }
    /// The bytes of every row, or 0 if rows differ.
    [[nodiscard]] std::size_t stride() const noexcept { return x_stride; }

    /// Appends the rows' bytes to `to`.
    void append_to(buffer& to, row_order rows) const;
    /// Calls `visit(bytes, n)` for the rows in order, neighbours with the same bytes together.
    template <class Visit>
    void for_each_distinct(row_order rows, Visit&& visit) const {
        for (std::size_t i = 0; i != rows.size();) {
            const byte_view bytes = (*this)[rows[i]];
            std::size_t n = 1;
            while (i + n != rows.size() && same(bytes, (*this)[rows[i + n]])) ++n;
            visit(bytes, n);
            i += n;
        }
    }

private:
    struct slice {
        std::uint32_t begin;
        std::uint32_t end;
    };
    static bool same(byte_view a, byte_view b) noexcept {
        return a.size() == b.size() && (a.data() == b.data() || std::memcmp(a.data(), b.data(), a.size()) == 0);
    }
    void index(byte_view bytes, row_bounds rows, element_form form);

    const char* x_bytes = nullptr;
    std::size_t x_stride = 0;
    std::vector<slice> x_slices;
    std::vector<std::uint32_t> x_unit;  // scratch of index: where the elements of a stretch begin
    buffer x_expanded;
};

/// Appends `rows` of `from` to `to`, equal neighbours as a run.
inline void append_distinct(runs& to, const row_slices& from, row_order rows) {
    from.for_each_distinct(rows, [&](byte_view bytes, std::size_t n) {
        const std::size_t begin = to.bytes().size();
        to.bytes().append(bytes);
        to.repeat_from(begin, n);
    });
}

}  // namespace colblock::column
