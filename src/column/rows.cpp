// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/rows.hpp"

#include <limits>

#include "colblock/wire/segments.hpp"

namespace colblock::column {

namespace {

// So many rows ahead their bytes are asked for: in another order every one is a cache miss.
constexpr std::size_t rows_ahead = 12;

// A storage that never held anything has no memory, not even padding.
const char* readable(byte_view bytes) noexcept {
    static constexpr char nothing[read_padding] = {};
    return bytes.data() != nullptr ? bytes.data() : nothing;
}

// Copies `bytes`, which are padded, to where there is padding too. Returns the end.
char* copy_padded(char* to, byte_view bytes) noexcept {
    constexpr std::size_t step = 32;
    static_assert(step <= read_padding);
    const char* from = bytes.data();
    char* const end = to + bytes.size();
    do {
        std::memcpy(to, from, step);
        to += step;
        from += step;
    } while (COLBLOCK_UNLIKELY(to < end));
    return end;
}

// A length of one byte, which nearly all have, is not worth a call.
std::size_t string_len(const char*& at) noexcept {
    std::size_t len = static_cast<unsigned char>(*at++);
    if (COLBLOCK_LIKELY(len < 0x80)) return len;
    len &= 0x7f;
    for (unsigned shift = 7;; shift += 7) {
        const std::size_t byte = static_cast<unsigned char>(*at++);
        len |= (byte & 0x7f) << shift;
        if (byte < 0x80) return len;
    }
}

// How many bytes each of one-element rows takes, 0 if they differ or cannot be told.
std::size_t stride_of(byte_view bytes, std::size_t num_rows, element_form form) noexcept {
    if (form.width != 0 || num_rows == 0) return form.width;
    const std::size_t stride = bytes.size() / num_rows;
    if (stride > 0x80 || stride * num_rows != bytes.size()) return 0;  // lengths of one byte are enough
    const char length = static_cast<char>(stride - 1);
    for (std::size_t at = 0; at != bytes.size(); at += stride)
        if (bytes[at] != length) return 0;
    return stride;
}

// The compiler copies so many bytes by a few moves.
template <std::size_t Width>
void append_fixed(buffer& to, const char* from, row_order rows) {
    char* at = to.extend(rows.size() * Width);
    for (const std::uint32_t row : rows) {
        std::memcpy(at, from + row * Width, Width);
        at += Width;
    }
}

// Numbers, ids in hex with their lengths, and whatever else is of one length.
void append_strides(buffer& to, const char* from, std::size_t stride, row_order rows) {
    switch (stride) {
    case 1: return append_fixed<1>(to, from, rows);
    case 2: return append_fixed<2>(to, from, rows);
    case 4: return append_fixed<4>(to, from, rows);
    case 8: return append_fixed<8>(to, from, rows);
    case 17: return append_fixed<17>(to, from, rows);
    case 33: return append_fixed<33>(to, from, rows);
    default: break;
    }
    char* at = to.reserve(rows.size() * stride);
    for (const std::uint32_t row : rows) at = copy_padded(at, {from + row * stride, stride});
    to.set_end(at);
}

}  // namespace

const char* element_form::skip(const char* at, std::size_t n) const noexcept {
    if (width != 0) return at + n * width;
    for (; n != 0; --n) {
        const std::size_t len = string_len(at);
        at += len;
    }
    return at;
}

void row_slices::index(byte_view bytes, row_bounds rows, element_form form) {
    COLBLOCK_ASSUME(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
    x_bytes = readable(bytes);
    x_stride = rows.one_each() ? stride_of(bytes, rows.num_rows(), form) : 0;
    if (x_stride != 0) return;
    x_slices.resize(rows.num_rows());
    const char* at = x_bytes;
    std::size_t element = 0;
    for (std::size_t row = 0; row != rows.num_rows(); ++row) {
        const char* const begin = at;
        at = form.skip(at, rows.end(row) - element);
        element = rows.end(row);
        x_slices[row] = {static_cast<std::uint32_t>(begin - x_bytes), static_cast<std::uint32_t>(at - x_bytes)};
    }
}

void row_slices::index(const plain& from, row_bounds rows, element_form form) {
    index(from.bytes().view(), rows, form);
}

void row_slices::index(const runs& from, row_bounds rows, element_form form) {
    const byte_view stored = from.bytes().view();
    COLBLOCK_ASSUME(stored.size() <= std::numeric_limits<std::uint32_t>::max());
    x_bytes = readable(stored);
    x_stride = 0;
    x_slices.resize(rows.num_rows());
    std::size_t row = 0;
    std::size_t element = 0;  // the first of the stretch
    bool whole = true;
    from.for_each([&](std::size_t begin, std::size_t end, std::uint64_t repeat) {
        x_unit.assign(1, static_cast<std::uint32_t>(begin));
        for (const char* at = x_bytes + begin; at < x_bytes + end;) {
            at = form.skip(at, 1);
            x_unit.push_back(static_cast<std::uint32_t>(at - x_bytes));
        }
        const std::size_t unit = x_unit.size() - 1;
        const std::size_t stretch_end = element + unit * repeat;
        for (; row != rows.num_rows() && rows.end(row) <= stretch_end && whole; ++row) {
            const std::size_t first = (rows.begin(row) - element) % unit;
            const std::size_t num = rows.end(row) - rows.begin(row);
            whole = rows.begin(row) >= element && first + num <= unit;
            if (whole) x_slices[row] = {x_unit[first], x_unit[first + num]};
        }
        element = stretch_end;
    });
    for (; row != rows.num_rows() && rows.begin(row) == rows.end(row); ++row) x_slices[row] = {0, 0};
    if (whole && row == rows.num_rows()) return;
    x_expanded.clear();
    wire::segments pieces;
    from.encode(pieces);
    pieces.flatten(x_expanded);
    index(x_expanded.view(), rows, form);
}

void row_slices::append_to(buffer& to, row_order rows) const {
    if (x_stride != 0) return append_strides(to, x_bytes, x_stride, rows);
    std::size_t len = 0;
    for (const std::uint32_t row : rows) len += (*this)[row].size();
    char* at = to.reserve(len);
    for (std::size_t i = 0; i != rows.size(); ++i) {
        if (i + rows_ahead < rows.size()) __builtin_prefetch(x_bytes + x_slices[rows[i + rows_ahead]].begin);
        at = copy_padded(at, (*this)[rows[i]]);
    }
    to.set_end(at);
}

}  // namespace colblock::column
