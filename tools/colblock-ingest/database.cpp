// SPDX-License-Identifier: Apache-2.0
#include "database.hpp"

#include <algorithm>

#include "colblock/column/string.hpp"

namespace colblock::tools {
namespace {

constexpr int unknown_database = 81;  // the server's code

/// Appends the texts of the column `name`, where the block has it.
void append_texts(std::vector<std::string>& to, const block::block& from, std::string_view name) {
    const column::any* found = from.find(name);
    const auto* texts = found == nullptr ? nullptr : found->as<column::string>();
    if (texts != nullptr) texts->for_each([&](byte_view text) { to.emplace_back(text); });
}

}  // namespace

answer<database> database::open(client::options where) {
    where.client_name = "colblock-ingest";
    const std::string server = where.host + ":" + std::to_string(where.port);
    auto opened = client::blocking_connection::open(std::move(where));
    if (!opened) return std::unexpected(client::to_text(opened.error()));
    return database(*std::move(opened), server);
}

binding::server_version database::version() const noexcept {
    const client::server_info& info = x_connection.server();
    return {static_cast<unsigned>(info.version_major), static_cast<unsigned>(info.version_minor)};
}

answer<std::vector<std::string>> database::tables(const std::string& name) {
    const binding::sql statement = binding::sql("SHOW TABLES FROM ") << binding::sql::identifier(name);
    const auto blocks = x_connection.query({.sql = statement.str()});
    if (!blocks) {
        if (blocks.error().code == unknown_database) return std::vector<std::string>();
        return std::unexpected(explain(blocks.error()));
    }
    std::vector<std::string> out;
    for (const block::block& one : *blocks) append_texts(out, one, "name");
    return out;
}

answer<binding::table_description> database::describe(const std::string& database_name, const std::string& table) {
    const binding::placement where{database_name, ""};
    const binding::sql statement = binding::sql("DESCRIBE TABLE ") << where.qualified(table);
    const auto blocks = x_connection.query({.sql = statement.str()});
    if (!blocks) return std::unexpected(explain(blocks.error()));
    std::vector<std::string> names, types, kinds;
    for (const block::block& one : *blocks) {
        append_texts(names, one, "name");
        append_texts(types, one, "type");
        append_texts(kinds, one, "default_type");
    }
    binding::table_description out{database_name, table, {}};
    for (std::size_t i = 0; i != std::min({names.size(), types.size(), kinds.size()}); ++i)
        out.columns.push_back({std::move(names[i]), std::move(types[i]), std::move(kinds[i])});
    out.sorting_key = sorting_key(database_name, table);
    return out;
}

// Empty where the server does not tell: rows then stay in the order of arrival, which is right as well.
std::string database::sorting_key(const std::string& database_name, const std::string& table) {
    const binding::sql statement = binding::sql("SELECT sorting_key FROM system.tables WHERE database = ")
                                   << binding::sql::text(database_name) << " AND name = " << binding::sql::text(table);
    const auto blocks = x_connection.query({.sql = statement.str()});
    std::vector<std::string> keys;
    if (blocks)
        for (const block::block& one : *blocks) append_texts(keys, one, "sorting_key");
    return keys.empty() ? std::string() : keys.front();
}

answer<void> database::execute(const binding::sql& statement) {
    const auto done = x_connection.execute({.sql = statement.str()});
    if (!done) return std::unexpected(explain(done.error()));
    return {};
}

}  // namespace colblock::tools
