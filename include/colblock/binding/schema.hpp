// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <vector>

#include "colblock/binding/ddl.hpp"
#include "colblock/binding/schema_options.hpp"

namespace colblock::binding {

/// A server's version, e.g. {26, 7}. {0, 0} where it is not known: nothing new is then asked of it.
struct server_version {
    unsigned major = 0;
    unsigned minor = 0;

    friend auto operator<=>(const server_version&, const server_version&) = default;
};

/// A table of a layout, before options are applied to it.
struct layout_table {
    table_role role;
    colblock::signal of;
    table_definition table;
    sql::literal time_column;  ///< what partitions and TTL go by
    partition_granularity partition;
    std::chrono::seconds ttl;
};

/// Everything that is created for one set of options.
struct schema {
    placement where;
    std::vector<table_definition> tables;
    std::vector<view_definition> views;
};

/// The tables and views of `options` for a server of `version`.
option_result<schema> make_schema(const schema_options& options, server_version version);

/// The statements that create `what`, in order: the database, tables, materialized views, views.
std::vector<sql> create_statements(const schema& what);

/// The statements as one text that can be pasted into a client: a semicolon and an empty line after each.
std::string script(const std::vector<sql>& statements);

}  // namespace colblock::binding
