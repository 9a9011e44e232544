// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tuple(T...) := prefix of each T, then: each T * rows
// Tuple()     := '0' * rows

#include <string>
#include <utility>
#include <vector>

#include "colblock/column/nothing.hpp"
#include "colblock/column/ref.hpp"

namespace colblock::column {

/// Tuple, with named elements or without. Append one row to every element; the elements must agree in
/// their rows when the column is encoded.
class tuple {
public:
    /// The tuple without elements.
    tuple() = default;
    /// Unnamed elements.
    explicit tuple(std::vector<any> elements) : x_elements(std::move(elements)) {}
    /// As many names as elements.
    tuple(std::vector<std::string> names, std::vector<any> elements)
        : x_names(std::move(names)), x_elements(std::move(elements)) {
        COLBLOCK_ASSUME(x_names.size() == x_elements.size());
    }

    [[nodiscard]] std::size_t num_elements() const noexcept { return x_elements.size(); }
    [[nodiscard]] any& element(std::size_t i) noexcept { return x_elements[i]; }
    [[nodiscard]] const any& element(std::size_t i) const noexcept { return x_elements[i]; }
    /// Empty if the elements are unnamed.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return x_names; }
    /// The element `name`, or nullptr.
    [[nodiscard]] any* find(std::string_view name) noexcept;

    [[nodiscard]] std::string type() const;
    [[nodiscard]] std::size_t num_rows() const {
        return x_elements.empty() ? x_rows.num_rows() : x_elements.front().num_rows();
    }
    [[nodiscard]] std::size_t byte_len() const;
    void append_defaults(std::size_t n);
    void encode_prefix(wire::segments& out) const;
    void encode(wire::segments& out) const;
    void decode_prefix(wire::cursor& in);
    void decode(wire::cursor& in, std::size_t n);
    void index_rows(row_bounds bounds);
    void append_rows(const tuple& from, row_order rows, std::size_t n);
    void clear();
    void mark();
    void rollback();

private:
    std::vector<std::string> x_names;
    std::vector<any> x_elements;
    nothing x_rows;  // of the tuple without elements, which travels like Nothing
};

}  // namespace colblock::column
