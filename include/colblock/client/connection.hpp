// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>  // Boost 1.74's Asio forgets it

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <span>

#include "colblock/client/session.hpp"

namespace colblock::client {

/// One block of an INSERT: views of its frames, or of its plain bytes if the request is not compressed.
using block_bytes = std::span<const byte_view>;

/// Takes the blocks of a result in order, also those of logs and profile events.
using block_visitor = std::function<void(block_origin, block::block&&)>;

/// A session on a TCP socket, for coroutines of Boost.Asio:
///
///     auto opened = co_await client::connection::open(co_await boost::asio::this_coro::executor, options);
///     if (!opened) co_return opened.error();
///     auto done = co_await opened->insert({.sql = "INSERT INTO t (a) FORMAT Native"}, blocks);
///
/// Its executor runs one handler at a time: an io_context with one thread, or a strand. One request at
/// a time; what a request borrows (views, spans, rows) is borrowed until the coroutine has ended, and
/// the connection must neither be moved nor destroyed before. A query without an id gets one. A failure
/// that leaves the session unusable closes the socket.
class connection {
public:
    /// Resolves the name, connects, says Hello.
    static boost::asio::awaitable<outcome<connection>> open(boost::asio::any_io_executor executor, options with);

    /// What was moved from may only be destroyed, assigned to, or asked whether it is `usable`.
    connection(connection&&) noexcept;
    connection& operator=(connection&&) noexcept;
    /// Closes.
    ~connection();

    /// Runs a query without rows; blocks of its result are dropped.
    boost::asio::awaitable<outcome<summary>> execute(request what);
    /// Runs a query and hands its blocks over as they come.
    boost::asio::awaitable<outcome<summary>> query(request what, block_visitor visit);
    /// Asks the server to give up the query that runs, if one does: its result ends early, as done or with the
    /// server's exception (code 394 or 735). From the visitor, or from another coroutine of the executor. An
    /// INSERT goes on: servers answer as if all was well, or even commit; close the connection instead.
    void cancel();
    /// Runs an INSERT with all its rows. Pipelined, it saves a round trip, and a refusal costs the
    /// connection.
    boost::asio::awaitable<outcome<summary>> insert(request what, std::span<const block_bytes> rows,
                                                    sample_mode mode = sample_mode::wait);

    /// The same in steps, for those who must see the columns first: begins an INSERT and returns the
    /// sample block, which has no rows.
    boost::asio::awaitable<outcome<block::block>> begin_insert(request what);
    /// Sends one block. When this ends the bytes are no longer needed.
    boost::asio::awaitable<outcome<void>> send_rows(block_bytes rows);
    /// Ends the rows and waits until the server has stored them.
    boost::asio::awaitable<outcome<summary>> end_insert();

    /// Asks for a sign of life.
    boost::asio::awaitable<outcome<void>> ping();

    /// Whether a request may be made: false while an INSERT is open and after the connection has ended. Looks
    /// at the socket, so that a connection which the server closed while idle is noticed before it is used.
    [[nodiscard]] bool usable() noexcept;
    [[nodiscard]] const server_info& server() const noexcept;
    void close() noexcept;

private:
    struct channel;
    explicit connection(std::shared_ptr<channel> made) noexcept;
    std::shared_ptr<channel> x_channel;
};

}  // namespace colblock::client
