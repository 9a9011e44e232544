// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "colblock/binding/schema.hpp"

namespace colblock::binding {

/// The tables of the OpenTelemetry Collector's ClickHouse exporter, as its newest sources create
/// them on a server of `version` (docs/formats/layouts.md lists the generations).
std::vector<layout_table> collector_tables(server_version version);

/// Adds the table that finds a trace's time range by its id, and the view that fills it.
void add_collector_views(schema& to, const layout_table& raw, const sql& states, std::chrono::seconds ttl);

/// Other names under which a table of `role` is found in the field, e.g. otel_metrics_exp_histogram.
std::span<const std::string_view> collector_table_aliases(table_role role) noexcept;

}  // namespace colblock::binding
