// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "colblock/column/ref.hpp"

namespace colblock::block {

/// A column of a block to be written: all borrowed.
struct column_view {
    std::string_view name;
    column::ref column;
    std::string_view type = {};  ///< the column's type text, from who has it at hand; empty: it is asked for
};

/// A column of a block that was read: both owned.
struct named_column {
    std::string name;
    column::any column;
};

/// A block that was read.
struct block {
    std::vector<named_column> columns;
    std::size_t num_rows = 0;

    /// The column `name`, or nullptr.
    [[nodiscard]] column::any* find(std::string_view name) noexcept;
    [[nodiscard]] const column::any* find(std::string_view name) const noexcept;
};

}  // namespace colblock::block
