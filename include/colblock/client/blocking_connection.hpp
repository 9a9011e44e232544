// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "colblock/client/session.hpp"

namespace colblock::client {

/// A connection whose calls return when they are done: for tools, tests and programs without an event
/// loop. The same rules as `connection`, which it runs. Used by one thread at a time. Exceptions, which
/// only allocation throws, pass through and close it.
///
///     auto server = client::blocking_connection::open({.host = "db1", .database = "otel"});
///     if (!server) return report(to_text(server.error()));
///     auto blocks = server->query({.sql = "SELECT a FROM t"});
class blocking_connection {
public:
    /// Resolves the name, connects, says Hello.
    static outcome<blocking_connection> open(options with);

    /// What was moved from may only be destroyed or assigned to.
    blocking_connection(blocking_connection&&) noexcept;
    blocking_connection& operator=(blocking_connection&&) noexcept;
    ~blocking_connection();

    /// Runs a query without rows; blocks of its result are dropped.
    outcome<summary> execute(const request& what);
    /// Runs a query and collects the blocks of its rows, the first of which may have no rows.
    outcome<std::vector<block::block>> query(const request& what);
    /// Runs an INSERT with all its rows.
    outcome<summary> insert(const request& what, std::span<const std::span<const byte_view>> rows,
                            sample_mode mode = sample_mode::wait);

    /// Runs an INSERT with one block, made of `rows` for this server and compressed as LZ4 if the request
    /// is. `what.sql` names the columns in the order of `rows`. A misuse, and nothing is sent, if they differ
    /// in rows or have a type that the server does not know.
    outcome<summary> insert_columns(const request& what, std::span<const block::column_view> rows);

    /// An INSERT in steps: the sample block, block after block, the end.
    outcome<block::block> begin_insert(const request& what);
    outcome<void> send_rows(std::span<const byte_view> rows);
    outcome<summary> end_insert();

    /// Asks for a sign of life.
    outcome<void> ping();

    /// Whether a request may be made; as `connection::usable`.
    [[nodiscard]] bool usable() noexcept;
    [[nodiscard]] const server_info& server() const noexcept;
    void close() noexcept;

private:
    struct loop;
    explicit blocking_connection(std::unique_ptr<loop> made) noexcept;
    std::unique_ptr<loop> x_loop;
};

}  // namespace colblock::client
