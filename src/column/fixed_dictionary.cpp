// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/fixed_dictionary.hpp"

#include <algorithm>
#include <cstring>

namespace colblock::column {

fixed_dictionary::fixed_dictionary(std::string type, std::size_t width)
    : x_type(std::move(type)), x_width(width), x_bytes(width), x_value(width) {
    std::memset(x_bytes.extend(width), 0, width);
}

std::uint32_t fixed_dictionary::id_of(byte_view bytes) {
    COLBLOCK_ASSUME(bytes.size() <= x_width);
    x_value.clear();
    x_value.append(bytes);
    std::memset(x_value.extend(x_width - bytes.size()), 0, x_width - bytes.size());
    // Entry 0 of the texts is "", which no value is; so the zeros take that id.
    if (std::ranges::all_of(x_value.view(), [](char c) { return c == '\0'; })) return 0;
    const std::uint32_t id = x_texts.id_of(x_value.view());
    if (id * x_width == x_bytes.size()) x_bytes.append(x_value.view());
    return id;
}

}  // namespace colblock::column
