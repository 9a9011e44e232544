// SPDX-License-Identifier: Apache-2.0
#include "bench/clickhouse_cpp_traces.hpp"

#include <charconv>
#include <stdexcept>

namespace colblock::bench {

namespace {

namespace ch = clickhouse;

constexpr std::array<char, 512> hex_pairs = [] {
    std::array<char, 512> all{};
    for (std::size_t i = 0; i != 256; ++i) {
        all[2 * i] = "0123456789abcdef"[i >> 4];
        all[2 * i + 1] = "0123456789abcdef"[i & 15];
    }
    return all;
}();

void append_hex(ch::ColumnString& to, std::string_view id) {
    char text[32];
    for (std::size_t i = 0; i != id.size() && i != 16; ++i)
        std::memcpy(text + 2 * i, &hex_pairs[2 * static_cast<unsigned char>(id[i])], 2);
    to.Append(std::string_view(text, 2 * id.size()));
}

constexpr std::array<std::string_view, 6> kinds = {"Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"};
constexpr std::array<std::string_view, 3> codes = {"Unset", "Ok", "Error"};

}  // namespace

clickhouse_cpp_traces::map_column clickhouse_cpp_traces::add_map(const char* name) {
    map_column made;
    x_block.AppendColumn(name, made.column);
    return made;
}

template <class Item>
clickhouse_cpp_traces::list_column<Item> clickhouse_cpp_traces::add_list(const char* name, std::shared_ptr<Item> items) {
    list_column<Item> made(std::move(items));
    x_block.AppendColumn(name, made.column);
    return made;
}

clickhouse_cpp_traces::clickhouse_cpp_traces()
    : x_times(add<ch::ColumnDateTime64>("Timestamp", 9)),
      x_trace_ids(add<ch::ColumnString>("TraceId")),
      x_span_ids(add<ch::ColumnString>("SpanId")),
      x_parents(add<ch::ColumnString>("ParentSpanId")),
      x_states(add<ch::ColumnString>("TraceState")),
      x_names(add<word_column>("SpanName")),
      x_kinds(add<word_column>("SpanKind")),
      x_services(add<word_column>("ServiceName")),
      x_resources(add_map("ResourceAttributes")),
      x_scope_names(add<ch::ColumnString>("ScopeName")),
      x_scope_versions(add<ch::ColumnString>("ScopeVersion")),
      x_attributes(add_map("SpanAttributes")),
      x_durations(add<ch::ColumnUInt64>("Duration")),
      x_codes(add<word_column>("StatusCode")),
      x_messages(add<ch::ColumnString>("StatusMessage")),
      x_event_times(add_list("Events.Timestamp", std::make_shared<ch::ColumnDateTime64>(9))),
      x_event_names(add_list("Events.Name", std::make_shared<word_column>())),
      x_event_attributes(add_list("Events.Attributes", x_event_maps.column)),
      x_link_traces(add_list("Links.TraceId", std::make_shared<ch::ColumnString>())),
      x_link_spans(add_list("Links.SpanId", std::make_shared<ch::ColumnString>())),
      x_link_states(add_list("Links.TraceState", std::make_shared<ch::ColumnString>())),
      x_link_attributes(add_list("Links.Attributes", x_link_maps.column)) {}

// Only what the payloads hold: texts, integers, arrays of texts that need no escapes.
template <class Value>
std::string_view clickhouse_cpp_traces::text_of(const Value& value) {
    if (value.has_string_value()) return value.string_value();
    if (value.has_int_value()) {
        const auto end = std::to_chars(x_digits.data(), x_digits.data() + x_digits.size(), value.int_value()).ptr;
        return {x_digits.data(), static_cast<std::size_t>(end - x_digits.data())};
    }
    if (!value.has_array_value()) throw std::runtime_error("clickhouse_cpp_traces: a value of another kind");
    x_json = "[";
    for (const auto& each : value.array_value().values()) {
        if (x_json.size() != 1) x_json += ',';
        x_json.append(1, '"').append(each.string_value()).append(1, '"');
    }
    x_json += ']';
    return x_json;
}

template <class Attributes>
void clickhouse_cpp_traces::append_map(map_column& to, const Attributes& from) {
    for (const auto& each : from) {
        to.keys->Append(each.key());
        to.values->Append(text_of(each.value()));
    }
    to.rows->OffsetsIncrease(to.values->Size());
}

template <class Span>
void clickhouse_cpp_traces::append_span(const Span& span) {
    x_times->Append(static_cast<std::int64_t>(span.start_time_unix_nano()));
    append_hex(*x_trace_ids, span.trace_id());
    append_hex(*x_span_ids, span.span_id());
    append_hex(*x_parents, span.parent_span_id());
    x_states->Append(std::string_view(span.trace_state()));
    x_names->Append(span.name());
    x_kinds->Append(kinds.at(static_cast<std::size_t>(span.kind())));
    append_map(x_attributes, span.attributes());
    x_durations->Append(span.end_time_unix_nano() - span.start_time_unix_nano());
    x_codes->Append(codes.at(static_cast<std::size_t>(span.status().code())));
    x_messages->Append(std::string_view(span.status().message()));
    for (const auto& event : span.events()) {
        x_event_times.items->Append(static_cast<std::int64_t>(event.time_unix_nano()));
        x_event_names.items->Append(event.name());
        append_map(x_event_maps, event.attributes());
    }
    for (const auto& link : span.links()) {
        append_hex(*x_link_traces.items, link.trace_id());
        append_hex(*x_link_spans.items, link.span_id());
        x_link_states.items->Append(std::string_view(link.trace_state()));
        append_map(x_link_maps, link.attributes());
    }
    x_event_times.end_row();
    x_event_names.end_row();
    x_event_attributes.end_row();
    x_link_traces.end_row();
    x_link_spans.end_row();
    x_link_states.end_row();
    x_link_attributes.end_row();
}

void clickhouse_cpp_traces::append(const request& from) {
    for (const auto& of_resource : from.resource_spans()) {
        std::string_view service;
        for (const auto& each : of_resource.resource().attributes())
            if (each.key() == "service.name") service = each.value().string_value();
        for (const auto& of_scope : of_resource.scope_spans())
            for (const auto& span : of_scope.spans()) {
                append_span(span);
                x_services->Append(service);
                append_map(x_resources, of_resource.resource().attributes());
                x_scope_names->Append(std::string_view(of_scope.scope().name()));
                x_scope_versions->Append(std::string_view(of_scope.scope().version()));
            }
    }
}

const clickhouse::Block& clickhouse_cpp_traces::block() {
    x_block.RefreshRowCount();
    return x_block;
}

}  // namespace colblock::bench
