// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>

#include "colblock/binding/check.hpp"
#include "colblock/binding/detect.hpp"
#include "colblock/binding/schema.hpp"
#include "command.hpp"
#include "database.hpp"
#include "endpoint.hpp"
#include "schema_flags.hpp"

namespace colblock::tools {
namespace {

struct schema_command {
    std::string action;
    std::string server_version = "26.7";
    std::string clickhouse = "tcp://127.0.0.1:9000";
    client::options server;  // what `clickhouse` says
    schema_flags tables;
};

exit_status refuse_option(const binding::option_error& why) { return refuse(exit_usage, "--" + why.text()); }

binding::option_result<binding::server_version> parse_version(const std::string& text) {
    binding::server_version out;
    const char* const end = text.data() + text.size();
    const auto [dot, bad_major] = std::from_chars(text.data(), end, out.major);
    if (bad_major == std::errc() && dot != end && *dot == '.') {
        const auto [rest, bad_minor] = std::from_chars(dot + 1, end, out.minor);
        if (bad_minor == std::errc() && (rest == end || *rest == '.')) return out;
    }
    return std::unexpected(binding::option_error{"server-version", "'" + text + "' is no version", "write it as 26.7"});
}

binding::option_result<binding::schema> make(const schema_flags& flags, binding::layout chosen,
                                             binding::server_version version) {
    const auto options = options_of(flags, chosen);
    if (!options) return std::unexpected(options.error());
    return binding::make_schema(*options, version);
}

exit_status print(const schema_command& given) {
    const auto version = parse_version(given.server_version);
    if (!version) return refuse_option(version.error());
    const auto made = make(given.tables, layout_of(given.tables).value_or(binding::layout::colblock), *version);
    if (!made) return refuse_option(made.error());
    std::cout << binding::script(binding::create_statements(*made));
    return exit_success;
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// What a server has, and what it is to have.
struct comparison {
    database server;
    std::vector<std::string> there;
    binding::layout which;
    binding::schema wanted;
};

/// Connects and finds the layout; nothing, after it was reported, with the status in `failed`.
std::optional<comparison> compare(const schema_command& given, exit_status& failed) {
    auto server = database::open(given.server);
    if (!server)
        return failed = refuse(exit_failure, server.error() + ". Start ClickHouse there, or name another with --clickhouse"),
               std::nullopt;
    auto there = server->tables(given.tables.database);
    if (!there) return failed = refuse(exit_failure, there.error()), std::nullopt;
    const auto which = binding::detect(*there, layout_of(given.tables));
    if (!which) return failed = refuse_option(which.error()), std::nullopt;
    auto wanted = make(given.tables, *which, server->version());
    if (!wanted) return failed = refuse_option(wanted.error()), std::nullopt;
    return comparison{*std::move(server), *std::move(there), *which, *std::move(wanted)};
}

exit_status create(const schema_command& given) {
    exit_status failed = exit_success;
    std::optional<comparison> found = compare(given, failed);
    if (!found) return failed;
    for (const binding::sql& statement : binding::create_statements(found->wanted))
        if (const auto done = found->server.execute(statement); !done)
            return refuse(exit_failure, done.error() + "\nThe statement was:\n" + statement.str());
    const auto report = [&](const std::string& name) {
        std::cout << (holds(found->there, name) ? "exists   " : "created  ") << given.tables.database << '.' << name
                  << '\n';
    };
    for (const binding::table_definition& one : found->wanted.tables) report(one.name);
    for (const binding::view_definition& one : found->wanted.views) report(one.name);
    return exit_success;
}

std::string_view name_of(binding::column_state state) {
    switch (state) {
    case binding::column_state::ok:
        return "ok";
    case binding::column_state::missing:
        return "missing";
    case binding::column_state::unknown:
        return "unknown";
    case binding::column_state::computed:
        return "computed";
    case binding::column_state::unsuitable:
        return "unsuitable";
    }
    return "";
}

std::string meaning_of(const binding::column_finding& finding) {
    switch (finding.state) {
    case binding::column_state::ok:
        return finding.type;
    case binding::column_state::missing:
        return "this field is lost";
    case binding::column_state::unknown:
        return finding.type + ", left to its default";
    case binding::column_state::computed:
        return finding.type + ", made by the server";
    case binding::column_state::unsuitable:
        return finding.type + " cannot hold this field: nothing can be inserted";
    }
    return "";
}

void print_finding(const binding::column_finding& finding) {
    std::cout << "  " << std::left << std::setw(10) << name_of(finding.state) << "  " << std::setw(34) << finding.column
              << "  " << meaning_of(finding) << '\n';
    if (!finding.remedy.empty()) std::cout << "      " << finding.remedy.str() << ";\n";
}

/// Whether the table is there and complete; nothing if the server did not answer.
std::optional<bool> check_one(comparison& found, binding::table_role role, const binding::table_definition& table) {
    std::cout << found.wanted.where.database << '.' << table.name << '\n';
    if (!holds(found.there, table.name)) {
        std::cout << "  missing     the table; colblock-ingest schema create makes it\n";
        return false;
    }
    const auto described = found.server.describe(found.wanted.where.database, table.name);
    if (!described) return refuse(exit_failure, described.error()), std::nullopt;
    const auto findings = binding::check_table(*described, table, role, found.which);
    for (const binding::column_finding& one : findings) print_finding(one);
    return binding::complete(findings);
}

exit_status check(const schema_command& given) {
    exit_status status = exit_success;
    std::optional<comparison> found = compare(given, status);
    if (!found) return status;
    for (std::size_t i = 0; i != binding::num_table_roles; ++i) {
        const auto role = static_cast<binding::table_role>(i);
        const std::string& chosen = given.tables.table_names[i];
        const std::string name(chosen.empty() ? binding::default_table_name(found->which, role) : chosen);
        const auto table = std::ranges::find(found->wanted.tables, name, &binding::table_definition::name);
        if (table == found->wanted.tables.end()) continue;
        binding::table_definition there = *table;
        if (chosen.empty()) there.name = binding::find_table(found->which, role, found->there);
        const std::optional<bool> complete = check_one(*found, role, there);
        if (!complete) return exit_failure;
        if (!*complete) status = exit_failure;
    }
    return status;
}

exit_status run(schema_command given) {
    auto server = parse_clickhouse(given.clickhouse);
    if (!server) return refuse(exit_usage, server.error());
    given.server = *std::move(server);
    take_database(given.tables, given.server);
    if (given.action == "create") return create(given);
    if (given.action == "check") return check(given);
    return print(given);
}

}  // namespace

void add_schema(CLI::App& app, command& chosen) {
    const auto given = std::make_shared<schema_command>();
    CLI::App* const sub = app.add_subcommand("schema", "Print, create or check the tables that telemetry goes into");
    sub->add_option("action", given->action,
                    "print the statements and ask no server; create what is missing and change nothing that is there; "
                    "or check that the tables which are there can take everything")
        ->required()
        ->check(CLI::IsMember({"print", "create", "check"}))
        ->option_text("print|create|check")
        ->default_str("");
    sub->add_option("--server-version", given->server_version, "For print: the version of the server")
        ->option_text("VERSION");
    sub->add_option("--clickhouse", given->clickhouse, "For create and check: the server")
        ->option_text(clickhouse_form);
    add_schema_flags(*sub, given->tables);
    sub->footer(
        "Examples:\n"
        "  colblock-ingest schema print --database otel --ttl 7d | clickhouse-client -mn\n"
        "  colblock-ingest schema create --clickhouse tcp://db1/otel --engine ReplicatedMergeTree --cluster main\n"
        "  colblock-ingest schema check --clickhouse tcp://db1/otel\n"
        "Exit status: 0 all is well, 1 something would be lost or the server refused, 2 an option is wrong.");
    sub->callback([given, &chosen] { chosen = [given] { return run(*given); }; });
}

}  // namespace colblock::tools
