// SPDX-License-Identifier: Apache-2.0
// Every column type through our client into real servers and back: the two rows that samples.hpp has typed by
// hand, defaults and the two rows again. What comes back is what was sent, value by value.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "colblock/column/factory.hpp"
#include "column/samples.hpp"
#include "integration/client_support.hpp"
#include "support/hex.hpp"

namespace colblock::client {
namespace {

using column::sample;

constexpr std::size_t num_defaults = 200;  // so many that sparse columns are sent, and kept and sent back by 26.7
constexpr std::size_t num_rows = 2 * column::rows_of_a_sample + num_defaults;

/// What no table can have, though blocks can.
constexpr auto never_stored = std::to_array<std::string_view>({"Nothing", "Nullable(Nothing)"});

/// What 18.16 knows, by what a type text may not contain there. Nested columns it keeps flattened (below), and
/// arrays of LowCardinality that are all empty it does not read back natively (ClickHouse issue 3907).
bool is_old_enough(std::string_view type) {
    constexpr auto newer = std::to_array<std::string_view>(
        {"Int128", "Int256", "BFloat16", "Bool", "Date32", "DateTime64", "Time", "Interval", "(76", "IPv", "Map(",
         "Tuple()", "Nested", "Array(LowCardinality(UInt8))", "Simple", "Point", "Ring", "Polygon", "LowCardinality(Float64)", "LowCardinality(UUID)"});
    const bool is_datetime = type.find("DateTime") != type.npos && type.find("DateTime64") == type.npos;
    return std::ranges::none_of(newer, [&](std::string_view word) {
        return type.find(word) != type.npos && !(word == "Time" && is_datetime);
    });
}

std::vector<sample> samples_of(bool old) {
    std::vector<sample> known;
    for (const sample& s : column::samples)
        if (std::ranges::find(never_stored, s.type) == never_stored.end() && (!old || is_old_enough(s.type)))
            known.push_back(s);
    return known;
}

/// Four rows of the sample, with defaults between them.
block::block rows_of(const sample& s) {
    block::block made;
    auto column = column::make(s.type);
    EXPECT_TRUE(column) << s.type;
    for (int round = 0; round != 2; ++round) {
        const std::string bytes = support::hex(s.prefix) + support::hex(s.data);
        wire::cursor in(bytes);
        column->decode_prefix(in);
        column->decode(in, column::rows_of_a_sample);
        EXPECT_TRUE(in.ok() && in.at_end()) << s.type;
        if (round == 0) column->append_defaults(num_defaults);
    }
    made.num_rows = column->num_rows();
    made.columns.push_back({"v", std::move(*column)});
    return made;
}

/// What stands at a NULL is nobody's business: a server that stores the column sparse forgets it.
std::string without_values_of_nulls(std::string_view type, std::string bytes) {
    const std::size_t width = (bytes.size() - num_rows) / num_rows;
    if (!type.starts_with("Nullable(") || bytes.size() != num_rows * (width + 1)) return bytes;
    for (std::size_t row = 0; row != num_rows; ++row)
        if (bytes[row] != 0) bytes.replace(num_rows + row * width, width, width, '\0');
    return bytes;
}

class stored_type {
public:
    /// Tables are made over a connection of their own: old revisions know few settings.
    stored_type(blocking_connection& server, blocking_connection& maker, bool old)
        : x_server(server), x_maker(maker), x_old(old) {}

    void expect_round_trip(const sample& s, const std::string& table) {
        const block::block rows = rows_of(s);
        ASSERT_EQ(rows.num_rows, num_rows);
        create(s, table);
        const sealed_block sealed = seal(rows, x_server.server(), "lz4");
        const std::span<const byte_view> blocks[] = {sealed.views()};
        const auto done = x_server.insert({.sql = "INSERT INTO " + table + " (v) FORMAT Native"}, blocks);
        ASSERT_TRUE(done) << to_text(done.error());
        ASSERT_EQ(number(x_server, "count()", "FROM " + table), num_rows);

        const std::string expected = without_values_of_nulls(s.type, support::encoded(rows.columns[0].column));
        ASSERT_GT(expected.size(), num_rows / 2);
        for (const bool compressed : {true, false}) {
            const auto back = x_server.query({.sql = "SELECT v FROM " + table, .compressed = compressed});
            ASSERT_TRUE(back) << to_text(back.error());
            std::size_t num_blocks = 0;
            for (const block::block& b : *back) {
                if (b.num_rows == 0) continue;
                ++num_blocks;
                EXPECT_EQ(b.num_rows, num_rows);
                EXPECT_EQ(b.columns.at(0).column.type(), s.type);
                EXPECT_EQ(without_values_of_nulls(s.type, support::encoded(b.columns.at(0).column)), expected);
            }
            EXPECT_EQ(num_blocks, 1u);
        }
    }

private:
    // Settings are sent along: 18.16 has none in CREATE.
    void create(const sample& s, const std::string& table) {
        static const setting of_old[] = {{"allow_experimental_low_cardinality_type", "1"}};
        static const setting of_new[] = {{"allow_suspicious_low_cardinality_types", "1"},
                                         {"flatten_nested", "0"},
                                         {"enable_time_time64_type", "1"}};
        request with{.sql = {}};
        with.settings = x_old ? std::span<const setting>(of_old) : std::span<const setting>(of_new);
        const std::string sql = "CREATE TABLE " + table + " (v " + std::string(s.type) + ") ENGINE = " +
                                (x_old ? "Memory" : "MergeTree ORDER BY tuple()");  // 18.16 cannot count tuples
        with.sql = sql;
        const auto made = x_maker.execute(with);
        ASSERT_TRUE(made) << to_text(made.error());
    }

    blocking_connection& x_server;
    blocking_connection& x_maker;
    bool x_old;
};

void expect_every_type(support::server& one, bool old, wire::revision revision) {
    blocking_connection maker = must_open(one.options());
    options with = one.options();
    with.revision = revision;
    blocking_connection server = must_open(with);
    std::size_t num_types = 0;
    for (const sample& s : samples_of(old)) {
        SCOPED_TRACE(std::string(s.type) + " at " + std::to_string(revision));
        if (!server.usable()) server = must_open(with);
        stored_type(server, maker, old).expect_round_trip(
            s, "every_" + std::to_string(revision) + "_" + std::to_string(num_types++));
    }
    EXPECT_GE(num_types, old ? 30u : 80u);
}

support::server& shared_server(const std::string& which) {
    static std::map<std::string, std::unique_ptr<support::server>> servers;
    std::unique_ptr<support::server>& one = servers[which];
    if (!one) one = std::make_unique<support::server>(std::vector<std::string>{which});
    return *one;
}

/// Nested as tables have it by default: one array a member, all of the same lengths.
void expect_nested_round_trip(support::server& one) {
    blocking_connection server = must_open(one.options());
    must_execute(server, "CREATE TABLE flattened (id UInt8, n Nested(a UInt8, b String)) ENGINE = Memory");
    block::block rows;
    const std::pair<const char*, sample> columns[] = {
        {"n.b", {"Array(String)", "", "0200000000000000 0300000000000000  0161 00 026263"}},
        {"n.a", {"Array(UInt8)", "", "0200000000000000 0300000000000000  010203"}},
        {"id", {"UInt8", "", "07 08"}}};
    for (const auto& [name, s] : columns) {
        auto column = column::make(s.type);
        const std::string bytes = support::hex(s.data);
        wire::cursor in(bytes);
        column->decode(in, column::rows_of_a_sample);
        rows.columns.push_back({name, *std::move(column)});
    }
    rows.num_rows = column::rows_of_a_sample;
    const sealed_block sealed = seal(rows, server.server(), "lz4");
    const std::span<const byte_view> blocks[] = {sealed.views()};
    const auto done = server.insert({.sql = "INSERT INTO flattened (n.b, n.a, id) FORMAT Native"}, blocks);
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(number(server, "count()", "FROM flattened WHERE id = 7 AND n.a = [1, 2] AND n.b = ['a', '']"), 1u);
    EXPECT_EQ(number(server, "count()", "FROM flattened WHERE id = 8 AND n.a = [3] AND n.b = ['bc']"), 1u);
    const auto back = server.query({.sql = "SELECT n.b, n.a, id FROM flattened"});
    ASSERT_TRUE(back) << to_text(back.error());
    std::string sent;
    for (const block::named_column& c : rows.columns) sent += support::encoded(c.column);
    EXPECT_EQ(bytes_of(*back), sent);
}

TEST(EveryTypeStored, By26AsItWasSent) {
    support::server& one = shared_server("engine");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    expect_every_type(one, false, wire::newest_revision);
}

// Without sparse columns and with fewer headers: as an older client would.
TEST(EveryTypeStored, By26AsAnOlderRevisionSendsIt) {
    support::server& one = shared_server("engine");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    expect_every_type(one, false, 54412);
}

TEST(EveryTypeStored, By18AsFarAsItIsKnownThere) {
    support::server& one = shared_server("old");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    expect_every_type(one, true, wire::newest_revision);
}

TEST(EveryTypeStored, NestedColumnsAreFlattenedByBoth) {
    for (const char* which : {"engine", "old"}) {
        SCOPED_TRACE(which);
        support::server& one = shared_server(which);
        if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
        expect_nested_round_trip(one);
    }
}

}  // namespace
}  // namespace colblock::client
