// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/ddl.hpp"

#include <algorithm>

namespace colblock::binding {
namespace {

sql::literal source_text(column_source source) {
    switch (source) {
    case column_source::none:
        return "";
    case column_source::fallback:
        return " DEFAULT ";
    case column_source::materialized:
        return " MATERIALIZED ";
    case column_source::alias:
        return " ALIAS ";
    }
    return "";
}

sql index_text(const index_definition& index) {
    sql out = sql("INDEX ") << index.name << " " << index.expression << " TYPE " << index.type;
    if (index.granularity != 0) out << " GRANULARITY " << sql::number(index.granularity);
    return out;
}

sql keys(const std::vector<sql>& parts) {
    return parts.size() == 1 ? parts.front() : sql("(") << join(parts, ", ") << ")";
}

void add_clauses(sql& out, const table_definition& table) {
    out << "\nENGINE = " << table.engine;
    if (!table.partition_by.empty()) out << "\nPARTITION BY " << table.partition_by;
    if (!table.primary_key.empty()) out << "\nPRIMARY KEY " << keys(table.primary_key);
    if (!table.order_by.empty()) out << "\nORDER BY " << keys(table.order_by);
    if (!table.sample_by.empty()) out << "\nSAMPLE BY " << table.sample_by;
    if (table.ttl.after.count() != 0) out << "\nTTL " << table.ttl.base << " + " << interval(table.ttl.after);
    bool first = true;
    for (const setting_definition& setting : table.settings) {
        out << (first ? sql("\nSETTINGS ") : sql(", ")) << setting.name << " = " << sql::number(setting.value);
        first = false;
    }
}

}  // namespace

const column_definition* table_definition::find(std::string_view column) const noexcept {
    const auto found = std::ranges::find(columns, column, &column_definition::name);
    return found == columns.end() ? nullptr : &*found;
}

sql column_text(const column_definition& column) {
    sql out = sql::identifier(column.name) << " " << column.type;
    if (column.source != column_source::none) out << source_text(column.source) << column.expression;
    if (!column.comment.empty()) out << " COMMENT " << sql::text(column.comment);
    if (!column.codec.empty()) out << " CODEC(" << column.codec << ")";
    return out;
}

sql create_database(const placement& where) {
    return sql("CREATE DATABASE IF NOT EXISTS ") << sql::identifier(where.database) << where.on_cluster();
}

sql create(const table_definition& table, const placement& where) {
    std::vector<sql> lines;
    for (const column_definition& column : table.columns) lines.push_back(column_text(column));
    for (const index_definition& index : table.indexes) lines.push_back(index_text(index));
    sql out = sql("CREATE TABLE IF NOT EXISTS ") << where.qualified(table.name) << where.on_cluster();
    out << "\n(\n    " << join(lines, ",\n    ") << "\n)";
    add_clauses(out, table);
    return out;
}

sql create(const view_definition& view, const placement& where) {
    sql out(view.target.empty() ? sql("CREATE VIEW IF NOT EXISTS ") : sql("CREATE MATERIALIZED VIEW IF NOT EXISTS "));
    out << where.qualified(view.name) << where.on_cluster();
    if (!view.target.empty()) out << " TO " << where.qualified(view.target);
    return out << "\nAS " << view.select;
}

sql interval(std::chrono::seconds after) {
    const auto seconds = static_cast<std::uint64_t>(after.count());
    if (seconds % 86'400 == 0) return sql("toIntervalDay(") << sql::number(seconds / 86'400) << ")";
    if (seconds % 3'600 == 0) return sql("toIntervalHour(") << sql::number(seconds / 3'600) << ")";
    if (seconds % 60 == 0) return sql("toIntervalMinute(") << sql::number(seconds / 60) << ")";
    return sql("toIntervalSecond(") << sql::number(seconds) << ")";
}

}  // namespace colblock::binding
