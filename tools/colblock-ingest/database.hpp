// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "colblock/binding/schema.hpp"
#include "colblock/client/blocking_connection.hpp"

namespace colblock::tools {

/// A value, or what to tell the user.
template <class T>
using answer = std::expected<T, std::string>;

/// A server that is asked about its tables, one question after the other.
class database {
public:
    /// Connects. Errors name the server.
    static answer<database> open(client::options where);

    [[nodiscard]] const client::server_info& server() const noexcept { return x_connection.server(); }
    [[nodiscard]] binding::server_version version() const noexcept;
    /// The names of the tables and views of a database; none if there is no such database.
    answer<std::vector<std::string>> tables(const std::string& name);
    /// Its columns and its sorting key.
    answer<binding::table_description> describe(const std::string& database_name, const std::string& table);
    answer<void> execute(const binding::sql& statement);

private:
    database(client::blocking_connection connection, std::string server)
        : x_connection(std::move(connection)), x_server(std::move(server)) {}
    [[nodiscard]] std::string sorting_key(const std::string& database_name, const std::string& table);
    [[nodiscard]] std::string explain(const client::failure& why) const {
        return x_server + ": " + client::to_text(why);
    }

    client::blocking_connection x_connection;
    std::string x_server;
};

}  // namespace colblock::tools
