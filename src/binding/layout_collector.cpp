// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/layout_collector.hpp"

#include <string>

#include "binding/layout_rows.hpp"

namespace colblock::binding {
namespace {

// The first version whose text indexes the exporter uses.
constexpr server_version text_index_version{26, 2};

constexpr column_row trace_columns[] = {
    {"Timestamp", "DateTime64(9)", "Delta(8), ZSTD(1)"},
    {"TraceId", "String", "ZSTD(1)"},
    {"SpanId", "String", "ZSTD(1)"},
    {"ParentSpanId", "String", "ZSTD(1)"},
    {"TraceState", "String", "ZSTD(1)"},
    {"SpanName", "LowCardinality(String)", "ZSTD(1)"},
    {"SpanKind", "LowCardinality(String)", "ZSTD(1)"},
    {"ServiceName", "LowCardinality(String)", "ZSTD(1)"},
    {"ResourceAttributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"ScopeName", "String", "ZSTD(1)"},
    {"ScopeVersion", "String", "ZSTD(1)"},
    {"SpanAttributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"Duration", "UInt64", "T64, ZSTD(1)"},
    {"StatusCode", "LowCardinality(String)", "ZSTD(1)"},
    {"StatusMessage", "String", "ZSTD(1)"},
    {"Events.Timestamp", "Array(DateTime64(9))", "ZSTD(1)"},
    {"Events.Name", "Array(LowCardinality(String))", "ZSTD(1)"},
    {"Events.Attributes", "Array(Map(LowCardinality(String), String))", "ZSTD(1)"},
    {"Links.TraceId", "Array(String)", "ZSTD(1)"},
    {"Links.SpanId", "Array(String)", "ZSTD(1)"},
    {"Links.TraceState", "Array(String)", "ZSTD(1)"},
    {"Links.Attributes", "Array(Map(LowCardinality(String), String))", "ZSTD(1)"},
};

constexpr column_row log_columns[] = {
    {"Timestamp", "DateTime64(9)", "Delta(8), ZSTD(1)"},
    {"TraceId", "String", "ZSTD(1)"},
    {"SpanId", "String", "ZSTD(1)"},
    {"TraceFlags", "UInt8"},
    {"SeverityText", "LowCardinality(String)", "ZSTD(1)"},
    {"SeverityNumber", "UInt8"},
    {"ServiceName", "LowCardinality(String)", "ZSTD(1)"},
    {"Body", "String", "ZSTD(1)"},
    {"ResourceSchemaUrl", "LowCardinality(String)", "ZSTD(1)"},
    {"ResourceAttributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"ScopeSchemaUrl", "LowCardinality(String)", "ZSTD(1)"},
    {"ScopeName", "String", "ZSTD(1)"},
    {"ScopeVersion", "LowCardinality(String)", "ZSTD(1)"},
    {"ScopeAttributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"LogAttributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"EventName", "String", "ZSTD(1)"},
};

constexpr std::string_view promoted_resource_attributes[] = {
    "k8s.cluster.name", "k8s.container.name", "k8s.deployment.name", "k8s.namespace.name",
    "k8s.node.name",    "k8s.pod.name",       "k8s.pod.uid",         "deployment.environment.name"};

constexpr column_row metric_columns[] = {
    {"ResourceAttributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"ResourceSchemaUrl", "String", "ZSTD(1)"},
    {"ScopeName", "String", "ZSTD(1)"},
    {"ScopeVersion", "String", "ZSTD(1)"},
    {"ScopeAttributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"ScopeDroppedAttrCount", "UInt32", "ZSTD(1)"},
    {"ScopeSchemaUrl", "String", "ZSTD(1)"},
    {"ServiceName", "LowCardinality(String)", "ZSTD(1)"},
    {"MetricName", "LowCardinality(String)", "ZSTD(1)"},
    {"MetricDescription", "String", "ZSTD(1)"},
    {"MetricUnit", "String", "ZSTD(1)"},
    {"Attributes", "Map(LowCardinality(String), String)", "ZSTD(1)"},
    {"StartTimeUnix", "DateTime", "Delta(4), ZSTD(1)"},
    {"TimeUnix", "DateTime", "Delta(4), ZSTD(1)"},
};

constexpr column_row exemplar_columns[] = {
    {"Exemplars.FilteredAttributes", "Array(Map(LowCardinality(String), String))", "ZSTD(1)"},
    {"Exemplars.TimeUnix", "Array(DateTime)", "ZSTD(1)"},
    {"Exemplars.Value", "Array(Float64)", "ZSTD(1)"},
    {"Exemplars.SpanId", "Array(String)", "ZSTD(1)"},
    {"Exemplars.TraceId", "Array(String)", "ZSTD(1)"},
};

constexpr column_row number_columns[] = {
    {"Value", "Float64", "ZSTD(1)"},
    {"Flags", "UInt32", "ZSTD(1)"},
};

constexpr column_row count_columns[] = {
    {"Count", "UInt64", "Delta(8), ZSTD(1)"},
    {"Sum", "Float64", "ZSTD(1)"},
};

constexpr column_row bucket_columns[] = {
    {"BucketCounts", "Array(UInt64)", "ZSTD(1)"},
    {"ExplicitBounds", "Array(Float64)", "ZSTD(1)"},
};

constexpr column_row exponential_columns[] = {
    {"Scale", "Int32", "ZSTD(1)"},
    {"ZeroCount", "UInt64", "ZSTD(1)"},
    {"PositiveOffset", "Int32", "ZSTD(1)"},
    {"PositiveBucketCounts", "Array(UInt64)", "ZSTD(1)"},
    {"NegativeOffset", "Int32", "ZSTD(1)"},
    {"NegativeBucketCounts", "Array(UInt64)", "ZSTD(1)"},
};

constexpr column_row extreme_columns[] = {
    {"Flags", "UInt32", "ZSTD(1)"},
    {"Min", "Float64", "ZSTD(1)"},
    {"Max", "Float64", "ZSTD(1)"},
    {"AggregationTemporality", "Int32", "ZSTD(1)"},
};

constexpr column_row sum_columns[] = {
    {"AggregationTemporality", "Int32", "ZSTD(1)"},
    {"IsMonotonic", "Bool", "Delta(1), ZSTD(1)"},
};

constexpr column_row summary_columns[] = {
    {"ValueAtQuantiles.Quantile", "Array(Float64)", "ZSTD(1)"},
    {"ValueAtQuantiles.Value", "Array(Float64)", "ZSTD(1)"},
    {"Flags", "UInt32", "ZSTD(1)"},
};

std::vector<index_definition> trace_indexes(bool text) {
    std::vector<index_definition> out;
    if (text) {
        out = {{"idx_trace_id", "TraceId", "text(tokenizer = 'array')"},
               {"idx_res_attr_key", "mapKeys(ResourceAttributes)", "text(tokenizer = 'array')", 0, false},
               {"idx_res_attr_items", "ResourceAttributeItems", "text(tokenizer = 'array')", 0, false},
               {"idx_span_attr_key", "mapKeys(SpanAttributes)", "text(tokenizer = 'array')", 0, false},
               {"idx_span_attr_items", "SpanAttributeItems", "text(tokenizer = 'array')", 0, false}};
    } else {
        out = {{"idx_trace_id", "TraceId", "bloom_filter(0.001)", 1},
               {"idx_res_attr_key", "mapKeys(ResourceAttributes)", "bloom_filter(0.01)", 1, false},
               {"idx_res_attr_value", "mapValues(ResourceAttributes)", "bloom_filter(0.01)", 1, false},
               {"idx_span_attr_key", "mapKeys(SpanAttributes)", "bloom_filter(0.01)", 1, false},
               {"idx_span_attr_value", "mapValues(SpanAttributes)", "bloom_filter(0.01)", 1, false}};
    }
    out.push_back({"idx_duration", "Duration", "minmax", 1});
    out.push_back({"idx_lower_span_name", "lower(SpanName)", "tokenbf_v1(32768, 3, 0)", 8});
    return out;
}

std::vector<index_definition> log_indexes(bool text) {
    if (text)
        return {{"idx_trace_id", "TraceId", "text(tokenizer = 'array')"},
                {"idx_res_attr_key", "mapKeys(ResourceAttributes)", "text(tokenizer = 'array')", 0, false},
                {"idx_res_attr_value", "mapValues(ResourceAttributes)", "text(tokenizer = 'array')", 0, false},
                {"idx_scope_attr_key", "mapKeys(ScopeAttributes)", "text(tokenizer = 'array')", 0, false},
                {"idx_scope_attr_value", "mapValues(ScopeAttributes)", "text(tokenizer = 'array')", 0, false},
                {"idx_log_attr_key", "mapKeys(LogAttributes)", "text(tokenizer = 'array')", 0, false},
                {"idx_log_attr_value", "mapValues(LogAttributes)", "text(tokenizer = 'array')", 0, false},
                {"idx_lower_body", "lower(Body)", "text(tokenizer = 'splitByNonAlpha')", 0, false}};
    return {{"idx_trace_id", "TraceId", "bloom_filter(0.001)", 1},
            {"idx_res_attr_key", "mapKeys(ResourceAttributes)", "bloom_filter(0.01)", 1, false},
            {"idx_res_attr_value", "mapValues(ResourceAttributes)", "bloom_filter(0.01)", 1, false},
            {"idx_scope_attr_key", "mapKeys(ScopeAttributes)", "bloom_filter(0.01)", 1, false},
            {"idx_scope_attr_value", "mapValues(ScopeAttributes)", "bloom_filter(0.01)", 1, false},
            {"idx_log_attr_key", "mapKeys(LogAttributes)", "bloom_filter(0.01)", 1, false},
            {"idx_log_attr_value", "mapValues(LogAttributes)", "bloom_filter(0.01)", 1, false},
            {"idx_lower_body", "lower(Body)", "tokenbf_v1(32768, 3, 0)", 8, false}};
}

layout_table made(table_role role, signal of, sql::literal time_column) {
    layout_table out{role, of, {}, time_column, partition_granularity::day, std::chrono::seconds(0)};
    out.table.name = default_table_name(layout::collector, role);
    out.table.partition_by = sql("toDate(") << time_column << ")";
    return out;
}

// The entries of `map` as key=value, for text indexes.
column_definition items_of(sql::literal name, sql::literal map) {
    return {std::string(name.view()), "Array(String)", "", "", column_source::alias,
            sql("arrayMap(kv -> concat(kv.1, '=', kv.2), CAST(") << map << ", 'Array(Tuple(String, String))'))"};
}

layout_table traces(bool text) {
    layout_table out = made(table_role::traces, signal::traces, "Timestamp");
    append_rows(out.table.columns, trace_columns);
    out.table.columns.push_back(items_of("ResourceAttributeItems", "ResourceAttributes"));
    out.table.columns.push_back(items_of("SpanAttributeItems", "SpanAttributes"));
    out.table.indexes = trace_indexes(text);
    out.table.primary_key = {"ServiceName"_sql, "SpanName"_sql, "toDateTime(Timestamp)"_sql};
    out.table.order_by = {"ServiceName"_sql, "SpanName"_sql, "toDateTime(Timestamp)"_sql, "Timestamp"_sql};
    return out;
}

layout_table logs(bool text) {
    layout_table out = made(table_role::logs, signal::logs, "Timestamp");
    append_rows(out.table.columns, log_columns);
    for (const std::string_view key : promoted_resource_attributes)
        out.table.columns.push_back({"__otel_materialized_" + std::string(key), "LowCardinality(String)", "ZSTD(1)", "",
                                     column_source::materialized, sql("ResourceAttributes[") << sql::text(key) << "]"});
    out.table.indexes = log_indexes(text);
    out.table.order_by = {"toStartOfFiveMinutes(Timestamp)"_sql, "ServiceName"_sql, "Timestamp"_sql};
    return out;
}

layout_table metrics(table_role role, std::initializer_list<std::span<const column_row>> columns) {
    layout_table out = made(role, signal::metrics, "TimeUnix");
    append_rows(out.table.columns, metric_columns);
    for (const std::span<const column_row> rows : columns) append_rows(out.table.columns, rows);
    out.table.indexes = {{"idx_res_attr_key", "mapKeys(ResourceAttributes)", "bloom_filter(0.01)", 1, false},
                         {"idx_res_attr_value", "mapValues(ResourceAttributes)", "bloom_filter(0.01)", 1, false},
                         {"idx_scope_attr_key", "mapKeys(ScopeAttributes)", "bloom_filter(0.01)", 1, false},
                         {"idx_scope_attr_value", "mapValues(ScopeAttributes)", "bloom_filter(0.01)", 1, false},
                         {"idx_attr_key", "mapKeys(Attributes)", "bloom_filter(0.01)", 1, false},
                         {"idx_attr_value", "mapValues(Attributes)", "bloom_filter(0.01)", 1, false},
                         {"idx_time_minmax", "TimeUnix", "minmax", 1}};
    out.table.order_by = {"ServiceName"_sql, "MetricName"_sql, "toStartOfHour(TimeUnix)"_sql,
                          "cityHash64(Attributes)"_sql, "TimeUnix"_sql};
    return out;
}

constexpr std::string_view exponential_histogram_aliases[] = {"otel_metrics_exp_histogram"};

}  // namespace

std::vector<layout_table> collector_tables(server_version version) {
    const bool text = version >= text_index_version;
    return {
        traces(text),
        logs(text),
        metrics(table_role::gauge, {number_columns, exemplar_columns}),
        metrics(table_role::sum, {number_columns, exemplar_columns, sum_columns}),
        metrics(table_role::histogram, {count_columns, bucket_columns, exemplar_columns, extreme_columns}),
        metrics(table_role::exponential_histogram,
                {count_columns, exponential_columns, exemplar_columns, extreme_columns}),
        metrics(table_role::summary, {count_columns, summary_columns}),
    };
}

void add_collector_views(schema& to, const layout_table& raw, const sql& states, std::chrono::seconds ttl) {
    if (raw.role != table_role::traces) return;
    table_definition table;
    table.name = raw.table.name + "_trace_id_ts";
    table.columns = {{"TraceId", "String", "ZSTD(1)", "", {}, {}},
                     {"Start", "SimpleAggregateFunction(min, DateTime)", "ZSTD(1)", "", {}, {}},
                     {"End", "SimpleAggregateFunction(max, DateTime)", "ZSTD(1)", "", {}, {}}};
    table.engine = states;
    table.partition_by = "toStartOfWeek(Start)";
    table.order_by = {"TraceId"_sql};
    table.ttl = {"toDateTime(Start)"_sql, ttl};
    to.views.push_back({table.name + "_mv", table.name,
                        sql("SELECT\n"
                            "    TraceId,\n"
                            "    min(toDateTime(Timestamp)) AS Start,\n"
                            "    max(toDateTime(Timestamp)) AS End\n"
                            "FROM ") << to.where.qualified(raw.table.name) << "\n"
                            "WHERE TraceId != ''\n"
                            "GROUP BY TraceId"});
    to.tables.push_back(std::move(table));
}

std::span<const std::string_view> collector_table_aliases(table_role role) noexcept {
    if (role == table_role::exponential_histogram) return exponential_histogram_aliases;
    return {};
}

}  // namespace colblock::binding
