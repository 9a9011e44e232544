// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "colblock/binding/schema.hpp"

namespace colblock::binding {

/// What an existing column is to the binding.
enum class column_state : std::uint8_t {
    ok,          ///< filled
    missing,     ///< a field of OTLP has no column, though the layout has one: it is not stored
    unknown,     ///< no field of OTLP belongs to it: it is left to its DEFAULT
    computed,    ///< MATERIALIZED or ALIAS: the server's own affair
    unsuitable,  ///< its type cannot hold the field: nothing can be inserted into the table
};

struct column_finding {
    column_state state;
    std::string column;
    std::string type;    ///< what it has; empty if missing
    std::string wanted;  ///< what the layout would give it; empty if unknown
    sql remedy;          ///< an ALTER statement; empty if nothing is wrong
};

/// Compares a table that exists with the fields that belong into the table of `role`: first what the
/// table has, in its order, then what is missing. `layout_has` is the same table as it would be created.
std::vector<column_finding> check_table(const table_description& actual, const table_definition& layout_has,
                                        table_role role, layout which);

/// Whether something would be lost or refused.
bool complete(const std::vector<column_finding>& findings) noexcept;

}  // namespace colblock::binding
