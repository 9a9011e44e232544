// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/table_writer.hpp"

#include <algorithm>
#include <array>

#include "binding/bind.hpp"
#include "binding/row_sorter.hpp"
#include "colblock/binding/quote.hpp"
#include "colblock/block/native.hpp"
#include "colblock/otlp/retain.hpp"

namespace colblock::binding {

namespace {

constexpr std::uint64_t latest_time = INT64_MAX;  // DateTime64(9) counts in Int64

// The time column: what a record says, or for logs what was observed, or (colblock: a TTL would eat
// a row of 1970 within a second) when it was received.
std::uint64_t time_of(const otlp::span_batch& batch, std::size_t i) { return batch.start_time[i]; }
std::uint64_t time_of(const otlp::log_batch& batch, std::size_t i) {
    return batch.time[i] != 0 ? batch.time[i] : batch.observed_time[i];
}
std::uint64_t time_of(const otlp::point_batch& batch, std::size_t i) { return batch.time[i]; }

template <class Batch>
std::span<const field<Batch>> fields() {
    if constexpr (std::is_same_v<Batch, otlp::span_batch>)
        return span_fields();
    else if constexpr (std::is_same_v<Batch, otlp::log_batch>)
        return log_fields();
    else
        return point_fields();
}

template <class Batch>
const field<Batch>* find_field(layout which, std::string_view column) {
    for (const field<Batch>& f : fields<Batch>())
        if (column == (which == layout::colblock ? f.colblock_name : f.collector_name)) return &f;
    return nullptr;
}

bool insertable(const column_description& column) {
    return column.default_kind.empty() || column.default_kind == "DEFAULT";
}

}  // namespace

std::string bind_error::text() const {
    if (column.empty())
        return "table " + table + " has none of the columns that colblock fills: check the table's name, or create "
               "it with colblock-ingest schema create";
    return "column " + column + " of table " + table + " has type " + type +
           ", which cannot hold what OTLP has for it: change the type (colblock-ingest schema check shows how) or "
           "rename the column";
}

template <class Batch>
std::expected<table_writer<Batch>, bind_error> table_writer<Batch>::make(layout which,
                                                                         const table_description& table) {
    table_writer writer;
    writer.x_layout = which;
    writer.x_table = table;
    const std::string table_name = quoted(table.database, table.name);
    std::string names;
    std::vector<const field<Batch>*> sources;
    for (const column_description& column : table.columns) {
        const field<Batch>* const found = insertable(column) ? find_field<Batch>(which, column.name) : nullptr;
        if (found == nullptr) continue;
        auto bound = bind(*found, column.type);
        if (!bound) return std::unexpected(bind_error{bound.error().code, table_name, column.name, column.type});
        std::string type = (*bound)->column().type();
        writer.x_columns.push_back({column.name, std::move(type), std::move(*bound)});
        sources.push_back(found);
        names += (names.empty() ? "" : ", ") + quoted(column.name);
    }
    for (named& c : writer.x_columns) writer.x_views.push_back({c.name, c.column->column(), c.type});
    if (writer.x_columns.empty()) return std::unexpected(bind_error{errc::missing_column, table_name, {}, {}});
    writer.x_insert_statement = "INSERT INTO " + table_name + " (" + names + ") FORMAT Native";
    writer.prepare_order(sources);
    return writer;
}

template <class Batch>
void table_writer<Batch>::prepare_order(const std::vector<const field<Batch>*>& sources) {
    x_sorter = make_row_sorter(x_table.sorting_key, x_views);
    if (x_sorter == nullptr) return;
    for (std::size_t i = 0; i != x_columns.size(); ++i) {
        const named& column = x_columns[i];
        const auto described = std::ranges::find(x_table.columns, column.name, &column_description::name);
        x_ordered.push_back(std::move(*bind(*sources[i], described->type)));  // as it was for x_columns
        x_ordered_views.push_back({column.name, x_ordered.back()->column(), column.type});
    }
}

template <class Batch>
void table_writer<Batch>::append(const Batch& batch, std::uint64_t receive_time) {
    if (batch.num_records == 0) return;
    x_num_times_replaced += find_times(batch, receive_time);
    x_partitions.add(x_timestamps);
    find_same_sources(batch);
    const context where{x_layout,
                        x_timestamps,
                        {x_same.get(), batch.runs.size()},
                        {x_same.get() + batch.runs.size(), batch.runs.size()}};
    for (named& c : x_columns) c.column->append(batch, where);
    x_num_rows += batch.num_records;
}

// Fills x_timestamps. Returns how many of them had to be replaced.
template <class Batch>
std::uint64_t table_writer<Batch>::find_times(const Batch& batch, std::uint64_t receive_time) {
    std::uint64_t num_replaced = 0;
    x_timestamps.resize(batch.num_records);
    for (std::size_t i = 0; i != batch.num_records; ++i) {
        std::uint64_t time = time_of(batch, i);
        if (time == 0 && x_layout == layout::colblock) {
            time = receive_time;
            ++num_replaced;
        }
        x_timestamps[i] = std::min(time, latest_time);
    }
    return num_replaced;
}

template <class Batch>
void table_writer<Batch>::keep_days(Batch& batch, std::uint64_t receive_time, const day_range& days) {
    find_times(batch, receive_time);
    std::array<bool, otlp::batch_capacity> stays;
    for (std::size_t i = 0; i != batch.num_records; ++i) stays[i] = days.contains(x_timestamps[i]);
    otlp::retain(batch, std::span(stays.data(), batch.num_records));
}

// Whether each run's resource and scope equal those of the run before. Within a batch equal indexes
// are equal sources; elsewhere their encoded bytes decide, and the schema URL, which stands beside the
// message and not in it. Kept over batches and payloads.
template <class Batch>
void table_writer<Batch>::find_same_sources(const Batch& batch) {
    const std::size_t num_runs = batch.runs.size();
    if (x_same_capacity < 2 * num_runs) {
        x_same_capacity = std::max<std::size_t>(64, 4 * num_runs);
        x_same = std::make_unique<bool[]>(x_same_capacity);
    }
    const auto equal = [](const auto& source, byte_view identity, byte_view schema_url) {
        return !source.identity.empty() && source.identity == identity && source.schema_url == schema_url;
    };
    for (std::size_t i = 0; i != num_runs; ++i) {
        const otlp::source_run& run = batch.runs[i];
        const otlp::resource& resource = batch.resources[run.resource];
        const otlp::scope& scope = batch.scopes[run.scope];
        if (i == 0) {
            x_same[0] = equal(resource, x_last_resource.identity, x_last_resource.schema_url);
            x_same[num_runs] = equal(scope, x_last_scope.identity, x_last_scope.schema_url);
            continue;
        }
        const otlp::source_run& before = batch.runs[i - 1];
        const otlp::resource& resource_before = batch.resources[before.resource];
        const otlp::scope& scope_before = batch.scopes[before.scope];
        x_same[i] = run.resource == before.resource ||
                    equal(resource, resource_before.identity, resource_before.schema_url);
        x_same[num_runs + i] = run.scope == before.scope || equal(scope, scope_before.identity, scope_before.schema_url);
    }
    if (num_runs == 0) return;
    x_last_resource.assign(batch.resources[batch.runs.back().resource]);
    x_last_scope.assign(batch.scopes[batch.runs.back().scope]);
}

template <class Batch>
void table_writer<Batch>::mark() {
    for (named& c : x_columns) c.column->column().mark();
    x_marked_rows = x_num_rows;
    x_marked_partitions = x_partitions;
    x_marked_times_replaced = x_num_times_replaced;
}

template <class Batch>
void table_writer<Batch>::rollback() {
    for (named& c : x_columns) c.column->column().rollback();
    x_num_rows = x_marked_rows;
    x_partitions = x_marked_partitions;
    x_num_times_replaced = x_marked_times_replaced;
    forget();
}

template <class Batch>
void table_writer<Batch>::clear() {
    for (named& c : x_columns) c.column->column().clear();
    x_num_rows = x_marked_rows = 0;
    x_partitions.clear();
    forget();
}

template <class Batch>
void table_writer<Batch>::release() {
    table_writer fresh = *make(x_layout, x_table);  // as it was made before
    fresh.x_num_times_replaced = fresh.x_marked_times_replaced = x_num_times_replaced;
    *this = std::move(fresh);
}

template <class Batch>
void table_writer<Batch>::forget() noexcept {
    for (named& c : x_columns) c.column->forget();
    x_last_resource.identity.clear();
    x_last_scope.identity.clear();
}

template <class Batch>
std::size_t table_writer<Batch>::byte_len() const {
    std::size_t len = 0;
    for (const named& c : x_columns) len += c.column->column().byte_len();
    return len;
}

template <class Batch>
result<void> table_writer<Batch>::encode(wire::segments& out, wire::revision revision) const {
    return x_block_writer.write(out, x_views, revision);
}

template <class Batch>
column::row_order table_writer<Batch>::order() {
    for (named& c : x_columns) c.column->column().index_rows(column::row_bounds(x_num_rows));
    return x_sorter->sort(x_num_rows);
}

template <class Batch>
result<void> table_writer<Batch>::encode_rows(column::row_order rows, wire::segments& out, wire::revision revision) {
    for (std::size_t i = 0; i != x_columns.size(); ++i) {
        column::ref taken = x_ordered[i]->column();
        taken.clear();
        taken.append_rows(x_columns[i].column->column(), rows, rows.size());
    }
    return x_block_writer.write(out, x_ordered_views, revision);
}

template class table_writer<otlp::span_batch>;
template class table_writer<otlp::log_batch>;
template class table_writer<otlp::point_batch>;

}  // namespace colblock::binding
