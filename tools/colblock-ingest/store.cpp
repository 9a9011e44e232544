// SPDX-License-Identifier: Apache-2.0
#include "store.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <utility>

#include "colblock/otlp/json.hpp"
#include "pipeline/sender.hpp"

namespace colblock::tools {

namespace {

template <class Decoder, class JsonDecoder, class Writer>
std::unique_ptr<pipeline::ingest> make_ingest(const server_tables& tables, signal s) {
    auto writer = Writer::make(tables.layout, tables.of_signal[static_cast<std::size_t>(s)]);
    // check_binding has seen that these tables can be bound.
    return std::make_unique<pipeline::ingest_of<Decoder, JsonDecoder, Writer>>(std::move(*writer));
}

std::unique_ptr<pipeline::ingest> make_ingest(const server_tables& tables, signal s) {
    switch (s) {
    case signal::traces: return make_ingest<otlp::trace_decoder, otlp::json_trace_decoder, binding::trace_writer>(tables, s);
    case signal::metrics: return make_ingest<otlp::metric_decoder, otlp::json_metric_decoder, binding::metric_writer>(tables, s);
    case signal::logs: return make_ingest<otlp::log_decoder, otlp::json_log_decoder, binding::log_writer>(tables, s);
    }
    return nullptr;
}

}  // namespace

struct store::bound_lane {
    pipeline::lane lane;
    post to_lane;

    /// Runs `work` on the lane's thread and waits for it.
    void run_there(std::move_only_function<void()> work) {
        std::atomic<bool> done{false};
        to_lane([&] {
            work();
            done = true;
            done.notify_one();
        });
        done.wait(false);
    }
};

std::uint64_t now_unix_nano() {
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

store::store(store_options how, pipeline::stats& counted) : x_options(std::move(how)), x_stats(counted) {}

store::~store() = default;

std::string store::where() const {
    return x_options.server.host + ":" + std::to_string(x_options.server.port) + "/" + x_options.tables.database;
}

std::string_view store::layout() const noexcept {
    return x_tables.layout == binding::layout::colblock ? "colblock" : "collector";
}

std::expected<void, std::string> store::open(pipeline::committer_events events) {
    auto server = database::open(x_options.server);
    if (!server)
        return std::unexpected("no connection to ClickHouse at " + where() + ": " + server.error() +
                               ". Check --clickhouse, and that the server runs");
    auto tables = find_tables(*server);
    if (!tables) return std::unexpected(tables.error());
    if (auto bound = check_binding(*tables); !bound) return bound;
    x_tables = std::move(*tables);
    x_revision = server->server().revision;
    x_options.server.database = x_options.tables.database;
    spdlog::info("connected server={} version={}.{}.{} revision={} layout={} tables={}", where(),
                 server->server().version_major, server->server().version_minor, server->server().version_patch,
                 x_revision, layout(), x_tables.num_tables());
    pipeline::committer::options how = x_options.commit;
    how.queue.num_tables = x_tables.num_tables();
    how.queue.num_lanes = x_options.num_lanes;
    how.max_held_len = x_options.max_memory_len;
    events.table_changed = [this](pipeline::table_id) { x_tables_changed = true; };
    x_committer = std::make_unique<pipeline::committer>(how, x_stats, std::move(events));
    return {};
}

pipeline::lane& store::add_lane(post to_lane) {
    pipeline::lane::options how;
    how.id = x_lanes.size();
    how.ack = x_options.ack;
    how.compression = x_options.compression;
    how.wall_clock = now_unix_nano;
    auto& one = *x_lanes.emplace_back(std::make_unique<bound_lane>(pipeline::lane(how, *x_committer, x_stats), std::move(to_lane)));
    bind(one.lane);
    x_committer->set_lane(how.id, [&one](pipeline::table_id table) {
        one.to_lane([&one, table, asked_at = pipeline::clock::now()] { one.lane.seal_asked(table, asked_at); });
    });
    return one.lane;
}

void store::start() {
    x_committer->start([this] { return pipeline::make_client_sink(x_options.server); });
}

answer<server_tables> store::find_tables(database& server) const {
    auto tables = prepare_tables(server, x_options.tables, x_options.create_schema);
    if (tables && !x_options.in_key_order)
        for (auto& of_one_signal : tables->of_signal)
            for (binding::bound_table& table : of_one_signal) table.description.sorting_key.clear();
    return tables;
}

// On the lane's thread, or before it runs.
void store::bind(pipeline::lane& to) const {
    pipeline::table_id first = 0;
    for (const signal s : {signal::traces, signal::metrics, signal::logs}) {
        to.bind(s, {make_ingest(x_tables, s), first, x_revision});
        first += x_tables.of_signal[static_cast<std::size_t>(s)].size();
    }
}

void store::bind_all() {
    auto server = database::open(x_options.server);
    if (!server) return;
    auto tables = find_tables(*server);
    const auto bound = tables ? check_binding(*tables) : std::expected<void, std::string>(std::unexpected(tables.error()));
    if (!bound || tables->layout != x_tables.layout) {
        spdlog::error("tables changed and cannot be used error=\"{}\"", bound ? "the layout is another" : bound.error());
        return;
    }
    x_tables = std::move(*tables);
    x_revision = server->server().revision;
    for (auto& one : x_lanes) one->run_there([&] { bind(one->lane); });
    spdlog::info("tables bound again layout={}", layout());
}

void store::tend() {
    if (x_tables_changed.exchange(false)) bind_all();
}

}  // namespace colblock::tools
