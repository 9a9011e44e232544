// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/check.hpp"

#include <algorithm>
#include <span>

#include "binding/bind.hpp"
#include "colblock/binding/field.hpp"

namespace colblock::binding {
namespace {

/// Calls `visit` with the fields of the table's signal, whose types differ.
template <class Visit>
void with_fields(table_role role, Visit&& visit) {
    switch (role) {
    case table_role::traces:
        return visit(span_fields());
    case table_role::logs:
        return visit(log_fields());
    default:
        return visit(point_fields());
    }
}

template <class Field>
std::string_view name_in(const Field& field, layout which) {
    return which == layout::colblock ? field.colblock_name : field.collector_name;
}

class comparison {
public:
    comparison(const table_description& actual, const table_definition& layout_has, layout which)
        : x_actual(actual), x_layout_has(layout_has), x_which(which) {}

    template <class Batch>
    std::vector<column_finding> run(std::span<const field<Batch>> fields) const {
        std::vector<column_finding> out;
        for (const column_description& column : x_actual.columns) out.push_back(existing(column, fields));
        // A field that the layout has no column for is missing in no table.
        for (const column_definition& wanted : x_layout_has.columns)
            if (is_field(wanted.name, fields) && !is_there(wanted.name)) out.push_back(missing(wanted));
        return out;
    }

private:
    template <class Batch>
    bool is_field(std::string_view column, std::span<const field<Batch>> fields) const {
        return std::ranges::any_of(fields, [&](const field<Batch>& one) { return name_in(one, x_which) == column; });
    }
    bool is_there(std::string_view column) const {
        return std::ranges::find(x_actual.columns, column, &column_description::name) != x_actual.columns.end();
    }

    template <class Batch>
    column_finding existing(const column_description& column, std::span<const field<Batch>> fields) const {
        column_finding out{column_state::unknown, column.name, column.type, "", {}};
        if (column.default_kind == "MATERIALIZED" || column.default_kind == "ALIAS") {
            out.state = column_state::computed;
            return out;
        }
        for (const field<Batch>& one : fields) {
            if (name_in(one, x_which) != column.name) continue;
            out.state = bind(one, column.type) ? column_state::ok : column_state::unsuitable;
            if (const column_definition* wanted = x_layout_has.find(column.name)) {
                out.wanted = wanted->type.view();
                if (out.state == column_state::unsuitable)
                    out.remedy = alter() << " MODIFY COLUMN " << sql::identifier(column.name) << " " << wanted->type;
            }
        }
        return out;
    }

    column_finding missing(const column_definition& wanted) const {
        return {column_state::missing, wanted.name, "", std::string(wanted.type.view()),
                alter() << " ADD COLUMN IF NOT EXISTS " << column_text(wanted)};
    }

    sql alter() const { return sql("ALTER TABLE ") << placement{x_actual.database, ""}.qualified(x_actual.name); }

    const table_description& x_actual;
    const table_definition& x_layout_has;
    layout x_which;
};

}  // namespace

std::vector<column_finding> check_table(const table_description& actual, const table_definition& layout_has,
                                        table_role role, layout which) {
    const comparison compare(actual, layout_has, which);
    std::vector<column_finding> out;
    with_fields(role, [&](auto fields) { out = compare.run(fields); });
    return out;
}

bool complete(const std::vector<column_finding>& findings) noexcept {
    return std::ranges::none_of(findings, [](const column_finding& one) {
        return one.state == column_state::missing || one.state == column_state::unsuitable;
    });
}

}  // namespace colblock::binding
