// SPDX-License-Identifier: Apache-2.0
#include "binding/field_sources.hpp"

namespace colblock::binding {

namespace {

using batch = otlp::span_batch;
using event = batch::event;
using link = batch::link;

constexpr std::array<constant_text, 6> collector_kinds = {"Unspecified", "Internal", "Server",
                                                          "Client",      "Producer", "Consumer"};
constexpr std::array<constant_text, 6> colblock_kinds = {"unspecified", "internal", "server",
                                                         "client",      "producer", "consumer"};
constexpr std::array<constant_text, 3> collector_statuses = {"Unset", "Ok", "Error"};
constexpr std::array<constant_text, 3> colblock_statuses = {"unset", "ok", "error"};

constexpr of_records<batch, byte_view> kind_name{
    [](const batch& b, const context& where, std::vector<byte_view>& scratch) {
        const auto& names = where.which == layout::colblock ? colblock_kinds : collector_kinds;
        return gather(scratch, b.num_records, [&](std::size_t i) { return name_of(names, b.kind[i]); });
    },
    value_sense::name};

constexpr of_records<batch, byte_view> status_name{
    [](const batch& b, const context& where, std::vector<byte_view>& scratch) {
        const auto& names = where.which == layout::colblock ? colblock_statuses : collector_statuses;
        return gather(scratch, b.num_records, [&](std::size_t i) { return name_of(names, b.status_code[i]); });
    },
    value_sense::name};

// End minus start. A span that ends before it starts lasts 0 ns in colblock; in collector the difference
// wraps, as the Collector's own does.
constexpr of_records<batch, std::int64_t> duration{
    [](const batch& b, const context& where, std::vector<std::int64_t>& scratch) {
        const bool clamp = where.which == layout::colblock;
        return gather(scratch, b.num_records, [&](std::size_t i) {
            const std::uint64_t start = b.start_time[i];
            const std::uint64_t end = b.end_time[i];
            return static_cast<std::int64_t>(clamp && end < start ? 0 : end - start);
        });
    }};

template <class T, auto Member>
constexpr auto of_events(value_sense sense = value_sense::plain) {
    return element<batch, T, &batch::events, &batch::events_end, Member>(sense);
}
template <class T, auto Member>
constexpr auto of_links(value_sense sense = value_sense::plain) {
    return element<batch, T, &batch::links, &batch::links_end, Member>(sense);
}

// In the order of a span's life: when, who, what, whence, how it went, what happened in it.
constexpr field<batch> all[] = {
    {"timestamp", "Timestamp", record_timestamp<batch>()},
    {"end_timestamp", "", record<batch, &batch::end_time>()},
    {"duration_ns", "Duration", duration},
    {"trace_id", "TraceId", record_id<batch, &batch::trace_id, value_sense::id16>()},
    {"span_id", "SpanId", record_id<batch, &batch::span_id, value_sense::id8>()},
    {"parent_span_id", "ParentSpanId", record_id<batch, &batch::parent_span_id, value_sense::id8>()},
    {"trace_state", "TraceState", record<batch, &batch::trace_state>()},
    {"flags", "", record_integer<batch, &batch::flags>()},
    {"span_name", "SpanName", record<batch, &batch::name>()},
    {"span_kind", "SpanKind", kind_name},
    {"status_code", "StatusCode", status_name},
    {"status_message", "StatusMessage", record<batch, &batch::status_message>()},
    {"service_name", "ServiceName", service_name<batch>()},
    {"resource_attributes", "ResourceAttributes", attributes_of_resource<batch>{}},
    {"resource_schema_url", "", resource_schema_url<batch>()},
    {"resource_dropped_attributes_count", "", resource_dropped_attributes_count<batch>()},
    {"scope_name", "ScopeName", scope_member<batch, &otlp::scope::name>()},
    {"scope_version", "ScopeVersion", scope_member<batch, &otlp::scope::version>()},
    {"scope_attributes", "", attributes_of_scope<batch>{}},
    {"scope_schema_url", "", scope_member<batch, &otlp::scope::schema_url>()},
    {"scope_dropped_attributes_count", "", scope_member<batch, &otlp::scope::dropped_attributes_count>()},
    {"span_attributes", "SpanAttributes", record_attributes<batch>()},
    {"dropped_attributes_count", "", record_integer<batch, &batch::dropped_attributes_count>()},
    {"dropped_events_count", "", record_integer<batch, &batch::dropped_events_count>()},
    {"dropped_links_count", "", record_integer<batch, &batch::dropped_links_count>()},
    {"events.timestamp", "Events.Timestamp", of_events<std::uint64_t, &event::time>()},
    {"events.name", "Events.Name", of_events<byte_view, &event::name>()},
    {"events.attributes", "Events.Attributes",
     element_attributes<batch, &batch::events, &batch::events_end, &batch::event_attributes,
                        &event::attributes_end>()},
    {"events.dropped_attributes_count", "", of_events<std::int64_t, &event::dropped_attributes_count>()},
    {"links.trace_id", "Links.TraceId", of_links<byte_view, &link::trace_id>(value_sense::id16)},
    {"links.span_id", "Links.SpanId", of_links<byte_view, &link::span_id>(value_sense::id8)},
    {"links.trace_state", "Links.TraceState", of_links<byte_view, &link::trace_state>()},
    {"links.attributes", "Links.Attributes",
     element_attributes<batch, &batch::links, &batch::links_end, &batch::link_attributes, &link::attributes_end>()},
    {"links.dropped_attributes_count", "", of_links<std::int64_t, &link::dropped_attributes_count>()},
    {"links.flags", "", of_links<std::int64_t, &link::flags>()},
};

}  // namespace

std::span<const field<otlp::span_batch>> span_fields() noexcept { return all; }

}  // namespace colblock::binding
