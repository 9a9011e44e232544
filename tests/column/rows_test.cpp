// SPDX-License-Identifier: Apache-2.0
// Rows in another order, where a column holds them otherwise than one after the other: as runs, and inside of others.
#include "colblock/column/rows.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "colblock/column/array.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/map.hpp"
#include "colblock/column/string.hpp"
#include "support/encoded.hpp"

namespace colblock::column {
namespace {

using support::encoded;
using repeated_low_cardinality = low_cardinality<string_dictionary, runs>;
using plain_low_cardinality = low_cardinality<string_dictionary>;
using repeated_map = map<repeated_low_cardinality, repeated_string>;
using plain_map = map<plain_low_cardinality, string>;

std::vector<std::uint32_t> shuffled(std::size_t num_rows, std::mt19937& random) {
    std::vector<std::uint32_t> rows(num_rows);
    std::iota(rows.begin(), rows.end(), 0);
    std::ranges::shuffle(rows, random);
    return rows;
}

template <class Column>
Column taken(Column& from, row_order rows, Column into = {}) {
    from.index_rows(row_bounds(from.num_rows()));
    into.append_rows(from, rows, rows.size());
    return into;
}

// The lengths around which strings are copied or their own length grows.
std::string text(std::mt19937& random) {
    constexpr std::size_t lengths[] = {0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 300};
    return std::string(lengths[random() % std::size(lengths)], static_cast<char>('a' + random() % 3));
}

TEST(Rows, OfRunsAreThoseOfTheColumnWrittenOut) {
    std::mt19937 random(1);
    for (int round = 0; round != 200; ++round) {
        repeated_string in_runs;
        string written_out;
        while (in_runs.num_rows() < 60) {
            const std::string value = text(random);
            const std::size_t n = 1 + random() % 2 * (random() % 20);
            in_runs.append_repeated(value, n);
            for (std::size_t i = 0; i != n; ++i) written_out.append(value);
        }
        const auto rows = shuffled(in_runs.num_rows(), random);
        EXPECT_EQ(encoded(taken(in_runs, rows)), encoded(taken(written_out, rows)));
    }
}

TEST(Rows, EqualNeighboursBecomeARunAgain) {
    repeated_string from;
    for (int i = 0; i != 50; ++i) {
        from.append_repeated(std::string(100, 'a'), 10);
        from.append_repeated(std::string(100, 'b'), 10);
    }
    std::vector<std::uint32_t> rows;
    for (std::uint32_t offset : {0u, 10u})
        for (std::uint32_t row = 0; row != from.num_rows(); ++row)
            if (row / 10 % 2 * 10 == offset) rows.push_back(row);
    const repeated_string sorted = taken(from, rows);
    EXPECT_EQ(sorted.num_rows(), 1'000u);
    EXPECT_EQ(sorted.byte_len(), 101'000u);
    wire::segments pieces;
    sorted.encode(pieces);
    EXPECT_EQ(pieces.num_pieces(), 2u);
}

// Attributes of resources: some of them one after the other, some as runs.
void append_sources(repeated_map& in_runs, plain_map& written_out, std::mt19937& random) {
    const std::size_t num = random() % 5;
    const std::size_t n = 1 + random() % 2 * (random() % 300);
    std::vector<std::uint32_t> ids(num);
    std::vector<std::string> keys(num);
    for (std::string& key : keys) key = text(random);
    for (std::size_t i = 0; i != num; ++i) ids[i] = in_runs.keys().dictionary().id_of_unpadded(keys[i]);
    in_runs.offsets().append_repeated(num, n);
    in_runs.keys().append_ids_repeated(ids, n);
    const std::size_t begin = in_runs.values().bytes().size();
    for (const std::string& key : keys) in_runs.values().append("value of " + key);
    in_runs.values().repeat_rows(begin, num, n);
    written_out.offsets().append_repeated(num, n);
    for (std::size_t i = 0; i != n; ++i)
        for (const std::string& key : keys) {
            written_out.keys().append(key);
            written_out.values().append("value of " + key);
        }
}

TEST(Rows, OfMapsTakeTheirEntriesWithThem) {
    std::mt19937 random(2);
    for (int round = 0; round != 100; ++round) {
        repeated_map in_runs;
        plain_map written_out;
        while (in_runs.num_rows() < 600) append_sources(in_runs, written_out, random);
        const auto rows = shuffled(in_runs.num_rows(), random);
        EXPECT_EQ(encoded(taken(in_runs, rows)), encoded(taken(written_out, rows)));
        const auto some = row_order(rows).first(rows.size() / 3);
        EXPECT_EQ(encoded(taken(in_runs, some)), encoded(taken(written_out, some)));
    }
}

// An outer row that holds parts of several runs, which are nowhere in one piece.
TEST(Rows, OfArraysOverRunsAreRight) {
    std::mt19937 random(3);
    for (int round = 0; round != 100; ++round) {
        array<repeated_map> in_runs;
        array<plain_map> written_out;
        while (in_runs.elements().num_rows() < 600)
            append_sources(in_runs.elements(), written_out.elements(), random);
        for (std::size_t left = in_runs.elements().num_rows(); left != 0;) {
            const std::size_t num = std::min<std::size_t>(left, random() % 40);
            in_runs.offsets().append(num);
            written_out.offsets().append(num);
            left -= num;
        }
        const auto rows = shuffled(in_runs.num_rows(), random);
        EXPECT_EQ(encoded(taken(in_runs, rows)), encoded(taken(written_out, rows)));
    }
}

TEST(Rows, OfFixedWidthAreRightAsRunsToo) {
    fixed<datetime64_type, runs> in_runs({.scale = 9, .timezone = "UTC"});
    datetime64 written_out({.scale = 9, .timezone = "UTC"});
    for (std::int64_t value = 0; value != 20; ++value) {
        in_runs.append_repeated(value, 50);
        written_out.append_repeated(value, 50);
    }
    std::mt19937 random(4);
    const auto rows = shuffled(in_runs.num_rows(), random);
    EXPECT_EQ(encoded(taken(in_runs, rows)), encoded(taken(written_out, rows)));
}

TEST(Rows, OfADictionaryAreNumberedByTheirFirstAppearance) {
    plain_low_cardinality from;
    for (const char* value : {"a", "b", "", "c"}) from.append(byte_view(value));
    const std::uint32_t rows[] = {3, 1, 2, 3};
    plain_low_cardinality expected;
    for (const char* value : {"c", "b", "", "c"}) expected.append(byte_view(value));
    EXPECT_EQ(encoded(taken(from, rows)), encoded(expected));
}

TEST(Rows, OfALargeDictionaryWidenTheIndexes) {
    plain_low_cardinality from;
    for (int i = 0; i != 700; ++i) from.append(byte_view(std::to_string(i)));
    std::vector<std::uint32_t> rows(700);
    std::iota(rows.rbegin(), rows.rend(), 0);
    plain_low_cardinality expected;
    for (int i = 700; i-- != 0;) expected.append(byte_view(std::to_string(i)));
    EXPECT_EQ(encoded(taken(from, rows)), encoded(expected));
}

TEST(Rows, WithoutAnyElementsAreEmpty) {
    array<plain_map> from;
    from.append_defaults(3);
    const std::uint32_t rows[] = {2, 0, 1};
    EXPECT_EQ(encoded(taken(from, rows)), encoded(from));
    array<repeated_map> in_runs;
    in_runs.append_defaults(3);
    EXPECT_EQ(encoded(taken(in_runs, rows)), encoded(in_runs));
}

TEST(Rows, AreAppendedBehindOthers) {
    string from;
    for (const char* value : {"x", "yy", "zzz"}) from.append(value);
    string into;
    into.append("first");
    const std::uint32_t rows[] = {2, 0};
    string expected;
    for (const char* value : {"first", "zzz", "x"}) expected.append(value);
    EXPECT_EQ(encoded(taken(from, rows, into)), encoded(expected));
}

}  // namespace
}  // namespace colblock::column
