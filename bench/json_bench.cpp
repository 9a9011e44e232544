// SPDX-License-Identifier: Apache-2.0

// OTLP/JSON to columns, beside what simdjson alone takes for the same text and our path from protobuf for the same
// records.
//
//     dom/SET       simdjson's DOM parser, and nothing made of the document
//     stage1/SET    simdjson's index of structural characters, which its On-Demand interface needs before the first value
//     batches/SET   JSON to the batches from which columns are written
//     json/SET      JSON to all columns of the collector layout
//     protobuf/SET  protobuf to the same columns
//
// Times are CPU ns a record over 65,000 records that no branch predictor knows by heart.

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "bench/json_payloads.hpp"
#include "bench/tables.hpp"
#include "colblock/otlp/json.hpp"

namespace colblock::bench {
namespace {

constexpr std::size_t rows_per_block = 16'384;
constexpr std::uint64_t receive_time = 1'790'000'000'000'000'000;

void report(benchmark::State& state, const corpus& data) {
    const auto records = static_cast<double>(data.num_records);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(data.num_records));
    state.counters["per_record"] = benchmark::Counter(static_cast<double>(state.iterations()) * records,
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["wire_B"] = static_cast<double>(data.wire_len) / records;
}

void parse_dom(benchmark::State& state, const corpus& data) {
    simdjson::dom::parser parser;
    for (auto _ : state)
        for (const buffer& payload : data.payloads) {
            simdjson::dom::element document;
            if (parser.parse(payload.data(), payload.size(), false).get(document)) std::abort();
            benchmark::DoNotOptimize(document);
        }
    report(state, data);
}

void find_structure(benchmark::State& state, const corpus& data) {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(std::size_t{4} << 20, 64, parser)) std::abort();
    for (auto _ : state)
        for (const buffer& payload : data.payloads)
            if (parser->stage1(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size(),
                               simdjson::stage1_mode::regular))
                std::abort();
    report(state, data);
}

// Hands every finished block to `seal` before it is cleared.
template <class Decoder, class Writer, class Seal>
void write_columns(Decoder& decoder, Writer& writer, const corpus& data, Seal&& seal) {
    static const auto batch = std::make_unique<typename Decoder::batch_type>();
    for (const buffer& payload : data.payloads) {
        decoder.start(payload.padded());
        while (decoder.fill(*batch)) writer.append(*batch, receive_time);
        if (!decoder.status()) std::abort();
        if (writer.table(0).num_rows() < rows_per_block) continue;
        seal(writer.table(0));
        writer.table(0).clear();
    }
    seal(writer.table(0));
    writer.table(0).clear();
}

template <class Decoder, class Writer>
std::string columns_of(const corpus& data, std::vector<binding::bound_table> tables) {
    Decoder decoder;
    Writer writer = std::move(Writer::make(binding::layout::collector, tables).value());
    buffer all;
    write_columns(decoder, writer, data, [&](binding::open_block& table) {
        wire::segments block;
        if (!table.encode(block, wire::newest_revision)) std::abort();
        block.flatten(all);
    });
    return std::string(all.view());
}

template <class Decoder, class Writer>
void to_columns(benchmark::State& state, const corpus& data, std::vector<binding::bound_table> tables) {
    Decoder decoder;
    Writer writer = std::move(Writer::make(binding::layout::collector, tables).value());
    write_columns(decoder, writer, data, [](binding::open_block&) {});
    for (auto _ : state) write_columns(decoder, writer, data, [](binding::open_block&) {});
    report(state, data);
}

template <class Json>
void to_batches(benchmark::State& state, const corpus& data) {
    Json decoder;
    static const auto batch = std::make_unique<typename Json::batch_type>();
    for (auto _ : state)
        for (const buffer& payload : data.payloads) {
            decoder.start(payload.padded());
            while (decoder.fill(*batch)) benchmark::DoNotOptimize(batch->num_records);
            if (!decoder.status()) std::abort();
        }
    report(state, data);
}

template <class Json, class Protobuf, class Writer>
void add(const std::string& name, payload_set which, std::vector<binding::bound_table> tables) {
    auto* const wire = new corpus(make_corpus(which));                    // for the life of the program
    auto* const text = new corpus(as_js_sdk_json(*wire, which));
    if (columns_of<Json, Writer>(*text, tables) != columns_of<Protobuf, Writer>(*wire, tables)) std::abort();
    benchmark::RegisterBenchmark(("dom/" + name).c_str(), [=](benchmark::State& state) { parse_dom(state, *text); });
    benchmark::RegisterBenchmark(("stage1/" + name).c_str(), [=](benchmark::State& state) { find_structure(state, *text); });
    benchmark::RegisterBenchmark(("batches/" + name).c_str(), [=](benchmark::State& state) { to_batches<Json>(state, *text); });
    benchmark::RegisterBenchmark(("json/" + name).c_str(),
                                 [=](benchmark::State& state) { to_columns<Json, Writer>(state, *text, tables); });
    benchmark::RegisterBenchmark(("protobuf/" + name).c_str(),
                                 [=](benchmark::State& state) { to_columns<Protobuf, Writer>(state, *wire, tables); });
}

}  // namespace
}  // namespace colblock::bench

int main(int argc, char** argv) {
    using namespace colblock;
    using namespace colblock::bench;
    add<otlp::json_trace_decoder, otlp::trace_decoder, binding::trace_writer>("js_spans", payload_set::js_spans,
                                                                              collector_traces());
    add<otlp::json_trace_decoder, otlp::trace_decoder, binding::trace_writer>("rich_spans", payload_set::rich_spans,
                                                                              collector_traces());
    add<otlp::json_log_decoder, otlp::log_decoder, binding::log_writer>("logs", payload_set::logs, collector_logs());
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
