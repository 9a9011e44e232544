// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "colblock/base/signal.hpp"
#include "colblock/binding/table.hpp"

namespace colblock::binding {

/// An option that makes no sense, in words for the person who set it.
struct option_error {
    std::string option;   ///< its name, e.g. "metrics.order-by"
    std::string problem;  ///< what is wrong, e.g. "the table metrics has no column `host`"
    std::string remedy;   ///< what to do about it

    /// All three as one line.
    [[nodiscard]] std::string text() const { return option + ": " + problem + "; " + remedy; }
};

template <class T>
using option_result = std::expected<T, option_error>;

/// The MergeTree family, and the Null engine, which throws rows away: it shows what a shipper costs.
enum class engine_family : std::uint8_t {
    merge_tree,
    replacing,  ///< (version [, is_deleted])
    summing,    ///< (columns)
    aggregating,
    collapsing,            ///< (sign)
    versioned_collapsing,  ///< (sign, version)
    null,
};

struct table_engine {
    engine_family family = engine_family::merge_tree;
    std::vector<std::string> columns;  ///< its arguments, as above
    bool replicated = false;
    std::string path;     ///< in Keeper; empty: the server's default_replica_path
    std::string replica;  ///< goes with path

    friend bool operator==(const table_engine&, const table_engine&) = default;
};

enum class partition_granularity : std::uint8_t { day, week, month, year };

/// Which skip indexes a table gets: `cheap` leaves out those that cost an INSERT half a microsecond a
/// row and more (attributes, body).
enum class index_set : std::uint8_t { all, cheap, none };

/// What can be set for each signal's tables. What is left empty is taken from the layout.
struct table_options {
    std::optional<table_engine> engine;
    std::optional<partition_granularity> partition;
    std::optional<std::chrono::seconds> ttl;  ///< 0: rows are kept
    std::string order_by;                     ///< e.g. "service_name, toStartOfHour(timestamp), trace_id"
    std::string primary_key;                  ///< a prefix of order_by
    std::string sample_by;                    ///< e.g. "cityHash64(trace_id)", which must be in the key
};

struct schema_options {
    layout tables = layout::colblock;
    std::string database = "default";
    std::string cluster;                                   ///< empty: on the server that is asked
    std::array<std::string, num_table_roles> table_names;  ///< by table_role; empty: the layout's
    table_options all;                                     ///< for every signal
    std::array<table_options, num_signals> signals;        ///< by colblock::signal; wins over `all`
    index_set indexes = index_set::all;
    bool codecs = true;
    bool views = true;
    /// INSERTs whose deduplication tokens a table that is not replicated remembers; 0: none.
    std::uint64_t deduplication_window = 1000;

    [[nodiscard]] const std::string& name_of(table_role role) const noexcept {
        return table_names[static_cast<std::size_t>(role)];
    }
};

/// Reads ClickHouse's own notation: "MergeTree", "ReplacingMergeTree(version)", "SummingMergeTree((a, b))",
/// "ReplicatedMergeTree('/tables/{table}', '{replica}')", "Null". The word MergeTree may be left out
/// behind another: "Replacing(version)".
option_result<table_engine> parse_engine(std::string_view option, std::string_view text);

/// Reads "30d", "12h", "90m", "45s", or a sum of such parts, or "0".
option_result<std::chrono::seconds> parse_duration(std::string_view option, std::string_view text);

/// Reads "day", "week", "month", "year".
option_result<partition_granularity> parse_granularity(std::string_view option, std::string_view text);

/// Reads "all", "cheap", "none".
option_result<index_set> parse_index_set(std::string_view option, std::string_view text);

}  // namespace colblock::binding
