// SPDX-License-Identifier: Apache-2.0
#include "support/batch_records.hpp"

#include <algorithm>
#include <span>

namespace colblock::support {

namespace {

using otlp::any_value;
using otlp::attribute;
using otlp::value_kind;

void append_value(record_text& to, std::string_view name, const any_value& value) {
    switch (value.kind) {
    case value_kind::empty: return to.value(name, "empty", value.text());
    case value_kind::string: return to.value(name, "string", value.text());
    case value_kind::boolean: return to.value(name, "bool", std::to_string(value.integer));
    case value_kind::integer: return to.value(name, "int", std::to_string(value.integer));
    case value_kind::number: return to.value(name, "double", std::to_string(std::bit_cast<std::uint64_t>(value.number)));
    case value_kind::bytes: return to.value(name, "bytes", value.text());
    case value_kind::array: return to.value(name, "array", value.text());
    case value_kind::kvlist: return to.value(name, "kvlist", value.text());
    }
}

void append_attributes(record_text& to, std::string_view name, const growing_array<attribute>& all, std::size_t begin,
                       std::size_t end) {
    to.count(std::string(name) + ".size", end - begin);
    for (std::size_t i = begin; i != end; ++i) {
        to.text(std::string(name) + ".key", all[i].key);
        append_value(to, std::string(name) + ".value", all[i].value);
    }
}

std::size_t begin_of(const otlp::per_record<std::uint32_t>& ends, std::size_t i) { return i == 0 ? 0 : ends[i - 1]; }

// The attributes of element `i` of a list of events, links or exemplars.
template <class Element>
void append_element_attributes(record_text& to, const growing_array<Element>& elements, std::size_t i,
                               const growing_array<attribute>& all) {
    append_attributes(to, "element.attributes", all, i == 0 ? 0 : elements[i - 1].attributes_end, elements[i].attributes_end);
}

void append_source(record_text& to, const otlp::batch_base& batch, const otlp::source_run& run) {
    const otlp::resource& r = batch.resources.at(run.resource);
    to.text("resource.schema_url", r.schema_url);
    to.count("resource.dropped", r.dropped_attributes_count);
    append_value(to, "resource.service_name", r.service_name);
    append_attributes(to, "resource.attributes", batch.attributes_of_sources, r.attributes_begin, r.attributes_end);
    const otlp::scope& s = batch.scopes.at(run.scope);
    to.text("scope.schema_url", s.schema_url);
    to.text("scope.name", s.name);
    to.text("scope.version", s.version);
    to.count("scope.dropped", s.dropped_attributes_count);
    append_attributes(to, "scope.attributes", batch.attributes_of_sources, s.attributes_begin, s.attributes_end);
}

// Calls append(text, i) for each record, with its source already in the text.
template <class Append>
void for_each_record(const otlp::batch_base& batch, records& all, Append&& append) {
    std::size_t i = 0;
    for (const otlp::source_run& run : batch.runs)
        for (std::uint32_t k = 0; k != run.num_rows; ++k, ++i) {
            record_text to;
            append_source(to, batch, run);
            append(to, i);
            all.push_back(to.str());
        }
    if (i != batch.num_records) all.push_back("the runs do not add up");
}

template <class T>
void append_numbers(record_text& to, std::string_view name, const growing_array<T>& all,
                    const otlp::per_record<std::uint32_t>& ends, std::size_t i) {
    to.count(std::string(name) + ".size", ends[i] - begin_of(ends, i));
    for (std::size_t k = begin_of(ends, i); k != ends[i]; ++k) to.count(name, std::bit_cast<std::uint64_t>(all[k]));
}

void append_number(record_text& to, otlp::number_kind kind, double value, std::int64_t integer) {
    to.count("value.kind", static_cast<unsigned>(kind));
    to.real("value", value);
    to.number("value.integer", integer);
}

void append_exemplars(record_text& to, const otlp::point_batch& b, std::size_t i) {
    for (std::size_t k = begin_of(b.exemplars_end, i); k != b.exemplars_end[i]; ++k) {
        const auto& exemplar = b.exemplars[k];
        to.count("exemplar.time", exemplar.time);
        to.text("exemplar.trace_id", exemplar.trace_id);
        to.text("exemplar.span_id", exemplar.span_id);
        append_number(to, exemplar.kind, exemplar.value, exemplar.value_integer);
        append_element_attributes(to, b.exemplars, k, b.exemplar_attributes);
    }
}

void append_aggregate(record_text& to, const otlp::point_batch& b, std::size_t i) {
    to.count("count", b.count[i]);
    to.real("sum", b.sum[i]);
    to.real("min", b.min[i]);
    to.real("max", b.max[i]);
    to.count("presence", b.presence[i]);
}

void append_metric(record_text& to, const otlp::point_batch& b, std::size_t i) {
    const auto& metric = b.metrics.at(b.metric_of[i]);
    to.text("metric.name", metric.name);
    to.text("metric.description", metric.description);
    to.text("metric.unit", metric.unit);
    to.number("metric.temporality", metric.temporality);
    to.count("metric.is_monotonic", metric.is_monotonic);
    append_attributes(to, "metric.metadata", b.attributes_of_sources, metric.metadata_begin, metric.metadata_end);
}

}  // namespace

void append_records(const otlp::span_batch& b, records& all) {
    for_each_record(b, all, [&](record_text& to, std::size_t i) {
        to.text("trace_id", b.trace_id[i]);
        to.text("span_id", b.span_id[i]);
        to.text("parent_span_id", b.parent_span_id[i]);
        to.text("trace_state", b.trace_state[i]);
        to.text("name", b.name[i]);
        to.text("status_message", b.status_message[i]);
        to.count("start_time", b.start_time[i]);
        to.count("end_time", b.end_time[i]);
        to.count("flags", b.flags[i]);
        to.number("kind", b.kind[i]);
        to.number("status_code", b.status_code[i]);
        to.count("dropped_attributes", b.dropped_attributes_count[i]);
        to.count("dropped_events", b.dropped_events_count[i]);
        to.count("dropped_links", b.dropped_links_count[i]);
        append_attributes(to, "attributes", b.attributes, begin_of(b.attributes_end, i), b.attributes_end[i]);
        for (std::size_t k = begin_of(b.events_end, i); k != b.events_end[i]; ++k) {
            to.count("event.time", b.events[k].time);
            to.text("event.name", b.events[k].name);
            to.count("event.dropped_attributes", b.events[k].dropped_attributes_count);
            append_element_attributes(to, b.events, k, b.event_attributes);
        }
        for (std::size_t k = begin_of(b.links_end, i); k != b.links_end[i]; ++k) {
            to.text("link.trace_id", b.links[k].trace_id);
            to.text("link.span_id", b.links[k].span_id);
            to.text("link.trace_state", b.links[k].trace_state);
            to.count("link.flags", b.links[k].flags);
            to.count("link.dropped_attributes", b.links[k].dropped_attributes_count);
            append_element_attributes(to, b.links, k, b.link_attributes);
        }
    });
}

void append_records(const otlp::log_batch& b, records& all) {
    for_each_record(b, all, [&](record_text& to, std::size_t i) {
        to.count("time", b.time[i]);
        to.count("observed_time", b.observed_time[i]);
        to.number("severity_number", b.severity_number[i]);
        to.text("severity_text", b.severity_text[i]);
        to.count("flags", b.flags[i]);
        to.count("dropped_attributes", b.dropped_attributes_count[i]);
        to.text("trace_id", b.trace_id[i]);
        to.text("span_id", b.span_id[i]);
        to.text("event_name", b.event_name[i]);
        append_value(to, "body", b.body[i]);
        append_attributes(to, "attributes", b.attributes, begin_of(b.attributes_end, i), b.attributes_end[i]);
    });
}

void append_records(const otlp::point_batch& b, records& all) {
    for_each_record(b, all, [&](record_text& to, std::size_t i) {
        append_metric(to, b, i);
        to.count("start_time", b.start_time[i]);
        to.count("time", b.time[i]);
        to.count("flags", b.flags[i]);
        append_attributes(to, "attributes", b.attributes, begin_of(b.attributes_end, i), b.attributes_end[i]);
        switch (b.kind) {
        case otlp::metric_kind::gauge:
        case otlp::metric_kind::sum: append_number(to, b.value_kind[i], b.value[i], b.value_integer[i]); break;
        case otlp::metric_kind::histogram:
            append_aggregate(to, b, i);
            append_numbers(to, "bucket_count", b.bucket_counts, b.bucket_counts_end, i);
            append_numbers(to, "explicit_bound", b.explicit_bounds, b.explicit_bounds_end, i);
            break;
        case otlp::metric_kind::exponential_histogram:
            append_aggregate(to, b, i);
            to.number("scale", b.scale[i]);
            to.count("zero_count", b.zero_count[i]);
            to.real("zero_threshold", b.zero_threshold[i]);
            to.number("positive.offset", b.positive_offset[i]);
            append_numbers(to, "positive.count", b.positive_counts, b.positive_counts_end, i);
            to.number("negative.offset", b.negative_offset[i]);
            append_numbers(to, "negative.count", b.negative_counts, b.negative_counts_end, i);
            break;
        case otlp::metric_kind::summary:
            append_aggregate(to, b, i);
            append_numbers(to, "quantile", b.quantiles, b.quantiles_end, i);
            append_numbers(to, "quantile.value", b.quantile_values, b.quantiles_end, i);
            return;
        }
        append_exemplars(to, b, i);
    });
}

}  // namespace colblock::support
