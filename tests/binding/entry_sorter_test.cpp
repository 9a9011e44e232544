// SPDX-License-Identifier: Apache-2.0
#include "binding/entry_sorter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace colblock::binding {
namespace {

using entries = std::vector<std::pair<std::string, std::int64_t>>;

// Keys with padding behind them that is not zero, as in a payload. A value is the place at which an entry was sent.
class attribute_table {
public:
    void add(const std::vector<std::string>& row) {
        for (const std::string& key : row) {
            const std::string& padded = x_texts.emplace_back(key + std::string(64, 'x'));
            otlp::attribute& item = x_items.emplace_back();
            item.key = {padded.data(), key.size()};
            item.value.kind = otlp::value_kind::integer;
            item.value.integer = static_cast<std::int64_t>(x_items.size());
        }
        x_ends.push_back(static_cast<std::uint32_t>(x_items.size()));
    }
    [[nodiscard]] entries sorted_by(entry_sorter& sorter) const { return list(sorter.sort(x_items, x_ends)); }
    [[nodiscard]] entries expected() const {
        std::vector<otlp::attribute> sorted = x_items;
        std::size_t begin = 0;
        for (const std::size_t end : x_ends) {
            std::stable_sort(sorted.begin() + static_cast<std::ptrdiff_t>(begin), sorted.begin() + static_cast<std::ptrdiff_t>(end),
                             [](const otlp::attribute& a, const otlp::attribute& b) { return a.key < b.key; });
            begin = end;
        }
        return list(sorted);
    }

private:
    static entries list(std::span<const otlp::attribute> items) {
        entries made;
        for (const otlp::attribute& item : items) made.emplace_back(item.key, item.value.integer);
        return made;
    }

    std::deque<std::string> x_texts;
    std::vector<otlp::attribute> x_items;
    std::vector<std::uint32_t> x_ends;
};

void expect_sorted(entry_sorter& sorter, const std::vector<std::vector<std::string>>& rows) {
    attribute_table table;
    for (const auto& row : rows) table.add(row);
    EXPECT_EQ(table.sorted_by(sorter), table.expected());
}

TEST(EntrySorter, AnOrderIsKeptOnlyForRowsThatHaveIt) {
    entry_sorter sorter;
    expect_sorted(sorter, {{"b", "a"}, {"a", "b"}, {"b", "a"}, {"b", "c"}, {"c", "b"}});
    // Keys of one length and one beginning: only what stands behind that tells them apart.
    expect_sorted(sorter, {{"http.request.b", "http.request.a"}, {"http.request.a", "http.request.b"}});
    // The same beginnings as in the row before, but another length.
    expect_sorted(sorter, {{"prefix-8", "prefix"}, {"prefix-8!", "prefix"}, {"prefix", "prefix-8"}});
    expect_sorted(sorter, {{"ab", "abc", "abcd"}, {"abcd", "abc", "ab"}, {"", "a", "b"}, {"b", "", "a"}});
}

TEST(EntrySorter, EqualKeysStayAsTheyWereSent) {
    entry_sorter sorter;
    expect_sorted(sorter, {{"k", "a", "k"}, {"k", "k", "a"}, {"k", "k", "k"}, {"a", "k", "k"}});
}

TEST(EntrySorter, AgreesWithAStableSortDifferential) {
    std::mt19937 random(1);
    const std::vector<std::string> stock = {"",  "a",  std::string("a\0", 2), "ab", "http.request.method", "http.request.body.size",
                                            "http.route", "http.response.status_code", "url.scheme", "\xff\xff", "db.system", "zz"};
    entry_sorter sorter;
    for (int round = 0; round != 2'000; ++round) {
        attribute_table table;
        std::vector<std::string> row;
        for (std::size_t n = random() % 12; n != 0; --n) {
            if (random() % 3 == 0) {  // else much as the row before
                row.clear();
                for (std::size_t i = random() % (random() % 20 == 0 ? 60 : 7); i != 0; --i) row.push_back(stock[random() % stock.size()]);
            }
            if (!row.empty() && random() % 4 == 0) row[random() % row.size()] = stock[random() % stock.size()];
            table.add(row);
        }
        ASSERT_EQ(table.sorted_by(sorter), table.expected()) << "round " << round;
    }
}

}  // namespace
}  // namespace colblock::binding
