// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace colblock::binding {
namespace {

using std::chrono::days;
using std::chrono::hours;

schema made(const schema_options& options, server_version version = {26, 7}) {
    auto out = make_schema(options, version);
    EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().text());
    return out ? *std::move(out) : schema{};
}

std::string refused(const schema_options& options) {
    const auto out = make_schema(options, {26, 7});
    return out ? "accepted" : out.error().text();
}

const table_definition& table(const schema& of, std::string_view name) {
    const auto found = std::ranges::find(of.tables, name, &table_definition::name);
    static const table_definition none;
    EXPECT_NE(found, of.tables.end()) << name;
    return found == of.tables.end() ? none : *found;
}

std::string text(const schema& of, std::string_view name) { return create(table(of, name), of.where).str(); }

// The clauses behind the columns.
std::string clauses(const schema& of, std::string_view name) {
    const std::string all = text(of, name);
    const std::size_t end = all.find("\n)\n");
    return end == std::string::npos ? all : all.substr(end + 3);
}

std::vector<std::string> names(const schema& of) {
    std::vector<std::string> out;
    for (const table_definition& one : of.tables) out.push_back(one.name);
    for (const view_definition& one : of.views) out.push_back(one.name);
    std::ranges::sort(out);
    return out;
}

table_engine engine(std::string_view notation) {
    auto out = parse_engine("engine", notation);
    EXPECT_TRUE(out.has_value()) << (out ? "" : out.error().text());
    return out ? *out : table_engine{};
}

// ---- the colblock layout

TEST(ColblockLayout, HasTheClausesThatTheDesignFixes) {
    const schema out = made({});
    EXPECT_EQ(clauses(out, "traces"),
              "ENGINE = MergeTree\n"
              "PARTITION BY toYYYYMMDD(timestamp)\n"
              "ORDER BY (service_name, toUnixTimestamp(timestamp), trace_id)\n"
              "TTL toDateTime(timestamp) + toIntervalDay(30)\n"
              "SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, min_rows_for_wide_part = 262144, "
              "non_replicated_deduplication_window = 1000");
    EXPECT_EQ(clauses(out, "metrics"),
              "ENGINE = MergeTree\n"
              "PARTITION BY toYYYYMM(timestamp)\n"
              "PRIMARY KEY (metric_name, timestamp)\n"
              "ORDER BY (metric_name, timestamp, attributes)\n"
              "TTL toDateTime(timestamp) + toIntervalDay(90)\n"
              "SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, min_rows_for_wide_part = 262144, "
              "non_replicated_deduplication_window = 1000");
    EXPECT_EQ(clauses(out, "logs"),
              "ENGINE = MergeTree\n"
              "PARTITION BY toYYYYMMDD(timestamp)\n"
              "ORDER BY (service_name, timestamp, trace_id)\n"
              "TTL toDateTime(timestamp) + toIntervalDay(30)\n"
              "SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, min_rows_for_wide_part = 262144, "
              "non_replicated_deduplication_window = 1000");
}

TEST(ColblockLayout, HasTheIndexesThatTheDesignFixes) {
    const schema out = made({});
    EXPECT_TRUE(text(out, "traces")
                    .contains("    INDEX idx_trace_id trace_id TYPE bloom_filter(0.01) GRANULARITY 1,\n"
                              "    INDEX idx_service_name service_name TYPE set(100) GRANULARITY 1\n"));
    EXPECT_TRUE(text(out, "metrics")
                    .contains("    INDEX idx_metric_name metric_name TYPE set(1000) GRANULARITY 1,\n"
                              "    INDEX idx_timestamp timestamp TYPE minmax GRANULARITY 1\n"));
    EXPECT_TRUE(text(out, "logs").contains("    INDEX idx_body body TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 1\n"));
}

TEST(ColblockLayout, DeclaresColumnsWithTypeCommentAndCodec) {
    const std::string traces = text(made({}), "traces");
    EXPECT_TRUE(traces.contains(
        "    `timestamp` DateTime64(9, 'UTC') COMMENT 'start of the span' CODEC(Delta(8), ZSTD(1)),\n"));
    EXPECT_TRUE(
        traces.contains("    `events.attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),\n"));
    EXPECT_TRUE(traces.contains(
        "    `resource_attributes` Map(LowCardinality(String), LowCardinality(String)) CODEC(ZSTD(1)),\n"));
}

TEST(ColblockLayout, HasAViewATableAndAFeederForEachPeriod) {
    EXPECT_EQ(names(made({})),
              (std::vector<std::string>{"logs", "metrics", "metrics_1d", "metrics_1d_data", "metrics_1d_mv",
                                        "metrics_1h", "metrics_1h_data", "metrics_1h_mv", "metrics_1m",
                                        "metrics_1m_data", "metrics_1m_mv", "traces", "traces_percentiles_1m",
                                        "traces_percentiles_1m_data", "traces_percentiles_1m_mv"}));
    schema_options plain;
    plain.views = false;
    EXPECT_EQ(names(made(plain)), (std::vector<std::string>{"logs", "metrics", "traces"}));
}

TEST(ColblockLayout, CreatesWhatIsReadBeforeWhatReadsIt) {
    schema_options options;
    options.database = "otel";
    options.cluster = "c";
    const std::vector<sql> statements = create_statements(made(options));
    const auto position = [&](std::string_view start) {
        const auto found =
            std::ranges::find_if(statements, [&](const sql& one) { return one.str().starts_with(start); });
        EXPECT_NE(found, statements.end()) << start;
        return found - statements.begin();
    };
    EXPECT_EQ(statements.front().str(), "CREATE DATABASE IF NOT EXISTS `otel` ON CLUSTER `c`");
    EXPECT_LT(position("CREATE TABLE IF NOT EXISTS `otel`.`metrics` ON CLUSTER `c`"),
              position("CREATE MATERIALIZED VIEW IF NOT EXISTS `otel`.`metrics_1m_mv` ON CLUSTER `c` TO "
                       "`otel`.`metrics_1m_data`\nAS SELECT\n    toStartOfMinute(timestamp) AS bucket,\n"));
    EXPECT_LT(position("CREATE TABLE IF NOT EXISTS `otel`.`metrics_1d_data`"),
              position("CREATE VIEW IF NOT EXISTS `otel`.`metrics_1d`"));
    for (const sql& one : statements) EXPECT_TRUE(one.str().contains("ON CLUSTER `c`")) << one.str();
    EXPECT_TRUE(made({}).where.cluster.empty());
    EXPECT_FALSE(create_statements(made({})).front().str().contains("DATABASE"));
}

// ---- options

TEST(SchemaOptions, NamesFollowTheTableThroughItsViews) {
    schema_options options;
    options.views = true;
    options.table_names[static_cast<std::size_t>(table_role::metrics)] = "points `2`";
    const schema out = made(options);
    EXPECT_EQ(table(out, "points `2`_1m_data").name, "points `2`_1m_data");
    for (const view_definition& one : out.views)
        if (one.name == "points `2`_1m_mv") {
            EXPECT_TRUE(one.select.str().contains("FROM `default`.`points \\`2\\``\n"));
        }
}

TEST(SchemaOptions, ASignalsOwnWinsOverTheCommonOne) {
    schema_options options;
    options.all.ttl = hours(48);
    options.all.partition = partition_granularity::week;
    options.signals[static_cast<std::size_t>(signal::logs)].ttl = hours(0);
    options.signals[static_cast<std::size_t>(signal::metrics)].partition = partition_granularity::year;
    const schema out = made(options);
    EXPECT_TRUE(clauses(out, "traces").contains("PARTITION BY toMonday(timestamp)\n"));
    EXPECT_TRUE(clauses(out, "traces").contains("TTL toDateTime(timestamp) + toIntervalDay(2)\n"));
    EXPECT_TRUE(clauses(out, "metrics").contains("PARTITION BY toYear(timestamp)\n"));
    EXPECT_FALSE(clauses(out, "logs").contains("TTL"));
}

TEST(SchemaOptions, PartsAreRewrittenOnlyWhereAPartitionOutlivesItsRows) {
    schema_options options;
    options.all.ttl = days(7);
    EXPECT_TRUE(clauses(made(options), "traces").contains("ttl_only_drop_parts = 1"));
    EXPECT_TRUE(clauses(made(options), "metrics").contains("ttl_only_drop_parts = 0"));
}

TEST(SchemaOptions, ZeroTtlKeepsRowsInViewsToo) {
    schema_options options;
    options.all.ttl = days(0);
    for (const sql& one : create_statements(made(options))) EXPECT_FALSE(one.str().contains("\nTTL ")) << one.str();
    EXPECT_TRUE(clauses(made({}), "metrics_1h_data").contains("TTL bucket + toIntervalDay(360)\n"));
}

TEST(SchemaOptions, KeysAreReadAndWrittenAgain) {
    schema_options options;
    table_options& logs = options.signals[static_cast<std::size_t>(signal::logs)];
    logs.order_by = "toStartOfHour( timestamp ),`service_name` , cityHash64(trace_id), log_attributes['a\\'b']";
    logs.primary_key = "(toStartOfHour(timestamp), service_name, cityHash64(trace_id))";
    logs.sample_by = "cityHash64(trace_id)";
    EXPECT_TRUE(clauses(made(options), "logs")
                    .contains("PRIMARY KEY (toStartOfHour(timestamp), service_name, cityHash64(trace_id))\n"
                              "ORDER BY (toStartOfHour(timestamp), service_name, cityHash64(trace_id), "
                              "log_attributes['a\\'b'])\n"
                              "SAMPLE BY cityHash64(trace_id)\n"));
}

TEST(SchemaOptions, KeysThatMakeNoSenseAreRefusedWithARemedy) {
    schema_options options;
    table_options& metrics = options.signals[static_cast<std::size_t>(signal::metrics)];
    metrics.order_by = "host";
    EXPECT_EQ(
        refused(options),
        "metrics-order-by: the table metrics has no column 'host'; write columns and functions of them, separated "
        "by commas, such as toStartOfHour(timestamp)");
    metrics.order_by = "metric_name, sum";
    EXPECT_TRUE(refused(options).contains("the column 'sum' is Nullable and cannot be part of a key"));
    for (const char* broken :
         {"metric_name) ENGINE = Null --", "metric_name;", "lower(metric_name", "a b", "metric_name,",
          "lower(metric_name,)", "'x", "1e", "-1", "f.g(metric_name)", "99999999999999999999", "("}) {
        metrics.order_by = broken;
        EXPECT_TRUE(refused(options).starts_with("metrics-order-by: ")) << broken << ": " << refused(options);
    }
    metrics.order_by = std::string(100, '(');
    EXPECT_TRUE(refused(options).starts_with("metrics-order-by: "));
    std::string deep = "metric_name";
    for (int i = 0; i != 100; ++i) deep = "lower(" + deep + ")";
    metrics.order_by = deep;
    EXPECT_TRUE(refused(options).contains("it is nested too deep"));
    metrics.order_by = {};
    metrics.primary_key = "timestamp";
    EXPECT_TRUE(
        refused(options).contains("is not the start of its sorting key; begin order-by with it; it is now "
                                  "metric_name, timestamp, attributes"));
    metrics.primary_key = {};
    metrics.sample_by = "cityHash64(attributes)";
    EXPECT_TRUE(refused(options).starts_with("metrics-sample-by: the primary key of metrics does not hold it; "));
}

TEST(SchemaOptions, NamesThatCannotBeAreRefused) {
    schema_options options;
    options.database = "";
    EXPECT_EQ(refused(options), "database: the name of the database is empty; set one");
    options.database = std::string(129, 'x');
    EXPECT_TRUE(refused(options).contains("use at most 128 bytes"));
    options.database = "a\nb";
    EXPECT_TRUE(refused(options).contains("control characters"));
    options.database = "d";
    options.table_names[static_cast<std::size_t>(table_role::gauge)] = "g";
    EXPECT_TRUE(refused(options).starts_with("metrics-gauge-table: this layout has no such table; "));
    options.table_names = {};
    options.table_names[static_cast<std::size_t>(table_role::traces)] = "logs";
    EXPECT_EQ(refused(options), "traces-table: two tables have the name 'logs'; give each a name of its own");
    options.table_names = {};
    options.table_names[static_cast<std::size_t>(table_role::logs)] = "metrics_1m";
    EXPECT_EQ(refused(options), "logs-table: a view and a table have the name 'metrics_1m'; rename the table");
}

TEST(SchemaOptions, TimesToLiveBeyondTheCalendarAreRefused) {
    schema_options options;
    options.all.ttl = days(18'251);
    EXPECT_EQ(refused(options), "ttl: a time to live of more than 50 years; set 0 to keep rows for ever");
    options.all.ttl = days(3650);  // sixteen times as long is beyond
    EXPECT_TRUE(clauses(made(options), "metrics_1h_data").contains("TTL bucket + toIntervalDay(14600)\n"));
    EXPECT_FALSE(clauses(made(options), "metrics_1d_data").contains("TTL"));
    options.all.ttl = std::chrono::seconds(-1);
    EXPECT_TRUE(refused(options).starts_with("ttl: a negative time to live"));
}

TEST(SchemaOptions, IndexSetsLeaveOutWhatCostsAnInsert) {
    schema_options options;
    options.indexes = index_set::cheap;
    EXPECT_TRUE(text(made(options), "logs").contains("idx_trace_id"));
    EXPECT_FALSE(text(made(options), "logs").contains("idx_body"));
    options.tables = layout::collector;
    EXPECT_TRUE(text(made(options), "otel_logs")
                    .contains("    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1\n)"));
    options.indexes = index_set::none;
    for (const sql& one : create_statements(made(options))) EXPECT_FALSE(one.str().contains("INDEX idx")) << one.str();
}

TEST(SchemaOptions, CodecsCanBeLeftToTheServer) {
    schema_options options;
    options.codecs = false;
    for (const sql& one : create_statements(made(options))) EXPECT_FALSE(one.str().contains("CODEC")) << one.str();
}

TEST(SchemaOptions, NullTablesHaveColumnsAndNothingElse) {
    schema_options options;
    options.all.engine = engine("Null");
    const schema out = made(options);
    EXPECT_EQ(names(out), (std::vector<std::string>{"logs", "metrics", "traces"}));
    for (const char* name : {"logs", "metrics", "traces"}) {
        EXPECT_EQ(clauses(out, name), "ENGINE = Null");
        EXPECT_FALSE(text(out, name).contains("INDEX idx"));
    }
}

// ---- engines

struct engine_case {
    const char* notation;
    const char* clause;
};

TEST(Engine, NotationsOfTheWholeFamilyAreRead) {
    const engine_case cases[] = {
        {"MergeTree", "MergeTree"},
        {"MergeTree()", "MergeTree"},
        {"Replacing(end_timestamp)", "ReplacingMergeTree(`end_timestamp`)"},
        {"ReplacingMergeTree(version, is_deleted)", "ReplacingMergeTree(`version`, `is_deleted`)"},
        {"ReplacingMergeTree", "ReplacingMergeTree"},
        {"SummingMergeTree((duration_ns, dropped_links_count))",
         "SummingMergeTree((`duration_ns`, `dropped_links_count`))"},
        {"Summing(duration_ns)", "SummingMergeTree(`duration_ns`)"},
        {"SummingMergeTree", "SummingMergeTree"},
        {"AggregatingMergeTree", "AggregatingMergeTree"},
        {"Collapsing(sign)", "CollapsingMergeTree(`sign`)"},
        {"VersionedCollapsingMergeTree(sign, version)", "VersionedCollapsingMergeTree(`sign`, `version`)"},
        {"ReplicatedMergeTree", "ReplicatedMergeTree"},
        {"ReplicatedMergeTree('/t/{shard}/{table}', '{replica}')",
         "ReplicatedMergeTree('/t/{shard}/{table}', '{replica}')"},
        {"ReplicatedSummingMergeTree('/t/{uuid}', 'r\\'1', (duration_ns, flags))",
         "ReplicatedSummingMergeTree('/t/{uuid}', 'r\\'1', (`duration_ns`, `flags`))"},
        {"ReplicatedVersionedCollapsing(sign, version)", "ReplicatedVersionedCollapsingMergeTree(`sign`, `version`)"},
        {"Null", "Null"},
    };
    for (const engine_case& one : cases) {
        schema_options options;
        options.signals[static_cast<std::size_t>(signal::traces)].engine = engine(one.notation);
        EXPECT_TRUE(clauses(made(options), "traces").starts_with("ENGINE = " + std::string(one.clause)))
            << one.notation << "\n"
            << clauses(made(options), "traces");
    }
}

TEST(Engine, NotationsThatAreNoneAreRefused) {
    for (const char* notation :
         {"", "Log", "ReplicatedNull", "Replicated", "MergeTree(a)", "CollapsingMergeTree", "CollapsingMergeTree(a, b)",
          "VersionedCollapsing(sign)", "ReplacingMergeTree(a, b, c)", "MergeTree('/p', '{replica}')",
          "ReplicatedMergeTree('/p')", "ReplicatedMergeTree('/p', 'r') ORDER BY x", "MergeTree ORDER BY x",
          "SummingMergeTree((a, b", "SummingMergeTree(a b)", "ReplacingMergeTree(now())", "MergeTree) --",
          "ReplacingMergeTree(a, 'x')"})
        EXPECT_FALSE(parse_engine("engine", notation).has_value()) << notation;
    EXPECT_EQ(parse_engine("engine", "Collapsing").error().text(),
              "engine: CollapsingMergeTree does not take 0 columns; give it (sign)");
}

TEST(Engine, ColumnsThatNoFieldFillsAreAddedWithADefault) {
    schema_options options;
    options.all.engine = engine("VersionedCollapsing(sign, version)");
    const std::string traces = text(made(options), "traces");
    EXPECT_TRUE(traces.contains("`sign` Int8 DEFAULT 1 COMMENT ")) << traces;
    EXPECT_TRUE(traces.contains("`version` UInt64 DEFAULT toUnixTimestamp64Nano(now64(9)) COMMENT ")) << traces;
    EXPECT_FALSE(text(made(options), "metrics_1m_data").contains("sign"));
    EXPECT_TRUE(clauses(made(options), "metrics_1m_data").starts_with("ENGINE = AggregatingMergeTree\n"));
}

TEST(Engine, ColumnsOfAnotherTypeAreRefused) {
    schema_options options;
    table_options& traces = options.signals[static_cast<std::size_t>(signal::traces)];
    traces.engine = engine("Replacing(trace_id)");
    EXPECT_EQ(refused(options),
              "traces-engine: the engine's column 'trace_id' is String in the table traces; name a column that is an "
              "unsigned integer or a time, or a new name: the column is then added");
    traces.engine = engine("Summing(nothing)");
    EXPECT_EQ(refused(options),
              "traces-engine: the table traces has no column 'nothing' to add up; name columns of the table that are "
              "numbers");
    traces.engine = engine("Summing(span_name)");
    EXPECT_TRUE(refused(options).contains("name a column that is a number"));
    traces.order_by = "service_name, duration_ns";
    traces.engine = engine("Summing(duration_ns)");
    EXPECT_TRUE(refused(options).contains("the column 'duration_ns' is in the sorting key of traces"));
}

TEST(Engine, ReplicatedTablesAndTheirViewsTakePathsOfTheirOwn) {
    schema_options options;
    options.all.engine = engine("ReplicatedReplacingMergeTree('/x/{table}', '{replica}', version)");
    const schema out = made(options);
    EXPECT_TRUE(clauses(out, "traces")
                    .starts_with("ENGINE = ReplicatedReplacingMergeTree('/x/{table}', '{replica}', `version`)\n"));
    EXPECT_TRUE(clauses(out, "metrics_1d_data")
                    .starts_with("ENGINE = ReplicatedAggregatingMergeTree('/x/{table}', '{replica}')\n"));
    EXPECT_FALSE(clauses(out, "traces").contains("deduplication_window"));
    options.all.engine = engine("ReplicatedMergeTree('/x/{shard}', '{replica}')");
    EXPECT_EQ(refused(options),
              "engine: the path '/x/{shard}' is the same for every table; put {table} or {uuid} into it");
}

// ---- the collector layout

TEST(CollectorLayout, UsesTextIndexesOnlyWhereTheServerHasThem) {
    schema_options options;
    options.tables = layout::collector;
    EXPECT_TRUE(text(made(options, {26, 2}), "otel_logs")
                    .contains("INDEX idx_lower_body lower(Body) TYPE text(tokenizer = 'splitByNonAlpha')\n"));
    EXPECT_TRUE(text(made(options, {26, 1}), "otel_logs")
                    .contains("INDEX idx_lower_body lower(Body) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8\n"));
    EXPECT_FALSE(text(made(options, {0, 0}), "otel_traces").contains("text("));
}

TEST(CollectorLayout, HasTheClausesOfTheNewestGeneration) {
    schema_options options;
    options.tables = layout::collector;
    const schema out = made(options);
    EXPECT_EQ(clauses(out, "otel_traces"),
              "ENGINE = MergeTree\n"
              "PARTITION BY toDate(Timestamp)\n"
              "PRIMARY KEY (ServiceName, SpanName, toDateTime(Timestamp))\n"
              "ORDER BY (ServiceName, SpanName, toDateTime(Timestamp), Timestamp)\n"
              "SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 1000");
    EXPECT_TRUE(
        clauses(out, "otel_metrics_sum")
            .contains(
                "ORDER BY (ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix)\n"));
    EXPECT_EQ(names(out),
              (std::vector<std::string>{"otel_logs", "otel_metrics_exponential_histogram", "otel_metrics_gauge",
                                        "otel_metrics_histogram", "otel_metrics_sum", "otel_metrics_summary",
                                        "otel_traces", "otel_traces_trace_id_ts", "otel_traces_trace_id_ts_mv"}));
}

// ---- texts

TEST(ParseDuration, ReadsSumsOfUnits) {
    EXPECT_EQ(parse_duration("ttl", "30d"), days(30));
    EXPECT_EQ(parse_duration("ttl", "1d12h"), hours(36));
    EXPECT_EQ(parse_duration("ttl", "90m"), std::chrono::minutes(90));
    EXPECT_EQ(parse_duration("ttl", "45s"), std::chrono::seconds(45));
    EXPECT_EQ(parse_duration("ttl", "0"), std::chrono::seconds(0));
    for (const char* broken : {"", "30", "d", "30x", "-1d", "1d ", "99999999999999999999d", "9999999999999d", "1.5h"})
        EXPECT_FALSE(parse_duration("ttl", broken).has_value()) << broken;
    EXPECT_EQ(parse_duration("ttl", "soon").error().text(),
              "ttl: 'soon' is not understood; write a number and a unit, such as 30d, 12h, 90m or 45s, or 0");
}

TEST(Script, EndsEachStatementWithASemicolon) {
    EXPECT_EQ(script({sql("SELECT 1"), sql("SELECT 2")}), "SELECT 1;\n\nSELECT 2;\n\n");
}

}  // namespace
}  // namespace colblock::binding
