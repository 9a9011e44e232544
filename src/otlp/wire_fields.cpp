// SPDX-License-Identifier: Apache-2.0
#include "otlp/wire_fields.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace colblock::otlp {

namespace {

using enum shape;

// One block a message, in the order of `shape`; numbers ascend. Gauge and Sum are one message here, as a
// Gauge uses no other number.
constexpr wire_field fields[] = {
    {trace_request, 1, "resource_spans", reading::message, resource_spans},
    {resource_spans, 1, "resource", reading::message, resource},
    {resource_spans, 2, "scope_spans", reading::message, scope_spans},
    {resource_spans, 3, "schema_url", reading::text},
    {scope_spans, 1, "scope", reading::message, scope},
    {scope_spans, 2, "spans", reading::message, span},
    {scope_spans, 3, "schema_url", reading::text},
    {span, 1, "trace_id", reading::trace_id},
    {span, 2, "span_id", reading::span_id},
    {span, 3, "trace_state", reading::text},
    {span, 4, "parent_span_id", reading::span_id},
    {span, 5, "name", reading::text},
    {span, 6, "kind", reading::signed_varint},
    {span, 7, "start_time_unix_nano", reading::time},
    {span, 8, "end_time_unix_nano", reading::time},
    {span, 9, "attributes", reading::message, key_value},
    {span, 10, "dropped_attributes_count", reading::unsigned_varint},
    {span, 11, "events", reading::message, span_event},
    {span, 12, "dropped_events_count", reading::unsigned_varint},
    {span, 13, "links", reading::message, span_link},
    {span, 14, "dropped_links_count", reading::unsigned_varint},
    {span, 15, "status", reading::message, span_status},
    {span, 16, "flags", reading::fixed32},
    {span_event, 1, "time_unix_nano", reading::time},
    {span_event, 2, "name", reading::text},
    {span_event, 3, "attributes", reading::message, key_value},
    {span_event, 4, "dropped_attributes_count", reading::unsigned_varint},
    {span_link, 1, "trace_id", reading::trace_id},
    {span_link, 2, "span_id", reading::span_id},
    {span_link, 3, "trace_state", reading::text},
    {span_link, 4, "attributes", reading::message, key_value},
    {span_link, 5, "dropped_attributes_count", reading::unsigned_varint},
    {span_link, 6, "flags", reading::fixed32},
    {span_status, 2, "message", reading::text},
    {span_status, 3, "code", reading::signed_varint},
    {log_request, 1, "resource_logs", reading::message, resource_logs},
    {resource_logs, 1, "resource", reading::message, resource},
    {resource_logs, 2, "scope_logs", reading::message, scope_logs},
    {resource_logs, 3, "schema_url", reading::text},
    {scope_logs, 1, "scope", reading::message, scope},
    {scope_logs, 2, "log_records", reading::message, log_record},
    {scope_logs, 3, "schema_url", reading::text},
    {log_record, 1, "time_unix_nano", reading::time},
    {log_record, 2, "severity_number", reading::signed_varint},
    {log_record, 3, "severity_text", reading::text},
    {log_record, 5, "body", reading::message, any_value},
    {log_record, 6, "attributes", reading::message, key_value},
    {log_record, 7, "dropped_attributes_count", reading::unsigned_varint},
    {log_record, 8, "flags", reading::fixed32},
    {log_record, 9, "trace_id", reading::trace_id},
    {log_record, 10, "span_id", reading::span_id},
    {log_record, 11, "observed_time_unix_nano", reading::time},
    {log_record, 12, "event_name", reading::text},
    {metric_request, 1, "resource_metrics", reading::message, resource_metrics},
    {resource_metrics, 1, "resource", reading::message, resource},
    {resource_metrics, 2, "scope_metrics", reading::message, scope_metrics},
    {resource_metrics, 3, "schema_url", reading::text},
    {scope_metrics, 1, "scope", reading::message, scope},
    {scope_metrics, 2, "metrics", reading::message, metric},
    {scope_metrics, 3, "schema_url", reading::text},
    {metric, 1, "name", reading::text},
    {metric, 2, "description", reading::text},
    {metric, 3, "unit", reading::text},
    {metric, 5, "gauge", reading::message, number_data},
    {metric, 7, "sum", reading::message, number_data},
    {metric, 9, "histogram", reading::message, histogram_data},
    {metric, 10, "exponential_histogram", reading::message, exponential_histogram_data},
    {metric, 11, "summary", reading::message, summary_data},
    {metric, 12, "metadata", reading::message, key_value},
    {number_data, 1, "data_points", reading::message, number_point},
    {number_data, 2, "aggregation_temporality", reading::signed_varint},
    {number_data, 3, "is_monotonic", reading::boolean},
    {histogram_data, 1, "data_points", reading::message, histogram_point},
    {histogram_data, 2, "aggregation_temporality", reading::signed_varint},
    {exponential_histogram_data, 1, "data_points", reading::message, exponential_histogram_point},
    {exponential_histogram_data, 2, "aggregation_temporality", reading::signed_varint},
    {summary_data, 1, "data_points", reading::message, summary_point},
    {number_point, 2, "start_time_unix_nano", reading::time},
    {number_point, 3, "time_unix_nano", reading::time},
    {number_point, 4, "as_double", reading::float64},
    {number_point, 5, "exemplars", reading::message, exemplar},
    {number_point, 6, "as_int", reading::sfixed64},
    {number_point, 7, "attributes", reading::message, key_value},
    {number_point, 8, "flags", reading::unsigned_varint},
    {histogram_point, 2, "start_time_unix_nano", reading::time},
    {histogram_point, 3, "time_unix_nano", reading::time},
    {histogram_point, 4, "count", reading::fixed64},
    {histogram_point, 5, "sum", reading::float64},
    {histogram_point, 6, "bucket_counts", reading::packed, fixed64s},
    {histogram_point, 7, "explicit_bounds", reading::packed, doubles},
    {histogram_point, 8, "exemplars", reading::message, exemplar},
    {histogram_point, 9, "attributes", reading::message, key_value},
    {histogram_point, 10, "flags", reading::unsigned_varint},
    {histogram_point, 11, "min", reading::float64},
    {histogram_point, 12, "max", reading::float64},
    {exponential_histogram_point, 1, "attributes", reading::message, key_value},
    {exponential_histogram_point, 2, "start_time_unix_nano", reading::time},
    {exponential_histogram_point, 3, "time_unix_nano", reading::time},
    {exponential_histogram_point, 4, "count", reading::fixed64},
    {exponential_histogram_point, 5, "sum", reading::float64},
    {exponential_histogram_point, 6, "scale", reading::zigzag},
    {exponential_histogram_point, 7, "zero_count", reading::fixed64},
    {exponential_histogram_point, 8, "positive", reading::message, buckets},
    {exponential_histogram_point, 9, "negative", reading::message, buckets},
    {exponential_histogram_point, 10, "flags", reading::unsigned_varint},
    {exponential_histogram_point, 11, "exemplars", reading::message, exemplar},
    {exponential_histogram_point, 12, "min", reading::float64},
    {exponential_histogram_point, 13, "max", reading::float64},
    {exponential_histogram_point, 14, "zero_threshold", reading::float64},
    {summary_point, 2, "start_time_unix_nano", reading::time},
    {summary_point, 3, "time_unix_nano", reading::time},
    {summary_point, 4, "count", reading::fixed64},
    {summary_point, 5, "sum", reading::float64},
    {summary_point, 6, "quantile_values", reading::message, quantile},
    {summary_point, 7, "attributes", reading::message, key_value},
    {summary_point, 8, "flags", reading::unsigned_varint},
    {buckets, 1, "offset", reading::zigzag},
    {buckets, 2, "bucket_counts", reading::packed, varints},
    {quantile, 1, "quantile", reading::float64},
    {quantile, 2, "value", reading::float64},
    {exemplar, 2, "time_unix_nano", reading::time},
    {exemplar, 3, "as_double", reading::float64},
    {exemplar, 4, "span_id", reading::span_id},
    {exemplar, 5, "trace_id", reading::trace_id},
    {exemplar, 6, "as_int", reading::sfixed64},
    {exemplar, 7, "filtered_attributes", reading::message, key_value},
    {resource, 1, "attributes", reading::message, key_value},
    {resource, 2, "dropped_attributes_count", reading::unsigned_varint},
    {resource, 3, "entity_refs", reading::message, entity_ref},
    {entity_ref, 1, "schema_url", reading::text},
    {entity_ref, 2, "type", reading::text},
    {entity_ref, 3, "id_keys", reading::text},
    {entity_ref, 4, "description_keys", reading::text},
    {scope, 1, "name", reading::text},
    {scope, 2, "version", reading::text},
    {scope, 3, "attributes", reading::message, key_value},
    {scope, 4, "dropped_attributes_count", reading::unsigned_varint},
    {key_value, 1, "key", reading::text},
    {key_value, 2, "value", reading::message, any_value},
    {any_value, 1, "string_value", reading::text},
    {any_value, 2, "bool_value", reading::boolean},
    {any_value, 3, "int_value", reading::signed_varint},
    {any_value, 4, "double_value", reading::float64},
    {any_value, 5, "array_value", reading::message, array_value},
    {any_value, 6, "kvlist_value", reading::message, key_value_list},
    {any_value, 7, "bytes_value", reading::bytes},
    {array_value, 1, "values", reading::message, any_value},
    {key_value_list, 1, "values", reading::message, key_value},
};

constexpr std::string_view names[] = {
    "ExportTraceServiceRequest",
    "ResourceSpans",
    "ScopeSpans",
    "Span",
    "Span.Event",
    "Span.Link",
    "Status",
    "ExportLogsServiceRequest",
    "ResourceLogs",
    "ScopeLogs",
    "LogRecord",
    "ExportMetricsServiceRequest",
    "ResourceMetrics",
    "ScopeMetrics",
    "Metric",
    "Gauge or Sum",
    "Histogram",
    "ExponentialHistogram",
    "Summary",
    "NumberDataPoint",
    "HistogramDataPoint",
    "ExponentialHistogramDataPoint",
    "SummaryDataPoint",
    "Buckets",
    "ValueAtQuantile",
    "Exemplar",
    "Resource",
    "EntityRef",
    "InstrumentationScope",
    "KeyValue",
    "AnyValue",
    "ArrayValue",
    "KeyValueList",
    "fixed64 numbers",
    "double numbers",
    "varint numbers",
    "none",
};
static_assert(std::size(names) == static_cast<std::size_t>(none) + 1);

constexpr bool in_order(const wire_field& a, const wire_field& b) {
    return a.parent < b.parent || (a.parent == b.parent && a.number < b.number);
}
static_assert(std::ranges::is_sorted(fields, in_order));

// Where each message's block begins; a last entry for the end.
constexpr auto begins = [] {
    std::array<std::uint16_t, static_cast<std::size_t>(none) + 2> at{};
    for (std::size_t s = 0; s != at.size(); ++s)
        while (at[s] != std::size(fields) && static_cast<std::size_t>(fields[at[s]].parent) < s) ++at[s];
    return at;
}();

}  // namespace

std::span<const wire_field> fields_of(shape message) noexcept {
    const auto s = static_cast<std::size_t>(message);
    return {fields + begins[s], fields + begins[s + 1]};
}

const wire_field* find_field(shape message, std::uint32_t number) noexcept {
    for (const wire_field& field : fields_of(message))
        if (field.number == number) return &field;
    return nullptr;
}

std::string_view name(shape message) noexcept { return names[static_cast<std::size_t>(message)]; }

}  // namespace colblock::otlp
