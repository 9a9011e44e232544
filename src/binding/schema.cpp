// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/schema.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "binding/engine.hpp"
#include "binding/key_expression.hpp"
#include "colblock/binding/layout_colblock.hpp"
#include "colblock/binding/layout_collector.hpp"

namespace colblock::binding {
namespace {

constexpr std::chrono::seconds one_day = std::chrono::days(1);
// 50 years. DateTime ends in 2106: a later end of life would wrap around into the past.
constexpr std::chrono::seconds longest_ttl = 18'250 * one_day;
constexpr std::array<std::string_view, num_table_roles> name_options = {"traces-table",
                                                                        "logs-table",
                                                                        "metrics-table",
                                                                        "metrics-gauge-table",
                                                                        "metrics-sum-table",
                                                                        "metrics-histogram-table",
                                                                        "metrics-exponential-histogram-table",
                                                                        "metrics-summary-table"};

std::unexpected<option_error> refuse(std::string_view option, std::string problem, std::string remedy) {
    return std::unexpected(option_error{std::string(option), std::move(problem), std::move(remedy)});
}

/// An option's value, and the name under which it was set.
template <class T>
struct chosen {
    const T* value = nullptr;
    std::string option;

    explicit operator bool() const noexcept { return value != nullptr; }
};

bool is_set(const std::string& text) { return !text.empty(); }
template <class T>
bool is_set(const std::optional<T>& value) {
    return value.has_value();
}

/// A signal's own option, else the one for all signals.
template <class T>
chosen<T> choose(const schema_options& options, signal of, T table_options::*member, std::string_view name) {
    const T& own = options.signals[static_cast<std::size_t>(of)].*member;
    if (is_set(own)) return {&own, std::string(colblock::name(of)) + "-" + std::string(name)};
    const T& common = options.all.*member;
    if (is_set(common)) return {&common, std::string(name)};
    return {};
}

// The server writes a table's name into the name of a file, escaped and with endings of its own.
option_result<void> check_name(std::string_view option, std::string_view name, std::string_view what) {
    constexpr std::size_t max_name_len = 128;
    const std::string problem = "'" + std::string(name) + "' cannot be the name of a " + std::string(what);
    if (name.empty()) return refuse(option, "the name of the " + std::string(what) + " is empty", "set one");
    if (name.size() > max_name_len) return refuse(option, problem, "use at most 128 bytes");
    if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        return refuse(option, "the name of the " + std::string(what) + " holds control characters", "remove them");
    return {};
}

option_result<void> check_names(const schema_options& options) {
    if (auto fine = check_name("database", options.database, "database"); !fine) return fine;
    if (!options.cluster.empty())
        if (auto fine = check_name("cluster", options.cluster, "cluster"); !fine) return fine;
    for (std::size_t i = 0; i != num_table_roles; ++i) {
        const std::string& name = options.table_names[i];
        if (name.empty()) continue;
        if (auto fine = check_name(name_options[i], name, "table"); !fine) return fine;
        if (default_table_name(options.tables, static_cast<table_role>(i)).empty())
            return refuse(name_options[i], "this layout has no such table",
                          options.tables == layout::colblock
                              ? "colblock keeps all metrics in one table: set metrics-table"
                              : "collector has a table for each kind of metric: set metrics-gauge-table and so on");
    }
    return {};
}

// ---- keys

bool starts_with(const std::vector<sql>& keys, const std::vector<sql>& prefix) {
    return prefix.size() <= keys.size() && std::equal(prefix.begin(), prefix.end(), keys.begin());
}

option_result<void> apply_keys(layout_table& to, const schema_options& options) {
    table_definition& table = to.table;
    if (const auto order = choose(options, to.of, &table_options::order_by, "order-by")) {
        auto keys = parse_keys(order.option, *order.value, table);
        if (!keys) return std::unexpected(std::move(keys).error());
        table.order_by = *std::move(keys);
        table.primary_key.clear();
    }
    if (const auto primary = choose(options, to.of, &table_options::primary_key, "primary-key")) {
        auto keys = parse_keys(primary.option, *primary.value, table);
        if (!keys) return std::unexpected(std::move(keys).error());
        if (!starts_with(table.order_by, *keys))
            return refuse(primary.option, "the primary key of " + table.name + " is not the start of its sorting key",
                          "begin order-by with it; it is now " + join(table.order_by, ", ").str());
        table.primary_key = *std::move(keys);
    }
    if (const auto sample = choose(options, to.of, &table_options::sample_by, "sample-by")) {
        auto keys = parse_keys(sample.option, *sample.value, table);
        if (!keys) return std::unexpected(std::move(keys).error());
        const std::vector<sql>& primary = table.primary_key.empty() ? table.order_by : table.primary_key;
        if (keys->size() != 1 || std::ranges::find(primary, keys->front()) == primary.end())
            return refuse(
                sample.option, "the primary key of " + table.name + " does not hold it",
                "put one expression, and the same into order-by; the key is now " + join(primary, ", ").str());
        table.sample_by = std::move(keys->front());
    }
    return {};
}

// ---- partitions and time to live

struct granularity_entry {
    sql::literal function;
    std::chrono::seconds length;
};

granularity_entry entry_of(partition_granularity granularity) {
    switch (granularity) {
    case partition_granularity::day:
        return {"toYYYYMMDD", one_day};
    case partition_granularity::week:
        return {"toMonday", 7 * one_day};
    case partition_granularity::month:
        return {"toYYYYMM", 31 * one_day};
    case partition_granularity::year:
        return {"toYear", 366 * one_day};
    }
    return {"toYYYYMMDD", one_day};
}

option_result<void> apply_times(layout_table& to, const schema_options& options) {
    table_definition& table = to.table;
    const auto granularity = choose(options, to.of, &table_options::partition, "partition");
    if (granularity && **granularity.value != to.partition) {
        to.partition = **granularity.value;
        table.partition_by = sql(entry_of(to.partition).function) << "(" << to.time_column << ")";
    }
    table.ttl.base = sql("toDateTime(") << to.time_column << ")";
    table.ttl.after = to.ttl;
    if (const auto ttl = choose(options, to.of, &table_options::ttl, "ttl")) {
        if ((*ttl.value)->count() < 0)
            return refuse(ttl.option, "a negative time to live", "set 0 to keep rows for ever");
        if (**ttl.value > longest_ttl)
            return refuse(ttl.option, "a time to live of more than 50 years", "set 0 to keep rows for ever");
        table.ttl.after = **ttl.value;
    }
    return {};
}

// A smaller part is one file instead of the hundred and more that our columns are (a compact part): an INSERT of ours, which
// is merged before long.
constexpr unsigned min_rows_for_wide_part = 262'144;

// Parts that have expired as a whole are dropped, which costs nothing. Where partitions are longer than
// the time to live, rows would stay far beyond it, so there parts are rewritten.
void apply_settings(table_definition& table, const table_engine& engine, const schema_options& options,
                    std::chrono::seconds partition) {
    const bool drop_parts = table.ttl.after.count() == 0 || table.ttl.after >= partition;
    table.settings = {{"index_granularity", 8192}, {"ttl_only_drop_parts", drop_parts ? 1u : 0u}};
    if (options.tables == layout::colblock)
        table.settings.push_back({"min_rows_for_wide_part", min_rows_for_wide_part});
    if (!engine.replicated && options.deduplication_window != 0)
        table.settings.push_back({"non_replicated_deduplication_window", options.deduplication_window});
}

// ---- the rest

void apply_indexes(table_definition& table, index_set which) {
    if (which == index_set::none) table.indexes.clear();
    if (which == index_set::cheap) std::erase_if(table.indexes, [](const index_definition& one) { return !one.cheap; });
}

// The Null engine knows columns and nothing else.
void make_null(table_definition& table) {
    table.indexes.clear();
    table.partition_by = table.sample_by = {};
    table.primary_key.clear();
    table.order_by.clear();
    table.ttl = {};
    table.settings.clear();
}

option_result<void> check_summing(const table_definition& table, const table_engine& engine, std::string_view option) {
    if (engine.family != engine_family::summing) return {};
    for (const std::string& column : engine.columns)
        if (std::ranges::find(table.order_by, sql::column(column)) != table.order_by.end())
            return refuse(option, "the column '" + column + "' is in the sorting key of " + table.name,
                          "do not add it up, or set order-by without it");
    return {};
}

option_result<void> add_table(schema& to, layout_table raw, const schema_options& options) {
    const auto engine_option = choose(options, raw.of, &table_options::engine, "engine");
    const table_engine engine = engine_option ? **engine_option.value : table_engine{};
    table_definition& table = raw.table;
    if (!options.name_of(raw.role).empty()) table.name = options.name_of(raw.role);
    if (auto fine = apply_engine(table, engine, engine_option.option); !fine) return fine;
    if (auto fine = apply_keys(raw, options); !fine) return fine;
    if (auto fine = apply_times(raw, options); !fine) return fine;
    if (auto fine = check_summing(table, engine, engine_option.option); !fine) return fine;
    apply_indexes(table, options.indexes);
    apply_settings(table, engine, options, entry_of(raw.partition).length);
    if (engine.family == engine_family::null) make_null(table);

    const std::chrono::seconds ttl = table.ttl.after;
    to.tables.push_back(table);
    if (!options.views || engine.family == engine_family::null) return {};
    const std::size_t num_tables = to.tables.size();
    const sql states = engine_text(engine_of_states(engine));
    if (options.tables == layout::colblock) add_colblock_views(to, raw, states, ttl);
    if (options.tables == layout::collector) add_collector_views(to, raw, states, ttl);
    for (std::size_t i = num_tables; i != to.tables.size(); ++i) {
        if (to.tables[i].ttl.after > longest_ttl) to.tables[i].ttl.after = {};  // for ever
        apply_settings(to.tables[i], engine, options, entry_of(partition_granularity::month).length);
    }
    return {};
}

/// The option that gave a table its name. Names that the layout gives are distinct.
std::string_view name_option_of(std::string_view name, const schema_options& options) {
    const auto found = std::ranges::find(options.table_names, name);
    return found == options.table_names.end() ? name_options[0]
                                              : name_options[static_cast<std::size_t>(found - options.table_names.begin())];
}

option_result<void> check_distinct(const schema& what, const schema_options& options) {
    std::set<std::string_view> names;
    for (const table_definition& table : what.tables)
        if (!names.insert(table.name).second)
            return refuse(name_option_of(table.name, options), "two tables have the name '" + table.name + "'",
                          "give each a name of its own");
    for (const view_definition& view : what.views)
        if (!names.insert(view.name).second)
            return refuse(name_option_of(view.name, options), "a view and a table have the name '" + view.name + "'",
                          "rename the table");
    return {};
}

}  // namespace

option_result<schema> make_schema(const schema_options& options, server_version version) {
    if (auto fine = check_names(options); !fine) return std::unexpected(std::move(fine).error());
    schema out{{options.database, options.cluster}, {}, {}};
    // The cheap set has no text index either: those cost an INSERT more than bloom filters do.
    const server_version indexes_of = options.indexes == index_set::all ? version : server_version{};
    for (layout_table& raw : options.tables == layout::colblock ? colblock_tables() : collector_tables(indexes_of))
        if (auto fine = add_table(out, std::move(raw), options); !fine) return std::unexpected(std::move(fine).error());
    if (!options.codecs)
        for (table_definition& table : out.tables)
            for (column_definition& column : table.columns) column.codec = "";
    if (auto fine = check_distinct(out, options); !fine) return std::unexpected(std::move(fine).error());
    return out;
}

std::vector<sql> create_statements(const schema& what) {
    std::vector<sql> out;
    // `default` is there on every server, and creating it is a right that few users have.
    if (what.where.database != "default") out.push_back(create_database(what.where));
    for (const table_definition& table : what.tables) out.push_back(create(table, what.where));
    // What feeds a table must exist before what reads it, and plain views read nothing until asked.
    for (const view_definition& view : what.views)
        if (!view.target.empty()) out.push_back(create(view, what.where));
    for (const view_definition& view : what.views)
        if (view.target.empty()) out.push_back(create(view, what.where));
    return out;
}

std::string script(const std::vector<sql>& statements) {
    std::string out;
    for (const sql& one : statements) out += one.str() + ";\n\n";
    return out;
}

}  // namespace colblock::binding
