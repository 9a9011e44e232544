// SPDX-License-Identifier: Apache-2.0
#include "binding/row_sorter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "colblock/column/array.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/string.hpp"

namespace colblock::binding {
namespace {

constexpr std::int64_t ns_a_second = 1'000'000'000;

// A table whose columns have the types that keys have.
struct rows {
    column::low_cardinality<column::string_dictionary> service;
    column::string trace_id;
    column::datetime64 time{{.scale = 9, .timezone = "UTC"}};
    column::datetime64 millis{{.scale = 3, .timezone = ""}};
    column::datetime seconds;
    column::int32 number;
    column::array<column::string> list;
    std::vector<std::tuple<std::string, std::string, std::int64_t, std::int32_t>> values;

    void append(const std::string& name, const std::string& id, std::int64_t at, std::int32_t n = 0) {
        service.append(byte_view(name));
        trace_id.append(id);
        time.append(at);
        millis.append(at / 1'000'000);
        seconds.append(static_cast<std::uint32_t>(at / ns_a_second));
        number.append(n);
        values.emplace_back(name, id, at, n);
    }
    std::vector<block::column_view> views() {
        return {{"service", service}, {"trace_id", trace_id}, {"time", time}, {"a b", millis},
                {"seconds", seconds}, {"number", number},     {"list", list}};
    }
    std::vector<std::uint32_t> sorted(std::string_view key) {
        const auto columns = views();
        for (column::ref each : {column::ref(service), column::ref(trace_id), column::ref(time)})
            each.index_rows(column::row_bounds(values.size()));
        const auto sorter = make_row_sorter(key, columns);
        if (sorter == nullptr) return {};
        const auto order = sorter->sort(values.size());
        return {order.begin(), order.end()};
    }
    // What std::stable_sort makes of keys that `key_of` takes from a row's values.
    template <class KeyOf>
    std::vector<std::uint32_t> expected(const KeyOf& key_of) const {
        std::vector<std::uint32_t> order(values.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, {}, [&](std::uint32_t row) {
            const auto& [name, id, at, n] = values[row];
            return key_of(name, id, at, n);
        });
        return order;
    }
};

rows at_random(std::uint32_t seed) {
    std::mt19937 random(seed);
    rows made;
    for (int i = 0; i != 3'000; ++i) {
        std::string id(random() % 12, 'x');
        for (char& c : id) c = static_cast<char>("\0ab\xff"[random() % 4]);
        made.append("service " + std::to_string(random() % 30), id, static_cast<std::int64_t>(random() % 20) * ns_a_second / 4,
                    static_cast<std::int32_t>(random() % 7) - 3);
    }
    return made;
}

TEST(RowSorter, SortsAsTheServerDoes) {
    rows r = at_random(1);
    EXPECT_EQ(r.sorted("service, time"), r.expected([](auto name, auto, auto at, auto) { return std::tuple(name, at); }));
    EXPECT_EQ(r.sorted("service, toUnixTimestamp(time), trace_id"),
              r.expected([](auto name, auto id, auto at, auto) { return std::tuple(name, at / ns_a_second, id); }));
    EXPECT_EQ(r.sorted("trace_id, service, time"),
              r.expected([](auto name, auto id, auto at, auto) { return std::tuple(id, name, at); }));
    EXPECT_EQ(r.sorted("trace_id, trace_id, number, time"),
              r.expected([](auto, auto id, auto at, auto n) { return std::tuple(id, n, at); }));
    EXPECT_EQ(r.sorted("number, toDateTime(`a b`), service"),
              r.expected([](auto name, auto, auto at, auto n) { return std::tuple(n, at / ns_a_second, name); }));
    EXPECT_EQ(r.sorted("toStartOfMinute(seconds), number"),
              r.expected([](auto, auto, auto at, auto n) { return std::tuple(at / ns_a_second / 60, n); }));
}

TEST(RowSorter, EqualKeysStayInTheOrderOfArrival) {
    rows r;
    for (int i = 0; i != 100; ++i) r.append("same", "same", 7);
    const auto order = r.sorted("service, time, trace_id");
    ASSERT_EQ(order.size(), 100u);
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

// Two times of 64 bits do not fit the packed number, nor do two texts.
TEST(RowSorter, KeysLongerThanAPackedNumberAreCompared) {
    rows r;
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t at : {most, std::int64_t{0}, most - 1, std::int64_t{1}})
        for (const std::int32_t n : {5, -5}) r.append("s", "long text " + std::to_string(at), at, n);
    EXPECT_EQ(r.sorted("time, time, number"), r.expected([](auto, auto, auto at, auto n) { return std::tuple(at, n); }));
    EXPECT_EQ(r.sorted("trace_id, number"), r.expected([](auto, auto id, auto, auto n) { return std::tuple(id, n); }));
}

TEST(RowSorter, WhatItDoesNotKnowItLeavesAlone) {
    rows r;
    for (const char* key : {"", "unknown", "service, unknown", "cityHash64(service)", "toDateTime(service)", "list",
                            "service DESC", "-time", "service time", "toDateTime(time", "toDateTime()", "(service)",
                            "toStartOfHour(number)", "service,"}) {
        EXPECT_EQ(make_row_sorter(key, r.views()), nullptr) << key;
    }
}

TEST(RowSorter, NoRowsAreSorted) {
    rows r;
    EXPECT_NE(make_row_sorter("service, time, trace_id", r.views()), nullptr);
    EXPECT_TRUE(r.sorted("service, time, trace_id").empty());
}

}  // namespace
}  // namespace colblock::binding
