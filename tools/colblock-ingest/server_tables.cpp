// SPDX-License-Identifier: Apache-2.0
#include "server_tables.hpp"

#include <utility>

#include "colblock/binding/detect.hpp"
#include "colblock/binding/schema.hpp"

namespace colblock::tools {

namespace {

using binding::table_role;

answer<void> create_tables(database& server, const schema_flags& flags, binding::layout which) {
    const auto options = options_of(flags, which);
    if (!options) return std::unexpected("--" + options.error().text());
    const auto made = binding::make_schema(*options, server.version());
    if (!made) return std::unexpected("--" + made.error().text());
    for (const binding::sql& statement : binding::create_statements(*made))
        if (auto done = server.execute(statement); !done) return done;
    return {};
}

constexpr table_role roles_of(signal s, std::size_t index) {
    if (s == signal::traces) return table_role::traces;
    if (s == signal::logs) return table_role::logs;
    return static_cast<table_role>(static_cast<std::size_t>(table_role::gauge) + index);
}

}  // namespace

std::size_t server_tables::num_tables() const noexcept {
    std::size_t num = 0;
    for (const auto& tables : of_signal) num += tables.size();
    return num;
}

answer<server_tables> prepare_tables(database& server, const schema_flags& flags, bool create) {
    auto names = server.tables(flags.database);
    if (!names) return std::unexpected(names.error());
    const auto which = binding::detect(*names, layout_of(flags));
    if (!which) return std::unexpected("--" + which.error().text());
    if (create) {
        if (auto created = create_tables(server, flags, *which); !created) return std::unexpected(created.error());
        names = server.tables(flags.database);
        if (!names) return std::unexpected(names.error());
    }
    server_tables found{*which, {}};
    for (const signal s : {signal::traces, signal::metrics, signal::logs}) {
        std::vector<table_role> roles;
        if (s != signal::metrics)
            roles = {roles_of(s, 0)};
        else if (*which == binding::layout::colblock)
            roles = {table_role::metrics};
        else
            for (std::size_t i = 0; i != 5; ++i) roles.push_back(roles_of(s, i));
        for (const table_role role : roles) {
            const std::string& configured = flags.table_names[static_cast<std::size_t>(role)];
            const std::string name =
                configured.empty() ? std::string(binding::find_table(*which, role, *names)) : configured;
            auto description = server.describe(flags.database, name);
            if (!description) return std::unexpected(description.error());
            found.of_signal[static_cast<std::size_t>(s)].push_back({role, std::move(*description)});
        }
    }
    return found;
}

answer<void> check_binding(const server_tables& tables) {
    const auto of = [&](signal s) { return tables.of_signal[static_cast<std::size_t>(s)]; };
    if (auto made = binding::trace_writer::make(tables.layout, of(signal::traces)); !made)
        return std::unexpected(made.error().text());
    if (auto made = binding::metric_writer::make(tables.layout, of(signal::metrics)); !made)
        return std::unexpected(made.error().text());
    if (auto made = binding::log_writer::make(tables.layout, of(signal::logs)); !made)
        return std::unexpected(made.error().text());
    return {};
}

}  // namespace colblock::tools
