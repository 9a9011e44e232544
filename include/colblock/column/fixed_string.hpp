// SPDX-License-Identifier: Apache-2.0
#pragma once

// FixedString(N) := N bytes * rows        shorter values end in zero bytes

#include <cstring>
#include <string>

#include "colblock/column/concept.hpp"
#include "colblock/column/sparse.hpp"
#include "colblock/column/storage.hpp"

namespace colblock::column {

/// FixedString(N).
class fixed_string {
public:
    /// Values of `width` bytes, at least 1.
    explicit fixed_string(std::size_t width) noexcept : x_width(width) { COLBLOCK_ASSUME(width != 0); }

    [[nodiscard]] std::size_t width() const noexcept { return x_width; }
    [[nodiscard]] std::string type() const { return "FixedString(" + std::to_string(x_width) + ")"; }
    [[nodiscard]] std::size_t num_rows() const noexcept { return byte_len() / x_width; }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_storage.byte_len(); }

    /// Fails with too_large, and appends nothing, if `value` is longer than the width.
    result<void> append(byte_view value) {
        if (value.size() > x_width) return fail(errc::too_large);
        char* const to = extend(1);
        if (!value.empty()) std::memcpy(to, value.data(), value.size());
        std::memset(to + value.size(), 0, x_width - value.size());
        return {};
    }
    /// Appends `value` `n` times. Fails like `append`.
    result<void> append_repeated(byte_view value, std::size_t n) {
        const std::size_t begin = byte_len();
        COLBLOCK_TRY(append(value));
        x_storage.repeat_from(begin, n);
        return {};
    }
    void append_defaults(std::size_t n) {
        if (n != 0) std::memset(extend(n), 0, n * x_width);
    }

    /// Appends `n` rows of unspecified content and returns their bytes, for kernels to fill.
    [[nodiscard]] char* extend(std::size_t n) { return x_storage.bytes().extend(n * x_width); }
    [[nodiscard]] byte_view operator[](std::size_t row) const noexcept {
        return x_storage.bytes().view().substr(row * x_width, x_width);
    }

    void encode_prefix(wire::segments&) const {}
    void encode(wire::segments& out) const { x_storage.encode(out); }
    void decode_prefix(wire::cursor&) {}
    void decode(wire::cursor& in, std::size_t n) { x_storage.bytes().append(in.elements(n, x_width)); }
    void index_rows(row_bounds bounds) { x_rows.index(x_storage, bounds, element_form{x_width}); }
    void append_rows(const fixed_string& from, row_order rows, std::size_t) {
        from.x_rows.append_to(x_storage.bytes(), rows);
    }
    void clear() noexcept { x_storage.clear(); }
    void mark() noexcept { x_storage.mark(); }
    void rollback() noexcept { x_storage.rollback(); }

    /// See column/sparse.hpp.
    static constexpr wire::feature sparse_since = wire::feature::sparse_serialization;
    bool find_others(std::size_t at_most, row_list& rows) const {
        return find_nonzero(x_storage.bytes().view(), x_width, at_most, rows);
    }
    void encode_rows(const row_list& rows, wire::segments& out) const {
        for (const std::uint64_t row : rows) out.copy((*this)[row]);
    }
    void append_zeros(std::size_t n) { append_defaults(n); }
    void decode_row(wire::cursor& in) { decode(in, 1); }

private:
    std::size_t x_width;
    plain x_storage;
    row_slices x_rows;
};

}  // namespace colblock::column
