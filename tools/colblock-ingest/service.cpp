// SPDX-License-Identifier: Apache-2.0
#include "service.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

#include "receiver/http_session.hpp"
#include "receiver/otlp_grpc.hpp"
#include "receiver/otlp_http.hpp"
#include "receiver/protocol_choice.hpp"

namespace colblock::tools {

namespace {

pipeline::committer_events log_events() {
    pipeline::committer_events events;
    events.insert_failed = [](const pipeline::group& g, const pipeline::insert_result& how) {
        spdlog::warn("insert failed table={} rows={} attempt={} code={} error=\"{}\"", g.plan().table, g.num_rows,
                     g.attempts, how.code, how.message);
    };
    events.given_up = [](const pipeline::group& g, const pipeline::insert_result& how, const std::string& where) {
        spdlog::error("rows given up table={} rows={} code={} error=\"{}\" kept=\"{}\"", g.plan().table, g.num_rows,
                      how.code, how.message, where);
    };
    return events;
}

std::string url_of(std::string_view scheme, const receiver::tcp_server_options& where) {
    const bool is_v6 = where.host.contains(':');
    return std::string(scheme) + (is_v6 ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

}  // namespace

// A thread with an event loop and listeners on it.
struct service::lane_thread {
    receiver::event_loop loop;
    std::unique_ptr<receiver::http_service> http;
    std::unique_ptr<receiver::grpc_service> grpc;  // of lanes
    std::move_only_function<void(std::shared_ptr<const receiver::credentials>)> admit_only;  // of both, of lanes
    std::optional<receiver::tcp_server> server;
    std::optional<receiver::tcp_server> grpc_server;
    std::jthread thread;

    void stop_listening() {
        server->stop();
        if (grpc_server) grpc_server->stop();
    }
    [[nodiscard]] std::size_t num_connections() const {
        return server->num_connections() + (grpc_server ? grpc_server->num_connections() : 0);
    }

    void run() {
        thread = std::jthread([this] { loop.run(); });
    }
};

service::service(service_options how) : x_options(std::move(how)), x_rows(std::move(x_options.rows), x_stats) {
    x_status.version = COLBLOCK_VERSION;
    x_status.server = x_rows.where();
}

service::~service() {
    if (x_admin) x_admin->loop.stop();
    for (auto& one : x_lanes) one->loop.stop();
    x_rows.close();  // its threads post to the loops
}

std::expected<void, std::string> service::start() {
    if (auto done = x_rows.open(log_events()); !done) return done;
    x_status.layout = x_rows.layout();
    if (auto done = start_lanes(); !done) return done;
    if (auto done = start_admin(); !done) return done;
    x_status.ready = true;
    return {};
}

std::expected<void, std::string> service::start_lanes() {
    for (std::size_t i = 0; i != x_rows.options().num_lanes; ++i) {
        auto& one = *x_lanes.emplace_back(std::make_unique<lane_thread>());
        pipeline::lane& lane = x_rows.add_lane([&one](std::move_only_function<void()> work) { one.loop.post(std::move(work)); });
        const auto sink = [&lane](receiver::payload& p) { lane.take(p); };
        auto http = std::make_unique<receiver::otlp_http>(x_options.otlp, sink);
        auto grpc = std::make_unique<receiver::otlp_grpc>(
            receiver::otlp_grpc::options{x_options.otlp.max_payload_len,
                                         [this] { return x_status.ready && !x_status.draining; }, x_options.otlp.senders},
            sink);
        one.admit_only = [http = http.get(), grpc = grpc.get()](const std::shared_ptr<const receiver::credentials>& senders) {
            http->admit_only(senders);
            grpc->admit_only(senders);
        };
        one.http = std::move(http);
        one.grpc = std::move(grpc);
        if (auto done = listen(one); !done) return done;
    }
    x_rows.start();
    for (auto& one : x_lanes) one->run();
    const std::string_view scheme = x_options.who.tls() ? "https://" : "http://";
    x_status.endpoint = url_of(scheme, x_options.http);
    x_status.grpc_endpoint = url_of(scheme, x_options.grpc.value_or(x_options.http));
    return {};
}

// Either protocol is taken on either port; what bodies may hold is one budget of the lane.
std::expected<void, std::string> service::listen(lane_thread& one) {
    const auto pool = std::make_shared<receiver::buffer_pool>();
    const auto open = [&](std::optional<receiver::tcp_server>& server, receiver::tcp_server_options& where) {
        auto options = where;
        options.pool = pool;
        server.emplace(one.loop, secured(receiver::http_or_grpc_protocol(*one.http, *one.grpc)), std::move(options));
        auto port = server->listen();
        if (port) where.port = *port;  // further lanes share it
        return port;
    };
    if (auto port = open(one.server, x_options.http); !port) return std::unexpected("--listen-http: " + port.error());
    if (!x_options.grpc) return {};
    if (auto port = open(one.grpc_server, *x_options.grpc); !port)
        return std::unexpected("--listen-grpc: " + port.error());
    return {};
}

std::expected<void, std::string> service::start_admin() {
    x_admin = std::make_unique<lane_thread>();
    x_admin->http = std::make_unique<admin_service>(x_status, x_stats);
    x_admin->server.emplace(x_admin->loop, receiver::http_protocol(*x_admin->http), x_options.admin);
    const auto port = x_admin->server->listen();
    if (!port) return std::unexpected("--listen-admin: " + port.error());
    x_admin->run();
    spdlog::info("listening otlp_http={} otlp_grpc={} admin=http://{}:{} lanes={} ack={}", x_status.endpoint,
                 x_status.grpc_endpoint, x_options.admin.host, *port, x_rows.options().num_lanes,
                 x_rows.options().ack == pipeline::acknowledgement::inserted ? "inserted" : "queued");
    return {};
}

receiver::protocol service::secured(receiver::protocol spoken) {
    if (!x_options.who.tls()) return spoken;
    return receiver::tls_protocol(std::move(spoken), x_options.who.tls(),
                                  [this](std::string_view why) { x_handshakes.failed(why); });
}

void service::tend() {
    x_rows.tend();
    const auto now = std::chrono::steady_clock::now();
    if (now - x_looked_at_files < std::chrono::seconds(1)) return;
    x_looked_at_files = now;
    x_handshakes.report();
    if (x_options.who.is_outdated()) reload();
}

void service::reload() {
    if (!x_options.who.refresh()) return;
    for (auto& one : x_lanes)
        one->loop.post([&one = *one, senders = x_options.who.senders()] { one.admit_only(senders); });
}

void service::stop() {
    x_status.draining = true;
    for (auto& one : x_lanes) one->loop.post([&one = *one] { one.stop_listening(); });
    x_rows.committer().stop(x_rows.options().drain_timeout);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    const auto open_connections = [&] {
        return std::ranges::any_of(x_lanes, [](const auto& one) { return one->num_connections() != 0; });
    };
    while (open_connections() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (auto& one : x_lanes) one->loop.stop();
    x_admin->loop.stop();
    for (auto& one : x_lanes) one->thread.join();
    x_admin->thread.join();
    spdlog::info("stopped rows_inserted={} rows_given_up={}", x_stats.rows_inserted.value(),
                 x_stats.rows_given_up.value());
}

}  // namespace colblock::tools
