// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "colblock/binding/ddl.hpp"

namespace colblock::binding {

/// A line of a layout's list of columns.
struct column_row {
    sql::literal name;
    sql::literal type;
    sql::literal codec = "";
    sql::literal comment = "";
};

inline column_definition definition_of(const column_row& row) {
    return {std::string(row.name.view()), row.type, row.codec, std::string(row.comment.view()),
            column_source::none,          {}};
}

inline void append_rows(std::vector<column_definition>& to, std::span<const column_row> rows) {
    for (const column_row& row : rows) to.push_back(definition_of(row));
}

}  // namespace colblock::binding
