// SPDX-License-Identifier: Apache-2.0
#include "colblock/block/block.hpp"

#include <algorithm>

namespace colblock::block {

column::any* block::find(std::string_view name) noexcept {
    const auto found = std::ranges::find(columns, name, &named_column::name);
    return found == columns.end() ? nullptr : &found->column;
}

const column::any* block::find(std::string_view name) const noexcept {
    return const_cast<block*>(this)->find(name);
}

}  // namespace colblock::block
