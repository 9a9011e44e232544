// SPDX-License-Identifier: Apache-2.0
#pragma once

// block  := [info] varint columns, varint rows, column*       info from revision 1 on
// info   := (varint field, value)* varint 0
//             1: UInt8 is_overflows = 0
//             2: Int32 bucket = -1
//             3: varint n, Int32 * n                          from 54480; n = 0
// column := string name, string type, [custom], [prefix, data]     prefix and data only if rows > 0
// custom := UInt8 has_custom [kinds]                          from 54454; kinds: block/sparse.hpp
//
// docs/formats/native_block.md

#include <span>
#include <string>
#include <vector>

#include "colblock/base/result.hpp"
#include "colblock/block/block.hpp"
#include "colblock/block/sparse.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/revision.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::block {

/// Whom a block is written for. Made from a revision alone where nothing else matters.
struct write_target {
    wire::revision revision = wire::newest_revision;
    bool sparse = true;  ///< whether columns that are nearly all zero are written sparse, if the revision knows it

    write_target(wire::revision r, bool may_be_sparse = true) noexcept  // NOLINT(google-explicit-constructor)
        : revision(r), sparse(may_be_sparse) {}
};

/// Writes native blocks and keeps the memory that this takes: who writes many blocks of one table
/// allocates nothing in the end, if the views say the types. Not thread-safe.
class writer {
public:
    /// Writes `columns` as one native block. `out` borrows from the columns, which must not change before
    /// `out` is consumed. Fails with row_count_mismatch if the columns differ in rows, and with
    /// unsupported_type if the revision does not know a column's type; `out` is unchanged then. No
    /// columns: the empty block that ends an INSERT.
    result<void> write(wire::segments& out, std::span<const column_view> columns, const write_target& target);

private:
    void write_column(wire::segments& out, const column_view& view, const write_target& target);

    std::vector<std::string> x_types;  // as the target's revision knows them
    layout x_layout;
};

/// The same for one block.
inline result<void> write(wire::segments& out, std::span<const column_view> columns, const write_target& target) {
    return writer().write(out, columns, target);
}

/// Reads one native block of `revision`, with columns made from the type texts it carries. A failure
/// of the kind `truncated` means that more bytes may help.
result<block> read(wire::cursor& in, wire::revision revision);

}  // namespace colblock::block
