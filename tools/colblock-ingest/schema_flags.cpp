// SPDX-License-Identifier: Apache-2.0
#include "schema_flags.hpp"

#include <utility>

namespace colblock::tools {
namespace {

using binding::option_result;
using binding::table_role;

struct table_flag {
    const char* name;
    std::string table_flags::*member;
    const char* placeholder;
    const char* help;
};

constexpr table_flag flags_of_tables[] = {
    {"engine", &table_flags::engine, "ENGINE",
     "Table engine in ClickHouse's notation, such as ReplicatedMergeTree, ReplacingMergeTree(version) or Null"},
    {"partition", &table_flags::partition, "SPAN", "Length of a partition: day, week, month or year"},
    {"ttl", &table_flags::ttl, "TIME", "Age at which rows are dropped, such as 30d or 12h; 0 keeps them"},
    {"order-by", &table_flags::order_by, "KEYS", "Sorting key: columns and functions of them"},
    {"primary-key", &table_flags::primary_key, "KEYS", "Primary key: the start of the sorting key"},
    {"sample-by", &table_flags::sample_by, "KEY", "Sampling key: a part of the primary key"},
};

constexpr std::pair<table_role, const char*> flags_of_names[] = {
    {table_role::traces, "--traces-table"},
    {table_role::logs, "--logs-table"},
    {table_role::metrics, "--metrics-table"},
    {table_role::gauge, "--metrics-gauge-table"},
    {table_role::sum, "--metrics-sum-table"},
    {table_role::histogram, "--metrics-histogram-table"},
    {table_role::exponential_histogram, "--metrics-exponential-histogram-table"},
    {table_role::summary, "--metrics-summary-table"},
};

void add_table_flags(CLI::App& sub, table_flags& flags, const std::string& prefix, const std::string& group) {
    for (const table_flag& one : flags_of_tables)
        sub.add_option("--" + prefix + one.name, flags.*one.member,
                       prefix.empty() ? one.help : "Instead of --" + std::string(one.name))
            ->option_text(one.placeholder)
            ->default_str("")
            ->group(group);
}

// Reads `text` unless it is empty.
template <class T>
option_result<void> read(std::optional<T>& to, const std::string& option, const std::string& text,
                         option_result<T> (*parse)(std::string_view, std::string_view)) {
    if (text.empty()) return {};
    auto parsed = parse(option, text);
    if (!parsed) return std::unexpected(std::move(parsed).error());
    to = *std::move(parsed);
    return {};
}

option_result<binding::table_options> options_of(const table_flags& flags, const std::string& prefix) {
    binding::table_options out{{}, {}, {}, flags.order_by, flags.primary_key, flags.sample_by};
    if (auto fine = read(out.engine, prefix + "engine", flags.engine, &binding::parse_engine); !fine)
        return std::unexpected(std::move(fine).error());
    if (auto fine = read(out.partition, prefix + "partition", flags.partition, &binding::parse_granularity); !fine)
        return std::unexpected(std::move(fine).error());
    if (auto fine = read(out.ttl, prefix + "ttl", flags.ttl, &binding::parse_duration); !fine)
        return std::unexpected(std::move(fine).error());
    return out;
}

}  // namespace

void add_schema_flags(CLI::App& sub, schema_flags& flags) {
    const std::string group = "Tables";
    sub.add_option("--layout", flags.layout,
                   "colblock (lossless), collector (the OpenTelemetry Collector's tables), or auto: what is there")
        ->check(CLI::IsMember({"auto", "colblock", "collector"}))
        ->option_text("NAME")
        ->group(group);
    sub.add_option("--database", flags.database, "Database of the tables")->option_text("NAME")->group(group);
    sub.add_option("--cluster", flags.cluster, "Create ON CLUSTER")->option_text("NAME")->default_str("")->group(group);
    add_table_flags(sub, flags.all, "", group);
    sub.add_option("--indexes", flags.indexes,
                   "Skip indexes: all, cheap (none on attributes and bodies: faster INSERTs) or none")
        ->check(CLI::IsMember({"all", "cheap", "none"}))
        ->option_text("SET")
        ->group(group);
    sub.add_flag("--no-codecs", flags.no_codecs, "Leave the compression of columns to the server")->group(group);
    sub.add_flag("--no-views", flags.no_views, "No views that aggregate while rows are inserted")->group(group);
    sub.add_option("--deduplication-window", flags.deduplication_window,
                   "INSERTs that a table without replicas remembers, so that a retry is not stored twice; 0 is none")
        ->option_text("N")
        ->group(group);
    for (const auto& [role, name] : flags_of_names)
        sub.add_option(name, flags.table_names[static_cast<std::size_t>(role)], "Name of the table")
            ->option_text("NAME")
            ->default_str("")
            ->group("Names of tables, if not the layout's");
    for (std::size_t i = 0; i != num_signals; ++i) {
        const std::string prefix(name(static_cast<signal>(i)));
        add_table_flags(sub, flags.signals[i], prefix + "-", "Tables of " + prefix);
    }
}

void take_database(schema_flags& flags, client::options& server) {
    if (!server.database.empty()) flags.database = std::exchange(server.database, {});
}

std::optional<binding::layout> layout_of(const schema_flags& flags) {
    if (flags.layout == "auto") return std::nullopt;
    return flags.layout == "collector" ? binding::layout::collector : binding::layout::colblock;
}

option_result<binding::schema_options> options_of(const schema_flags& flags, binding::layout chosen) {
    binding::schema_options out;
    out.tables = chosen;
    out.database = flags.database;
    out.cluster = flags.cluster;
    out.table_names = flags.table_names;
    out.codecs = !flags.no_codecs;
    out.views = !flags.no_views;
    out.deduplication_window = flags.deduplication_window;
    const auto indexes = binding::parse_index_set("indexes", flags.indexes);
    if (!indexes) return std::unexpected(indexes.error());
    out.indexes = *indexes;
    auto all = options_of(flags.all, "");
    if (!all) return std::unexpected(std::move(all).error());
    out.all = *std::move(all);
    for (std::size_t i = 0; i != num_signals; ++i) {
        auto own = options_of(flags.signals[i], std::string(name(static_cast<signal>(i))) + "-");
        if (!own) return std::unexpected(std::move(own).error());
        out.signals[i] = *std::move(own);
    }
    return out;
}

}  // namespace colblock::tools
