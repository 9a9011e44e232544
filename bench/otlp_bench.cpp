// SPDX-License-Identifier: Apache-2.0

// Decoding alone: protobuf bytes to batches of views, against libprotobuf parsing the same bytes into a
// reused arena. Every payload of a corpus is decoded once an iteration, so times are those of 65,000 records
// that no branch predictor knows by heart. items/s are records, and the counter ns/record is CPU time.

#include <benchmark/benchmark.h>
#include <google/protobuf/arena.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/payloads.hpp"
#include "colblock/otlp/logs.hpp"
#include "colblock/otlp/metrics.hpp"
#include "colblock/otlp/traces.hpp"
#include "opentelemetry/proto/collector/logs/v1/logs_service.pb.h"
#include "opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"

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
    const auto iterations = static_cast<double>(state.iterations());
    const auto records = static_cast<double>(data.num_records);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.num_records));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(data.wire_len));
    state.counters["ns/record"] = benchmark::Counter(iterations * records / 1e9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["B/record"] = static_cast<double>(data.wire_len) / records;
}

template <class Request>
void parse_with_arena(benchmark::State& state, payload_set which) {
    const corpus& data = corpus_of(which);
    std::vector<char> first_block(std::size_t{8} << 20);
    google::protobuf::ArenaOptions options;
    options.initial_block = first_block.data();
    options.initial_block_size = first_block.size();
    google::protobuf::Arena arena(options);
    for (auto _ : state) {
        for (const buffer& payload : data.payloads) {
            auto* request = google::protobuf::Arena::CreateMessage<Request>(&arena);
            if (!request->ParseFromArray(payload.data(), static_cast<int>(payload.size()))) state.SkipWithError("libprotobuf refused a payload");
            benchmark::DoNotOptimize(request);
            arena.Reset();
        }
    }
    report(state, data);
}

// What both sides must agree on before the clock runs: all attributes of all records.
struct digest {
    std::uint64_t num_records = 0;
    std::uint64_t num_attributes = 0;
    std::uint64_t text_len = 0;
    std::uint64_t times = 0;
    friend bool operator==(const digest&, const digest&) = default;
};

template <class Record>
void add(digest& to, std::uint64_t time, const Record& record) {
    ++to.num_records;
    to.times += time;
    for (const auto& attribute : record.attributes()) {
        ++to.num_attributes;
        to.text_len += attribute.key().size() + attribute.value().string_value().size();
    }
}

digest digest_of(const service::logs::v1::ExportLogsServiceRequest& request) {
    digest sum;
    for (const auto& of_resource : request.resource_logs())
        for (const auto& of_scope : of_resource.scope_logs())
            for (const auto& log : of_scope.log_records()) add(sum, log.time_unix_nano(), log);
    return sum;
}

digest digest_of(const service::metrics::v1::ExportMetricsServiceRequest& request) {
    digest sum;
    for (const auto& of_resource : request.resource_metrics())
        for (const auto& of_scope : of_resource.scope_metrics())
            for (const auto& metric : of_scope.metrics()) {
                for (const auto& point : metric.gauge().data_points()) add(sum, point.time_unix_nano(), point);
                for (const auto& point : metric.sum().data_points()) add(sum, point.time_unix_nano(), point);
            }
    return sum;
}

digest digest_of(const service::trace::v1::ExportTraceServiceRequest& request) {
    digest sum;
    for (const auto& of_resource : request.resource_spans())
        for (const auto& of_scope : of_resource.scope_spans())
            for (const auto& span : of_scope.spans()) add(sum, span.start_time_unix_nano(), span);
    return sum;
}

template <class Batch>
void add(digest& to, const Batch& batch, const std::uint64_t* times) {
    to.num_records += batch.num_records;
    to.num_attributes += batch.attributes.size();
    for (std::size_t i = 0; i != batch.num_records; ++i) to.times += times[i];
    for (const otlp::attribute& attribute : batch.attributes) {
        to.text_len += attribute.key.size();
        if (attribute.value.kind == otlp::value_kind::string) to.text_len += attribute.value.text().size();
    }
}
void add(digest& to, const otlp::span_batch& batch) { add(to, batch, batch.start_time.data()); }
void add(digest& to, const otlp::log_batch& batch) { add(to, batch, batch.time.data()); }
void add(digest& to, const otlp::metric_batches& batches) {
    for (const otlp::point_batch& batch : batches.kinds) add(to, batch, batch.time.data());
}

template <class Request, class Decoder>
bool agree(const corpus& data, Decoder& decoder, typename Decoder::batch_type& batch) {
    for (const buffer& payload : data.payloads) {
        Request request;
        if (!request.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return false;
        digest ours;
        decoder.start(payload.padded());
        while (decoder.fill(batch)) add(ours, batch);
        if (!decoder.status() || !(ours == digest_of(request))) return false;
    }
    return true;
}

template <class Request, class Decoder>
void decode(benchmark::State& state, payload_set which) {
    const corpus& data = corpus_of(which);
    Decoder decoder;
    auto batch = std::make_unique<typename Decoder::batch_type>();
    if (!agree<Request>(data, decoder, *batch)) return state.SkipWithError("the decoder and libprotobuf disagree");
    for (auto _ : state) {
        for (const buffer& payload : data.payloads) {
            decoder.start(payload.padded());
            while (decoder.fill(*batch)) benchmark::DoNotOptimize(batch.get());
            benchmark::ClobberMemory();
        }
    }
    report(state, data);
}

template <class Request, class Decoder>
void add_pair(const char* name, payload_set which) {
    benchmark::RegisterBenchmark((std::string("arena/") + name).c_str(), parse_with_arena<Request>, which);
    benchmark::RegisterBenchmark((std::string("ours/") + name).c_str(), decode<Request, Decoder>, which);
}

}  // namespace
}  // namespace colblock::bench

int main(int argc, char** argv) {
    using namespace colblock::bench;
    using trace_request = service::trace::v1::ExportTraceServiceRequest;
    add_pair<trace_request, colblock::otlp::trace_decoder>("js_spans", payload_set::js_spans);
    add_pair<trace_request, colblock::otlp::trace_decoder>("rich_spans", payload_set::rich_spans);
    add_pair<trace_request, colblock::otlp::trace_decoder>("tiny_spans", payload_set::tiny_spans);
    add_pair<service::logs::v1::ExportLogsServiceRequest, colblock::otlp::log_decoder>("logs", payload_set::logs);
    add_pair<service::metrics::v1::ExportMetricsServiceRequest, colblock::otlp::metric_decoder>("points", payload_set::points);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
