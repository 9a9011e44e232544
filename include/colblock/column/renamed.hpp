// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "colblock/column/ref.hpp"

namespace colblock::column {

/// A column under another type name, for types that only give a name to another one's bytes: Point,
/// SimpleAggregateFunction(sum, UInt64), Nested(a UInt8).
class renamed {
public:
    renamed(std::string type, any stored) : x_type(std::move(type)), x_stored(std::move(stored)) {}

    /// The column that holds the rows.
    [[nodiscard]] any& stored() noexcept { return x_stored; }
    [[nodiscard]] const any& stored() const noexcept { return x_stored; }

    [[nodiscard]] std::string type() const { return x_type; }
    [[nodiscard]] std::size_t num_rows() const { return x_stored.num_rows(); }
    [[nodiscard]] std::size_t byte_len() const { return x_stored.byte_len(); }
    void append_defaults(std::size_t n) { x_stored.append_defaults(n); }
    void encode_prefix(wire::segments& out) const { x_stored.encode_prefix(out); }
    void encode(wire::segments& out) const { x_stored.encode(out); }
    void decode_prefix(wire::cursor& in) { x_stored.decode_prefix(in); }
    void decode(wire::cursor& in, std::size_t n) { x_stored.decode(in, n); }
    void index_rows(row_bounds bounds) { x_stored.index_rows(bounds); }
    void append_rows(const renamed& from, row_order rows, std::size_t n) {
        x_stored.append_rows(from.x_stored, rows, n);
    }
    void clear() { x_stored.clear(); }
    void mark() { x_stored.mark(); }
    void rollback() { x_stored.rollback(); }

private:
    std::string x_type;
    any x_stored;
};

}  // namespace colblock::column
