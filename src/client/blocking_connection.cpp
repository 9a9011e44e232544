// SPDX-License-Identifier: Apache-2.0
#include "colblock/client/blocking_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "colblock/block/native.hpp"
#include "colblock/client/connection.hpp"
#include "colblock/codec/frame.hpp"

namespace colblock::client {

namespace asio = boost::asio;

struct blocking_connection::loop {
    /// Runs the event loop until the coroutine has ended. What it throws (memory is short) goes on from
    /// here, and costs the connection, which may be in the middle of a request.
    template <class T>
    T run(asio::awaitable<T> work) {
        bool ended = false;
        std::exception_ptr thrown;
        std::optional<T> outcome;
        asio::co_spawn(
            context, [&]() -> asio::awaitable<void> { outcome.emplace(co_await std::move(work)); },
            [&](std::exception_ptr why) {
                thrown = std::move(why);
                ended = true;
            });
        context.restart();
        while (!ended) context.run_one();
        if (thrown) {
            if (server) server->close();
            std::rethrow_exception(thrown);
        }
        return *std::move(outcome);
    }

    asio::io_context context{1};
    std::optional<connection> server;
};

outcome<blocking_connection> blocking_connection::open(options with) {
    auto made = std::make_unique<loop>();
    auto opened = made->run(connection::open(made->context.get_executor(), std::move(with)));
    if (!opened) return std::unexpected(std::move(opened.error()));
    made->server.emplace(*std::move(opened));
    return blocking_connection(std::move(made));
}

blocking_connection::blocking_connection(std::unique_ptr<loop> made) noexcept : x_loop(std::move(made)) {}
blocking_connection::blocking_connection(blocking_connection&&) noexcept = default;
blocking_connection& blocking_connection::operator=(blocking_connection&&) noexcept = default;
blocking_connection::~blocking_connection() = default;

outcome<summary> blocking_connection::execute(const request& what) {
    return x_loop->run(x_loop->server->execute(what));
}

outcome<std::vector<block::block>> blocking_connection::query(const request& what) {
    std::vector<block::block> blocks;
    const auto keep = [&blocks](block_origin origin, block::block&& got) {
        if (origin == block_origin::data) blocks.push_back(std::move(got));
    };
    auto ended = x_loop->run(x_loop->server->query(what, keep));
    if (!ended) return std::unexpected(std::move(ended.error()));
    return blocks;
}

outcome<summary> blocking_connection::insert(const request& what, std::span<const std::span<const byte_view>> rows,
                                             sample_mode mode) {
    return x_loop->run(x_loop->server->insert(what, rows, mode));
}

outcome<summary> blocking_connection::insert_columns(const request& what, std::span<const block::column_view> rows) {
    wire::segments block;
    if (const result<void> written = block::write(block, rows, server().revision); !written) {
        failure refused{.what = failure::kind::misuse};
        refused.message = "the columns are not a block: ";
        refused.message.append(message(written.error().code));
        return std::unexpected(std::move(refused));
    }
    buffer bytes;
    if (what.compressed)
        codec::frame_encoder().encode(block, bytes);
    else
        block.flatten(bytes);
    const byte_view whole = bytes.view();
    const std::span<const byte_view> blocks[] = {{&whole, 1}};
    return insert(what, blocks);
}

outcome<block::block> blocking_connection::begin_insert(const request& what) {
    return x_loop->run(x_loop->server->begin_insert(what));
}
outcome<void> blocking_connection::send_rows(std::span<const byte_view> rows) {
    return x_loop->run(x_loop->server->send_rows(rows));
}
outcome<summary> blocking_connection::end_insert() { return x_loop->run(x_loop->server->end_insert()); }
outcome<void> blocking_connection::ping() { return x_loop->run(x_loop->server->ping()); }

bool blocking_connection::usable() noexcept { return x_loop->server->usable(); }
const server_info& blocking_connection::server() const noexcept { return x_loop->server->server(); }
void blocking_connection::close() noexcept { x_loop->server->close(); }

}  // namespace colblock::client
