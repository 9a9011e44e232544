// SPDX-License-Identifier: Apache-2.0
#include "binding/engine.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "binding/sql_tokens.hpp"

namespace colblock::binding {
namespace {

struct family_entry {
    engine_family family;
    sql::literal name;  // as in Replicated...: without the prefix
    std::size_t min_columns;
    std::size_t max_columns;
    std::string_view arguments;
};

constexpr std::array families = {
    family_entry{engine_family::merge_tree, "MergeTree", 0, 0, "no columns"},
    family_entry{engine_family::replacing, "ReplacingMergeTree", 0, 2, "(version) or (version, is_deleted)"},
    family_entry{engine_family::summing, "SummingMergeTree", 0, 64, "the columns to add up, or none for all numbers"},
    family_entry{engine_family::aggregating, "AggregatingMergeTree", 0, 0, "no columns"},
    family_entry{engine_family::collapsing, "CollapsingMergeTree", 1, 1, "(sign)"},
    family_entry{engine_family::versioned_collapsing, "VersionedCollapsingMergeTree", 2, 2, "(sign, version)"},
    family_entry{engine_family::null, "Null", 0, 0, "no columns"},
};

const family_entry& entry_of(engine_family family) { return families[static_cast<std::size_t>(family)]; }

std::unexpected<option_error> refuse(std::string_view option, std::string problem, std::string remedy) {
    return std::unexpected(option_error{std::string(option), std::move(problem), std::move(remedy)});
}

constexpr std::string_view known_engines =
    "write MergeTree, ReplacingMergeTree(version), SummingMergeTree(column, ...), AggregatingMergeTree, "
    "CollapsingMergeTree(sign), VersionedCollapsingMergeTree(sign, version), one of these with Replicated in front, "
    "or Null";

const family_entry* find_family(std::string_view name) {
    constexpr std::string_view suffix = "MergeTree";
    for (const family_entry& entry : families) {
        const std::string_view full = entry.name.view();
        if (name == full) return &entry;
        if (!name.empty() && full.ends_with(suffix) && name == full.substr(0, full.size() - suffix.size()))
            return &entry;
    }
    return nullptr;
}

// Texts come first (path and replica), then names; SummingMergeTree wraps its names in parentheses.
bool read_arguments(sql_tokens& tokens, table_engine& engine) {
    if (!tokens.take_sign('(')) return true;
    std::vector<std::string> texts;
    int open = 1;
    while (open > 0) {
        if (tokens.take_sign('(')) ++open;
        const sql_tokens::token one = tokens.take();
        if (one.is(')'))
            --open;
        else if (one.kind == sql_tokens::kind::text && engine.columns.empty())
            texts.push_back(one.text);
        else if (one.is_name())
            engine.columns.push_back(one.text);
        else
            return false;
        while (open > 0 && tokens.take_sign(')')) --open;
        if (open > 0 && !tokens.take_sign(',')) return false;
    }
    if (!texts.empty() && (texts.size() != 2 || !engine.replicated)) return false;
    if (!texts.empty()) engine.path = texts[0], engine.replica = texts[1];
    return true;
}

// ---- what engines ask of columns

enum class role : std::uint8_t { version, is_deleted, sign, addend };

bool any_of_prefixes(std::string_view type, std::initializer_list<std::string_view> prefixes) {
    return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return type.starts_with(prefix); });
}

bool fits(role wanted, std::string_view type) {
    switch (wanted) {
    case role::version:
        return any_of_prefixes(type, {"UInt", "Date"});
    case role::is_deleted:
        return type == "UInt8";
    case role::sign:
        return type == "Int8";
    case role::addend:
        return any_of_prefixes(type, {"UInt", "Int", "Float", "Decimal"});
    }
    return false;
}

std::string_view wanted_type(role wanted) {
    switch (wanted) {
    case role::version:
        return "an unsigned integer or a time";
    case role::is_deleted:
        return "UInt8";
    case role::sign:
        return "Int8";
    case role::addend:
        return "a number";
    }
    return "";
}

column_definition made_for(role wanted, const std::string& name) {
    switch (wanted) {
    case role::version:
        // Later INSERTs win.
        return {name,
                "UInt64",
                "",
                "row version for the table's engine",
                column_source::fallback,
                "toUnixTimestamp64Nano(now64(9))"_sql};
    case role::is_deleted:
        return {name, "UInt8", "", "1 deletes the row for the table's engine", column_source::fallback, "0"_sql};
    default:
        return {name,   "Int8", "", "1 states a row, -1 cancels it, for the table's engine", column_source::fallback,
                "1"_sql};
    }
}

role role_of(engine_family family, std::size_t index) {
    switch (family) {
    case engine_family::replacing:
        return index == 0 ? role::version : role::is_deleted;
    case engine_family::collapsing:
        return role::sign;
    case engine_family::versioned_collapsing:
        return index == 0 ? role::sign : role::version;
    default:
        return role::addend;
    }
}

option_result<void> check_column(table_definition& table, const std::string& name, role wanted,
                                 std::string_view option) {
    const column_definition* found = table.find(name);
    if (found != nullptr) {
        if (fits(wanted, found->type.view())) return {};
        return refuse(
            option,
            "the engine's column '" + name + "' is " + std::string(found->type.view()) + " in the table " + table.name,
            "name a column that is " + std::string(wanted_type(wanted)) +
                (wanted == role::addend ? "" : ", or a new name: the column is then added"));
    }
    if (wanted == role::addend)
        return refuse(option, "the table " + table.name + " has no column '" + name + "' to add up",
                      "name columns of the table that are numbers");
    table.columns.push_back(made_for(wanted, name));
    return {};
}

option_result<void> check_path(const table_engine& engine, std::string_view option) {
    if (engine.path.empty()) return {};
    if (!engine.path.contains("{table}") && !engine.path.contains("{uuid}"))
        return refuse(option, "the path '" + engine.path + "' is the same for every table",
                      "put {table} or {uuid} into it");
    return {};
}

}  // namespace

option_result<table_engine> parse_engine(std::string_view option, std::string_view text) {
    constexpr std::string_view prefix = "Replicated";
    sql_tokens tokens(text);
    std::string name = tokens.take().text;
    table_engine engine;
    if (name.starts_with(prefix)) {
        engine.replicated = true;
        name.erase(0, prefix.size());
    }
    const family_entry* entry = find_family(name);
    if (entry == nullptr || (engine.replicated && entry->family == engine_family::null))
        return refuse(option, "'" + std::string(text) + "' is no engine for these tables", std::string(known_engines));
    engine.family = entry->family;
    if (!read_arguments(tokens, engine) || tokens.peek().kind != sql_tokens::kind::end)
        return refuse(option, "the arguments of '" + std::string(text) + "' do not read as an engine's",
                      "write two texts (path and replica, Replicated engines only) and then columns");
    if (engine.columns.size() < entry->min_columns || engine.columns.size() > entry->max_columns)
        return refuse(
            option,
            std::string(entry->name.view()) + " does not take " + std::to_string(engine.columns.size()) + " columns",
            "give it " + std::string(entry->arguments));
    return engine;
}

sql engine_text(const table_engine& engine) {
    std::vector<sql> arguments;
    if (!engine.path.empty()) arguments = {sql::text(engine.path), sql::text(engine.replica)};
    std::vector<sql> columns;
    for (const std::string& column : engine.columns) columns.push_back(sql::identifier(column));
    if (engine.family == engine_family::summing && columns.size() > 1) {
        arguments.push_back(sql("(") << join(columns, ", ") << ")");
    } else {
        std::ranges::move(columns, std::back_inserter(arguments));
    }
    sql out(engine.replicated ? sql("Replicated") : sql());
    out << entry_of(engine.family).name;
    if (!arguments.empty()) out << "(" << join(arguments, ", ") << ")";
    return out;
}

option_result<void> apply_engine(table_definition& table, const table_engine& engine, std::string_view option) {
    if (auto fine = check_path(engine, option); !fine) return fine;
    for (std::size_t i = 0; i != engine.columns.size(); ++i)
        if (auto fine = check_column(table, engine.columns[i], role_of(engine.family, i), option); !fine) return fine;
    table.engine = engine_text(engine);
    return {};
}

table_engine engine_of_states(const table_engine& raw) {
    return {engine_family::aggregating, {}, raw.replicated, raw.path, raw.replica};
}

}  // namespace colblock::binding
