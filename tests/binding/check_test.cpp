// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/check.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace colblock::binding {
namespace {

constexpr server_version newest{26, 7};

table_definition definition(layout which, table_role role) {
    schema_options options;
    options.tables = which;
    const auto made = make_schema(options, newest);
    EXPECT_TRUE(made.has_value());
    const auto found = std::ranges::find(made->tables, default_table_name(which, role), &table_definition::name);
    return *found;
}

// The table as the server would describe it.
table_description description(const table_definition& table) {
    table_description out{"d", table.name, {}};
    for (const column_definition& column : table.columns) {
        const bool computed = column.source == column_source::materialized || column.source == column_source::alias;
        out.columns.push_back({column.name, std::string(column.type.view()), computed ? "MATERIALIZED" : ""});
    }
    return out;
}

struct known_table {
    layout which;
    table_role role;
};

TEST(CheckTable, FindsNothingWrongWithTheTablesThatAreCreated) {
    for (const layout which : {layout::colblock, layout::collector})
        for (std::size_t i = 0; i != num_table_roles; ++i) {
            const auto role = static_cast<table_role>(i);
            if (default_table_name(which, role).empty()) continue;
            const table_definition table = definition(which, role);
            const auto findings = check_table(description(table), table, role, which);
            EXPECT_EQ(findings.size(), table.columns.size()) << table.name;
            for (const column_finding& one : findings) {
                EXPECT_TRUE(one.state == column_state::ok || one.state == column_state::computed)
                    << table.name << " " << one.column << " " << one.type << " " << static_cast<int>(one.state);
                EXPECT_TRUE(one.remedy.empty());
            }
            EXPECT_TRUE(complete(findings));
        }
}

const column_finding& finding(const std::vector<column_finding>& all, std::string_view column) {
    const auto found = std::ranges::find(all, column, &column_finding::column);
    static const column_finding none{};
    EXPECT_NE(found, all.end()) << column;
    return found == all.end() ? none : *found;
}

TEST(CheckTable, SaysWhatIsMissingUnknownAndUnsuitable) {
    const table_definition table = definition(layout::colblock, table_role::logs);
    table_description there = description(table);
    std::erase_if(there.columns, [](const column_description& one) { return one.name == "observed_timestamp"; });
    for (column_description& one : there.columns)
        if (one.name == "timestamp") one.type = "UUID";
    there.columns.push_back({"tenant", "String", "DEFAULT"});
    const auto findings = check_table(there, table, table_role::logs, layout::colblock);
    EXPECT_FALSE(complete(findings));

    EXPECT_EQ(finding(findings, "observed_timestamp").state, column_state::missing);
    EXPECT_EQ(finding(findings, "observed_timestamp").remedy.str(),
              "ALTER TABLE `d`.`logs` ADD COLUMN IF NOT EXISTS `observed_timestamp` DateTime64(9, 'UTC') "
              "CODEC(Delta(8), ZSTD(1))");
    EXPECT_EQ(finding(findings, "timestamp").state, column_state::unsuitable);
    EXPECT_EQ(finding(findings, "timestamp").remedy.str(),
              "ALTER TABLE `d`.`logs` MODIFY COLUMN `timestamp` DateTime64(9, 'UTC')");
    EXPECT_EQ(finding(findings, "tenant").state, column_state::unknown);
    EXPECT_TRUE(finding(findings, "tenant").remedy.empty());
    EXPECT_EQ(finding(findings, "body").state, column_state::ok);
}

TEST(CheckTable, AsksATableOfOneKindOnlyForTheFieldsOfThatKind) {
    const table_definition table = definition(layout::collector, table_role::summary);
    table_description there = description(table);
    std::erase_if(there.columns, [](const column_description& one) { return one.name == "ValueAtQuantiles.Value"; });
    const auto findings = check_table(there, table, table_role::summary, layout::collector);
    EXPECT_EQ(std::ranges::count(findings, column_state::missing, &column_finding::state), 1);
    EXPECT_EQ(finding(findings, "ValueAtQuantiles.Value").state, column_state::missing);
}

TEST(CheckTable, AcceptsTheTypesOfOtherGenerations) {
    const table_definition table = definition(layout::collector, table_role::gauge);
    table_description there = description(table);
    for (column_description& one : there.columns) {
        if (one.name == "TimeUnix" || one.name == "StartTimeUnix") one.type = "DateTime64(9)";
        if (one.name == "Exemplars.TimeUnix") one.type = "Array(DateTime64(9))";
        if (one.name == "MetricName") one.type = "String";
    }
    EXPECT_TRUE(complete(check_table(there, table, table_role::gauge, layout::collector)));
}

}  // namespace
}  // namespace colblock::binding
