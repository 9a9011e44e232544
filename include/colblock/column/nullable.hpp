// SPDX-License-Identifier: Apache-2.0
#pragma once

// Nullable(T) := prefix of T, then: null map, T * rows
// null map    := UInt8 * rows          1 is NULL; T holds any value there

#include <type_traits>
#include <utility>

#include "colblock/column/fixed_types.hpp"
#include "colblock/column/ref.hpp"

namespace colblock::column {

/// Nullable(T). Use `append` and `append_null`, or fill `values()` and `nulls()` in step, for kernels.
template <column Inner>
class nullable {
public:
    nullable() = default;
    explicit nullable(Inner values) : x_values(std::move(values)) {}

    [[nodiscard]] Inner& values() noexcept { return x_values; }
    [[nodiscard]] const Inner& values() const noexcept { return x_values; }
    [[nodiscard]] uint8& nulls() noexcept { return x_nulls; }
    [[nodiscard]] const uint8& nulls() const noexcept { return x_nulls; }

    [[nodiscard]] std::string type() const { return "Nullable(" + x_values.type() + ")"; }
    [[nodiscard]] std::size_t num_rows() const noexcept { return x_nulls.num_rows(); }
    [[nodiscard]] std::size_t byte_len() const { return x_nulls.byte_len() + x_values.byte_len(); }

    /// Appends a value, and returns what the inner column's `append` returns.
    template <class Value>
    auto append(const Value& value) {
        if constexpr (std::is_void_v<decltype(x_values.append(value))>) {
            x_values.append(value);
            x_nulls.append(0);
        } else {
            auto appended = x_values.append(value);
            if (appended) x_nulls.append(0);
            return appended;
        }
    }
    void append_null(std::size_t n = 1) {
        x_values.append_defaults(n);
        x_nulls.append_repeated(1, n);
    }
    void append_defaults(std::size_t n) { append_null(n); }

    void encode_prefix(wire::segments& out) const { x_values.encode_prefix(out); }
    void encode(wire::segments& out) const {
        COLBLOCK_ASSUME(x_nulls.num_rows() == x_values.num_rows());
        x_nulls.encode(out);
        x_values.encode(out);
    }
    void decode_prefix(wire::cursor& in) { x_values.decode_prefix(in); }
    void decode(wire::cursor& in, std::size_t n) {
        x_nulls.decode(in, n);
        x_values.decode(in, n);
    }
    void index_rows(row_bounds bounds) {
        x_nulls.index_rows(bounds);
        x_values.index_rows(bounds);
    }
    void append_rows(const nullable& from, row_order rows, std::size_t n) {
        x_nulls.append_rows(from.x_nulls, rows, n);
        x_values.append_rows(from.x_values, rows, n);
    }
    void clear() {
        x_nulls.clear();
        x_values.clear();
    }
    void mark() {
        x_nulls.mark();
        x_values.mark();
    }
    void rollback() {
        x_nulls.rollback();
        x_values.rollback();
    }

    /// See column/sparse.hpp. The rows of a sparse Nullable are those of T: no null map.
    static constexpr bool may_be_sparse = sparse_column<Inner> || std::same_as<Inner, any>;
    static constexpr wire::feature sparse_since = wire::feature::nullable_sparse_serialization;
    bool find_others(std::size_t at_most, row_list& rows) const
        requires may_be_sparse
    {
        if constexpr (std::same_as<Inner, any>)
            if (!x_values.offers_sparse()) return false;
        return find_zero(x_nulls.bytes().view(), at_most, rows);
    }
    void encode_rows(const row_list& rows, wire::segments& out) const
        requires may_be_sparse
    {
        x_values.encode_rows(rows, out);
    }
    void append_zeros(std::size_t n)
        requires may_be_sparse
    {
        append_null(n);
    }
    void decode_row(wire::cursor& in)
        requires may_be_sparse
    {
        x_values.decode(in, 1);
        x_nulls.append(0);
    }

private:
    uint8 x_nulls;
    Inner x_values;
};

}  // namespace colblock::column
