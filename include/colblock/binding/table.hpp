// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace colblock::binding {

/// The two families of tables that colblock knows (docs/formats/otlp_mapping.md).
enum class layout : std::uint8_t {
    colblock,   ///< traces, metrics, logs: lossless, snake_case
    collector,  ///< otel_traces, otel_logs, otel_metrics_*: the OpenTelemetry Collector's tables
};

/// A column as the server describes it (DESCRIBE TABLE, or the sample block of an INSERT).
struct column_description {
    std::string name;
    std::string type;          ///< ClickHouse type text
    std::string default_kind;  ///< empty, DEFAULT, MATERIALIZED, ALIAS or EPHEMERAL
};

/// A table as the server describes it.
struct table_description {
    std::string database;
    std::string name;
    std::vector<column_description> columns;
    /// Of a table of the MergeTree family, as system.tables has it. Where it is empty or not understood, rows stay
    /// in the order of their arrival.
    std::string sorting_key = {};
};

/// What a table holds, in the order in which a signal's tables are numbered.
enum class table_role : std::uint8_t {
    traces,
    logs,
    metrics,  ///< all five kinds (colblock)
    gauge,
    sum,
    histogram,
    exponential_histogram,
    summary,
};
inline constexpr std::size_t num_table_roles = 8;

/// The table of `role` in `which` layout, e.g. "otel_traces"; empty where the layout has none.
std::string_view default_table_name(layout which, table_role role) noexcept;

}  // namespace colblock::binding
