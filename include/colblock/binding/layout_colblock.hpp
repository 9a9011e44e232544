// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "colblock/binding/schema.hpp"

namespace colblock::binding {

/// traces, metrics and logs (docs/formats/layouts.md).
std::vector<layout_table> colblock_tables();

/// Adds the tables and views that aggregate `raw`, a table of this layout, while it is inserted into:
/// metrics_1m, metrics_1h, metrics_1d; traces_percentiles_1m; none for logs. `states` is the engine of
/// the tables that keep the aggregate states; `ttl` is that of `raw`.
void add_colblock_views(schema& to, const layout_table& raw, const sql& states, std::chrono::seconds ttl);

}  // namespace colblock::binding
