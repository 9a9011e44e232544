// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/tuple.hpp"

#include <algorithm>

#include "colblock/column/type_name.hpp"

namespace colblock::column {

any* tuple::find(std::string_view name) noexcept {
    const auto found = std::ranges::find(x_names, name);
    return found == x_names.end() ? nullptr : &x_elements[static_cast<std::size_t>(found - x_names.begin())];
}

std::string tuple::type() const {
    std::string text = "Tuple(";
    for (std::size_t i = 0; i != x_elements.size(); ++i) {
        if (i != 0) text += ", ";
        if (!x_names.empty()) text += identifier(x_names[i]) + ' ';
        text += x_elements[i].type();
    }
    return text += ')';
}

std::size_t tuple::byte_len() const {
    std::size_t len = x_rows.byte_len();
    for (const any& e : x_elements) len += e.byte_len();
    return len;
}

void tuple::append_defaults(std::size_t n) {
    if (x_elements.empty()) x_rows.append_defaults(n);
    for (any& e : x_elements) e.append_defaults(n);
}

void tuple::encode_prefix(wire::segments& out) const {
    for (const any& e : x_elements) e.encode_prefix(out);
}

void tuple::encode(wire::segments& out) const {
    x_rows.encode(out);
    for (const any& e : x_elements) {
        COLBLOCK_ASSUME(e.num_rows() == num_rows());
        e.encode(out);
    }
}

void tuple::decode_prefix(wire::cursor& in) {
    for (any& e : x_elements) e.decode_prefix(in);
}

void tuple::decode(wire::cursor& in, std::size_t n) {
    if (x_elements.empty()) x_rows.decode(in, n);
    for (any& e : x_elements) e.decode(in, n);
}

void tuple::index_rows(row_bounds bounds) {
    for (any& e : x_elements) e.index_rows(bounds);
}

void tuple::append_rows(const tuple& from, row_order rows, std::size_t n) {
    if (x_elements.empty()) x_rows.append_rows(from.x_rows, rows, n);
    for (std::size_t i = 0; i != x_elements.size(); ++i) x_elements[i].append_rows(from.x_elements[i], rows, n);
}

void tuple::clear() {
    x_rows.clear();
    for (any& e : x_elements) e.clear();
}

void tuple::mark() {
    x_rows.mark();
    for (any& e : x_elements) e.mark();
}

void tuple::rollback() {
    x_rows.rollback();
    for (any& e : x_elements) e.rollback();
}

}  // namespace colblock::column
