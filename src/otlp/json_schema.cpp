// SPDX-License-Identifier: Apache-2.0
#include "otlp/json_schema.hpp"

namespace colblock::otlp::json {

namespace {

namespace pb = wire::pb;
using enum kind;

constexpr pb::wire_type wire_type_of(kind k) noexcept {
    switch (k) {
    case boolean:
    case uint32:
    case int32:
    case sint32:
    case int64:
    case enumeration: return pb::varint;
    case fixed32: return pb::fixed32;
    case fixed64:
    case sfixed64:
    case floating: return pb::fixed64;
    default: return pb::bytes;
    }
}

constexpr field make(std::string_view name, std::uint32_t number, kind k) {
    field made;
    made.name = name;
    made.kind = k;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        const auto c = static_cast<unsigned char>(i == name.size() ? '"' : name[i]);
        made.word[i / 8] |= std::uint64_t{c} << i % 8 * 8;
        made.mask[i / 8] |= std::uint64_t{0xff} << i % 8 * 8;
    }
    const std::uint32_t key = pb::key(number, wire_type_of(k));
    made.tag_len = key < 0x80 ? 1 : 2;
    made.tag = static_cast<std::uint16_t>(key < 0x80 ? key : (key & 0x7f) | 0x80 | key >> 7 << 8);
    return made;
}

// Lengths of messages: those of records nearly always fit two bytes; those above them are written in five and
// never have to be moved.
constexpr field make(std::string_view name, std::uint32_t number, message child, bool repeated) {
    field made = make(name, number, repeated ? object_list : object);
    made.child = child;
    switch (child) {
    case message::status: made.length_room = 1; break;
    case message::resource_spans:
    case message::resource_logs:
    case message::resource_metrics:
    case message::scope_spans:
    case message::scope_logs:
    case message::scope_metrics:
    case message::array_value:
    case message::key_value_list: made.length_room = 5; break;
    default: made.length_room = 2;
    }
    return made;
}
constexpr field one(std::string_view name, std::uint32_t number, message child) {
    return make(name, number, child, false);
}
constexpr field many(std::string_view name, std::uint32_t number, message child) {
    return make(name, number, child, true);
}
constexpr field make(std::string_view name, std::uint32_t number, const enum_names& names) {
    field made = make(name, number, enumeration);
    made.names = &names;
    return made;
}

constexpr std::string_view span_kind_names[] = {"UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"};
constexpr std::string_view status_names[] = {"UNSET", "OK", "ERROR"};
constexpr std::string_view temporality_names[] = {"UNSPECIFIED", "DELTA", "CUMULATIVE"};
constexpr std::string_view severity_names[] = {
    "UNSPECIFIED", "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG",  "DEBUG2", "DEBUG3", "DEBUG4",
    "INFO",        "INFO2", "INFO3",  "INFO4",  "WARN",   "WARN2",  "WARN3",  "WARN4",  "ERROR",
    "ERROR2",      "ERROR3", "ERROR4", "FATAL", "FATAL2", "FATAL3", "FATAL4"};
constexpr enum_names span_kinds{"SPAN_KIND_", span_kind_names};
constexpr enum_names status_codes{"STATUS_CODE_", status_names};
constexpr enum_names temporalities{"AGGREGATION_TEMPORALITY_", temporality_names};
constexpr enum_names severities{"SEVERITY_NUMBER_", severity_names};

constexpr field attributes(std::uint32_t number, std::string_view name = "attributes") {
    return many(name, number, message::key_value);
}
constexpr field dropped_attributes(std::uint32_t number) { return make("droppedAttributesCount", number, uint32); }

constexpr field trace_request_fields[] = {many("resourceSpans", 1, message::resource_spans)};
constexpr field resource_spans_fields[] = {one("resource", 1, message::resource),
                                           many("scopeSpans", 2, message::scope_spans), make("schemaUrl", 3, text)};
constexpr field scope_spans_fields[] = {one("scope", 1, message::scope), many("spans", 2, message::span),
                                        make("schemaUrl", 3, text)};
constexpr field span_fields[] = {
    make("traceId", 1, id),
    make("spanId", 2, id),
    make("parentSpanId", 4, id),
    make("name", 5, text),
    make("kind", 6, span_kinds),
    make("startTimeUnixNano", 7, fixed64),
    make("endTimeUnixNano", 8, fixed64),
    attributes(9),
    dropped_attributes(10),
    many("events", 11, message::event),
    make("droppedEventsCount", 12, uint32),
    one("status", 15, message::status),
    many("links", 13, message::link),
    make("droppedLinksCount", 14, uint32),
    make("flags", 16, fixed32),
    make("traceState", 3, text),
};
constexpr field event_fields[] = {attributes(3), make("name", 2, text), make("timeUnixNano", 1, fixed64),
                                  dropped_attributes(4)};
constexpr field link_fields[] = {attributes(4),          make("spanId", 2, id),       make("traceId", 1, id),
                                 make("traceState", 3, text), dropped_attributes(5), make("flags", 6, fixed32)};
constexpr field status_fields[] = {make("code", 3, status_codes), make("message", 2, text)};

constexpr field log_request_fields[] = {many("resourceLogs", 1, message::resource_logs)};
constexpr field resource_logs_fields[] = {one("resource", 1, message::resource),
                                          many("scopeLogs", 2, message::scope_logs), make("schemaUrl", 3, text)};
constexpr field scope_logs_fields[] = {one("scope", 1, message::scope), many("logRecords", 2, message::log_record),
                                       make("schemaUrl", 3, text)};
constexpr field log_record_fields[] = {
    make("timeUnixNano", 1, fixed64), make("observedTimeUnixNano", 11, fixed64),
    make("severityNumber", 2, severities), make("severityText", 3, text),
    one("body", 5, message::any_value), make("eventName", 12, text),
    attributes(6), dropped_attributes(7),
    make("flags", 8, fixed32), make("traceId", 9, id),
    make("spanId", 10, id),
};

constexpr field metric_request_fields[] = {many("resourceMetrics", 1, message::resource_metrics)};
constexpr field resource_metrics_fields[] = {one("resource", 1, message::resource),
                                             many("scopeMetrics", 2, message::scope_metrics),
                                             make("schemaUrl", 3, text)};
constexpr field scope_metrics_fields[] = {one("scope", 1, message::scope), many("metrics", 2, message::metric),
                                          make("schemaUrl", 3, text)};
constexpr field metric_fields[] = {
    make("name", 1, text),
    make("description", 2, text),
    make("unit", 3, text),
    one("sum", 7, message::sum),
    one("gauge", 5, message::gauge),
    one("histogram", 9, message::histogram),
    one("exponentialHistogram", 10, message::exponential_histogram),
    one("summary", 11, message::summary),
    attributes(12, "metadata"),
};
constexpr field gauge_fields[] = {many("dataPoints", 1, message::number_point)};
constexpr field sum_fields[] = {make("aggregationTemporality", 2, temporalities), make("isMonotonic", 3, boolean),
                                many("dataPoints", 1, message::number_point)};
constexpr field histogram_fields[] = {make("aggregationTemporality", 2, temporalities),
                                      many("dataPoints", 1, message::histogram_point)};
constexpr field exponential_histogram_fields[] = {make("aggregationTemporality", 2, temporalities),
                                                  many("dataPoints", 1, message::exponential_point)};
constexpr field summary_fields[] = {many("dataPoints", 1, message::summary_point)};
constexpr field number_point_fields[] = {
    attributes(7),
    make("startTimeUnixNano", 2, fixed64),
    make("timeUnixNano", 3, fixed64),
    make("asDouble", 4, floating),
    make("asInt", 6, sfixed64),
    many("exemplars", 5, message::exemplar),
    make("flags", 8, uint32),
};
constexpr field histogram_point_fields[] = {
    attributes(9),
    make("bucketCounts", 6, fixed64_list),
    make("explicitBounds", 7, floating_list),
    make("count", 4, fixed64),
    make("sum", 5, floating),
    make("min", 11, floating),
    make("max", 12, floating),
    make("startTimeUnixNano", 2, fixed64),
    make("timeUnixNano", 3, fixed64),
    many("exemplars", 8, message::exemplar),
    make("flags", 10, uint32),
};
constexpr field exponential_point_fields[] = {
    attributes(1),
    make("count", 4, fixed64),
    make("min", 12, floating),
    make("max", 13, floating),
    make("sum", 5, floating),
    one("positive", 8, message::buckets),
    one("negative", 9, message::buckets),
    make("scale", 6, sint32),
    make("zeroCount", 7, fixed64),
    make("startTimeUnixNano", 2, fixed64),
    make("timeUnixNano", 3, fixed64),
    many("exemplars", 11, message::exemplar),
    make("flags", 10, uint32),
    make("zeroThreshold", 14, floating),
};
constexpr field summary_point_fields[] = {
    attributes(7),
    make("startTimeUnixNano", 2, fixed64),
    make("timeUnixNano", 3, fixed64),
    make("count", 4, fixed64),
    make("sum", 5, floating),
    many("quantileValues", 6, message::quantile),
    make("flags", 8, uint32),
};
constexpr field buckets_fields[] = {make("offset", 1, sint32), make("bucketCounts", 2, uint64_list)};
constexpr field quantile_fields[] = {make("quantile", 1, floating), make("value", 2, floating)};
constexpr field exemplar_fields[] = {
    attributes(7, "filteredAttributes"), make("timeUnixNano", 2, fixed64), make("asDouble", 3, floating),
    make("asInt", 6, sfixed64),          make("spanId", 4, id),            make("traceId", 5, id),
};

// Entity references are of no use to tables: as good as an unknown key.
constexpr field resource_fields[] = {attributes(1), dropped_attributes(2)};
constexpr field scope_fields[] = {make("name", 1, text), make("version", 2, text), attributes(3),
                                  dropped_attributes(4)};
constexpr field key_value_fields[] = {make("key", 1, text), one("value", 2, message::any_value),
                                      make("keyStrindex", 3, int32)};
constexpr field any_value_fields[] = {
    make("stringValue", 1, text),
    make("intValue", 3, int64),
    make("boolValue", 2, boolean),
    make("doubleValue", 4, floating),
    one("arrayValue", 5, message::array_value),
    one("kvlistValue", 6, message::key_value_list),
    make("bytesValue", 7, base64),
    make("stringValueStrindex", 8, int32),
};
constexpr field array_value_fields[] = {many("values", 1, message::any_value)};
constexpr field key_value_list_fields[] = {attributes(1, "values")};

// By message.
constexpr std::span<const field> schemas[] = {
    trace_request_fields, resource_spans_fields, scope_spans_fields, span_fields, event_fields, link_fields,
    status_fields, log_request_fields, resource_logs_fields, scope_logs_fields, log_record_fields,
    metric_request_fields, resource_metrics_fields, scope_metrics_fields, metric_fields, gauge_fields, sum_fields,
    histogram_fields, exponential_histogram_fields, summary_fields, number_point_fields, histogram_point_fields,
    exponential_point_fields, summary_point_fields, buckets_fields, quantile_fields, exemplar_fields,
    resource_fields, scope_fields, key_value_fields, any_value_fields, array_value_fields, key_value_list_fields,
};
static_assert(std::size(schemas) == static_cast<std::size_t>(message::key_value_list) + 1);

}  // namespace

std::span<const field> fields_of(message m) noexcept { return schemas[static_cast<std::size_t>(m)]; }

}  // namespace colblock::otlp::json
