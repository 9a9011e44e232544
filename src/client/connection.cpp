// SPDX-License-Identifier: Apache-2.0
#include "colblock/client/connection.hpp"

// Moves bytes between a session and a socket that never blocks: write what fits, read what is there,
// and only when neither goes on wait for either, no longer than the session's deadline. Waiting is one
// timer: whatever becomes possible cancels it, and if it expires the deadline has passed.

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace colblock::client {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

using clock = std::chrono::steady_clock;

bool must_wait(const error_code& problem) noexcept {
    return problem == asio::error::would_block || problem == asio::error::try_again;
}

failure disconnected(std::string why) {
    failure f{.what = failure::kind::disconnected};
    f.message = std::move(why);
    return f;
}

/// Enough randomness that queries of different connections do not meet (code 216).
std::string make_id_prefix() {
    std::random_device random;
    const std::uint64_t bits = std::uint64_t{random()} << 32 | random();
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, bits, 16).ptr;
    return std::string("colblock-").append(digits, end).append(1, '-');
}

/// What a single asynchronous operation has come to. Shared with its handler, which may run after
/// everybody else has lost interest.
template <class Value>
struct pending {
    bool ended = false;
    error_code problem;
    Value value{};
};

}  // namespace

struct connection::channel : std::enable_shared_from_this<channel> {
    channel(const asio::any_io_executor& executor, options with)
        : socket(executor), timer(executor), protocol(std::move(with)), id_prefix(make_id_prefix()) {}

    awaitable<outcome<void>> connect();
    awaitable<outcome<std::vector<tcp::endpoint>>> resolve(clock::time_point until);
    awaitable<error_code> connect_to(tcp::endpoint to, clock::time_point until);

    awaitable<action> drive();
    awaitable<event> transfer(action next);
    awaitable<bool> wait_until(clock::time_point until);
    awaitable<bool> wait(action next);
    event try_send();
    event try_receive();
    void watch(bool& watched, tcp::socket::wait_type what);

    /// Why no request can be made now, if so.
    std::optional<failure> refusal(bool (*allowed)(session::state)) const;
    request with_id(request what);
    failure take_failure();
    void close() noexcept;

    [[nodiscard]] clock::duration limit(deadline which) const noexcept;

    tcp::socket socket;
    asio::steady_timer timer;
    session protocol;
    clock::time_point moved_at;  // when a byte went either way, or the request began
    bool watching_read = false;
    bool watching_write = false;
    bool cancelled = false;     // the running query, and the session wants to say so
    bool receive_next = false;  // a write has gone well: look for an answer before the next one
    std::string id_prefix;
    std::string query_id;
    std::uint64_t num_queries = 0;
    std::vector<asio::const_buffer> views;
};

clock::duration connection::channel::limit(deadline which) const noexcept {
    const deadlines& all = protocol.with().deadlines;
    switch (which) {
    case deadline::connect:
        return all.connect;
    case deadline::handshake:
        return all.handshake;
    case deadline::send:
        return all.send;
    case deadline::receive:
    case deadline::none:
        break;
    }
    return all.receive;
}

/// False if the time has passed, true if somebody cancelled the timer before.
awaitable<bool> connection::channel::wait_until(clock::time_point until) {
    error_code problem;
    timer.expires_at(until);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, problem));
    co_return problem == asio::error::operation_aborted;
}

awaitable<outcome<std::vector<tcp::endpoint>>> connection::channel::resolve(clock::time_point until) {
    const options& with = protocol.with();
    error_code problem;
    const auto address = asio::ip::make_address(with.host, problem);
    if (!problem) co_return std::vector{tcp::endpoint(address, with.port)};

    auto found = std::make_shared<pending<std::vector<tcp::endpoint>>>();
    tcp::resolver resolver(socket.get_executor());
    resolver.async_resolve(with.host, std::to_string(with.port),
                           [found, self = shared_from_this()](const error_code& why, const auto& entries) {
                               found->ended = true;
                               found->problem = why;
                               for (const auto& entry : entries) found->value.push_back(entry.endpoint());
                               self->timer.cancel();
                           });
    co_await wait_until(until);
    if (!found->ended) {
        failure late{.what = failure::kind::deadline};
        late.expired = deadline::connect;
        co_return std::unexpected(std::move(late));
    }
    if (found->problem)
        co_return std::unexpected(disconnected("cannot resolve " + with.host + ": " + found->problem.message()));
    co_return std::move(found->value);
}

awaitable<error_code> connection::channel::connect_to(tcp::endpoint to, clock::time_point until) {
    error_code ignored;
    socket.close(ignored);
    auto tried = std::make_shared<pending<bool>>();
    socket.async_connect(to, [tried, self = shared_from_this()](const error_code& why) {
        tried->ended = true;
        tried->problem = why;
        self->timer.cancel();
    });
    co_await wait_until(until);
    co_return tried->ended ? tried->problem : error_code(asio::error::timed_out);
}

awaitable<outcome<void>> connection::channel::connect() {
    const options& with = protocol.with();
    const clock::time_point until = clock::now() + with.deadlines.connect;
    outcome<std::vector<tcp::endpoint>> endpoints = co_await resolve(until);
    if (!endpoints) co_return std::unexpected(std::move(endpoints.error()));
    error_code problem = asio::error::host_not_found;
    for (const tcp::endpoint& to : *endpoints) {
        problem = co_await connect_to(to, until);
        if (!problem || clock::now() >= until) break;
    }
    if (problem && clock::now() >= until) {
        close();
        failure late{.what = failure::kind::deadline};
        late.expired = deadline::connect;
        co_return std::unexpected(std::move(late));
    }
    if (problem)
        co_return std::unexpected(disconnected("cannot connect to " + with.host + ":" + std::to_string(with.port) +
                                               ": " + problem.message()));
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    socket.non_blocking(true, problem);
    if (problem) co_return std::unexpected(disconnected("cannot use the socket: " + problem.message()));

    protocol.handshake();
    const action greeted = co_await drive();
    if (greeted.what != action::kind::done) co_return std::unexpected(take_failure());
    co_return outcome<void>();
}

/// Moves bytes until the session wants something else.
awaitable<action> connection::channel::drive() {
    moved_at = clock::now();
    event last{};
    for (;;) {
        const action next = protocol.resume(last);
        if (next.what != action::kind::transfer) co_return next;
        last = co_await transfer(next);
        // The handshake as a whole has one deadline, so it does not matter there that bytes move.
        if (next.until != deadline::handshake) moved_at = clock::now();
    }
}

awaitable<event> connection::channel::transfer(action next) {
    for (;;) {
        event moved{};
        if (next.send && !std::exchange(receive_next, false)) moved = try_send();
        receive_next = moved.what == event::kind::sent;
        if (moved.what == event::kind::start) moved = try_receive();
        if (moved.what == event::kind::start && next.send) moved = try_send();
        if (moved.what != event::kind::start) co_return moved;
        if (!co_await wait(next)) co_return event{.what = event::kind::expired};
        if (std::exchange(cancelled, false)) co_return event{};
    }
}

event connection::channel::try_send() {
    views.clear();
    for (const byte_view bytes : protocol.output()) views.emplace_back(bytes.data(), bytes.size());
    error_code problem;
    const std::size_t len = socket.write_some(views, problem);
    if (must_wait(problem)) return {};
    if (problem) return {.what = event::kind::send_failed};
    return {.what = event::kind::sent, .len = len};
}

event connection::channel::try_receive() {
    const std::span<char> space = protocol.input();
    error_code problem;
    const std::size_t len = socket.read_some(asio::mutable_buffer(space.data(), space.size()), problem);
    if (must_wait(problem)) return {};
    if (problem) return {.what = event::kind::closed};
    return {.what = event::kind::received, .len = len};
}

/// False if the deadline has passed.
awaitable<bool> connection::channel::wait(action next) {
    watch(watching_read, tcp::socket::wait_read);
    if (next.send) watch(watching_write, tcp::socket::wait_write);
    return wait_until(moved_at + limit(next.until));
}

/// Cancels the timer when the socket is ready. A watch that nobody waits for any more stays; at worst
/// it wakes the next wait for nothing.
void connection::channel::watch(bool& watched, tcp::socket::wait_type what) {
    if (std::exchange(watched, true)) return;
    socket.async_wait(what, [&watched, self = shared_from_this()](const error_code&) {
        watched = false;
        self->timer.cancel();
    });
}

std::optional<failure> connection::channel::refusal(bool (*allowed)(session::state)) const {
    if (protocol.current() == session::state::broken || !socket.is_open())
        return disconnected("the connection is closed");
    if (allowed(protocol.current())) return std::nullopt;
    failure f{.what = failure::kind::misuse};
    f.message = "another request is open, or no INSERT is";
    return f;
}

request connection::channel::with_id(request what) {
    if (!what.query_id.empty()) return what;
    query_id = id_prefix + std::to_string(++num_queries);
    what.query_id = query_id;
    return what;
}

failure connection::channel::take_failure() {
    if (protocol.current() == session::state::broken) close();
    return protocol.problem();
}

void connection::channel::close() noexcept {
    error_code ignored;
    socket.close(ignored);
    timer.cancel(ignored);
}

namespace {

bool is_ready(session::state now) { return now == session::state::ready; }
bool takes_rows(session::state now) { return now == session::state::sending_rows; }

}  // namespace

awaitable<outcome<connection>> connection::open(asio::any_io_executor executor, options with) {
    if (with.host_name.empty()) {
        error_code ignored;
        with.host_name = asio::ip::host_name(ignored);
    }
    auto made = std::make_shared<channel>(executor, std::move(with));
    outcome<void> connected = co_await made->connect();
    if (!connected) co_return std::unexpected(std::move(connected.error()));
    co_return connection(std::move(made));
}

connection::connection(std::shared_ptr<channel> made) noexcept : x_channel(std::move(made)) {}
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&& other) noexcept {
    if (this != &other) {
        close();
        x_channel = std::move(other.x_channel);
    }
    return *this;
}
connection::~connection() { close(); }

awaitable<outcome<summary>> connection::execute(request what) { return query(what, nullptr); }

awaitable<outcome<summary>> connection::query(request what, block_visitor visit) {
    channel& c = *x_channel;
    if (std::optional<failure> no = c.refusal(is_ready)) co_return std::unexpected(*std::move(no));
    c.protocol.query(c.with_id(what));
    c.cancelled = false;
    for (;;) {
        const action next = co_await c.drive();
        if (next.what == action::kind::done) co_return c.protocol.about();
        if (next.what == action::kind::failed) co_return std::unexpected(c.take_failure());
        if (visit) visit(c.protocol.origin(), c.protocol.take_block());
    }
}

void connection::cancel() {
    channel& c = *x_channel;
    if (c.protocol.current() != session::state::running) return;
    c.protocol.cancel();
    c.cancelled = true;
    c.timer.cancel();
}

awaitable<outcome<summary>> connection::insert(request what, std::span<const block_bytes> rows, sample_mode mode) {
    channel& c = *x_channel;
    if (std::optional<failure> no = c.refusal(is_ready)) co_return std::unexpected(*std::move(no));
    c.protocol.insert(c.with_id(what), mode);
    for (;;) {
        const action next = co_await c.drive();
        if (next.what == action::kind::done) co_return c.protocol.about();
        if (next.what == action::kind::failed) co_return std::unexpected(c.take_failure());
        if (next.what != action::kind::rows) continue;  // the sample, or a log
        if (rows.empty()) {
            c.protocol.end_rows();
        } else {
            c.protocol.send_rows(rows.front());
            rows = rows.subspan(1);
        }
    }
}

awaitable<outcome<block::block>> connection::begin_insert(request what) {
    channel& c = *x_channel;
    if (std::optional<failure> no = c.refusal(is_ready)) co_return std::unexpected(*std::move(no));
    c.protocol.insert(c.with_id(what), sample_mode::wait);
    for (;;) {
        const action next = co_await c.drive();
        if (next.what == action::kind::sample) co_return c.protocol.take_block();
        if (next.what == action::kind::failed) co_return std::unexpected(c.take_failure());
    }
}

awaitable<outcome<void>> connection::send_rows(block_bytes rows) {
    channel& c = *x_channel;
    if (std::optional<failure> no = c.refusal(takes_rows)) co_return std::unexpected(*std::move(no));
    c.protocol.send_rows(rows);
    for (;;) {
        const action next = co_await c.drive();
        if (next.what == action::kind::rows) co_return outcome<void>();
        if (next.what == action::kind::failed) co_return std::unexpected(c.take_failure());
    }
}

awaitable<outcome<summary>> connection::end_insert() {
    channel& c = *x_channel;
    if (std::optional<failure> no = c.refusal(takes_rows)) co_return std::unexpected(*std::move(no));
    c.protocol.end_rows();
    for (;;) {
        const action next = co_await c.drive();
        if (next.what == action::kind::done) co_return c.protocol.about();
        if (next.what == action::kind::failed) co_return std::unexpected(c.take_failure());
    }
}

awaitable<outcome<void>> connection::ping() {
    channel& c = *x_channel;
    if (std::optional<failure> no = c.refusal(is_ready)) co_return std::unexpected(*std::move(no));
    c.protocol.ping();
    const action next = co_await c.drive();
    if (next.what != action::kind::done) co_return std::unexpected(c.take_failure());
    co_return outcome<void>();
}

bool connection::usable() noexcept {
    if (!x_channel || !x_channel->socket.is_open() || !x_channel->protocol.usable()) return false;
    channel& c = *x_channel;
    for (;;) {  // what has come since the last request: rests of it, or the end
        const event got = c.try_receive();
        if (got.what == event::kind::start) return true;
        c.protocol.resume(got);
        if (c.protocol.usable()) continue;
        close();
        return false;
    }
}

const server_info& connection::server() const noexcept { return x_channel->protocol.server(); }

void connection::close() noexcept {
    if (x_channel) x_channel->close();
}

}  // namespace colblock::client
