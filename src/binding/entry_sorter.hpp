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
/// Records of one kind carry the same keys in the same order, so the order found for a row is kept and
/// tried on the next row of as many keys: that these ascend in it is what makes it right, and n - 1
/// comparisons show it.
class entry_sorter {
public:
    /// The entries of all rows, sorted within each; row i ends at ends[i]. Valid until the next call.
    std::span<const otlp::attribute> sort(std::span<const otlp::attribute> items, std::span<const std::uint32_t> ends);

private:
    using order = std::vector<std::uint32_t>;  // order[i] is the place in the row of what comes i-th

    [[nodiscard]] const order& order_of(std::span<const otlp::attribute> row);

    std::vector<otlp::attribute> x_sorted;
    std::array<order, 32> x_orders;  // by number of keys; the last for all rows of more
};

}  // namespace colblock::binding
