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

// Rows of a String column, one after the other. In a sparse one nearly all are empty, which is a byte of zero, so
// eight of those are passed at once.
class text_rows {
public:
    explicit text_rows(byte_view bytes) noexcept : x_rest(bytes) {}

    [[nodiscard]] bool at_end() const noexcept { return x_rest.empty(); }
    [[nodiscard]] std::uint64_t row() const noexcept { return x_row; }
    byte_view next() noexcept {
        wire::cursor in(x_rest);
        const byte_view text = in.string();
        x_rest.remove_prefix(in.offset());
        ++x_row;
        return text;
    }
    /// Passes up to `most` rows that are empty.
    void pass_empty(std::uint64_t most) noexcept {
        constexpr std::size_t step = sizeof(std::uint64_t);
        for (; most >= step && x_rest.size() >= step && load<std::uint64_t>(x_rest.data()) == 0; most -= step) {
            x_rest.remove_prefix(step);
            x_row += step;
        }
    }

private:
    byte_view x_rest;
    std::uint64_t x_row = 0;  // the next one
};

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
    for (text_rows in(bytes); !in.at_end();) {
        in.pass_empty(bytes.size());
        if (in.at_end()) break;
        const std::uint64_t row = in.row();
        if (in.next().empty()) continue;
        if (rows.size() == at_most) return false;
        rows.push_back(row);
    }
    return true;
}

void encode_texts(byte_view bytes, const row_list& rows, wire::segments& out) {
    text_rows in(bytes);
    for (const std::uint64_t row : rows) {
        in.pass_empty(row - in.row());
        while (in.row() != row) in.next();
        out.string(in.next());
    }
}

}  // namespace colblock::column
