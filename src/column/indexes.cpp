// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/indexes.hpp"

#include "colblock/base/endian.hpp"
#include "colblock/simd/kernels.hpp"

namespace colblock::column {

namespace {

std::uint32_t index_at(const char* from, std::size_t width) noexcept {
    switch (width) {
    case 1: return load<std::uint8_t>(from);
    case 2: return load<std::uint16_t>(from);
    default: return load<std::uint32_t>(from);
    }
}

template <class Index>
void take_elements(const char* from, row_order rows, std::uint32_t* ids) noexcept {
    for (const std::uint32_t row : rows) *ids++ = load<Index>(from + row * sizeof(Index));
}

}  // namespace

template <class Storage>
std::uint32_t indexes<Storage>::operator[](std::size_t i) const noexcept {
    return index_at(x_storage.bytes().data() + i * x_width, x_width);
}

template <class Storage>
void indexes<Storage>::append(std::span<const std::uint32_t> ids) {
    buffer& bytes = x_storage.bytes();
    char* const to = bytes.reserve(ids.size() * x_width);
    switch (x_width) {
    case 1: return bytes.set_end(simd::active().narrow_to_u8(to, ids.data(), ids.size()));
    case 2: return bytes.set_end(simd::active().narrow_to_u16(to, ids.data(), ids.size()));
    default: std::memcpy(to, ids.data(), ids.size_bytes()); return bytes.set_end(to + ids.size_bytes());
    }
}

// Rare, so through a copy: once when a dictionary reaches 257 entries, once at 65,537, and when a
// rejected payload had caused either.
template <class Storage>
void indexes<Storage>::set_width(std::size_t width) {
    buffer& bytes = x_storage.bytes();
    const std::size_t num = bytes.size() / x_width;
    buffer rewritten(num * width);
    char* to = rewritten.reserve(num * width);
    for (std::size_t i = 0; i != num; ++i, to += width) {
        const std::uint32_t id = index_at(bytes.data() + i * x_width, x_width);
        std::memcpy(to, &id, width);
    }
    rewritten.set_end(to);
    bytes.swap(rewritten);
    x_storage.rescale(x_width, width);
    x_width = width;
}

template <class Storage>
void indexes<Storage>::take(byte_view bytes, std::vector<std::uint32_t>& ids) const {
    const std::size_t num = bytes.size() / x_width;
    ids.resize(ids.size() + num);
    std::uint32_t* id = ids.data() + ids.size() - num;
    for (std::size_t i = 0; i != num; ++i) id[i] = index_at(bytes.data() + i * x_width, x_width);
}

template <class Storage>
void indexes<Storage>::take_each(row_order rows, std::vector<std::uint32_t>& ids) const {
    const char* const from = x_storage.bytes().data();
    if (x_rows.stride() != x_width) {
        for (const std::uint32_t row : rows) take(x_rows[row], ids);
        return;
    }
    ids.resize(rows.size());
    switch (x_width) {
    case 1: return take_elements<std::uint8_t>(from, rows, ids.data());
    case 2: return take_elements<std::uint16_t>(from, rows, ids.data());
    default: return take_elements<std::uint32_t>(from, rows, ids.data());
    }
}

template class indexes<plain>;
template class indexes<runs>;

}  // namespace colblock::column
