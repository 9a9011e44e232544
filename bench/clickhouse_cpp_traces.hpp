// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clickhouse/client.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"

namespace colblock::bench {

/// The collector layout's otel_traces as columns of clickhouse-cpp, filled from generated messages as its users
/// do it: one Append a value. Columns are kept from block to block.
class clickhouse_cpp_traces {
public:
    using request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;

    clickhouse_cpp_traces();
    void append(const request& from);
    /// All columns by name; valid until the next append.
    const clickhouse::Block& block();
    void clear() { x_block.Clear(); }
    [[nodiscard]] std::size_t num_rows() const { return x_times->Size(); }

private:
    using word_column = clickhouse::ColumnLowCardinalityT<clickhouse::ColumnString>;
    using pair_column = clickhouse::ColumnTupleT<word_column, clickhouse::ColumnString>;
    template <class Item>
    using array_of = clickhouse::ColumnArrayT<Item>;

    // Map(LowCardinality(String), String), with the array behind it in hand: the map itself has no way to
    // append a row without building one first.
    struct map_column {
        std::shared_ptr<word_column> keys = std::make_shared<word_column>();
        std::shared_ptr<clickhouse::ColumnString> values = std::make_shared<clickhouse::ColumnString>();
        std::shared_ptr<array_of<pair_column>> rows =
            std::make_shared<array_of<pair_column>>(std::make_shared<pair_column>(std::make_tuple(keys, values)));
        std::shared_ptr<clickhouse::ColumnMap> column = std::make_shared<clickhouse::ColumnMap>(rows);
    };
    template <class Item>
    struct list_column {
        std::shared_ptr<Item> items;
        std::shared_ptr<clickhouse::ColumnArray> column;
        explicit list_column(std::shared_ptr<Item> made)
            : items(std::move(made)), column(std::make_shared<clickhouse::ColumnArray>(items)) {}
        void end_row() { column->OffsetsIncrease(items->Size()); }
    };
    template <class Column, class... Args>
    std::shared_ptr<Column> add(const char* name, Args&&... args) {
        auto made = std::make_shared<Column>(std::forward<Args>(args)...);
        x_block.AppendColumn(name, made);
        return made;
    }
    map_column add_map(const char* name);
    template <class Item>
    list_column<Item> add_list(const char* name, std::shared_ptr<Item> items);

    template <class Span>
    void append_span(const Span& span);
    template <class Attributes>
    void append_map(map_column& to, const Attributes& from);
    template <class Value>
    std::string_view text_of(const Value& value);

    clickhouse::Block x_block;
    std::shared_ptr<clickhouse::ColumnDateTime64> x_times;
    std::shared_ptr<clickhouse::ColumnString> x_trace_ids, x_span_ids, x_parents, x_states;
    std::shared_ptr<word_column> x_names, x_kinds, x_services;
    map_column x_resources;
    std::shared_ptr<clickhouse::ColumnString> x_scope_names, x_scope_versions;
    map_column x_attributes;
    std::shared_ptr<clickhouse::ColumnUInt64> x_durations;
    std::shared_ptr<word_column> x_codes;
    std::shared_ptr<clickhouse::ColumnString> x_messages;
    list_column<clickhouse::ColumnDateTime64> x_event_times;
    list_column<word_column> x_event_names;
    map_column x_event_maps;
    list_column<clickhouse::ColumnMap> x_event_attributes;
    list_column<clickhouse::ColumnString> x_link_traces, x_link_spans, x_link_states;
    map_column x_link_maps;
    list_column<clickhouse::ColumnMap> x_link_attributes;
    std::array<char, 64> x_digits;
    std::string x_json;
};

}  // namespace colblock::bench
