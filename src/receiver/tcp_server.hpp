// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "receiver/event_loop.hpp"
#include "receiver/session.hpp"

namespace colblock::receiver {

struct tcp_server_options : session_limits {
    std::string host = "127.0.0.1";  ///< an address, IPv4 or IPv6
    std::uint16_t port = 0;          ///< 0: any free one
    std::size_t max_connections = limits::max_connections;
    std::shared_ptr<std::atomic<std::size_t>> open_connections{};  ///< of all servers that share it, for max_connections; null: of this one
    std::chrono::milliseconds send_timeout{30'000};  ///< from when the peer stops taking output until it is sent
    std::shared_ptr<buffer_pool> pool{};             ///< to share with other servers of the thread; null: one of its own
};

/// Connections on one thread's event loop, each served by a session of `protocol`. Several servers may
/// listen on one port (SO_REUSEPORT): the kernel spreads connections over them.
class tcp_server {
public:
    /// What sessions refer to must outlive every connection, that is the run of the loop.
    tcp_server(event_loop loop, protocol spoken, tcp_server_options options);
    tcp_server(const tcp_server&) = delete;
    tcp_server& operator=(const tcp_server&) = delete;
    /// Closes everything. Not while the loop runs on another thread.
    ~tcp_server();

    /// Binds and listens; returns the port, or a sentence that names the address and the reason.
    std::expected<std::uint16_t, std::string> listen();
    /// Stops accepting and finishes every session: idle connections are closed, requests in flight answered.
    /// On the loop's thread, or while it does not run.
    void stop();
    /// Open connections. From any thread.
    [[nodiscard]] std::size_t num_connections() const noexcept;

private:
    class core;
    class connection;
    std::shared_ptr<core> x_core;
};

}  // namespace colblock::receiver
