// SPDX-License-Identifier: Apache-2.0

// The whole path of a payload, protobuf bytes to all columns of the collector layout to compressed frames,
// beside what it cannot do without: libprotobuf parsing the same bytes into a reused arena (and writing no
// column), and stock LZ4 with checksums over the finished column bytes.
//
//     arena/SET    libprotobuf alone
//     columns/SET  decode and bind: every column written, nothing compressed
//     lz4/SET      liblz4 over the finished column bytes, expanded, in frames of 256 KiB
//     frames/SET   decode, bind, and frames of the block with its runs
//     ordered/SET  the same of all rows in the order of the table's key
//
// Blocks are cut at 16,384 rows, as the server's lanes do. Times are CPU ns a record over 65,000 records that no
// branch predictor knows by heart. Columns and frames must not allocate once they are warm.

#include <benchmark/benchmark.h>
#include <google/protobuf/arena.h>
#include <lz4.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "bench/path.hpp"
#include "bench/payloads.hpp"
#include "bench/tables.hpp"
#include "colblock/codec/cityhash128.hpp"
#include "colblock/otlp/logs.hpp"
#include "colblock/otlp/metrics.hpp"
#include "colblock/otlp/traces.hpp"
#include "opentelemetry/proto/collector/logs/v1/logs_service.pb.h"
#include "opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "support/allocation_counter.hpp"

namespace colblock::bench {
namespace {

namespace service = opentelemetry::proto::collector;

const corpus& corpus_of(payload_set which) {
    static std::map<payload_set, corpus> made;
    auto [at, is_new] = made.try_emplace(which);
    if (is_new) at->second = make_corpus(which);
    return at->second;
}

void report(benchmark::State& state, const corpus& data) {
    const auto records = static_cast<double>(data.num_records);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.num_records));
    state.counters["per_record"] = benchmark::Counter(static_cast<double>(state.iterations()) * records,
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["wire_B"] = static_cast<double>(data.wire_len) / records;
}

// What the loop allocated: nothing is allowed.
void report_allocations(benchmark::State& state, std::size_t before) {
    const std::size_t num = support::num_allocations() - before;
    state.counters["allocations"] = static_cast<double>(num);
    if (num != 0) state.SkipWithError("allocates in the steady state");
}

template <class Request>
void parse_with_arena(benchmark::State& state, payload_set which) {
    const corpus& data = corpus_of(which);
    std::vector<char> first_block(std::size_t{8} << 20);
    google::protobuf::ArenaOptions options;
    options.initial_block = first_block.data();
    options.initial_block_size = first_block.size();
    google::protobuf::Arena arena(options);
    for (auto _ : state)
        for (const buffer& payload : data.payloads) {
            auto* request = google::protobuf::Arena::CreateMessage<Request>(&arena);
            if (!request->ParseFromArray(payload.data(), static_cast<int>(payload.size())))
                state.SkipWithError("libprotobuf refused a payload");
            benchmark::DoNotOptimize(request);
            arena.Reset();
        }
    report(state, data);
}

template <class Decoder, class Writer>
void to_columns(benchmark::State& state, payload_set which, std::vector<binding::bound_table> (*tables)()) {
    const corpus& data = corpus_of(which);
    path<Decoder, Writer> p(tables());
    p.run(data, [&](binding::open_block& table) { p.encode(table), table.clear(); });
    if (p.num_rows != data.num_records) return state.SkipWithError("rows are missing");
    const auto column_len = static_cast<double>(p.column_len);
    p.run(data, [&](binding::open_block& table) { table.clear(); });
    const std::size_t before = support::num_allocations();
    for (auto _ : state) p.run(data, [](binding::open_block& table) { table.clear(); });
    report_allocations(state, before);
    state.counters["column_B"] = column_len / static_cast<double>(data.num_records);
    report(state, data);
}

/// Frames of 256 KiB without anything of ours but their checksum.
class stock_lz4 {
public:
    std::size_t compress(byte_view bytes) {
        std::size_t len = 0;
        for (; !bytes.empty(); bytes.remove_prefix(std::min(frame_len, bytes.size()))) {
            const byte_view raw = bytes.substr(0, frame_len);
            const int made = LZ4_compress_fast_extState(x_state.data(), raw.data(), x_frame.data(), static_cast<int>(raw.size()),
                                                        static_cast<int>(x_frame.size()), 1);
            benchmark::DoNotOptimize(codec::cityhash128({x_frame.data(), static_cast<std::size_t>(made)}));
            len += static_cast<std::size_t>(made);
        }
        return len;
    }

private:
    static constexpr std::size_t frame_len = std::size_t{256} << 10;
    std::vector<std::uint64_t> x_state = std::vector<std::uint64_t>(static_cast<std::size_t>(LZ4_sizeofState()) / 8 + 1);
    std::string x_frame = std::string(LZ4_COMPRESSBOUND(frame_len), '\0');
};

template <class Decoder, class Writer>
void compress_columns(benchmark::State& state, payload_set which, std::vector<binding::bound_table> (*tables)()) {
    const corpus& data = corpus_of(which);
    path<Decoder, Writer> p(tables());
    std::vector<buffer> blocks;
    p.run(data, [&](binding::open_block& table) {
        p.encode(table);
        p.block.flatten(blocks.emplace_back());
        table.clear();
    });
    stock_lz4 stock;
    std::size_t len = 0;
    for (auto _ : state) {
        len = 0;
        for (const buffer& flat : blocks) len += stock.compress(flat.view());
    }
    state.counters["frame_B"] = static_cast<double>(len) / static_cast<double>(data.num_records);
    report(state, data);
}

template <class Decoder, class Writer>
void to_frames(benchmark::State& state, payload_set which, std::vector<binding::bound_table> (*tables)()) {
    const corpus& data = corpus_of(which);
    path<Decoder, Writer> p(tables());
    bool right = true;
    const auto seal = [&](binding::open_block& table) { p.seal(table); };
    p.run(data, [&](binding::open_block& table) {
        seal(table);
        buffer expected, decoded;
        p.block.flatten(expected);
        for (wire::cursor in(p.frames.view()); !in.at_end();) right = right && codec::decode_frame(in, decoded);
        right = right && decoded.view() == expected.view();
        table.clear();
    });
    if (!right) return state.SkipWithError("the frames do not hold the block");
    const auto frames_len = static_cast<double>(p.frames_len);
    p.run(data, [&](binding::open_block& table) { seal(table), table.clear(); });
    const std::size_t before = support::num_allocations();
    for (auto _ : state) p.run(data, [&](binding::open_block& table) { seal(table), table.clear(); });
    report_allocations(state, before);
    state.counters["frame_B"] = frames_len / static_cast<double>(data.num_records);
    report(state, data);
}

template <class Decoder, class Writer>
void to_ordered_frames(benchmark::State& state, payload_set which, std::vector<binding::bound_table> (*tables)(),
                       const char* sorting_key) {
    const corpus& data = corpus_of(which);
    auto described = tables();
    for (binding::bound_table& table : described) table.description.sorting_key = sorting_key;
    path<Decoder, Writer> p(std::move(described));
    p.full_rows = data.num_records;
    const auto seal = [&](binding::open_block& table) { p.seal_in_order(table), table.clear(); };
    for (int warm = 0; warm != 2; ++warm) p.run(data, seal);
    if (p.num_rows != data.num_records) return state.SkipWithError("rows are missing");
    const auto frames_len = static_cast<double>(p.frames_len);
    const std::size_t before = support::num_allocations();
    for (auto _ : state) p.run(data, seal);
    report_allocations(state, before);
    state.counters["frame_B"] = frames_len / static_cast<double>(data.num_records);
    report(state, data);
}

template <class Request, class Decoder, class Writer>
void add(const std::string& name, payload_set which, std::vector<binding::bound_table> (*tables)(),
         const char* sorting_key = nullptr) {
    benchmark::RegisterBenchmark(("arena/" + name).c_str(), parse_with_arena<Request>, which);
    benchmark::RegisterBenchmark(("columns/" + name).c_str(), to_columns<Decoder, Writer>, which, tables);
    benchmark::RegisterBenchmark(("lz4/" + name).c_str(), compress_columns<Decoder, Writer>, which, tables);
    benchmark::RegisterBenchmark(("frames/" + name).c_str(), to_frames<Decoder, Writer>, which, tables);
    if (sorting_key != nullptr)
        benchmark::RegisterBenchmark(("ordered/" + name).c_str(), to_ordered_frames<Decoder, Writer>, which, tables,
                                     sorting_key);
}

}  // namespace
}  // namespace colblock::bench

int main(int argc, char** argv) {
    using namespace colblock;
    using namespace colblock::bench;
    using trace_request = service::trace::v1::ExportTraceServiceRequest;
    using log_request = service::logs::v1::ExportLogsServiceRequest;
    using metric_request = service::metrics::v1::ExportMetricsServiceRequest;
    constexpr auto by_service = "ServiceName, SpanName, toDateTime(Timestamp)";
    add<trace_request, otlp::trace_decoder, binding::trace_writer>("js_spans", payload_set::js_spans, collector_traces,
                                                                   by_service);
    add<trace_request, otlp::trace_decoder, binding::trace_writer>("rich_spans", payload_set::rich_spans,
                                                                   collector_traces, by_service);
    add<trace_request, otlp::trace_decoder, binding::trace_writer>("tiny_spans", payload_set::tiny_spans,
                                                                   collector_traces, by_service);
    add<log_request, otlp::log_decoder, binding::log_writer>("logs", payload_set::logs, collector_logs,
                                                             "toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp");
    add<metric_request, otlp::metric_decoder, binding::metric_writer>("points", payload_set::points, collector_metrics);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
