// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/retain.hpp"

#include <algorithm>
#include <memory>

namespace colblock::otlp {

namespace {

using flags = std::span<const bool>;

// Moves the values of what stays to the front.
template <class T>
void keep(per_record<T>& values, flags stays) noexcept {
    std::size_t to = 0;
    for (std::size_t i = 0; i != stays.size(); ++i)
        if (stays[i]) values[to++] = values[i];
}

// Moves the stretches of what stays to the front of a list; end_of(i) is where the stretch of i ends, and
// then says where it ends there.
template <class T, class EndOf>
void keep_stretches(growing_array<T>& list, EndOf&& end_of, flags stays) noexcept {
    T* to = list.begin();
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i != stays.size(); ++i) {
        std::uint32_t& stretch_end = end_of(i);
        const std::uint32_t end = stretch_end;
        if (stays[i]) to = std::copy(list.begin() + begin, list.begin() + end, to);
        begin = end;
        stretch_end = static_cast<std::uint32_t>(to - list.begin());
    }
    list.set_end(to);
}

// The list of records with these ends.
template <class T>
void keep_list(growing_array<T>& list, per_record<std::uint32_t>& ends, flags stays) noexcept {
    keep_stretches(list, [&](std::size_t i) -> std::uint32_t& { return ends[i]; }, stays);
    keep(ends, stays);
}

// Events, links, exemplars: a list of elements that have attributes of their own.
template <class Element>
void keep_elements(growing_array<Element>& elements, growing_array<attribute>& attributes,
                   per_record<std::uint32_t>& ends, flags stays) {
    const auto element_stays = std::make_unique<bool[]>(elements.size());
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i != stays.size(); ++i) {
        std::fill(element_stays.get() + begin, element_stays.get() + ends[i], stays[i]);
        begin = ends[i];
    }
    keep_stretches(attributes, [&](std::size_t i) -> std::uint32_t& { return elements[i].attributes_end; },
                   {element_stays.get(), elements.size()});
    keep_list(elements, ends, stays);
}

void keep_base(batch_base& batch, flags stays) {
    std::size_t begin = 0;
    for (source_run& run : batch.runs) {
        const flags of_run = stays.subspan(begin, run.num_rows);
        begin += run.num_rows;
        run.num_rows = static_cast<std::uint32_t>(std::ranges::count(of_run, true));
    }
    std::erase_if(batch.runs, [](const source_run& run) { return run.num_rows == 0; });
    batch.num_records = static_cast<std::size_t>(std::ranges::count(stays, true));
}

void keep_numbers(point_batch& b, flags stays) {
    keep(b.value_kind, stays);
    keep(b.value, stays);
    keep(b.value_integer, stays);
}

void keep_aggregate(point_batch& b, flags stays) {
    keep(b.count, stays);
    keep(b.sum, stays);
    keep(b.min, stays);
    keep(b.max, stays);
    keep(b.presence, stays);
}

void keep_exponential(point_batch& b, flags stays) {
    keep(b.scale, stays);
    keep(b.zero_count, stays);
    keep(b.zero_threshold, stays);
    keep(b.positive_offset, stays);
    keep(b.negative_offset, stays);
    keep_list(b.positive_counts, b.positive_counts_end, stays);
    keep_list(b.negative_counts, b.negative_counts_end, stays);
}

void keep_quantiles(point_batch& b, flags stays) {
    per_record<std::uint32_t> ends = b.quantiles_end;  // of two parallel lists
    keep_list(b.quantile_values, ends, stays);
    keep_list(b.quantiles, b.quantiles_end, stays);
}

}  // namespace

void retain(span_batch& b, flags stays) {
    keep(b.trace_id, stays);
    keep(b.span_id, stays);
    keep(b.parent_span_id, stays);
    keep(b.trace_state, stays);
    keep(b.name, stays);
    keep(b.status_message, stays);
    keep(b.start_time, stays);
    keep(b.end_time, stays);
    keep(b.flags, stays);
    keep(b.kind, stays);
    keep(b.status_code, stays);
    keep(b.dropped_attributes_count, stays);
    keep(b.dropped_events_count, stays);
    keep(b.dropped_links_count, stays);
    keep_list(b.attributes, b.attributes_end, stays);
    keep_elements(b.events, b.event_attributes, b.events_end, stays);
    keep_elements(b.links, b.link_attributes, b.links_end, stays);
    keep_base(b, stays);
}

void retain(log_batch& b, flags stays) {
    keep(b.time, stays);
    keep(b.observed_time, stays);
    keep(b.severity_number, stays);
    keep(b.flags, stays);
    keep(b.dropped_attributes_count, stays);
    keep(b.severity_text, stays);
    keep(b.trace_id, stays);
    keep(b.span_id, stays);
    keep(b.event_name, stays);
    keep(b.body, stays);
    keep_list(b.attributes, b.attributes_end, stays);
    keep_base(b, stays);
}

// What a kind does not have was never written.
void retain(point_batch& b, flags stays) {
    keep(b.metric_of, stays);
    keep(b.start_time, stays);
    keep(b.time, stays);
    keep(b.flags, stays);
    keep_list(b.attributes, b.attributes_end, stays);
    keep_elements(b.exemplars, b.exemplar_attributes, b.exemplars_end, stays);
    switch (b.kind) {
    case metric_kind::gauge:
    case metric_kind::sum: keep_numbers(b, stays); break;
    case metric_kind::histogram:
        keep_aggregate(b, stays);
        keep_list(b.bucket_counts, b.bucket_counts_end, stays);
        keep_list(b.explicit_bounds, b.explicit_bounds_end, stays);
        break;
    case metric_kind::exponential_histogram:
        keep_aggregate(b, stays);
        keep_exponential(b, stays);
        break;
    case metric_kind::summary:
        keep_aggregate(b, stays);
        keep_quantiles(b, stays);
        break;
    }
    keep_base(b, stays);
}

}  // namespace colblock::otlp
