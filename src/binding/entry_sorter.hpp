// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "colblock/otlp/value.hpp"

namespace colblock::binding {

/// Puts the entries of each row into the order of their keys, bytewise; equal keys stay as sent.
///
/// Records of one kind carry the same keys in the same order, so the order found for a row is kept, and with it the
/// length and the first eight bytes of each key. A row in which these are the same, and differ from each other, has
/// the same order; in others the keys are compared.
class entry_sorter {
public:
    /// The entries of all rows, sorted within each; row i ends at ends[i]. Valid until the next call.
    std::span<const otlp::attribute> sort(std::span<const otlp::attribute> items, std::span<const std::uint32_t> ends);

private:
    struct entry {
        std::uint64_t head;   // the first eight bytes of the key, as they lie in memory
        std::uint64_t mask;   // those of them that are the key's
        std::uint32_t len;    // of the key
        std::uint32_t place;  // in the row as it was sent
    };
    struct order {
        std::vector<entry> entries;  // a multiple of `step`: behind the last the first one again
        std::size_t num_keys = 0;
        bool heads_decide = false;   // they ascend strictly, compared bytewise
    };
    using row_view = std::span<const otlp::attribute>;

    // Entries are taken by so many, because whether rows have three or four is hard to predict.
    static constexpr std::size_t step = 4;

    [[nodiscard]] static bool take(const order& known, row_view row, otlp::attribute* to) noexcept;
    static void find(order& known, row_view row);
    static void learn(order& known, row_view row);
    [[nodiscard]] static bool fits(const order& known, row_view row) noexcept;

    std::vector<otlp::attribute> x_sorted;
    std::array<order, 32> x_orders;  // by number of keys; the last for all rows of more
};

}  // namespace colblock::binding
