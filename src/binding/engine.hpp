// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "colblock/binding/ddl.hpp"
#include "colblock/binding/schema_options.hpp"

namespace colblock::binding {

/// The text behind ENGINE =, for engines whose columns were checked.
sql engine_text(const table_engine& engine);

/// Gives `table` the engine. Columns that an engine needs and no OTLP field fills (sign, version,
/// is_deleted) are added with a DEFAULT, so that INSERTs need not know of them; a column that the
/// table has must be of a type that the engine takes.
option_result<void> apply_engine(table_definition& table, const table_engine& engine, std::string_view option);

/// The engine of a table that keeps aggregate states beside a table with engine `raw`.
table_engine engine_of_states(const table_engine& raw);

}  // namespace colblock::binding
