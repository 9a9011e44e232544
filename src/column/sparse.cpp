// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/sparse.hpp"

#include <cstring>

#include "colblock/base/endian.hpp"

namespace colblock::column {

namespace {

bool any_bit(const char* value, std::size_t width) noexcept {
    for (; width >= sizeof(std::uint64_t); value += sizeof(std::uint64_t), width -= sizeof(std::uint64_t))
        if (load<std::uint64_t>(value) != 0) return true;
    for (; width != 0; ++value, --width)
        if (*value != 0) return true;
    return false;
}

}  // namespace

// Stops as soon as the column is known not to be sparse: a dense one costs at_most rows, not all.
bool find_nonzero(byte_view bytes, std::size_t width, std::size_t at_most, row_list& rows) {
    rows.clear();
    for (std::size_t at = 0, row = 0; at != bytes.size(); at += width, ++row) {
        if (!any_bit(bytes.data() + at, width)) continue;
        if (rows.size() == at_most) return false;
        rows.push_back(row);
    }
    return true;
}

bool find_zero(byte_view bytes, std::size_t at_most, row_list& rows) {
    rows.clear();
    for (std::size_t row = 0; row != bytes.size(); ++row) {
        if (bytes[row] != 0) continue;
        if (rows.size() == at_most) return false;
        rows.push_back(row);
    }
    return true;
}

bool find_texts(byte_view bytes, std::size_t at_most, row_list& rows) {
    rows.clear();
    wire::cursor in(bytes);
    for (std::uint64_t row = 0; !in.at_end(); ++row) {
        if (in.string().empty()) continue;
        if (rows.size() == at_most) return false;
        rows.push_back(row);
    }
    return true;
}

void encode_texts(byte_view bytes, const row_list& rows, wire::segments& out) {
    wire::cursor in(bytes);
    std::uint64_t at = 0;
    for (const std::uint64_t row : rows) {
        for (; at != row; ++at) in.string();
        out.string(in.string());
        ++at;
    }
}

}  // namespace colblock::column
