// SPDX-License-Identifier: Apache-2.0

// The whole client, payloads in memory to rows that a ClickHouse server has confirmed: ours against libprotobuf
// with a reused arena and clickhouse-cpp. Both insert the same rows, 10,240 an INSERT, over one connection, LZ4,
// into a table of the collector layout with ENGINE = Null. Times are CPU of this process, system time included.
//
//     client_bench --server=HOST:PORT [options of Google Benchmark]     bench/run starts the server
//
// Before the clock starts both fill a table that keeps its rows, and the rows have to be equal.

#include <benchmark/benchmark.h>
#include <google/protobuf/arena.h>

#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "bench/clickhouse_cpp_traces.hpp"
#include "bench/payloads.hpp"
#include "bench/tables.hpp"
#include "colblock/client/blocking_connection.hpp"
#include "colblock/codec/frame.hpp"
#include "colblock/otlp/traces.hpp"

namespace colblock::bench {
namespace {

constexpr std::size_t rows_per_insert = 10'000;
constexpr std::uint64_t receive_time = 1'790'000'000'000'000'000;
std::string host;
std::uint16_t port = 0;

const corpus& corpus_of(payload_set which) {
    static std::map<payload_set, corpus> made;
    auto [at, is_new] = made.try_emplace(which);
    if (is_new) at->second = make_corpus(which);
    return at->second;
}

// A failure ends the program: there is nothing to measure.
template <class T>
T must(client::outcome<T> got) {
    if (got) return *std::move(got);
    std::fprintf(stderr, "client_bench: %s\n", client::to_text(got.error()).c_str());
    std::exit(1);
}

client::blocking_connection connect() {
    client::options how;
    how.host = host;
    how.port = port;
    return must(client::blocking_connection::open(how));
}

binding::bound_table traces_of(const char* table) {
    binding::bound_table made = collector_traces().front();
    made.description.name = table;
    return made;
}

void create(client::blocking_connection& server, const char* table, const char* engine) {
    must(server.execute({.sql = std::string("DROP TABLE IF EXISTS ") + table}));
    std::string sql = std::string("CREATE TABLE ") + table + " (";
    for (const auto& each : traces_of(table).description.columns) sql += '`' + each.name + "` " + each.type + ',';
    sql.back() = ')';
    must(server.execute({.sql = sql + " ENGINE = " + engine}));
}

class our_client {
public:
    explicit our_client(const char* table)
        : x_server(connect()),
          x_writer(std::move(binding::trace_writer::make(binding::layout::collector, {{traces_of(table)}}).value())) {}

    void take(const buffer& payload) {
        x_decoder.start(payload.padded());
        while (x_decoder.fill(*x_batch)) x_writer.append(*x_batch, receive_time);
        if (x_writer.table(0).num_rows() >= rows_per_insert) insert();
    }
    void end() {
        if (x_writer.table(0).num_rows() != 0) insert();
    }

private:
    void insert() {
        binding::open_block& table = x_writer.table(0);
        x_block.clear();
        x_frames.clear();
        if (!table.encode(x_block, x_server.server().revision)) std::exit(1);
        x_encoder.encode(x_block, x_frames);
        const byte_view frames[] = {x_frames.view()};
        const std::span<const byte_view> blocks[] = {frames};
        must(x_server.insert({.sql = table.insert_statement()}, blocks, client::sample_mode::pipeline));
        table.clear();
    }

    client::blocking_connection x_server;
    otlp::trace_decoder x_decoder;
    std::unique_ptr<otlp::span_batch> x_batch = std::make_unique<otlp::span_batch>();
    binding::trace_writer x_writer;
    codec::frame_encoder x_encoder{codec::compression::lz4()};
    wire::segments x_block;
    buffer x_frames;
};

class their_client {
public:
    explicit their_client(const char* table)
        : x_table(table),
          x_server(clickhouse::ClientOptions().SetHost(host).SetPort(port).SetCompressionMethod(
              clickhouse::CompressionMethod::LZ4)),
          x_first_block(std::size_t{8} << 20),
          x_arena(options()) {}

    void take(const buffer& payload) {
        auto* request = google::protobuf::Arena::CreateMessage<clickhouse_cpp_traces::request>(&x_arena);
        if (!request->ParseFromArray(payload.data(), static_cast<int>(payload.size()))) std::exit(1);
        x_columns.append(*request);
        x_arena.Reset();
        if (x_columns.num_rows() >= rows_per_insert) insert();
    }
    void end() {
        if (x_columns.num_rows() != 0) insert();
    }

private:
    google::protobuf::ArenaOptions options() {
        google::protobuf::ArenaOptions made;
        made.initial_block = x_first_block.data();
        made.initial_block_size = x_first_block.size();
        return made;
    }
    void insert() {
        x_server.Insert(x_table, x_columns.block());
        x_columns.clear();
    }

    std::string x_table;
    clickhouse::Client x_server;
    std::vector<char> x_first_block;
    google::protobuf::Arena x_arena;
    clickhouse_cpp_traces x_columns;
};

template <class Client>
void send_all(Client& to, const corpus& data) {
    for (const buffer& payload : data.payloads) to.take(payload);
    to.end();
}

// The order of map entries is free; clickhouse-cpp's rows have that of the payload.
void check_equal(const corpus& data, payload_set which) {
    static std::map<payload_set, bool> checked;
    if (std::exchange(checked[which], true)) return;
    auto server = connect();
    create(server, "client_bench_ours", "Memory");
    create(server, "client_bench_theirs", "Memory");
    our_client ours("client_bench_ours");
    their_client theirs("client_bench_theirs");
    send_all(ours, data);
    send_all(theirs, data);
    const auto rows_of = [](const char* table) {
        return std::string("SELECT * REPLACE (mapSort(ResourceAttributes) AS ResourceAttributes, mapSort(SpanAttributes) AS "
                           "SpanAttributes, arrayMap(m -> mapSort(m), Events.Attributes) AS `Events.Attributes`) FROM ") + table;
    };
    const auto digest_of = [&](const char* table) {
        return "(SELECT (count(), sum(cityHash64(formatRow('RowBinary', *)))) FROM (" + rows_of(table) + "))";
    };
    must(server.execute({.sql = "SELECT throwIf(" + digest_of("client_bench_ours") + ".1 != " +
                                std::to_string(data.num_records) + ", 'rows are missing'), throwIf(" +
                                digest_of("client_bench_ours") + " != " + digest_of("client_bench_theirs") +
                                ", 'the two clients insert different rows')"}));
    must(server.execute({.sql = "DROP TABLE client_bench_ours"}));
    must(server.execute({.sql = "DROP TABLE client_bench_theirs"}));
}

template <class Client>
void run(benchmark::State& state, payload_set which) {
    const corpus& data = corpus_of(which);
    check_equal(data, which);
    auto server = connect();
    create(server, "client_bench_null", "Null");
    Client client("client_bench_null");
    send_all(client, data);  // connection, memory and dictionaries are warm
    for (auto _ : state) send_all(client, data);
    const auto records = static_cast<double>(data.num_records);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.num_records));
    state.counters["per_record"] = benchmark::Counter(static_cast<double>(state.iterations()) * records,
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["wire_B"] = static_cast<double>(data.wire_len) / records;
}

void add(const std::string& name, payload_set which) {
    // CPU of all threads, though both clients have only one.
    benchmark::RegisterBenchmark(("ours/" + name).c_str(), run<our_client>, which)->MeasureProcessCPUTime();
    benchmark::RegisterBenchmark(("clickhouse_cpp/" + name).c_str(), run<their_client>, which)->MeasureProcessCPUTime();
}

// Takes --server=HOST:PORT out of the arguments.
bool read_server(int& argc, char** argv) {
    for (int i = 1; i != argc; ++i) {
        if (std::strncmp(argv[i], "--server=", 9) != 0) continue;
        const std::string text = argv[i] + 9;
        const std::size_t colon = text.rfind(':');
        if (colon == std::string::npos) return false;
        host = text.substr(0, colon);
        port = static_cast<std::uint16_t>(std::atoi(text.c_str() + colon + 1));
        std::copy(argv + i + 1, argv + argc, argv + i);
        --argc;
        return port != 0;
    }
    return false;
}

}  // namespace
}  // namespace colblock::bench

int main(int argc, char** argv) {
    using namespace colblock::bench;
    if (!read_server(argc, argv)) {
        std::fprintf(stderr, "client_bench: needs --server=HOST:PORT, a ClickHouse where it may make and drop tables\n");
        return 2;
    }
    add("js_spans", payload_set::js_spans);
    add("rich_spans", payload_set::rich_spans);
    add("tiny_spans", payload_set::tiny_spans);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
