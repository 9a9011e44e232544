// SPDX-License-Identifier: Apache-2.0
#pragma once

// Nothing := '0' * rows        what is read is ignored

#include "colblock/column/concept.hpp"

namespace colblock::column {

/// Nothing: the type of an empty array's elements and, as Nullable(Nothing), of a bare NULL.
class nothing {
public:
    [[nodiscard]] std::string type() const { return "Nothing"; }
    [[nodiscard]] std::size_t num_rows() const noexcept { return x_num_rows; }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_num_rows; }
    void append_defaults(std::size_t n) noexcept { x_num_rows += n; }

    void encode_prefix(wire::segments&) const {}
    void encode(wire::segments& out) const { out.borrow("0", x_num_rows); }
    void decode_prefix(wire::cursor&) {}
    void decode(wire::cursor& in, std::size_t n) { x_num_rows += in.bytes(n).size(); }
    void index_rows(row_bounds) noexcept {}
    void append_rows(const nothing&, row_order, std::size_t n) noexcept { x_num_rows += n; }
    void clear() noexcept { x_num_rows = x_marked_rows = 0; }
    void mark() noexcept { x_marked_rows = x_num_rows; }
    void rollback() noexcept { x_num_rows = x_marked_rows; }

private:
    std::size_t x_num_rows = 0;
    std::size_t x_marked_rows = 0;
};

}  // namespace colblock::column
