// SPDX-License-Identifier: Apache-2.0
#include "receiver/tcp_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <unordered_set>
#include <utility>  // Boost 1.74 relies on it
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace colblock::receiver {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// Receives that one event may do, so that a connection that never pauses leaves time for the others.
constexpr unsigned max_receives = 32;

bool would_block(int error) noexcept { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

// What the connections share. It owns them and finds those that are late. Handlers hold both weakly:
// what waits in the loop would otherwise own the loop.
class tcp_server::core : public std::enable_shared_from_this<core> {
public:
    core(event_loop loop, protocol spoken, tcp_server_options options)
        : x_loop(std::move(loop)),
          x_protocol(std::move(spoken)),
          x_options(std::move(options)),
          x_pool(x_options.pool ? x_options.pool : std::make_shared<buffer_pool>()),
          x_open_connections(x_options.open_connections ? x_options.open_connections
                                                        : std::make_shared<std::atomic<std::size_t>>(0)),
          x_acceptor(x_loop.context()),
          x_tick(x_loop.context()) {}

    std::expected<std::uint16_t, std::string> listen();
    void stop(bool at_once);
    void forget(const std::shared_ptr<connection>& c) {
        if (x_connections.erase(c) != 0) x_open_connections->fetch_sub(1, std::memory_order_relaxed);
        x_num_connections.store(x_connections.size(), std::memory_order_relaxed);
    }
    [[nodiscard]] std::size_t num_connections() const noexcept {
        return x_num_connections.load(std::memory_order_relaxed);
    }

    event_loop x_loop;
    const protocol x_protocol;
    const tcp_server_options x_options;
    const std::shared_ptr<buffer_pool> x_pool;

private:
    const std::shared_ptr<std::atomic<std::size_t>> x_open_connections;

    void accept();
    void accepted(error_code error, tcp::socket socket);
    void retry_accept_later();
    void tick();

    tcp::acceptor x_acceptor;
    asio::steady_timer x_tick;
    std::unordered_set<std::shared_ptr<connection>> x_connections;
    std::atomic<std::size_t> x_num_connections{0};
};

// Drives one session on its socket. Readiness is waited for, then the system is called directly: an idle
// connection holds no buffer, and a request costs as few calls as a bare epoll loop.
class tcp_server::connection final : public event_target, public std::enable_shared_from_this<connection> {
public:
    connection(std::shared_ptr<core> owner, tcp::socket socket)
        : x_core(std::move(owner)), x_socket(std::move(socket)), x_host{*x_core->x_pool, x_core->x_options} {}

    void start();
    void finish();
    void tick(steady::time_point now);
    void close();

    bool begin_event() override {
        x_host.now = steady::now();
        return x_open;
    }
    void end_event() override;

private:
    enum class direction : std::uint8_t { receive, send };

    bool send();
    void receive();
    void shut_down_sending();
    void wait_to(direction what);
    void ready_to(direction what, error_code error);

    std::shared_ptr<core> x_core;
    tcp::socket x_socket;
    session_host x_host;
    std::unique_ptr<session> x_session;
    bool x_open = true;
    bool x_readable = false;  // as far as we know; found out by waiting or by a full receive
    bool x_waits_to_receive = false;
    bool x_waits_to_send = false;
    bool x_shut_down = false;
    unsigned x_num_receives = 0;  // in the present event
    bool x_blocked = false;       // the peer does not take all output
    steady::time_point x_blocked_since{};
};

// ---- connection

void tcp_server::connection::start() {
    x_host.now = steady::now();
    x_host.path = event_path(weak_from_this(), x_core->x_loop);
    x_session = x_core->x_protocol.start(x_host);
    x_readable = true;  // most peers have sent something by now
    end_event();
}

void tcp_server::connection::finish() {
    if (!begin_event()) return;
    x_session->finish();
    end_event();
}

void tcp_server::connection::tick(steady::time_point now) {
    if (!x_open) return;
    if (x_blocked && now - x_blocked_since >= x_core->x_options.send_timeout) return close();
    x_host.now = now;
    x_session->tick();
    end_event();
}

// Sends what there is, then does what the session wants. Nothing is received while the peer takes no
// output: what it sends may cause more.
void tcp_server::connection::end_event() {
    x_num_receives = 0;
    while (x_open && send()) {
        switch (x_session->wants()) {
        case wish::nothing: return;
        case wish::close: return close();
        case wish::linger: shut_down_sending(); [[fallthrough]];
        case wish::input:
            if (!x_readable || x_num_receives == max_receives) return wait_to(direction::receive);
            receive();
        }
    }
}

// False: the peer does not take it now, or is gone.
bool tcp_server::connection::send() {
    for (byte_view rest = x_session->output(); !rest.empty(); rest = x_session->output()) {
        const ssize_t n = ::send(x_socket.native_handle(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0 && would_block(errno)) {
            if (!std::exchange(x_blocked, true)) x_blocked_since = x_host.now;
            wait_to(direction::send);
            return false;
        }
        if (n < 0) {
            close();
            return false;
        }
        x_session->sent(static_cast<std::size_t>(n));
    }
    x_blocked = false;
    return true;
}

void tcp_server::connection::receive() {
    ++x_num_receives;
    const std::span<char> room = x_session->prepare();
    const ssize_t n = ::recv(x_socket.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    x_readable = n == static_cast<ssize_t>(room.size());
    if (n > 0) return x_session->received(static_cast<std::size_t>(n));
    if (n < 0 && would_block(errno)) return;
    if (n < 0) return close();
    x_session->end_of_input();
}

void tcp_server::connection::shut_down_sending() {
    if (x_shut_down) return;
    x_shut_down = true;
    error_code ignored;
    x_socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void tcp_server::connection::wait_to(direction what) {
    const bool to_send = what == direction::send;
    bool& waits = to_send ? x_waits_to_send : x_waits_to_receive;
    if (std::exchange(waits, true)) return;
    x_socket.async_wait(to_send ? tcp::socket::wait_write : tcp::socket::wait_read,
                        [weak = weak_from_this(), what](error_code error) {
                            if (const auto self = weak.lock()) self->ready_to(what, error);
                        });
}

void tcp_server::connection::ready_to(direction what, error_code error) {
    if (!begin_event()) return;
    (what == direction::send ? x_waits_to_send : x_waits_to_receive) = false;
    if (error) return close();
    if (what == direction::receive) x_readable = true;
    end_event();
}

void tcp_server::connection::close() {
    if (!x_open) return;
    x_open = false;
    error_code ignored;
    x_socket.close(ignored);
    x_core->forget(shared_from_this());
}

// ---- core

std::expected<std::uint16_t, std::string> tcp_server::core::listen() {
    const auto failed = [this](const error_code& error) {
        return std::unexpected("cannot listen on " + x_options.host + ":" + std::to_string(x_options.port) + ": " +
                               error.message());
    };
    error_code error;
    const auto address = asio::ip::make_address(x_options.host, error);
    if (error) return failed(error);
    const tcp::endpoint where(address, x_options.port);
    x_acceptor.open(where.protocol(), error);
    if (!error) x_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) x_acceptor.set_option(reuse_port(true), error);
    if (!error) x_acceptor.bind(where, error);
    if (!error) x_acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return failed(error);
    const std::uint16_t port = x_acceptor.local_endpoint(error).port();
    if (error) return failed(error);
    accept();
    tick();
    return port;
}

void tcp_server::core::accept() {
    x_acceptor.async_accept([weak = weak_from_this()](error_code error, tcp::socket socket) {
        if (const auto self = weak.lock()) self->accepted(error, std::move(socket));
    });
}

void tcp_server::core::accepted(error_code error, tcp::socket socket) {
    if (!x_acceptor.is_open()) return;
    if (error) return retry_accept_later();
    if (x_open_connections->fetch_add(1, std::memory_order_relaxed) >= x_options.max_connections) {
        x_open_connections->fetch_sub(1, std::memory_order_relaxed);
        ::send(socket.native_handle(), x_protocol.refusal.data(), x_protocol.refusal.size(),
               MSG_DONTWAIT | MSG_NOSIGNAL);
        return accept();
    }
    socket.set_option(tcp::no_delay(true), error);
    auto fresh = std::make_shared<connection>(shared_from_this(), std::move(socket));
    x_connections.insert(fresh);
    x_num_connections.store(x_connections.size(), std::memory_order_relaxed);
    fresh->start();
    accept();
}

// Out of file descriptors, mostly: trying again at once would spin.
void tcp_server::core::retry_accept_later() {
    auto timer = std::make_shared<asio::steady_timer>(x_loop.context(), std::chrono::milliseconds(100));
    timer->async_wait([weak = weak_from_this(), timer](error_code) {
        if (const auto self = weak.lock(); self && self->x_acceptor.is_open()) self->accept();
    });
}

// One timer for all deadlines: a timer a connection would cost two heap operations a request.
void tcp_server::core::tick() {
    const tcp_server_options& o = x_options;
    const auto shortest = std::min({o.head_timeout, o.body_timeout, o.idle_timeout, o.send_timeout, o.linger_timeout});
    x_tick.expires_after(std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500)));
    x_tick.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        const auto now = steady::now();
        const auto all = std::vector(self->x_connections.begin(), self->x_connections.end());
        for (const auto& each : all) each->tick(now);
        self->tick();
    });
}

void tcp_server::core::stop(bool at_once) {
    error_code ignored;
    x_acceptor.close(ignored);
    if (at_once) x_tick.cancel();
    const auto all = std::vector(x_connections.begin(), x_connections.end());
    for (const auto& each : all) at_once ? each->close() : each->finish();
}

// ---- server

tcp_server::tcp_server(event_loop loop, protocol spoken, tcp_server_options options)
    : x_core(std::make_shared<core>(std::move(loop), std::move(spoken), std::move(options))) {}

tcp_server::~tcp_server() { x_core->stop(true); }

std::expected<std::uint16_t, std::string> tcp_server::listen() { return x_core->listen(); }

void tcp_server::stop() { x_core->stop(false); }

std::size_t tcp_server::num_connections() const noexcept { return x_core->num_connections(); }

}  // namespace colblock::receiver
