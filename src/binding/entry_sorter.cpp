// SPDX-License-Identifier: Apache-2.0
#include "binding/entry_sorter.hpp"

#include <algorithm>

#include "colblock/base/assume.hpp"
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

std::uint64_t mask_of(byte_view key) { return key.size() >= 8 ? ~std::uint64_t{0} : ~(~std::uint64_t{0} << 8 * key.size()); }

}  // namespace

std::span<const otlp::attribute> entry_sorter::sort(std::span<const otlp::attribute> items,
                                                    std::span<const std::uint32_t> ends) {
    x_sorted.resize(items.size() + step);
    otlp::attribute* to = x_sorted.data();
    std::uint32_t begin = 0;
    for (const std::uint32_t end : ends) {
        const row_view row = items.subspan(begin, end - begin);
        order& known = x_orders[std::min(row.size(), x_orders.size() - 1)];
        if (COLBLOCK_UNLIKELY(!take(known, row, to))) {
            find(known, row);
            for (std::size_t i = 0; i != row.size(); ++i) to[i] = row[known.entries[i].place];
        }
        to += row.size();
        begin = end;
    }
    return {x_sorted.data(), items.size()};
}

// Writes `row` in the order that is known, up to the next multiple of `step`. False if it may not be the order of this row.
bool entry_sorter::take(const order& known, row_view row, otlp::attribute* to) noexcept {
    if (known.num_keys != row.size()) return false;
    std::uint64_t differing = 0;
    const std::size_t num_entries = (row.size() + step - 1) / step * step;
    for (std::size_t i = 0; i != num_entries; ++i) {
        const entry& e = known.entries[i];
        const otlp::attribute& item = row[e.place];
        differing |= ((load<std::uint64_t>(item.key.data()) & e.mask) ^ e.head) | (item.key.size() ^ e.len);
        to[i] = item;
    }
    return differing == 0 && (known.heads_decide || fits(known, row));
}

// Makes `known` the order of `row`, of which it was not certain.
COLBLOCK_NOINLINE void entry_sorter::find(order& known, row_view row) {
    if (known.num_keys != row.size() || !fits(known, row)) {
        known.num_keys = row.size();
        known.entries.resize((row.size() + step - 1) / step * step);
        const auto in_order = std::span(known.entries).first(row.size());
        for (std::size_t i = 0; i != row.size(); ++i) in_order[i].place = static_cast<std::uint32_t>(i);
        std::ranges::sort(in_order, [row](const entry& a, const entry& b) {
            return comes_before(row[a.place].key, row[b.place].key) ||
                   (a.place < b.place && !comes_before(row[b.place].key, row[a.place].key));
        });
    }
    learn(known, row);
}

// Keeps the heads of the keys of `row`, which are in the order `known`.
void entry_sorter::learn(order& known, row_view row) {
    known.heads_decide = true;
    for (std::size_t i = 0; i != row.size(); ++i) {
        entry& e = known.entries[i];
        const byte_view key = row[e.place].key;
        e.mask = mask_of(key);
        e.head = load<std::uint64_t>(key.data()) & e.mask;
        e.len = static_cast<std::uint32_t>(key.size());
        known.heads_decide &= i == 0 || prefix(row[known.entries[i - 1].place].key) < prefix(key);
    }
    for (std::size_t i = row.size(); i < known.entries.size(); ++i) known.entries[i] = known.entries[0];
}

// Strictly ascending, or equal and as sent: then the order is the one that sorting would find.
bool entry_sorter::fits(const order& known, row_view row) noexcept {
    const std::vector<entry>& entries = known.entries;
    std::uint64_t last_prefix = row.empty() ? 0 : prefix(row[entries[0].place].key);
    for (std::size_t i = 1; i < row.size(); ++i) {
        const byte_view key = row[entries[i].place].key;
        const std::uint64_t this_prefix = prefix(key);
        if (this_prefix <= last_prefix) {
            const byte_view before = row[entries[i - 1].place].key;
            const int ordering = this_prefix < last_prefix ? -1 : key.compare(before);
            if (ordering < 0 || (ordering == 0 && entries[i - 1].place > entries[i].place)) return false;
        }
        last_prefix = this_prefix;
    }
    return true;
}

}  // namespace colblock::binding
