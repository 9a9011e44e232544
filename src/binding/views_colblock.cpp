// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include "binding/layout_rows.hpp"
#include "colblock/binding/layout_colblock.hpp"

// What is aggregated while it is inserted. For each period three objects:
//
//     metrics --metrics_1m_mv--> metrics_1m_data --metrics_1h_mv--> metrics_1h_data --> ...
//                                       |                                  |
//                               metrics_1m (view)                  metrics_1h (view)
//
// `_data` keeps aggregate states, of which there may be several for one group until the server has
// merged its parts; the view of the plain name adds them up, so that it is right at any time.

namespace colblock::binding {
namespace {

// Of the durations of one group at most so many are kept, chosen at random once there are more: the
// quantiles of a smaller group are exact, those of a larger one miss their rank by more than 1 % once in
// ten million. quantilesState keeps 8,192 and misses the median by more than 1 % once in fourteen.
constexpr std::uint64_t max_sample_len = 65'536;

struct period {
    std::string suffix;
    sql::literal bucket_of;  // of a time, without its argument
    unsigned ttl_factor;     // coarser data are worth keeping for longer
};

constexpr column_row metric_groups[] = {
    {"bucket", "DateTime('UTC')", "Delta(4), ZSTD(1)"},
    {"metric_name", "LowCardinality(String)", "ZSTD(1)"},
    {"service_name", "LowCardinality(String)", "ZSTD(1)"},
    {"metric_type", "LowCardinality(String)", "ZSTD(1)"},
    {"temporality", "LowCardinality(String)", "ZSTD(1)"},
    {"attributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"value_min", "SimpleAggregateFunction(min, Float64)", "ZSTD(1)"},
    {"value_max", "SimpleAggregateFunction(max, Float64)", "ZSTD(1)"},
    {"value_sum", "SimpleAggregateFunction(sum, Float64)", "ZSTD(1)"},
    {"value_count", "SimpleAggregateFunction(sum, UInt64)", "T64, ZSTD(1)"},
};

constexpr column_row duration_groups[] = {
    {"bucket", "DateTime('UTC')", "Delta(4), ZSTD(1)"},
    {"service_name", "LowCardinality(String)", "ZSTD(1)"},
    {"span_name", "LowCardinality(String)", "ZSTD(1)"},
    {"duration_sample", "AggregateFunction(groupArraySample(65536), UInt64)", "ZSTD(1)"},
    {"duration_sum", "SimpleAggregateFunction(sum, UInt64)", "T64, ZSTD(1)"},
    {"span_count", "SimpleAggregateFunction(sum, UInt64)", "T64, ZSTD(1)"},
};

constexpr sql::literal metric_keys = "bucket, metric_name, service_name, metric_type, temporality, attributes";
constexpr sql::literal duration_keys = "bucket, service_name, span_name";

table_definition states_table(std::string name, std::span<const column_row> columns, const sql& engine) {
    table_definition out;
    out.name = std::move(name);
    append_rows(out.columns, columns);
    out.engine = engine;
    out.partition_by = "toYYYYMM(bucket)";
    out.ttl.base = "bucket";
    return out;
}

// clang-format off: a query is laid out as a query.

// From points, for the finest period.
sql metric_select(const period& each, const sql& from) {
    return sql("SELECT\n    ") << each.bucket_of
                               << "(timestamp) AS bucket,\n"
                                  "    metric_name, service_name, metric_type, temporality, attributes,\n"
                                  "    min(value) AS value_min,\n"
                                  "    max(value) AS value_max,\n"
                                  "    sum(value) AS value_sum,\n"
                                  "    count() AS value_count\n"
                                  "FROM "
                               << from
                               << "\n"
                                  "WHERE metric_type IN ('gauge', 'sum') AND bitAnd(flags, 1) = 0\n"
                                  "GROUP BY "
                               << metric_keys;
}

// From the states of a finer period.
sql metric_reselect(const period& each, const sql& from) {
    return sql("SELECT\n    ") << each.bucket_of
                               << "(finer.bucket) AS bucket,\n"
                                  "    metric_name, service_name, metric_type, temporality, attributes,\n"
                                  "    min(finer.value_min) AS value_min,\n"
                                  "    max(finer.value_max) AS value_max,\n"
                                  "    sum(finer.value_sum) AS value_sum,\n"
                                  "    sum(finer.value_count) AS value_count\n"
                                  "FROM "
                               << from
                               << " AS finer\n"
                                  "GROUP BY "
                               << metric_keys;
}

sql metric_view(const sql& from) {
    return sql("SELECT\n"
               "    bucket AS timestamp,\n"
               "    metric_name, service_name, metric_type, temporality, attributes,\n"
               "    sum(value_sum) / sum(value_count) AS avg,\n"
               "    toFloat64(min(value_min)) AS min,\n"
               "    toFloat64(max(value_max)) AS max,\n"
               "    sum(value_sum) AS sum,\n"
               "    sum(value_count) AS count\n"
               "FROM ")
           << from << "\nGROUP BY " << metric_keys;
}

sql duration_select(const sql& from) {
    return sql("SELECT\n"
               "    toStartOfMinute(timestamp) AS bucket,\n"
               "    service_name, span_name,\n"
               "    groupArraySampleState(")
           << sql::number(max_sample_len)
           << ")(duration_ns) AS duration_sample,\n"
              "    sum(duration_ns) AS duration_sum,\n"
              "    count() AS span_count\n"
              "FROM "
           << from << "\nGROUP BY " << duration_keys;
}

// Up to 8,192 values `quantiles` is exact and gives what it gives over the spans themselves, to the
// last bit; above that it would choose among what was chosen already.
sql duration_view(const sql& from) {
    return sql("SELECT\n"
               "    timestamp, service_name, span_name,\n"
               "    quantile_values[1] AS p50,\n"
               "    quantile_values[2] AS p90,\n"
               "    quantile_values[3] AS p95,\n"
               "    quantile_values[4] AS p99,\n"
               "    count,\n"
               "    total_duration_ns\n"
               "FROM\n"
               "(\n"
               "    SELECT\n"
               "        bucket AS timestamp, service_name, span_name,\n"
               "        groupArraySampleMerge(")
           << sql::number(max_sample_len)
           << ")(duration_sample) AS sample,\n"
              "        if(length(sample) <= 8192,\n"
              "            arrayReduce('quantiles(0.5, 0.9, 0.95, 0.99)', sample),\n"
              "            arrayReduce('quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)', sample)) AS quantile_values,\n"
              "        sum(span_count) AS count,\n"
              "        sum(duration_sum) AS total_duration_ns\n"
              "    FROM "
           << from
           << "\n"
              "    GROUP BY "
           << duration_keys
           << "\n"
              ")";
}

// clang-format on

void add_metric_views(schema& to, const layout_table& raw, const sql& states, std::chrono::seconds ttl) {
    const period periods[] = {{"_1m", "toStartOfMinute", 1}, {"_1h", "toStartOfHour", 4}, {"_1d", "toStartOfDay", 16}};
    std::string finer;
    for (const period& each : periods) {
        const std::string name = raw.table.name + each.suffix;
        table_definition table = states_table(name + "_data", metric_groups, states);
        table.primary_key = {"metric_name"_sql, "service_name"_sql, "bucket"_sql};
        table.order_by = {"metric_name"_sql, "service_name"_sql, "bucket"_sql,
                          "metric_type"_sql, "temporality"_sql,  "attributes"_sql};
        table.ttl.after = ttl * each.ttl_factor;
        const sql select = finer.empty() ? metric_select(each, to.where.qualified(raw.table.name))
                                         : metric_reselect(each, to.where.qualified(finer));
        to.views.push_back({name + "_mv", table.name, select});
        to.views.push_back({name, "", metric_view(to.where.qualified(table.name))});
        finer = table.name;
        to.tables.push_back(std::move(table));
    }
}

void add_duration_view(schema& to, const layout_table& raw, const sql& states, std::chrono::seconds ttl) {
    const std::string name = raw.table.name + "_percentiles_1m";
    table_definition table = states_table(name + "_data", duration_groups, states);
    table.order_by = {"service_name"_sql, "span_name"_sql, "bucket"_sql};
    table.ttl.after = ttl * 4;
    to.views.push_back({name + "_mv", table.name, duration_select(to.where.qualified(raw.table.name))});
    to.views.push_back({name, "", duration_view(to.where.qualified(table.name))});
    to.tables.push_back(std::move(table));
}

}  // namespace

void add_colblock_views(schema& to, const layout_table& raw, const sql& states, std::chrono::seconds ttl) {
    if (raw.role == table_role::metrics) add_metric_views(to, raw, states, ttl);
    if (raw.role == table_role::traces) add_duration_view(to, raw, states, ttl);
}

}  // namespace colblock::binding
