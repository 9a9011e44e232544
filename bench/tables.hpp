// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "colblock/binding/signal_writer.hpp"

namespace colblock::bench {

/// A table of the collector layout as a server describes it: the newest generation's columns.
inline binding::bound_table collector_table(binding::table_role role, const std::vector<const char*>& names_and_types) {
    binding::bound_table table{role, {"", std::string(default_table_name(binding::layout::collector, role)), {}}};
    for (std::size_t i = 0; i + 1 < names_and_types.size(); i += 2)
        table.description.columns.push_back({names_and_types[i], names_and_types[i + 1], ""});
    return table;
}

inline constexpr const char* attribute_map = "Map(LowCardinality(String), String)";
inline constexpr const char* list_of_attribute_maps = "Array(Map(LowCardinality(String), String))";
inline constexpr const char* word = "LowCardinality(String)";
inline constexpr const char* time = "DateTime64(9)";

inline std::vector<binding::bound_table> collector_traces() {
    return {collector_table(binding::table_role::traces,
                            {"Timestamp", time, "TraceId", "String", "SpanId", "String", "ParentSpanId", "String",
                             "TraceState", "String", "SpanName", word, "SpanKind", word, "ServiceName", word,
                             "ResourceAttributes", attribute_map, "ScopeName", "String", "ScopeVersion", "String",
                             "SpanAttributes", attribute_map, "Duration", "UInt64", "StatusCode", word, "StatusMessage",
                             "String", "Events.Timestamp", "Array(DateTime64(9))", "Events.Name",
                             "Array(LowCardinality(String))", "Events.Attributes", list_of_attribute_maps,
                             "Links.TraceId", "Array(String)", "Links.SpanId", "Array(String)", "Links.TraceState",
                             "Array(String)", "Links.Attributes", list_of_attribute_maps})};
}

inline std::vector<binding::bound_table> collector_logs() {
    return {collector_table(binding::table_role::logs,
                            {"Timestamp", time, "TraceId", "String", "SpanId", "String", "TraceFlags", "UInt8",
                             "SeverityText", word, "SeverityNumber", "UInt8", "ServiceName", word, "Body", "String",
                             "ResourceSchemaUrl", word, "ResourceAttributes", attribute_map, "ScopeSchemaUrl", word,
                             "ScopeName", "String", "ScopeVersion", word, "ScopeAttributes", attribute_map,
                             "LogAttributes", attribute_map, "EventName", "String"})};
}

inline std::vector<binding::bound_table> collector_metrics() {
    using binding::table_role;
    const std::vector<const char*> shared = {
        "ResourceAttributes", attribute_map, "ResourceSchemaUrl", "String", "ScopeName", "String", "ScopeVersion",
        "String", "ScopeAttributes", attribute_map, "ScopeDroppedAttrCount", "UInt32", "ScopeSchemaUrl", "String",
        "ServiceName", word, "MetricName", word, "MetricDescription", "String", "MetricUnit", "String", "Attributes",
        attribute_map, "StartTimeUnix", "DateTime", "TimeUnix", "DateTime", "Flags", "UInt32"};
    const std::vector<const char*> number = {
        "Value", "Float64", "Exemplars.FilteredAttributes", list_of_attribute_maps, "Exemplars.TimeUnix",
        "Array(DateTime)", "Exemplars.Value", "Array(Float64)", "Exemplars.SpanId", "Array(String)",
        "Exemplars.TraceId", "Array(String)"};
    std::vector<binding::bound_table> tables;
    for (const table_role role : {table_role::gauge, table_role::sum, table_role::histogram,
                                  table_role::exponential_histogram, table_role::summary}) {
        std::vector<const char*> columns = shared;
        if (role == table_role::gauge || role == table_role::sum) columns.insert(columns.end(), number.begin(), number.end());
        if (role == table_role::sum) columns.insert(columns.end(), {"AggregationTemporality", "Int32", "IsMonotonic", "Bool"});
        tables.push_back(collector_table(role, columns));
    }
    return tables;
}

}  // namespace colblock::bench
