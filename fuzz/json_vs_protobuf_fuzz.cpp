// SPDX-License-Identifier: Apache-2.0

// The property: what we accept is JSON (simdjson says so); the message that our general reader makes of it gives the same
// block bytes as the records that are taken whole (otlp/json_ready.hpp); and where libprotobuf's JSON parser accepts it as
// well, so does its message. What we refuse leaves the columns as they
// were. The signal is that of the input's first key that names one; ids, which are hex in OTLP and base64 in
// protobuf's mapping, are read by libprotobuf as text (proto/CMakeLists.txt) and converted here.
//
// Where the rules differ, and libprotobuf says nothing about an input: snake_case and empty keys, which it reads and
// OTLP ignores; long integers with a fraction or an exponent, which it reads through a double; text that is not UTF-8, lone surrogates and two members of a oneof, which it refuses; numbers beyond the
// range of their field in unknown keys.

#include <google/protobuf/util/json_util.h>
#include <simdjson.h>

#include <memory>

#include "bench/tables.hpp"
#include "colblock/otlp/json.hpp"
#include "colblock/otlp/json_lines.hpp"
#include "fuzz_check.hpp"
#include "pipeline/ingest.hpp"
#include "reference/otlp_json_oracle.hpp"
#include "support/padded_payload.hpp"

namespace colblock::fuzz {
namespace {

constexpr std::uint64_t receive_time = 1'790'000'000'000'000'000;

std::unique_ptr<pipeline::ingest> make_ingest(signal s) {
    using binding::layout;
    switch (s) {
    case signal::traces:
        return std::make_unique<pipeline::ingest_of<otlp::trace_decoder, otlp::json_trace_decoder, binding::trace_writer>>(
            std::move(*binding::trace_writer::make(layout::collector, bench::collector_traces())));
    case signal::metrics:
        return std::make_unique<pipeline::ingest_of<otlp::metric_decoder, otlp::json_metric_decoder, binding::metric_writer>>(
            std::move(*binding::metric_writer::make(layout::collector, bench::collector_metrics())));
    case signal::logs:
        return std::make_unique<pipeline::ingest_of<otlp::log_decoder, otlp::json_log_decoder, binding::log_writer>>(
            std::move(*binding::log_writer::make(layout::collector, bench::collector_logs())));
    }
    return nullptr;
}

std::size_t num_rows(pipeline::ingest& in) {
    std::size_t rows = 0;
    for (std::size_t i = 0; i != in.num_tables(); ++i) rows += in.table(i).num_rows();
    return rows;
}

// The blocks of all tables, which are cleared.
std::string take_blocks(pipeline::ingest& in) {
    buffer all;
    for (std::size_t i = 0; i != in.num_tables(); ++i) {
        wire::segments block;
        FUZZ_CHECK(in.table(i).encode(block, wire::newest_revision).has_value());
        block.flatten(all);
        in.table(i).clear();
    }
    return std::string(all.view());
}

// Whether simdjson says that `text` is no JSON. What it refuses for other reasons does not count.
bool is_no_json(std::string_view text) {
    static simdjson::dom::parser parser;
    const simdjson::padded_string padded(text);
    switch (parser.parse(padded).error()) {
    case simdjson::SUCCESS:
    case simdjson::UTF8_ERROR:
    case simdjson::NUMBER_ERROR:  // also integers of more than 64 bits
    case simdjson::STRING_ERROR:  // also lone surrogates
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC: return false;
    default: return true;
    }
}

void check(std::string_view input, signal s) {
    static const std::array ingests = {make_ingest(signal::traces), make_ingest(signal::metrics), make_ingest(signal::logs)};
    pipeline::ingest& in = *ingests[static_cast<std::size_t>(s)];
    const support::padded_payload payload(input, "\"}]0");
    const auto ours = in.write(receiver::encoding::json, payload.view(), receive_time);
    if (!ours) {
        FUZZ_CHECK(num_rows(in) == 0);
        FUZZ_CHECK(ours.error().offset <= input.size());
        return;
    }
    const std::string blocks = take_blocks(in);
    if (input.starts_with("\xef\xbb\xbf")) input.remove_prefix(3);
    FUZZ_CHECK(!is_no_json(input));
    const auto check_same = [&](padded_view message) {
        const auto theirs = in.write(receiver::encoding::protobuf, message, receive_time);
        FUZZ_CHECK(theirs.has_value());
        FUZZ_CHECK(theirs->num_records == ours->num_records);
        FUZZ_CHECK(theirs->rejected.total() == ours->rejected.total());
        FUZZ_CHECK(take_blocks(in) == blocks);
    };
    static buffer general;
    general.clear();
    FUZZ_CHECK(otlp::json_to_protobuf(s, payload.view(), general).has_value());
    general.reserve(0);
    check_same(general.padded());
    const std::optional<std::string> message = reference::protobuf_of_json(s, input);
    if (message) check_same(support::padded_payload(*message).view());
}

}  // namespace
}  // namespace colblock::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace colblock;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const support::padded_payload payload(input);
    fuzz::check(input, otlp::signal_of_json(payload.view()).value_or(signal::traces));
    return 0;
}
