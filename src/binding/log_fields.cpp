// SPDX-License-Identifier: Apache-2.0
#include "binding/field_sources.hpp"

namespace colblock::binding {

namespace {

using batch = otlp::log_batch;

// collector keeps the low eight bits of flags, the W3C ones; colblock all 32.
constexpr of_records<batch, std::int64_t> flags{
    [](const batch& b, const context& where, std::vector<std::int64_t>& scratch) {
        const std::uint32_t mask = where.which == layout::colblock ? 0xffff'ffffu : 0xffu;
        return gather(scratch, b.num_records, [&](std::size_t i) { return std::int64_t{b.flags[i] & mask}; });
    }};

constexpr field<batch> all[] = {
    {"timestamp", "Timestamp", record_timestamp<batch>()},
    {"observed_timestamp", "", record<batch, &batch::observed_time>()},
    {"trace_id", "TraceId", record_id<batch, &batch::trace_id, value_sense::id16>()},
    {"span_id", "SpanId", record_id<batch, &batch::span_id, value_sense::id8>()},
    {"trace_flags", "TraceFlags", flags},
    {"severity_text", "SeverityText", record<batch, &batch::severity_text>()},
    {"severity_number", "SeverityNumber", record_integer<batch, &batch::severity_number>()},
    {"service_name", "ServiceName", service_name<batch>()},
    {"body", "Body", record<batch, &batch::body>()},
    {"event_name", "EventName", record<batch, &batch::event_name>()},
    {"resource_attributes", "ResourceAttributes", attributes_of_resource<batch>{}},
    {"resource_schema_url", "ResourceSchemaUrl", resource_schema_url<batch>()},
    {"resource_dropped_attributes_count", "", resource_dropped_attributes_count<batch>()},
    {"scope_name", "ScopeName", scope_member<batch, &otlp::scope::name>()},
    {"scope_version", "ScopeVersion", scope_member<batch, &otlp::scope::version>()},
    {"scope_attributes", "ScopeAttributes", attributes_of_scope<batch>{}},
    {"scope_schema_url", "ScopeSchemaUrl", scope_member<batch, &otlp::scope::schema_url>()},
    {"scope_dropped_attributes_count", "", scope_member<batch, &otlp::scope::dropped_attributes_count>()},
    {"log_attributes", "LogAttributes", record_attributes<batch>()},
    {"dropped_attributes_count", "", record_integer<batch, &batch::dropped_attributes_count>()},
};

}  // namespace

std::span<const field<otlp::log_batch>> log_fields() noexcept { return all; }

}  // namespace colblock::binding
