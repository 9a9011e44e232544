// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin_service.hpp"
#include "handshake_log.hpp"
#include "identity.hpp"
#include "receiver/otlp_http.hpp"
#include "receiver/tcp_server.hpp"
#include "receiver/tls_session.hpp"
#include "store.hpp"

namespace colblock::tools {

struct service_options {
    store_options rows;
    receiver::tcp_server_options http;
    std::optional<receiver::tcp_server_options> grpc;  ///< nullopt: gRPC has no port of its own
    receiver::tcp_server_options admin;
    receiver::otlp_http::options otlp{.max_payload_len = limits::max_payload_len};
    identity who;
};

/// The running service: lanes, each a thread with its own listener; the committer between them and the
/// server; the admin port on a thread of its own.
///
///     service running(options);
///     if (auto failed = running.start(); !failed) ...
///     while (!asked_to_stop) running.tend();
///     running.stop();
class service {
public:
    explicit service(service_options how);
    service(const service&) = delete;
    service& operator=(const service&) = delete;
    ~service();

    /// Connects, prepares tables, listens. Fails with a sentence for the user.
    std::expected<void, std::string> start();
    /// Does what other threads asked for: looks at tables that have changed, and for files of certificates
    /// and credentials that have. Call it now and then.
    void tend();
    /// Reads certificates and credentials again. Connections go on.
    void reload();
    /// Stops listening, lets requests in flight finish, sends what waits, for at most the drain timeout.
    void stop();

    service_status& status() noexcept { return x_status; }

private:
    struct lane_thread;

    std::expected<void, std::string> start_lanes();
    std::expected<void, std::string> listen(lane_thread& one);
    [[nodiscard]] receiver::protocol secured(receiver::protocol spoken);
    std::expected<void, std::string> start_admin();

    service_options x_options;
    service_status x_status;
    pipeline::stats x_stats;
    store x_rows;
    handshake_log x_handshakes;
    std::chrono::steady_clock::time_point x_looked_at_files{};
    std::vector<std::unique_ptr<lane_thread>> x_lanes;
    std::unique_ptr<lane_thread> x_admin;
};

}  // namespace colblock::tools
