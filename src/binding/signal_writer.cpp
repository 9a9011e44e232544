// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/signal_writer.hpp"

#include "colblock/binding/quote.hpp"

namespace colblock::binding {

namespace {

bind_error no_table(std::string_view name) { return {errc::missing_column, quoted(name), {}, {}}; }

constexpr table_role role_of_kind[] = {table_role::gauge, table_role::sum, table_role::histogram,
                                       table_role::exponential_histogram, table_role::summary};

}  // namespace

template <class Batch>
    requires std::is_base_of_v<otlp::batch_base, Batch>
std::expected<signal_writer<Batch>, bind_error> signal_writer<Batch>::make(layout which,
                                                                           std::span<const bound_table> tables) {
    constexpr table_role role = std::is_same_v<Batch, otlp::span_batch> ? table_role::traces : table_role::logs;
    for (const bound_table& table : tables) {
        if (table.role != role) continue;
        auto writer = table_writer<Batch>::make(which, table.description);
        if (!writer) return std::unexpected(writer.error());
        return signal_writer(std::move(*writer));
    }
    return std::unexpected(no_table(default_table_name(which, role)));
}

template class signal_writer<otlp::span_batch>;
template class signal_writer<otlp::log_batch>;

std::expected<metric_writer, bind_error> metric_writer::make(layout which, std::span<const bound_table> tables) {
    metric_writer writer;
    constexpr std::size_t none = ~std::size_t{0};
    writer.x_table_of.fill(none);
    for (const bound_table& table : tables) {
        if (table.role < table_role::metrics) continue;
        auto made = table_writer<otlp::point_batch>::make(which, table.description);
        if (!made) return std::unexpected(made.error());
        for (std::size_t kind = 0; kind != otlp::num_metric_kinds; ++kind)
            if (table.role == table_role::metrics || table.role == role_of_kind[kind])
                writer.x_table_of[kind] = writer.x_tables.size();
        writer.x_tables.push_back(std::move(*made));
    }
    for (std::size_t kind = 0; kind != otlp::num_metric_kinds; ++kind)
        if (writer.x_table_of[kind] == none)
            return std::unexpected(no_table(default_table_name(
                which, which == layout::colblock ? table_role::metrics : role_of_kind[kind])));
    return writer;
}

void metric_writer::append(const otlp::metric_batches& batches, std::uint64_t receive_time) {
    for (const otlp::point_batch& batch : batches.kinds)
        x_tables[x_table_of[static_cast<std::size_t>(batch.kind)]].append(batch, receive_time);
}

void metric_writer::keep_days(otlp::metric_batches& batches, std::uint64_t receive_time, const day_range& days) {
    for (otlp::point_batch& batch : batches.kinds)
        x_tables[x_table_of[static_cast<std::size_t>(batch.kind)]].keep_days(batch, receive_time, days);
}

void metric_writer::mark() {
    for (auto& table : x_tables) table.mark();
}

void metric_writer::rollback() {
    for (auto& table : x_tables) table.rollback();
}

std::uint64_t metric_writer::num_times_replaced() const noexcept {
    std::uint64_t num = 0;
    for (const auto& table : x_tables) num += table.num_times_replaced();
    return num;
}

}  // namespace colblock::binding
