// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include "colblock/binding/open_block.hpp"
#include "colblock/binding/table_writer.hpp"
#include "colblock/otlp/decoder.hpp"

namespace colblock::binding {

/// A table of a signal: what it holds and what the server says about it.
struct bound_table {
    table_role role;
    table_description description;
};

/// Writes the batches of one signal into its tables: one table, or for metrics in the collector layout
/// five. `Batch` is what the signal's decoder fills.
///
///     auto writer = binding::trace_writer::make(binding::layout::colblock, tables);
///     writer->mark();
///     while (decoder.fill(batch)) writer->append(batch, now);
///     if (!decoder.status()) writer->rollback();
template <class Batch>
class signal_writer;

/// Spans and logs: one table.
template <class Batch>
    requires std::is_base_of_v<otlp::batch_base, Batch>
class signal_writer<Batch> {
public:
    /// The role must be the signal's own; `tables` holds exactly one.
    static std::expected<signal_writer, bind_error> make(layout which, std::span<const bound_table> tables);

    void append(const Batch& batch, std::uint64_t receive_time) { x_table.append(batch, receive_time); }
    /// Leaves in `batch` only what becomes rows of these days.
    void keep_days(Batch& batch, std::uint64_t receive_time, const day_range& days) {
        x_table.keep_days(batch, receive_time, days);
    }
    void mark() { x_table.mark(); }
    void rollback() { x_table.rollback(); }
    [[nodiscard]] std::size_t num_tables() const noexcept { return 1; }
    [[nodiscard]] open_block& table(std::size_t) noexcept { return x_table; }
    [[nodiscard]] std::uint64_t num_times_replaced() const noexcept { return x_table.num_times_replaced(); }

private:
    explicit signal_writer(table_writer<Batch> table) : x_table(std::move(table)) {}
    table_writer<Batch> x_table;
};

/// Metrics: one table for all kinds (role metrics), or one for each.
template <>
class signal_writer<otlp::metric_batches> {
public:
    /// `tables` holds one of role metrics, or one of each kind's role.
    static std::expected<signal_writer, bind_error> make(layout which, std::span<const bound_table> tables);

    void append(const otlp::metric_batches& batches, std::uint64_t receive_time);
    void keep_days(otlp::metric_batches& batches, std::uint64_t receive_time, const day_range& days);
    void mark();
    void rollback();
    [[nodiscard]] std::size_t num_tables() const noexcept { return x_tables.size(); }
    [[nodiscard]] open_block& table(std::size_t index) noexcept { return x_tables[index]; }
    [[nodiscard]] std::uint64_t num_times_replaced() const noexcept;

private:
    signal_writer() = default;
    std::vector<table_writer<otlp::point_batch>> x_tables;
    std::array<std::size_t, otlp::num_metric_kinds> x_table_of{};  // index into x_tables, by kind
};

using trace_writer = signal_writer<otlp::span_batch>;
using log_writer = signal_writer<otlp::log_batch>;
using metric_writer = signal_writer<otlp::metric_batches>;

}  // namespace colblock::binding
