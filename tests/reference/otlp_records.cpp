// SPDX-License-Identifier: Apache-2.0
#include "reference/otlp_records.hpp"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>

namespace colblock::reference {

namespace {

using support::record_text;
using support::records;
using std::string;
namespace otel = opentelemetry_bytes::proto;
using attributes = google::protobuf::RepeatedPtrField<otel::common::v1::KeyValue>;

void append_value(record_text& to, const string& name, const any_value& value) {
    switch (value.value_case()) {
    case any_value::kStringValue: return to.value(name, "string", value.string_value());
    case any_value::kBoolValue: return to.value(name, "bool", value.bool_value() ? "1" : "0");
    case any_value::kIntValue: return to.value(name, "int", std::to_string(value.int_value()));
    case any_value::kDoubleValue:
        return to.value(name, "double", std::to_string(std::bit_cast<std::uint64_t>(value.double_value())));
    case any_value::kBytesValue: return to.value(name, "bytes", value.bytes_value());
    case any_value::kArrayValue: return to.value(name, "array", json_of(value));
    case any_value::kKvlistValue: return to.value(name, "kvlist", json_of(value));
    default: return to.value(name, "empty", "");
    }
}

void append_attributes(record_text& to, const string& name, const attributes& from) {
    to.count(name + ".size", static_cast<unsigned>(from.size()));
    for (const auto& attribute : from) {
        to.text(name + ".key", attribute.key());
        append_value(to, name + ".value", attribute.value());
    }
}

bool is_id(const string& id, std::size_t len) {
    return id.size() == len && std::ranges::any_of(id, [](char c) { return c != 0; });
}
string id_or_nothing(const string& id, std::size_t len) { return is_id(id, len) ? id : string(); }

template <class OfResource, class OfScope>
void append_source(record_text& to, const OfResource& of_resource, const OfScope& of_scope) {
    const auto& r = of_resource.resource();
    const auto name = std::ranges::find(r.attributes(), "service.name", [](const auto& a) { return a.key(); });
    to.text("resource.schema_url", of_resource.schema_url());
    to.count("resource.dropped", r.dropped_attributes_count());
    append_value(to, "resource.service_name", name != r.attributes().end() ? name->value() : any_value());
    append_attributes(to, "resource.attributes", r.attributes());
    const auto& s = of_scope.scope();
    to.text("scope.schema_url", of_scope.schema_url());
    to.text("scope.name", s.name());
    to.text("scope.version", s.version());
    to.count("scope.dropped", s.dropped_attributes_count());
    append_attributes(to, "scope.attributes", s.attributes());
}

void append_span(record_text& to, const otel::trace::v1::Span& span) {
    to.text("trace_id", span.trace_id());
    to.text("span_id", span.span_id());
    to.text("parent_span_id", id_or_nothing(span.parent_span_id(), 8));
    to.text("trace_state", span.trace_state());
    to.text("name", span.name());
    to.text("status_message", span.status().message());
    to.count("start_time", span.start_time_unix_nano());
    to.count("end_time", span.end_time_unix_nano());
    to.count("flags", span.flags());
    to.number("kind", span.kind());
    to.number("status_code", span.status().code());
    to.count("dropped_attributes", span.dropped_attributes_count());
    to.count("dropped_events", span.dropped_events_count());
    to.count("dropped_links", span.dropped_links_count());
    append_attributes(to, "attributes", span.attributes());
    for (const auto& event : span.events()) {
        to.count("event.time", event.time_unix_nano());
        to.text("event.name", event.name());
        to.count("event.dropped_attributes", event.dropped_attributes_count());
        append_attributes(to, "element.attributes", event.attributes());
    }
    for (const auto& link : span.links()) {
        to.text("link.trace_id", id_or_nothing(link.trace_id(), 16));
        to.text("link.span_id", id_or_nothing(link.span_id(), 8));
        to.text("link.trace_state", link.trace_state());
        to.count("link.flags", link.flags());
        to.count("link.dropped_attributes", link.dropped_attributes_count());
        append_attributes(to, "element.attributes", link.attributes());
    }
}

// as_double and as_int of points and exemplars.
template <class Message>
void append_number(record_text& to, const Message& from) {
    const bool is_double = from.value_case() == Message::kAsDouble;
    const bool is_int = from.value_case() == Message::kAsInt;
    to.count("value.kind", is_double ? 1 : is_int ? 2 : 0);
    to.real("value", is_double ? from.as_double() : static_cast<double>(from.as_int()));
    to.number("value.integer", from.as_int());
}

template <class Exemplars>
void append_exemplars(record_text& to, const Exemplars& exemplars) {
    for (const auto& exemplar : exemplars) {
        to.count("exemplar.time", exemplar.time_unix_nano());
        to.text("exemplar.trace_id", id_or_nothing(exemplar.trace_id(), 16));
        to.text("exemplar.span_id", id_or_nothing(exemplar.span_id(), 8));
        append_number(to, exemplar);
        append_attributes(to, "element.attributes", exemplar.filtered_attributes());
    }
}

template <class Numbers>
void append_numbers(record_text& to, const string& name, const Numbers& numbers) {
    to.count(name + ".size", static_cast<unsigned>(numbers.size()));
    for (const auto number : numbers) to.count(name, std::bit_cast<std::uint64_t>(number));
}

void append_point(record_text& to, const otel::metrics::v1::NumberDataPoint& point) {
    append_number(to, point);
    append_exemplars(to, point.exemplars());
}
template <class Point>
void append_aggregate(record_text& to, const Point& point) {
    to.count("count", point.count());
    to.real("sum", point.sum());
    to.real("min", point.min());
    to.real("max", point.max());
    to.count("presence", (point.has_sum() ? 1u : 0u) | (point.has_min() ? 2u : 0u) | (point.has_max() ? 4u : 0u));
}
void append_point(record_text& to, const otel::metrics::v1::HistogramDataPoint& point) {
    append_aggregate(to, point);
    append_numbers(to, "bucket_count", point.bucket_counts());
    append_numbers(to, "explicit_bound", point.explicit_bounds());
    append_exemplars(to, point.exemplars());
}
void append_point(record_text& to, const otel::metrics::v1::ExponentialHistogramDataPoint& point) {
    append_aggregate(to, point);
    to.number("scale", point.scale());
    to.count("zero_count", point.zero_count());
    to.real("zero_threshold", point.zero_threshold());
    to.number("positive.offset", point.positive().offset());
    append_numbers(to, "positive.count", point.positive().bucket_counts());
    to.number("negative.offset", point.negative().offset());
    append_numbers(to, "negative.count", point.negative().bucket_counts());
    append_exemplars(to, point.exemplars());
}
void append_point(record_text& to, const otel::metrics::v1::SummaryDataPoint& point) {
    to.count("count", point.count());
    to.real("sum", point.sum());
    to.real("min", 0);
    to.real("max", 0);
    to.count("presence", 1);
    std::vector<double> quantiles;
    std::vector<double> values;
    for (const auto& at : point.quantile_values()) {
        quantiles.push_back(at.quantile());
        values.push_back(at.value());
    }
    append_numbers(to, "quantile", quantiles);
    append_numbers(to, "quantile.value", values);
}

// The points of one metric. `source` holds the text of its resource and scope.
template <class Points>
void append_points(records& all, const record_text& source, const otel::metrics::v1::Metric& metric, int temporality,
                   const Points& points) {
    for (const auto& point : points) {
        record_text to = source;
        to.text("metric.name", metric.name());
        to.text("metric.description", metric.description());
        to.text("metric.unit", metric.unit());
        to.number("metric.temporality", temporality);
        to.count("metric.is_monotonic", metric.sum().is_monotonic());
        append_attributes(to, "metric.metadata", metric.metadata());
        to.count("start_time", point.start_time_unix_nano());
        to.count("time", point.time_unix_nano());
        to.count("flags", point.flags());
        append_attributes(to, "attributes", point.attributes());
        append_point(to, point);
        all.push_back(to.str());
    }
}

}  // namespace

records records_of(const trace_request& request, std::size_t& num_rejected) {
    records all;
    num_rejected = 0;
    for (const auto& of_resource : request.resource_spans())
        for (const auto& of_scope : of_resource.scope_spans())
            for (const auto& span : of_scope.spans()) {
                if (!is_id(span.trace_id(), 16) || !is_id(span.span_id(), 8)) {
                    ++num_rejected;
                    continue;
                }
                record_text to;
                append_source(to, of_resource, of_scope);
                append_span(to, span);
                all.push_back(to.str());
            }
    return all;
}

records records_of(const log_request& request) {
    records all;
    for (const auto& of_resource : request.resource_logs())
        for (const auto& of_scope : of_resource.scope_logs())
            for (const auto& log : of_scope.log_records()) {
                record_text to;
                append_source(to, of_resource, of_scope);
                to.count("time", log.time_unix_nano());
                to.count("observed_time", log.observed_time_unix_nano());
                to.number("severity_number", log.severity_number());
                to.text("severity_text", log.severity_text());
                to.count("flags", log.flags());
                to.count("dropped_attributes", log.dropped_attributes_count());
                to.text("trace_id", id_or_nothing(log.trace_id(), 16));
                to.text("span_id", id_or_nothing(log.span_id(), 8));
                to.text("event_name", log.event_name());
                append_value(to, "body", log.body());
                append_attributes(to, "attributes", log.attributes());
                all.push_back(to.str());
            }
    return all;
}

std::array<records, 5> records_of(const metric_request& request) {
    std::array<records, 5> all;
    for (const auto& of_resource : request.resource_metrics())
        for (const auto& of_scope : of_resource.scope_metrics())
            for (const auto& metric : of_scope.metrics()) {
                record_text source;
                append_source(source, of_resource, of_scope);
                append_points(all[0], source, metric, 0, metric.gauge().data_points());
                append_points(all[1], source, metric, metric.sum().aggregation_temporality(), metric.sum().data_points());
                append_points(all[2], source, metric, metric.histogram().aggregation_temporality(),
                              metric.histogram().data_points());
                append_points(all[3], source, metric, metric.exponential_histogram().aggregation_temporality(),
                              metric.exponential_histogram().data_points());
                append_points(all[4], source, metric, 0, metric.summary().data_points());
            }
    return all;
}

bool parse(std::string_view bytes, google::protobuf::Message& message) {
    google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                 static_cast<int>(bytes.size()));
    input.SetRecursionLimit(10'000);
    return message.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

}  // namespace colblock::reference
