// SPDX-License-Identifier: Apache-2.0
#pragma once

// Keys that a user sets, read and written again rather than pasted:
//
//     keys       := expression (',' expression)*          parentheses around all of it may stand
//     expression := number | 'text' | column | column['text'] | function '(' [keys] ')'

#include <string_view>
#include <vector>

#include "colblock/binding/ddl.hpp"
#include "colblock/binding/schema_options.hpp"

namespace colblock::binding {

/// Reads `text` as keys of `table`. Every column in it must be one of the table's and must not be
/// Nullable, which the server refuses in keys.
option_result<std::vector<sql>> parse_keys(std::string_view option, std::string_view text,
                                           const table_definition& table);

}  // namespace colblock::binding
