// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>

#include "colblock/binding/schema_options.hpp"

namespace colblock::binding {

/// The layout for a database which holds `table_names`: the one that is `configured`, else the one whose
/// tables are there, else colblock. Fails if tables of both are there and none is configured.
option_result<layout> detect(std::span<const std::string> table_names, std::optional<layout> configured);

/// The table of `role` in a database which holds `table_names`: the layout's name, or another under which
/// the table is found in the field where only that is there; empty where the layout has no such table.
std::string_view find_table(layout which, table_role role, std::span<const std::string> table_names) noexcept;

}  // namespace colblock::binding
