// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/offsets.hpp"

#include <utility>

#include "colblock/simd/kernels.hpp"

namespace colblock::column {

void offsets::append_repeated(std::uint64_t num_elements, std::size_t n) {
    char* to = x_bytes.extend(n * sizeof(std::uint64_t));
    for (std::size_t i = 0; i != n; ++i, to += sizeof(std::uint64_t)) {
        x_total += num_elements;
        store(to, x_total);
    }
}

void offsets::append_ends(std::span<const std::uint32_t> ends) {
    if (ends.empty()) return;
    char* const to = x_bytes.reserve(ends.size() * sizeof(std::uint64_t));
    x_bytes.set_end(simd::active().write_offsets(to, x_total, ends.data(), ends.size()));
    x_total += ends.back();
}

row_bounds offsets::index_rows(row_bounds bounds) {
    x_bounds = bounds;
    if (bounds.one_each()) return {x_bytes.data(), bounds.num_rows()};
    x_element_ends.clear();
    char* to = x_element_ends.extend(bounds.num_rows() * sizeof(std::uint64_t));
    for (std::size_t row = 0; row != bounds.num_rows(); ++row, to += sizeof(std::uint64_t))
        store(to, bounds.end(row) == 0 ? std::uint64_t{0} : (*this)[bounds.end(row) - 1]);
    return {x_element_ends.data(), bounds.num_rows()};
}

std::size_t offsets::append_rows(const offsets& from, row_order rows, std::size_t n) {
    if (from.x_total == 0) return append_repeated(0, n), 0;  // nobody has links, say
    const std::uint64_t before = x_total;
    char* to = x_bytes.extend(n * sizeof(std::uint64_t));
    for (const std::uint32_t row : rows) {
        const std::size_t begin = from.x_bounds.begin(row);
        const std::size_t end = from.x_bounds.end(row);
        std::uint64_t last = begin == 0 ? 0 : from[begin - 1];
        for (std::size_t i = begin; i != end; ++i, to += sizeof(std::uint64_t)) {
            x_total += from[i] - std::exchange(last, from[i]);
            store(to, x_total);
        }
    }
    COLBLOCK_ASSUME(to == x_bytes.data() + x_bytes.size());
    return x_total - before;
}

void offsets::decode(wire::cursor& in, std::size_t n) {
    const byte_view raw = in.elements(n, sizeof(std::uint64_t));
    std::uint64_t last = 0;
    const std::uint64_t base = x_total;
    for (std::size_t i = 0; i * sizeof(std::uint64_t) != raw.size(); ++i) {
        const auto end = load<std::uint64_t>(raw.data() + i * sizeof(std::uint64_t));
        if (end < last) return in.fail(errc::bad_offsets);
        append(end - last);
        last = end;
    }
    // Every element takes at least one bit of what follows; a sum past that is a lie that would be
    // believed by the elements' decoders.
    if (x_total - base > std::uint64_t{in.remaining()} * 8 + 8) in.fail(errc::truncated);
}

}  // namespace colblock::column
