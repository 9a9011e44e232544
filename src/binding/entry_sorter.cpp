// SPDX-License-Identifier: Apache-2.0
#include "binding/entry_sorter.hpp"

#include <algorithm>
#include <numeric>

#include "colblock/base/endian.hpp"

namespace colblock::binding {

namespace {

// The first eight bytes in the order in which they compare. Keys are padded; what is behind a short
// one is shifted out.
std::uint64_t prefix(byte_view key) {
    const std::uint64_t bytes = __builtin_bswap64(load<std::uint64_t>(key.data()));
    return key.size() >= 8 ? bytes : key.empty() ? 0 : bytes & ~std::uint64_t{0} << (64 - 8 * key.size());
}

bool comes_before(byte_view a, byte_view b) {
    const std::uint64_t first = prefix(a);
    const std::uint64_t second = prefix(b);
    return first != second ? first < second : a < b;
}

// Strictly ascending, or equal and as sent: then the order is the one that sorting would find.
bool fits(std::span<const std::uint32_t> order, std::span<const otlp::attribute> row) {
    if (row.size() != order.size()) return false;
    std::uint64_t last_prefix = order.empty() ? 0 : prefix(row[order[0]].key);
    for (std::size_t i = 1; i < order.size(); ++i) {
        const byte_view key = row[order[i]].key;
        const std::uint64_t this_prefix = prefix(key);
        if (this_prefix <= last_prefix) {
            const int ordering = this_prefix < last_prefix ? -1 : key.compare(row[order[i - 1]].key);
            if (ordering < 0 || (ordering == 0 && order[i - 1] > order[i])) return false;
        }
        last_prefix = this_prefix;
    }
    return true;
}

}  // namespace

std::span<const otlp::attribute> entry_sorter::sort(std::span<const otlp::attribute> items,
                                                    std::span<const std::uint32_t> ends) {
    x_sorted.resize(items.size());
    otlp::attribute* to = x_sorted.data();
    std::uint32_t begin = 0;
    for (const std::uint32_t end : ends) {
        const auto row = items.subspan(begin, end - begin);
        for (const std::uint32_t place : order_of(row)) *to++ = row[place];
        begin = end;
    }
    return x_sorted;
}

const entry_sorter::order& entry_sorter::order_of(std::span<const otlp::attribute> row) {
    order& kept = x_orders[std::min(row.size(), x_orders.size() - 1)];
    if (fits(kept, row)) return kept;
    kept.resize(row.size());
    std::iota(kept.begin(), kept.end(), 0u);
    std::sort(kept.begin(), kept.end(), [row](std::uint32_t a, std::uint32_t b) {
        return comes_before(row[a].key, row[b].key) || (a < b && !comes_before(row[b].key, row[a].key));
    });
    return kept;
}

}  // namespace colblock::binding
