// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "colblock/base/result.hpp"
#include "colblock/binding/partitions.hpp"
#include "colblock/binding/table.hpp"
#include "colblock/column/rows.hpp"
#include "colblock/wire/revision.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::binding {

/// The block of one table that is being filled, for whoever seals and sends it without knowing what
/// its rows are. Not thread-safe.
class open_block {
public:
    virtual ~open_block() = default;

    [[nodiscard]] virtual std::size_t num_rows() const noexcept = 0;
    /// Bytes of the block in wire form, repeats counted; to within a few hundred.
    [[nodiscard]] virtual std::size_t byte_len() const = 0;
    /// The partitions that the rows fall into.
    [[nodiscard]] virtual const partition_set& partitions() const noexcept = 0;
    /// Writes the rows as a native block; `out` borrows from here until the next change.
    virtual result<void> encode(wire::segments& out, wire::revision revision) const = 0;
    /// Whether rows can be put into the order of the table's sorting key. A server that gets a whole INSERT in it
    /// neither sorts nor copies.
    [[nodiscard]] virtual bool knows_order() const noexcept = 0;
    /// The rows in that order, equal ones in the order of arrival. Only if knows_order(); valid until the next
    /// change.
    [[nodiscard]] virtual column::row_order order() = 0;
    /// Writes some of the rows, in the order given, as a native block. Only after `order`; `out` borrows from
    /// here until the next call.
    virtual result<void> encode_rows(column::row_order rows, wire::segments& out, wire::revision revision) = 0;
    /// Forgets the rows, keeps memory.
    virtual void clear() = 0;
    /// Forgets the rows and gives the memory back.
    virtual void release() = 0;

    /// `INSERT INTO db.table (columns) FORMAT Native`, identifiers quoted.
    [[nodiscard]] virtual const std::string& insert_statement() const noexcept = 0;
    [[nodiscard]] virtual const table_description& table() const noexcept = 0;
};

}  // namespace colblock::binding
