// SPDX-License-Identifier: Apache-2.0
#pragma once

// indexes := (UInt8 | UInt16 | UInt32) * values      one width for the whole column

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

#include "colblock/column/rows.hpp"
#include "colblock/column/storage.hpp"

namespace colblock::column {

/// The indexes of LowCardinality, always at the narrowest width that the dictionary allows: the form
/// that the server itself writes. They are widened in place when the dictionary outgrows the width,
/// which happens at most twice in a block.
template <class Storage>
class indexes {
public:
    [[nodiscard]] std::size_t width() const noexcept { return x_width; }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_storage.byte_len(); }
    [[nodiscard]] std::uint64_t num_values() const noexcept { return x_storage.byte_len() / x_width; }
    [[nodiscard]] std::uint32_t operator[](std::size_t i) const noexcept;
    [[nodiscard]] Storage& storage() noexcept { return x_storage; }
    [[nodiscard]] const Storage& storage() const noexcept { return x_storage; }

    /// Makes the width fit a dictionary of `num_entries`. Call it before appending.
    void fit(std::size_t num_entries) {
        if (COLBLOCK_UNLIKELY(num_entries > std::size_t{1} << (8 * x_width))) set_width(width_for(num_entries));
    }
    /// Appends `ids`, each below the number of entries given to `fit`.
    void append(std::span<const std::uint32_t> ids);
    void append(std::uint32_t id) { append(std::span(&id, 1)); }
    /// Appends `id` `n` times.
    void append_repeated(std::uint32_t id, std::size_t n) {
        const std::size_t begin = x_storage.bytes().size();
        append(id);
        x_storage.repeat_from(begin, n);
    }

    void index_rows(row_bounds bounds) { x_rows.index(x_storage, bounds, element_form{x_width}); }
    /// Calls `visit(ids, n)` for the ids of `rows`, in order, of which those that are visited together stand `n` times
    /// over. `scratch` holds them, and the visitor may change them.
    template <class Visit>
    void for_each_row(row_order rows, std::vector<std::uint32_t>& scratch, Visit&& visit) const;

    void encode(wire::segments& out) const { x_storage.encode(out); }
    void clear() noexcept {
        x_storage.clear();
        x_width = 1;
    }
    void mark() noexcept { x_storage.mark(); }
    /// Returns to the mark; `num_entries` is the size of the dictionary after its own rollback.
    void rollback(std::size_t num_entries) {
        x_storage.rollback();
        if (x_width != 1 && width_for(num_entries) < x_width) set_width(width_for(num_entries));
    }

private:
    static constexpr std::size_t width_for(std::size_t num_entries) noexcept {
        return num_entries <= 1u << 8 ? 1 : num_entries <= 1u << 16 ? 2 : 4;
    }
    void set_width(std::size_t width);
    void take(byte_view bytes, std::vector<std::uint32_t>& ids) const;
    void take_each(row_order rows, std::vector<std::uint32_t>& ids) const;

    Storage x_storage;
    std::size_t x_width = 1;
    row_slices x_rows;
};

template <class Storage>
template <class Visit>
void indexes<Storage>::for_each_row(row_order rows, std::vector<std::uint32_t>& scratch, Visit&& visit) const {
    // Of rows that differ so many at a time: their ids should stay in the nearest cache.
    constexpr std::size_t at_once = 256;
    scratch.clear();
    if constexpr (std::same_as<Storage, plain>) {
        for (; !rows.empty(); rows = rows.subspan(std::min(at_once, rows.size()))) {
            take_each(rows.first(std::min(at_once, rows.size())), scratch);
            visit(std::span(scratch), std::size_t{1});
            scratch.clear();
        }
    } else {
        x_rows.for_each_distinct(rows, [&](byte_view bytes, std::size_t n) {
            take(bytes, scratch);
            visit(std::span(scratch), n);
            scratch.clear();
        });
    }
}

extern template class indexes<plain>;
extern template class indexes<runs>;

}  // namespace colblock::column
