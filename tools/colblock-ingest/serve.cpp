// SPDX-License-Identifier: Apache-2.0
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <atomic>
#include <memory>

#include "colblock/simd/kernels.hpp"
#include "command.hpp"
#include "endpoint.hpp"
#include "receiver_flags.hpp"
#include "service.hpp"
#include "stop_signals.hpp"
#include "store_flags.hpp"

namespace colblock::tools {

namespace {

struct serve_command {
    std::string listen_grpc = "127.0.0.1:4317";
    std::string listen_http = "127.0.0.1:4318";
    std::string listen_admin = "127.0.0.1:8126";
    std::string ack = "inserted";
    receiver_flags receiving;
    store_flags rows;
};

std::expected<service_options, std::string> options_of(const serve_command& given) {
    service_options out;
    auto rows = options_of(given.rows);
    if (!rows) return std::unexpected(rows.error());
    out.rows = std::move(*rows);
    if (auto read = parse_listen(given.listen_http, out.http); !read)
        return std::unexpected("--listen-http: " + read.error());
    if (given.listen_grpc != "none") {
        out.grpc.emplace();
        if (auto read = parse_listen(given.listen_grpc, *out.grpc); !read)
            return std::unexpected("--listen-grpc: " + read.error());
    }
    if (auto read = parse_listen(given.listen_admin, out.admin); !read)
        return std::unexpected("--listen-admin: " + read.error());
    if (auto good = check(given.receiving); !good) return std::unexpected(good.error());
    const auto open_connections = std::make_shared<std::atomic<std::size_t>>(0);
    for (receiver::tcp_server_options* port : {&out.http, out.grpc ? &*out.grpc : nullptr}) {
        if (port == nullptr) continue;
        static_cast<receiver::session_limits&>(*port) = session_limits_of(given.receiving);
        port->max_connections = given.receiving.max_connections;
        port->open_connections = open_connections;
    }
    out.otlp.max_payload_len = given.receiving.max_body_mib << 20;
    out.otlp.cors = given.receiving.cors;
    out.otlp.cors.max_age = std::chrono::seconds(given.receiving.cors_max_age_seconds);
    out.rows.ack = given.ack == "queued" ? pipeline::acknowledgement::queued : pipeline::acknowledgement::inserted;
    out.rows.commit.queue.policy.senders_wait = out.rows.ack == pipeline::acknowledgement::inserted;
    return out;
}

// Each connection is an open file, and most systems allow 1024 where nobody asks for more.
void allow_open_files(std::size_t max_connections) {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < max_connections + 100)
        spdlog::warn("the limit of open files is below --max-connections limit={} max_connections={}", files.rlim_cur,
                     max_connections);
}

std::expected<void, std::string> identify(const serve_command& given, service_options& to) {
    auto who = identity::load(given.receiving.identity);
    if (!who) return std::unexpected(who.error());
    to.who = std::move(*who);
    to.otlp.senders = to.who.senders();
    const bool is_local = to.http.host.starts_with("127.") || to.http.host == "::1";
    if (to.who.senders() && !to.who.tls() && !is_local)
        spdlog::warn("credentials are asked for and travel in the clear: give --tls-cert and --tls-key, or let a proxy do it");
    return {};
}

exit_status serve(const serve_command& given) {
    const stop_signals signals;
    auto options = options_of(given);
    if (!options) return refuse(exit_usage, options.error());
    if (!simd::ignored_target().empty())
        return refuse(exit_usage, "COLBLOCK_TARGET: '" + std::string(simd::ignored_target()) +
                                      "' is no kernel set of this machine; write scalar or avx2");
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    spdlog::info("colblock-ingest version={} kernels={}", COLBLOCK_VERSION, simd::active().name);

    if (auto identified = identify(given, *options); !identified) return refuse(exit_usage, identified.error());
    allow_open_files(given.receiving.max_connections);

    auto started_engine = start_engine(given.rows, options->rows);
    if (!started_engine) return refuse(exit_usage, started_engine.error());
    const std::unique_ptr<embedded_engine> engine = std::move(*started_engine);
    if (options->rows.ack == pipeline::acknowledgement::queued)
        spdlog::warn("ack=queued: requests are answered before their rows are stored, and are lost with the process");

    service running(std::move(*options));
    if (engine) running.status().server = "the embedded engine, files in " + engine->directory();
    if (auto started = running.start(); !started) return refuse(exit_failure, started.error());
    for (int got = 0; got == 0 || got == SIGHUP; got = signals.wait()) {
        if (got == SIGHUP) running.reload();
        running.tend();
        if (engine) engine->tend();
    }
    spdlog::info("stopping");
    running.stop();
    return exit_success;
}

void add_options(CLI::App& sub, serve_command& given) {
    sub.add_option("--listen-grpc", given.listen_grpc,
                   "Where OTLP over gRPC is received; none: only where HTTP is, which takes both")
        ->option_text("HOST:PORT|none");
    sub.add_option("--listen-http", given.listen_http, "Where OTLP over HTTP is received")->option_text("HOST:PORT");
    sub.add_option("--listen-admin", given.listen_admin, "Where /metrics, /healthz and /readyz are")
        ->option_text("HOST:PORT");
    sub.add_option("--ack", given.ack, "When senders are answered: after the INSERT, or at once")
        ->check(CLI::IsMember({"inserted", "queued"}))
        ->option_text("inserted|queued");
    add_receiver_flags(sub, given.receiving);
    add_store_flags(sub, given.rows, {.lanes = "Threads that receive and encode; 0: one a core",
                                      .max_memory = "Rows that may wait; then requests get 503",
                                      .drain_timeout = "How long a stop may wait for INSERTs"});
}

}  // namespace

void add_serve(CLI::App& app, command& chosen) {
    const auto given = std::make_shared<serve_command>();
    CLI::App* const sub = app.add_subcommand("serve", "Receive OTLP and insert it into ClickHouse");
    add_options(*sub, *given);
    sub->footer(
        "Examples:\n"
        "  colblock-ingest serve\n"
        "  colblock-ingest serve --clickhouse tcp://default@db1:9000/otel --layout collector");
    sub->callback([given, &chosen] { chosen = [given] { return serve(*given); }; });
}

}  // namespace colblock::tools
