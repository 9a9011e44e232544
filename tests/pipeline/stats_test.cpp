// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stats.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace colblock::pipeline {
namespace {

using namespace std::chrono_literals;

double figure(const stats& s, std::string_view name, std::string_view label_value = {}) {
    for (const auto& each : s.figures())
        if (each.name == name && each.value_of_label == label_value) return each.value;
    return -1;
}

TEST(Stats, FiguresShowWhatWasCounted) {
    stats s;
    s.of(signal::logs).requests.add(3);
    s.rows_inserted.add(7);
    s.groups[static_cast<std::size_t>(leave_reason::linger)].add();
    s.insert_failed(252);
    s.insert_failed(252);
    s.held_len = 5;
    EXPECT_EQ(figure(s, "colblock_requests_total", "logs"), 3);
    EXPECT_EQ(figure(s, "colblock_requests_total", "traces"), 0);
    EXPECT_EQ(figure(s, "colblock_rows_inserted_total"), 7);
    EXPECT_EQ(figure(s, "colblock_groups_total", "linger"), 1);
    EXPECT_EQ(figure(s, "colblock_insert_failures_total", "252"), 2);
    EXPECT_EQ(figure(s, "colblock_held_bytes"), 5);
}

TEST(Stats, EveryFigureHasASentenceAndItsNameOnce) {
    stats s;
    s.insert_failed(1);
    std::set<std::string_view> closed;
    std::string_view last;
    for (const auto& each : s.figures()) {
        EXPECT_TRUE(each.sentence.ends_with('.')) << each.name;
        EXPECT_TRUE(each.name.starts_with("colblock_"));
        EXPECT_EQ(each.is_gauge, !each.name.ends_with("_total")) << each.name;
        if (each.name == last) continue;
        EXPECT_TRUE(closed.insert(each.name).second) << each.name << " appears in two places";
        last = each.name;
    }
}

TEST(Stats, DurationsFallIntoTheirBuckets) {
    duration_histogram h;
    h.add(5ms);
    h.add(6ms);
    h.add(31s);
    EXPECT_EQ(h.count(0), 1u) << "bounds are inclusive";
    EXPECT_EQ(h.count(1), 1u);
    EXPECT_EQ(h.count(duration_histogram::num_buckets - 1), 1u);
    EXPECT_DOUBLE_EQ(h.sum_seconds(), 31.011);
}

}  // namespace
}  // namespace colblock::pipeline
