// SPDX-License-Identifier: Apache-2.0
#pragma once

// The order of rows by a table's sorting key, as system.tables has it:
//
//     key  := part (',' part)*
//     part := column | function '(' column ')'        functions that cut a time down to a unit

#include <memory>
#include <span>
#include <string_view>

#include "colblock/binding/table_writer.hpp"
#include "colblock/block/block.hpp"

namespace colblock::binding {

/// A sorter of the rows of `columns` by `sorting_key`, or nullptr if the key has a part that these columns do not
/// tell: another function, or another type than integers, times, String and LowCardinality(String). The columns
/// must outlive it.
std::unique_ptr<row_sorter> make_row_sorter(std::string_view sorting_key, std::span<const block::column_view> columns);

}  // namespace colblock::binding
