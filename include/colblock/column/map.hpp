// SPDX-License-Identifier: Apache-2.0
#pragma once

// Map(K, V) := prefix of K, prefix of V, then: offsets, K * offsets[last], V * offsets[last]
//
// Byte for byte Array(Tuple(K, V)). Duplicate keys are stored as they come.

#include <utility>

#include "colblock/column/concept.hpp"
#include "colblock/column/offsets.hpp"

namespace colblock::column {

/// Map(K, V): offsets plus two columns. Append the entries to `keys()` and `values()`, then their
/// number (or ends) to `offsets()`; the three must agree when the column is encoded.
template <column Key, column Value>
class map {
public:
    map() = default;
    map(Key keys, Value values) : x_keys(std::move(keys)), x_values(std::move(values)) {}

    [[nodiscard]] Key& keys() noexcept { return x_keys; }
    [[nodiscard]] const Key& keys() const noexcept { return x_keys; }
    [[nodiscard]] Value& values() noexcept { return x_values; }
    [[nodiscard]] const Value& values() const noexcept { return x_values; }
    [[nodiscard]] column::offsets& offsets() noexcept { return x_offsets; }
    [[nodiscard]] const column::offsets& offsets() const noexcept { return x_offsets; }

    [[nodiscard]] std::string type() const { return "Map(" + x_keys.type() + ", " + x_values.type() + ")"; }
    [[nodiscard]] std::size_t num_rows() const noexcept { return x_offsets.num_rows(); }
    [[nodiscard]] std::size_t byte_len() const noexcept {
        return x_offsets.byte_len() + x_keys.byte_len() + x_values.byte_len();
    }
    void append_defaults(std::size_t n) { x_offsets.append_repeated(0, n); }

    void encode_prefix(wire::segments& out) const {
        x_keys.encode_prefix(out);
        x_values.encode_prefix(out);
    }
    void encode(wire::segments& out) const {
        COLBLOCK_ASSUME(x_offsets.total() == x_keys.num_rows() && x_offsets.total() == x_values.num_rows());
        x_offsets.encode(out);
        x_keys.encode(out);
        x_values.encode(out);
    }
    void decode_prefix(wire::cursor& in) {
        x_keys.decode_prefix(in);
        x_values.decode_prefix(in);
    }
    void decode(wire::cursor& in, std::size_t n) {
        const std::uint64_t before = x_offsets.total();
        x_offsets.decode(in, n);
        if (in.ok()) x_keys.decode(in, x_offsets.total() - before);
        if (in.ok()) x_values.decode(in, x_offsets.total() - before);
    }
    void index_rows(row_bounds bounds) {
        const row_bounds entries = x_offsets.index_rows(bounds);
        x_keys.index_rows(entries);
        x_values.index_rows(entries);
    }
    void append_rows(const map& from, row_order rows, std::size_t n) {
        const std::size_t num_entries = x_offsets.append_rows(from.x_offsets, rows, n);
        x_keys.append_rows(from.x_keys, rows, num_entries);
        x_values.append_rows(from.x_values, rows, num_entries);
    }
    void clear() {
        x_offsets.clear();
        x_keys.clear();
        x_values.clear();
    }
    void mark() {
        x_offsets.mark();
        x_keys.mark();
        x_values.mark();
    }
    void rollback() {
        x_offsets.rollback();
        x_keys.rollback();
        x_values.rollback();
    }

private:
    column::offsets x_offsets;
    Key x_keys;
    Value x_values;
};

}  // namespace colblock::column
