// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tables and views as declarations, and their CREATE texts:
//
//     CREATE TABLE IF NOT EXISTS `database`.`table` [ON CLUSTER `cluster`]
//     (
//         `column` Type [DEFAULT|MATERIALIZED|ALIAS expression] [COMMENT 'text'] [CODEC(codec)],
//         INDEX name expression TYPE type [GRANULARITY n]
//     )
//     ENGINE = engine
//     [PARTITION BY expression] [PRIMARY KEY keys] ORDER BY keys [SAMPLE BY expression]
//     [TTL expression + interval]
//     [SETTINGS name = value, ...]

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "colblock/binding/sql.hpp"

namespace colblock::binding {

/// Where a column's values come from if an INSERT leaves it out. Only `none` and `fallback` columns
/// can be inserted into.
enum class column_source : std::uint8_t { none, fallback, materialized, alias };

struct column_definition {
    std::string name;
    sql::literal type;
    sql::literal codec = "";  ///< what stands inside CODEC(...); empty: the server's default
    std::string comment;
    column_source source = column_source::none;
    sql expression;  ///< unless source is none
};

struct index_definition {
    sql::literal name;
    sql::literal expression;
    sql::literal type;
    unsigned granularity = 0;  ///< 0: the server's default
    bool cheap = true;         ///< costs an INSERT next to nothing (docs/formats/layouts.md)
};

/// Rows are dropped `after` seconds have passed since `base`; 0 keeps them.
struct ttl_definition {
    sql base;
    std::chrono::seconds after{0};
};

struct setting_definition {
    sql::literal name;
    std::uint64_t value;
};

struct table_definition {
    std::string name;
    std::vector<column_definition> columns;
    std::vector<index_definition> indexes;
    sql engine;
    sql partition_by;              ///< empty: none
    std::vector<sql> primary_key;  ///< empty: the same as order_by
    std::vector<sql> order_by;
    sql sample_by;  ///< empty: none
    ttl_definition ttl;
    std::vector<setting_definition> settings;

    /// The column `column`, or nullptr.
    [[nodiscard]] const column_definition* find(std::string_view column) const noexcept;
};

/// A view, or a materialized view that feeds the table `target`.
struct view_definition {
    std::string name;
    std::string target;  ///< empty: a plain view
    sql select;
};

/// Where tables are created.
struct placement {
    std::string database;
    std::string cluster;  ///< empty: on the server that is asked

    /// The table or view `name`, quoted and with its database.
    [[nodiscard]] sql qualified(std::string_view name) const {
        return sql::identifier(database) << "." << sql::identifier(name);
    }
    /// " ON CLUSTER ...", or nothing.
    [[nodiscard]] sql on_cluster() const {
        return cluster.empty() ? sql() : sql(" ON CLUSTER ") << sql::identifier(cluster);
    }
};

/// The statements, without a semicolon at their end. None of them changes anything that exists.
sql create_database(const placement& where);
sql create(const table_definition& table, const placement& where);
sql create(const view_definition& view, const placement& where);

/// One column as it stands in CREATE TABLE and in ALTER TABLE ... ADD COLUMN.
sql column_text(const column_definition& column);

/// `after` as an interval of its largest exact unit, e.g. toIntervalDay(30).
sql interval(std::chrono::seconds after);

}  // namespace colblock::binding
