// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/ddl.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace colblock::binding {
namespace {

using namespace literals;

// A run-time string has no way into a statement but through quotes.
static_assert(!std::is_constructible_v<sql, std::string>);
static_assert(!std::is_constructible_v<sql, std::string_view>);

TEST(Sql, QuotesIdentifiersSoThatNoneEndsEarly) {
    EXPECT_EQ(sql::identifier("logs").str(), "`logs`");
    EXPECT_EQ(sql::identifier("a`b").str(), "`a\\`b`");
    EXPECT_EQ(sql::identifier("a\\").str(), "`a\\\\`");
    EXPECT_EQ(sql::identifier("x`; DROP TABLE y; --").str(), "`x\\`; DROP TABLE y; --`");
}

TEST(Sql, QuotesTextsSoThatNoneEndsEarly) {
    EXPECT_EQ(sql::text("it's").str(), "'it\\'s'");
    EXPECT_EQ(sql::text("\\").str(), "'\\\\'");
}

TEST(Sql, LeavesColumnsThatAreWordsAsTheyAre) {
    EXPECT_EQ(sql::column("service_name").str(), "service_name");
    EXPECT_EQ(sql::column("events.name").str(), "`events.name`");
    EXPECT_EQ(sql::column("1st").str(), "`1st`");
    EXPECT_EQ(sql::column("").str(), "``");
    EXPECT_FALSE(sql::word("now()").has_value());
}

TEST(Interval, IsInTheLargestExactUnit) {
    EXPECT_EQ(interval(std::chrono::days(30)).str(), "toIntervalDay(30)");
    EXPECT_EQ(interval(std::chrono::hours(36)).str(), "toIntervalHour(36)");
    EXPECT_EQ(interval(std::chrono::minutes(90)).str(), "toIntervalMinute(90)");
    EXPECT_EQ(interval(std::chrono::seconds(61)).str(), "toIntervalSecond(61)");
}

table_definition every_clause() {
    table_definition table;
    table.name = "points";
    table.columns = {
        {"at", "DateTime", "Delta(4), ZSTD(1)", "it's when", {}, {}},
        {"host", "LowCardinality(String)", "", "", {}, {}},
        {"k8s.pod", "String", "", "", column_source::materialized, "host"_sql},
        {"version", "UInt64", "", "", column_source::fallback, "0"_sql},
        {"upper_host", "String", "", "", column_source::alias, "upper(host)"_sql},
    };
    table.indexes = {{"idx_host", "host", "set(100)", 4}, {"idx_pod", "`k8s.pod`", "text(tokenizer = 'array')"}};
    table.engine = "ReplacingMergeTree(`version`)";
    table.partition_by = "toYYYYMM(at)";
    table.primary_key = {"host"_sql};
    table.order_by = {"host"_sql, "cityHash64(host)"_sql};
    table.sample_by = "cityHash64(host)";
    table.ttl = {"at"_sql, std::chrono::days(7)};
    table.settings = {{"index_granularity", 8192}, {"ttl_only_drop_parts", 1}};
    return table;
}

TEST(Create, WritesEveryClauseOfATable) {
    EXPECT_EQ(create(every_clause(), {"my db", "{cluster}"}).str(),
              "CREATE TABLE IF NOT EXISTS `my db`.`points` ON CLUSTER `{cluster}`\n"
              "(\n"
              "    `at` DateTime COMMENT 'it\\'s when' CODEC(Delta(4), ZSTD(1)),\n"
              "    `host` LowCardinality(String),\n"
              "    `k8s.pod` String MATERIALIZED host,\n"
              "    `version` UInt64 DEFAULT 0,\n"
              "    `upper_host` String ALIAS upper(host),\n"
              "    INDEX idx_host host TYPE set(100) GRANULARITY 4,\n"
              "    INDEX idx_pod `k8s.pod` TYPE text(tokenizer = 'array')\n"
              ")\n"
              "ENGINE = ReplacingMergeTree(`version`)\n"
              "PARTITION BY toYYYYMM(at)\n"
              "PRIMARY KEY host\n"
              "ORDER BY (host, cityHash64(host))\n"
              "SAMPLE BY cityHash64(host)\n"
              "TTL at + toIntervalDay(7)\n"
              "SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1");
}

TEST(Create, LeavesOutWhatIsEmpty) {
    table_definition table;
    table.name = "t";
    table.columns = {{"a", "UInt8", "", "", {}, {}}};
    table.engine = "Null";
    EXPECT_EQ(create(table, {"d", ""}).str(), "CREATE TABLE IF NOT EXISTS `d`.`t`\n(\n    `a` UInt8\n)\nENGINE = Null");
}

TEST(Create, WritesViewsWithAndWithoutATarget) {
    const placement where{"d", "c"};
    EXPECT_EQ(create({"v_mv", "v_data", "SELECT 1 AS a"_sql}, where).str(),
              "CREATE MATERIALIZED VIEW IF NOT EXISTS `d`.`v_mv` ON CLUSTER `c` TO `d`.`v_data`\nAS SELECT 1 AS a");
    EXPECT_EQ(create({"v", "", "SELECT 1 AS a"_sql}, where).str(),
              "CREATE VIEW IF NOT EXISTS `d`.`v` ON CLUSTER `c`\nAS SELECT 1 AS a");
    EXPECT_EQ(create_database(where).str(), "CREATE DATABASE IF NOT EXISTS `d` ON CLUSTER `c`");
}

}  // namespace
}  // namespace colblock::binding
