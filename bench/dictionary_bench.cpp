// SPDX-License-Identifier: Apache-2.0

// Lookups in the dictionary of a LowCardinality column, against std::unordered_map over the same keys.

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "colblock/column/dictionary.hpp"
#include "corpus.hpp"

namespace colblock::bench {
namespace {

constexpr std::size_t batch = 256;
constexpr std::size_t num_texts = 8192;  // in L2

/// `num_keys` random keys of `from` to `to` bytes, and lookups of them: at random, or in records of
/// ten keys that follow each other as in a batch of spans, one in fifty of them a surprise.
struct lookups {
    explicit lookups(const benchmark::State& state)
        : lookups(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)),
                  static_cast<std::size_t>(state.range(2)), state.range(3) != 0) {}

    std::vector<byte_view> keys;   // in the order of their ids
    std::vector<byte_view> views;

private:
    lookups(std::size_t num_keys, std::size_t from, std::size_t to, bool in_records) {
        std::mt19937_64 random(num_keys);
        std::vector<std::string> texts;
        for (std::size_t i = 0; i != num_keys; ++i) {
            texts.push_back(random_bytes(random, from + random() % (to - from + 1)));
            x_texts.add(texts.back());
        }
        for (std::size_t i = 0; i != num_texts; ++i) {
            const bool surprise = !in_records || random() % 50 == 0;
            x_texts.add(texts[surprise ? random() % num_keys : 2 * (i % 10) % num_keys]);
        }
        views = x_texts.views();
        keys.assign(views.begin(), views.begin() + static_cast<std::ptrdiff_t>(num_keys));
        views.erase(views.begin(), views.begin() + static_cast<std::ptrdiff_t>(num_keys));
        views = drawn(views, random, in_records ? 10 : 1);
    }
    corpus x_texts;
};

/// The baseline, with the ids that a dictionary gives.
class map_dictionary {
public:
    void ids_of(std::uint32_t* ids, const byte_view* values, std::size_t n) {
        for (std::size_t i = 0; i != n; ++i) {
            const auto found = x_ids.find(values[i]);
            ids[i] = found != x_ids.end() ? found->second : add(values[i]);
        }
    }

private:
    std::uint32_t add(byte_view value) {
        return x_ids.emplace(value, static_cast<std::uint32_t>(x_ids.size())).first->second;
    }
    std::unordered_map<std::string_view, std::uint32_t> x_ids{{{}, 0}};
};

class predicted_dictionary {
public:
    void ids_of(std::uint32_t* ids, const byte_view* values, std::size_t n) {
        x_dictionary.ids_of(ids, n, [values](std::size_t i) { return values[i]; }, x_predictor);
    }

private:
    column::string_dictionary x_dictionary;
    column::text_predictor x_predictor;
};

template <class Dictionary>
void look_up(benchmark::State& state) {
    const lookups data(state);
    Dictionary dictionary;
    map_dictionary map;
    std::vector<std::uint32_t> ids(std::max(data.views.size(), data.keys.size()));
    std::vector<std::uint32_t> expected = ids;
    for (const auto* texts : {&data.keys, &data.views}) {
        dictionary.ids_of(ids.data(), texts->data(), texts->size());
        map.ids_of(expected.data(), texts->data(), texts->size());
        if (ids != expected) return state.SkipWithError("wrong answer");
    }
    std::size_t at = 0;
    for (auto _ : state) {
        dictionary.ids_of(ids.data(), data.views.data() + at, batch);
        benchmark::DoNotOptimize(ids.data());
        benchmark::ClobberMemory();
        at = (at + batch) % data.views.size();
    }
    set_items(state, batch);
}

/// A block's life: every text is new once, then the dictionary is cleared.
template <class Dictionary>
void fill(benchmark::State& state) {
    const lookups data(state);
    std::vector<std::uint32_t> ids(data.keys.size());
    Dictionary dictionary;
    for (auto _ : state) {
        if constexpr (requires { dictionary.clear(); }) {
            dictionary.clear();
        } else {
            dictionary = {};
        }
        dictionary.ids_of(ids.data(), data.keys.data(), data.keys.size());
        benchmark::DoNotOptimize(ids.data());
    }
    set_items(state, data.keys.size());
}

void every_size(benchmark::internal::Benchmark* bench) {
    report_least(bench);
    bench->ArgNames({"keys", "from", "to", "records"});
    for (const std::int64_t num_keys : {24, 200, 2000, 50000}) {
        for (const std::int64_t in_records : {0, 1}) {
            if (in_records != 0 && num_keys > 200) continue;
            bench->Args({num_keys, 8, 16, in_records});
            bench->Args({num_keys, 12, 28, in_records});
            bench->Args({num_keys, 30, 80, in_records});
        }
    }
}

void fillings(benchmark::internal::Benchmark* bench) {
    report_least(bench);
    bench->ArgNames({"keys", "from", "to", "records"});
    bench->Args({200, 12, 28, 0})->Args({50000, 12, 28, 0});
}

BENCHMARK(look_up<column::string_dictionary>)->Apply(every_size);
BENCHMARK(look_up<predicted_dictionary>)->Apply(every_size);
BENCHMARK(look_up<map_dictionary>)->Apply(every_size);
BENCHMARK(fill<column::string_dictionary>)->Apply(fillings);
BENCHMARK(fill<map_dictionary>)->Apply(fillings);

}  // namespace
}  // namespace colblock::bench
