// SPDX-License-Identifier: Apache-2.0
#pragma once

// Array(T) := prefix of T, then: offsets, T * offsets[last]

#include <utility>

#include "colblock/column/concept.hpp"
#include "colblock/column/offsets.hpp"

namespace colblock::column {

/// Array(T): offsets plus a column. Append the elements to `elements()`, then their number (or ends)
/// to `offsets()`; the two must agree when the column is encoded.
template <column Element>
class array {
public:
    array() = default;
    explicit array(Element elements) : x_elements(std::move(elements)) {}

    [[nodiscard]] Element& elements() noexcept { return x_elements; }
    [[nodiscard]] const Element& elements() const noexcept { return x_elements; }
    [[nodiscard]] column::offsets& offsets() noexcept { return x_offsets; }
    [[nodiscard]] const column::offsets& offsets() const noexcept { return x_offsets; }

    [[nodiscard]] std::string type() const { return "Array(" + x_elements.type() + ")"; }
    [[nodiscard]] std::size_t num_rows() const noexcept { return x_offsets.num_rows(); }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_offsets.byte_len() + x_elements.byte_len(); }
    void append_defaults(std::size_t n) { x_offsets.append_repeated(0, n); }

    void encode_prefix(wire::segments& out) const { x_elements.encode_prefix(out); }
    void encode(wire::segments& out) const {
        COLBLOCK_ASSUME(x_offsets.total() == x_elements.num_rows());
        x_offsets.encode(out);
        x_elements.encode(out);
    }
    void decode_prefix(wire::cursor& in) { x_elements.decode_prefix(in); }
    void decode(wire::cursor& in, std::size_t n) {
        const std::uint64_t before = x_offsets.total();
        x_offsets.decode(in, n);
        if (in.ok()) x_elements.decode(in, x_offsets.total() - before);
    }
    void index_rows(row_bounds bounds) { x_elements.index_rows(x_offsets.index_rows(bounds)); }
    void append_rows(const array& from, row_order rows, std::size_t n) {
        x_elements.append_rows(from.x_elements, rows, x_offsets.append_rows(from.x_offsets, rows, n));
    }
    void clear() {
        x_offsets.clear();
        x_elements.clear();
    }
    void mark() {
        x_offsets.mark();
        x_elements.mark();
    }
    void rollback() {
        x_offsets.rollback();
        x_elements.rollback();
    }

private:
    column::offsets x_offsets;
    Element x_elements;
};

}  // namespace colblock::column
