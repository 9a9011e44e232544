// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "colblock/base/buffer.hpp"

namespace colblock::bench {

/// Padded texts in one buffer, as a payload holds them.
class corpus {
public:
    void add(byte_view text) {
        x_ranges.emplace_back(x_memory.size(), text.size());
        x_memory.append(text);
    }
    /// The texts; valid until the next `add`.
    [[nodiscard]] std::vector<byte_view> views() const {
        std::vector<byte_view> all;
        all.reserve(x_ranges.size());
        for (const auto& [begin, len] : x_ranges) all.push_back(x_memory.view().substr(begin, len));
        return all;
    }

private:
    buffer x_memory;
    std::vector<std::pair<std::size_t, std::size_t>> x_ranges;
};

/// More than the newest branch predictors remember: a Zen 5 knows 8,192 random lengths by heart after a few rounds, and
/// then a call of memcpy costs a fifth.
constexpr std::size_t num_unpredictable = 131'072;

/// So many of the views, drawn at random as records of so many that stay together: their order does not repeat where
/// their texts do.
inline std::vector<byte_view> drawn(const std::vector<byte_view>& views, std::mt19937_64& random, std::size_t record_len = 1) {
    std::vector<byte_view> all;
    while (all.size() < num_unpredictable) {
        const auto begin = views.begin() + static_cast<std::ptrdiff_t>(random() % (views.size() / record_len) * record_len);
        all.insert(all.end(), begin, begin + static_cast<std::ptrdiff_t>(record_len));
    }
    all.resize(num_unpredictable);
    return all;
}

inline std::string random_bytes(std::mt19937_64& random, std::size_t len) {
    std::string bytes(len, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

/// Adds the least of the repetitions to the report: what is left when neighbours are quiet.
inline void report_least(benchmark::internal::Benchmark* bench) {
    bench->ComputeStatistics("least", [](const std::vector<double>& all) {
        return *std::min_element(all.begin(), all.end());
    });
}

/// Makes the report show items a second, and nanoseconds an item.
inline void set_items(benchmark::State& state, std::size_t items_per_iteration) {
    const auto items = static_cast<double>(state.iterations()) * static_cast<double>(items_per_iteration);
    state.SetItemsProcessed(static_cast<std::int64_t>(items));
    state.counters["ns_per_item"] =
        benchmark::Counter(items * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace colblock::bench
