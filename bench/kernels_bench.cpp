// SPDX-License-Identifier: Apache-2.0

// Kernels against what one would write without them. Batches of 256 values, drawn from 8,192: as in a
// decoder's batch the bytes are in L2, and lengths do not repeat soon enough to be predicted.

#include <array>
#include <charconv>
#include <cstring>
#include <limits>

#include "colblock/base/integer_text.hpp"
#include "colblock/simd/kernels.hpp"
#include "corpus.hpp"

namespace colblock::bench {
namespace {

constexpr std::size_t num_values = 8192;
constexpr std::size_t batch = 256;

using write_views = char* (*)(char* to, const byte_view* values, std::size_t n);

void run_views(benchmark::State& state, const corpus& values, write_views measured, write_views baseline) {
    const std::vector<byte_view> views = values.views();
    std::size_t total = 0;
    for (const byte_view view : views) total += view.size();
    const std::size_t room = 2 * total + num_values * 10 + read_padding;
    std::string expected(room, '\0');
    std::string actual(room, '\0');
    expected.resize(static_cast<std::size_t>(baseline(expected.data(), views.data(), num_values) - expected.data()));
    actual.resize(static_cast<std::size_t>(measured(actual.data(), views.data(), num_values) - actual.data()));
    if (actual != expected) return state.SkipWithError("wrong answer");
    std::vector<char> out(256 * 1024);
    std::mt19937_64 random(3);
    const std::vector<byte_view> sequence = drawn(views, random);
    std::size_t at = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(measured(out.data(), sequence.data() + at, batch));
        benchmark::ClobberMemory();
        at = (at + batch) % sequence.size();
    }
    set_items(state, batch);
}

// Hex of ids.

char* hex_by_pairs(char* to, const byte_view* ids, std::size_t n) {
    static const auto pairs = [] {
        std::array<std::array<char, 2>, 256> table;
        for (std::size_t b = 0; b != 256; ++b) table[b] = {"0123456789abcdef"[b / 16], "0123456789abcdef"[b % 16]};
        return table;
    }();
    for (std::size_t i = 0; i != n; ++i) {
        *to++ = static_cast<char>(2 * ids[i].size());
        for (const char byte : ids[i]) {
            std::memcpy(to, pairs[static_cast<unsigned char>(byte)].data(), 2);
            to += 2;
        }
    }
    return to;
}

corpus ids_of_len(const benchmark::State& state) {
    std::mt19937_64 random(1);
    corpus ids;
    for (std::size_t i = 0; i != num_values; ++i) {
        const std::size_t mixed = random() % 3 * 8;
        ids.add(random_bytes(random, state.range(0) == 0 ? mixed : static_cast<std::size_t>(state.range(0))));
    }
    return ids;
}

void hex_ids(benchmark::State& state, const simd::kernel_set& kernels) {
    run_views(state, ids_of_len(state), kernels.hex_ids, hex_by_pairs);
    state.SetLabel(std::string(kernels.name));
}

void hex_ids_by_pairs(benchmark::State& state) {
    run_views(state, ids_of_len(state), hex_by_pairs, hex_by_pairs);
    state.SetLabel("table of byte pairs");
}

// Strings.

char* strings_by_memcpy(char* to, const byte_view* values, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) {
        std::size_t len = values[i].size();
        for (; len >= 0x80; len >>= 7) *to++ = static_cast<char>(len | 0x80);
        *to++ = static_cast<char>(len);
        std::memcpy(to, values[i].data(), values[i].size());
        to += values[i].size();
    }
    return to;
}

corpus strings_of_len(const benchmark::State& state) {
    std::mt19937_64 random(2);
    corpus strings;
    for (std::size_t i = 0; i != num_values; ++i) {
        const auto from = static_cast<std::size_t>(state.range(0));
        const auto to = static_cast<std::size_t>(state.range(1));
        strings.add(random_bytes(random, from + random() % (to - from + 1)));
    }
    return strings;
}

void write_strings(benchmark::State& state, const simd::kernel_set& kernels) {
    run_views(state, strings_of_len(state), kernels.write_strings, strings_by_memcpy);
    state.SetLabel(std::string(kernels.name));
}

void write_strings_by_memcpy(benchmark::State& state) {
    run_views(state, strings_of_len(state), strings_by_memcpy, strings_by_memcpy);
    state.SetLabel("memcpy call");
}

// Indexes, offsets and times, whose scalar loops the compiler vectorizes.

std::vector<std::uint32_t> small_numbers() {
    std::mt19937_64 random(3);
    std::vector<std::uint32_t> numbers(batch);
    for (std::uint32_t& number : numbers) number = static_cast<std::uint32_t>(random() % 256);
    return numbers;
}

void narrow_to_u8(benchmark::State& state, const simd::kernel_set& kernels) {
    const std::vector<std::uint32_t> numbers = small_numbers();
    std::vector<char> out(batch + read_padding);
    for (auto _ : state) {
        benchmark::DoNotOptimize(kernels.narrow_to_u8(out.data(), numbers.data(), batch));
        benchmark::ClobberMemory();
    }
    set_items(state, batch);
    state.SetLabel(std::string(kernels.name));
}

void narrow_to_u16(benchmark::State& state, const simd::kernel_set& kernels) {
    const std::vector<std::uint32_t> numbers = small_numbers();
    std::vector<char> out(2 * batch + read_padding);
    for (auto _ : state) {
        benchmark::DoNotOptimize(kernels.narrow_to_u16(out.data(), numbers.data(), batch));
        benchmark::ClobberMemory();
    }
    set_items(state, batch);
    state.SetLabel(std::string(kernels.name));
}

void widen_u8_to_u16(benchmark::State& state, const simd::kernel_set& kernels) {
    constexpr std::size_t rows = 65536;
    std::vector<char> column(2 * rows);
    for (auto _ : state) {
        kernels.widen_u8_to_u16(column.data(), rows);
        benchmark::ClobberMemory();
    }
    set_items(state, rows);
    state.SetLabel(std::string(kernels.name));
}

void write_offsets(benchmark::State& state, const simd::kernel_set& kernels) {
    const std::vector<std::uint32_t> numbers = small_numbers();
    std::vector<char> out(8 * batch + read_padding);
    for (auto _ : state) {
        benchmark::DoNotOptimize(kernels.write_offsets(out.data(), 12345, numbers.data(), batch));
        benchmark::ClobberMemory();
    }
    set_items(state, batch);
    state.SetLabel(std::string(kernels.name));
}

std::vector<std::uint64_t> times() {
    std::mt19937_64 random(4);
    std::vector<std::uint64_t> values(batch);
    for (std::uint64_t& value : values) value = 1'700'000'000'000'000'000 + random() % 1'000'000'000;
    return values;
}

void write_differences(benchmark::State& state, const simd::kernel_set& kernels) {
    const std::vector<std::uint64_t> values = times();
    std::vector<char> out(8 * batch + read_padding);
    for (auto _ : state) {
        benchmark::DoNotOptimize(kernels.write_differences(out.data(), values.data() + 1, values.data(), batch - 1));
        benchmark::ClobberMemory();
    }
    set_items(state, batch - 1);
    state.SetLabel(std::string(kernels.name));
}

void range_of(benchmark::State& state, const simd::kernel_set& kernels) {
    const std::vector<std::uint64_t> values = times();
    for (auto _ : state) benchmark::DoNotOptimize(kernels.range_of(values.data(), batch));
    set_items(state, batch);
    state.SetLabel(std::string(kernels.name));
}

// Integers as text.

std::vector<std::int64_t> integers(std::int64_t bits) {
    std::mt19937_64 random(5);
    std::vector<std::int64_t> all(num_values);
    for (std::int64_t& one : all) one = static_cast<std::int64_t>(random() >> (64 - bits));
    return all;
}

char* integer_by_to_chars(char* to, std::int64_t value) {
    char* const end = std::to_chars(to + 1, to + 21, value).ptr;
    *to = static_cast<char>(end - to - 1);
    return end;
}

template <char* (*Write)(char*, std::int64_t)>
void write_integers(benchmark::State& state) {
    const std::vector<std::int64_t> values = integers(state.range(0));
    for (const std::int64_t value : values) {
        char expected[64];
        char actual[64];
        const byte_view right(expected, integer_by_to_chars(expected, value));
        if (right != byte_view(actual, Write(actual, value))) return state.SkipWithError("wrong answer");
    }
    std::vector<char> out(batch * 21 + read_padding);
    std::size_t at = 0;
    for (auto _ : state) {
        char* to = out.data();
        for (std::size_t i = 0; i != batch; ++i) to = Write(to, values[at + i]);
        benchmark::DoNotOptimize(to);
        benchmark::ClobberMemory();
        at = (at + batch) % num_values;
    }
    set_items(state, batch);
}

void write_integer_text(benchmark::State& state) { write_integers<write_integer_string>(state); }
void write_integer_text_by_to_chars(benchmark::State& state) { write_integers<integer_by_to_chars>(state); }

void add_for_every_set() {
    using bench_of_set = void (*)(benchmark::State&, const simd::kernel_set&);
    const auto add = [](const char* name, bench_of_set run, std::vector<std::vector<std::int64_t>> arguments) {
        for (const simd::kernel_set& kernels : simd::available()) {
            auto* bench = benchmark::RegisterBenchmark(
                (std::string(name) + "/" + std::string(kernels.name)).c_str(),
                [run, &kernels](benchmark::State& state) { run(state, kernels); });
            report_least(bench);
            for (const auto& one : arguments) bench->Args(one);
        }
    };
    add("hex_ids", hex_ids, {{16}, {8}, {0}});
    add("write_strings", write_strings, {{0, 42}, {1, 16}, {1, 64}, {20, 120}, {100, 500}});
    add("narrow_to_u8", narrow_to_u8, {});
    add("narrow_to_u16", narrow_to_u16, {});
    add("widen_u8_to_u16", widen_u8_to_u16, {});
    add("write_offsets", write_offsets, {});
    add("write_differences", write_differences, {});
    add("range_of", range_of, {});
}

const bool added = (add_for_every_set(), true);

BENCHMARK(hex_ids_by_pairs)->Apply(report_least)->Arg(16)->Arg(8)->Arg(0);
BENCHMARK(write_strings_by_memcpy)
    ->Apply(report_least)
    ->Args({0, 42})
    ->Args({1, 16})
    ->Args({1, 64})
    ->Args({20, 120})
    ->Args({100, 500});
BENCHMARK(write_integer_text)->Apply(report_least)->Arg(7)->Arg(13)->Arg(16)->Arg(24)->Arg(33)->Arg(63);
BENCHMARK(write_integer_text_by_to_chars)
    ->Apply(report_least)
    ->Arg(7)
    ->Arg(13)
    ->Arg(16)
    ->Arg(24)
    ->Arg(33)
    ->Arg(63);

}  // namespace
}  // namespace colblock::bench
