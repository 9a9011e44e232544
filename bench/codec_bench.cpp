// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <lz4.h>

#include <cstdio>
#include <random>
#include <string>

#include "colblock/codec/cityhash128.hpp"
#include "colblock/codec/frame.hpp"

// Frames of what columns hold: runs of one encoded resource, attribute values, random ids. Every
// bench decodes what it measures and compares before the clock starts.

namespace {

using namespace colblock;

/// Attribute values as a web shop sends them: few shapes, changing numbers.
std::string values(std::size_t len) {
    std::mt19937 random(7);
    static const char* const words[] = {"GET",  "/api/cart", "frontend", "10.0.", "http.status_code",
                                        "grpc", "checkout-"};
    std::string bytes;
    while (bytes.size() < len) {
        std::string value = words[random() % 7] + std::to_string(random() % 5000);
        bytes += static_cast<char>(value.size());
        bytes += value;
    }
    bytes.resize(len);
    return bytes;
}

/// Trace ids in hex, each after its length.
std::string ids(std::size_t len) {
    std::mt19937_64 random(11);
    std::string bytes;
    char digits[33];
    while (bytes.size() < len) {
        std::snprintf(digits, sizeof digits, "%016llx%016llx", static_cast<unsigned long long>(random()),
                      static_cast<unsigned long long>(random()));
        bytes += ' ';
        bytes += digits;
    }
    bytes.resize(len);
    return bytes;
}

/// Trace ids, each of them for six spans of traces that overlap.
std::string trace_ids(std::size_t len) {
    const std::string distinct = ids(len / 6 + 33 * 8);
    std::mt19937 random(19);
    std::string bytes;
    for (std::size_t i = 0; bytes.size() < len; ++i) bytes.append(distinct, (i / 6 + random() % 4) * 33, 33);
    bytes.resize(len);
    return bytes;
}

/// Offsets of arrays with 0 to 15 elements.
std::string offsets(std::size_t len) {
    std::mt19937 random(13);
    std::string bytes;
    for (std::uint64_t end = 0; bytes.size() < len; end += random() % 16)
        bytes.append(reinterpret_cast<const char*>(&end), sizeof end);
    return bytes;
}

/// Nanoseconds since 1970, about 20 us apart and not quite in order.
std::string times(std::size_t len) {
    std::mt19937 random(17);
    std::string bytes;
    for (std::uint64_t now = 1'790'000'000'000'000'000; bytes.size() < len; now += random() % 40'000) {
        const std::uint64_t begin = now - random() % 3'000'000;
        bytes.append(reinterpret_cast<const char*>(&begin), sizeof begin);
    }
    return bytes;
}

void run(benchmark::State& state, const wire::segments& in, codec::frame_encoder& encoder) {
    buffer expected;
    in.flatten(expected);
    buffer frames;
    encoder.encode(in, frames);
    buffer back;
    wire::cursor cursor(frames.view());
    while (!cursor.at_end()) static_cast<void>(codec::decode_frame(cursor, back));
    if (!cursor.ok() || back.view() != expected.view()) return state.SkipWithError("the frames do not decode");
    for (auto _ : state) {
        frames.clear();
        encoder.encode(in, frames);
        benchmark::DoNotOptimize(frames.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * in.total_len()));
    state.counters["ratio"] = static_cast<double>(in.total_len()) / static_cast<double>(frames.size());
}

/// 100 resources of 422 bytes, each for `state.range(0)` rows; similar to one another or not.
std::string resources(bool similar) {
    std::string rows = values(422 * 100);
    if (!similar) return rows;
    for (std::size_t i = 1; i != 100; ++i) {
        rows.replace(i * 422, 422, rows.substr(0, 422));
        rows.replace(i * 422 + 200, 12, "pod-" + std::to_string(10'000'000 + i * 7919));
    }
    return rows;
}

void runs_direct(benchmark::State& state, bool similar) {
    const std::string rows = resources(similar);
    wire::segments in;
    for (std::size_t i = 0; i != 100; ++i)
        in.borrow(byte_view(rows).substr(i * 422, 422), static_cast<std::uint64_t>(state.range(0)));
    codec::frame_encoder encoder(codec::compression::lz4());
    run(state, in, encoder);
    state.counters["ns_per_run"] =
        benchmark::Counter(100e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void runs_expanded(benchmark::State& state, bool similar) {
    const std::string rows = resources(similar);
    wire::segments in;
    for (std::size_t i = 0; i != 100; ++i)
        in.borrow(byte_view(rows).substr(i * 422, 422), static_cast<std::uint64_t>(state.range(0)));
    buffer flat;
    in.flatten(flat);
    codec::frame_encoder encoder(codec::compression::lz4());
    buffer frames;
    for (auto _ : state) {  // expanding is part of the work
        flat.clear();
        in.flatten(flat);
        wire::segments one;
        one.borrow(flat.view());
        frames.clear();
        encoder.encode(one, frames);
        benchmark::DoNotOptimize(frames.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * in.total_len()));
    state.counters["ratio"] = static_cast<double>(in.total_len()) / static_cast<double>(frames.size());
    state.counters["ns_per_run"] =
        benchmark::Counter(100e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(runs_direct, other, false)->Arg(2)->Arg(8)->Arg(32)->Arg(128)->Arg(512);
BENCHMARK_CAPTURE(runs_expanded, other, false)->Arg(2)->Arg(8)->Arg(32)->Arg(128)->Arg(512);
BENCHMARK_CAPTURE(runs_direct, similar, true)->Arg(2)->Arg(8)->Arg(32)->Arg(128)->Arg(512);
BENCHMARK_CAPTURE(runs_expanded, similar, true)->Arg(2)->Arg(8)->Arg(32)->Arg(128)->Arg(512);

void frames(benchmark::State& state, std::string (*make)(std::size_t), const char* how) {
    const std::string bytes = make(std::size_t{8} << 20);
    wire::segments in;
    in.borrow(bytes);
    codec::frame_encoder encoder(codec::parse_compression(how).value(), static_cast<std::size_t>(state.range(0)) << 10);
    run(state, in, encoder);
}

BENCHMARK_CAPTURE(frames, values_lz4, values, "lz4")->Arg(64)->Arg(256)->Arg(1024);
BENCHMARK_CAPTURE(frames, values_lz4_8, values, "lz4:8")->Arg(256);
BENCHMARK_CAPTURE(frames, values_zstd, values, "zstd:1")->Arg(256)->Arg(1024);
BENCHMARK_CAPTURE(frames, ids_lz4, ids, "lz4")->Arg(64)->Arg(256)->Arg(1024);
BENCHMARK_CAPTURE(frames, ids_none, ids, "none")->Arg(256)->Arg(1024);
BENCHMARK_CAPTURE(frames, ids_zstd, ids, "zstd:1")->Arg(256);

/// What liblz4 makes of the same bytes, in frames of the same length.
void stock(benchmark::State& state, std::string (*make)(std::size_t)) {
    const std::string bytes = make(std::size_t{8} << 20);
    const std::size_t frame_len = std::size_t{256} << 10;
    std::string out(static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(frame_len))), '\0');
    std::size_t len = 0;
    for (auto _ : state) {
        len = 0;
        for (std::size_t at = 0; at < bytes.size(); at += frame_len)
            len += static_cast<std::size_t>(LZ4_compress_default(bytes.data() + at, out.data(), static_cast<int>(frame_len),
                                                                 static_cast<int>(out.size())));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
    state.counters["ratio"] = static_cast<double>(bytes.size()) / static_cast<double>(len);
}

BENCHMARK_CAPTURE(frames, offsets_lz4, offsets, "lz4")->Arg(256);
BENCHMARK_CAPTURE(stock, values_lz4, values);
BENCHMARK_CAPTURE(stock, offsets_lz4, offsets);
BENCHMARK_CAPTURE(frames, trace_ids_lz4, trace_ids, "lz4")->Arg(256);
BENCHMARK_CAPTURE(stock, trace_ids_lz4, trace_ids);
BENCHMARK_CAPTURE(stock, ids_lz4, ids);
BENCHMARK_CAPTURE(frames, times_lz4, times, "lz4")->Arg(256);
BENCHMARK_CAPTURE(stock, times_lz4, times);

void checksum(benchmark::State& state) {
    const std::string bytes = values(static_cast<std::size_t>(state.range(0)) << 10);
    if (codec::cityhash128("abc") != codec::hash128{0x900ff195577748fe, 0x13a9176355b20d7e})
        return state.SkipWithError("wrong hash");
    for (auto _ : state) benchmark::DoNotOptimize(codec::cityhash128(bytes));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(checksum)->Arg(1)->Arg(256);

void decode(benchmark::State& state) {
    const std::string bytes = values(std::size_t{8} << 20);
    wire::segments in;
    in.borrow(bytes);
    codec::frame_encoder encoder;
    buffer frames;
    encoder.encode(in, frames);
    buffer back;
    for (auto _ : state) {
        back.clear();
        wire::cursor cursor(frames.view());
        while (!cursor.at_end()) static_cast<void>(codec::decode_frame(cursor, back));
    }
    if (back.view() != bytes) state.SkipWithError("the frames do not decode");
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}
BENCHMARK(decode);

}  // namespace
