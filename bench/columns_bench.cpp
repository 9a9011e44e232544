// SPDX-License-Identifier: Apache-2.0

// Columns against what one would write without them: a std::string that values are appended to one by one, and a
// std::unordered_map for a dictionary. A block of 16,384 rows is filled from batches of 256 and cleared. Both
// sides make the bytes of the same column, and these are compared before the clock starts.

#include <cstring>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "colblock/column/fixed_types.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/map.hpp"
#include "colblock/column/string.hpp"
#include "colblock/simd/kernels.hpp"
#include "corpus.hpp"

namespace colblock::bench {
namespace {

constexpr std::size_t num_rows = 16'384;
constexpr std::size_t batch = 256;

// What is appended: texts of 4 to 40 bytes, few or all different; ids; times.
corpus texts(std::size_t num_different, std::size_t num) {
    std::mt19937_64 random(num_different);
    std::vector<std::string> all(num_different);
    for (std::string& each : all) each = random_bytes(random, 4 + random() % 37);
    corpus made;
    for (std::size_t i = 0; i != num; ++i) made.add(all[random() % num_different]);
    return made;
}

corpus ids() {
    std::mt19937_64 random(6);
    corpus made;
    for (std::size_t i = 0; i != num_rows; ++i) made.add(random_bytes(random, 16));
    return made;
}

std::vector<std::int64_t> times() {
    std::mt19937_64 random(7);
    std::vector<std::int64_t> made;
    for (std::size_t i = 0; i != num_rows; ++i)
        made.push_back(1'790'000'000'000'000'000 + static_cast<std::int64_t>(random() % 1'000'000'000'000));
    return made;
}

// ---- the baseline

void append_string(std::string& to, std::string_view value) {
    std::size_t len = value.size();
    for (; len >= 0x80; len >>= 7) to.push_back(static_cast<char>(len | 0x80));
    to.push_back(static_cast<char>(len));
    to.append(value);
}
template <class Number>
void append_number(std::string& to, Number value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    to.append(bytes, sizeof value);
}

class plain_dictionary {
public:
    void append(byte_view value) {
        const auto [at, is_new] = x_ids.try_emplace(value, static_cast<std::uint32_t>(x_ids.size()));
        if (is_new) append_string(x_entries, value);
        x_rows.push_back(at->second);
    }
    void write(std::string& to) const {
        const std::uint64_t width = x_ids.size() <= 256 ? 0 : x_ids.size() <= 65'536 ? 1 : 2;
        append_number(to, 0x600 | width);
        append_number(to, std::uint64_t{x_ids.size()});
        to += x_entries;
        append_number(to, std::uint64_t{x_rows.size()});
        for (const std::uint32_t id : x_rows) to.append(reinterpret_cast<const char*>(&id), std::size_t{1} << width);
    }
    void clear() {
        x_ids = {{{}, 0}};
        x_entries.assign(1, '\0');
        x_rows.clear();
    }

private:
    std::unordered_map<std::string_view, std::uint32_t> x_ids{{{}, 0}};
    std::string x_entries = std::string(1, '\0');
    std::vector<std::uint32_t> x_rows;
};

// ---- pairs: a column and its baseline, each filling a block and giving its bytes

struct our_strings {
    column::string to;
    void fill(const std::vector<byte_view>& values) {
        for (std::size_t at = 0; at != num_rows; at += batch) {
            std::size_t most = 0;
            for (std::size_t i = 0; i != batch; ++i) most += values[at + i].size() + wire::max_varint_len;
            char* const out = to.bytes().reserve(most);
            to.bytes().set_end(simd::active().write_strings(out, &values[at], batch));
            to.add_rows(batch);
        }
    }
};
struct plain_strings {
    std::string to;
    void fill(const std::vector<byte_view>& values) {
        for (const byte_view value : values) append_string(to, value);
    }
};

struct our_ids {
    column::string to;
    void fill(const std::vector<byte_view>& values) {
        for (std::size_t at = 0; at != num_rows; at += batch) {
            char* const out = to.bytes().reserve(batch * 33);
            to.bytes().set_end(simd::active().hex_ids(out, &values[at], batch));
            to.add_rows(batch);
        }
    }
};
struct plain_ids {
    std::string to;
    void fill(const std::vector<byte_view>& values) {
        for (const byte_view value : values) {
            to.push_back(static_cast<char>(2 * value.size()));
            for (const char byte : value) {
                to.push_back("0123456789abcdef"[static_cast<unsigned char>(byte) >> 4]);
                to.push_back("0123456789abcdef"[byte & 15]);
            }
        }
    }
};

struct our_words {
    column::low_cardinality<column::string_dictionary> to;
    std::vector<std::uint32_t> found = std::vector<std::uint32_t>(batch);
    void fill(const std::vector<byte_view>& values) {
        for (std::size_t at = 0; at != num_rows; at += batch) {
            to.dictionary().ids_of(found.data(), &values[at], batch);
            to.append_ids(found);
        }
    }
};
struct plain_words {
    plain_dictionary to;
    void fill(const std::vector<byte_view>& values) {
        for (const byte_view value : values) to.append(value);
    }
};

// Every row has the same eight keys, as records of one instrumentation have.
constexpr std::size_t num_entries = 8;
struct our_maps {
    column::map<column::low_cardinality<column::string_dictionary>, column::string> to;
    std::vector<std::uint32_t> found = std::vector<std::uint32_t>(batch * num_entries);
    column::text_predictor order;
    void fill(const std::vector<byte_view>& values) {
        constexpr std::size_t n = batch * num_entries;
        for (std::size_t at = 0; at != values.size(); at += n) {
            to.keys().dictionary().ids_of(found.data(), n, [&](std::size_t i) { return values[i % num_entries]; }, order);
            to.keys().append_ids(found);
            std::size_t most = 0;
            for (std::size_t i = 0; i != n; ++i) most += values[at + i].size() + wire::max_varint_len;
            char* const out = to.values().bytes().reserve(most);
            to.values().bytes().set_end(simd::active().write_strings(out, &values[at], n));
            to.values().add_rows(n);
            to.offsets().append_repeated(num_entries, batch);
        }
    }
};
struct plain_maps {
    struct parts {
        std::string offsets, values;
        plain_dictionary keys;
        void write(std::string& all) const {
            all += offsets;
            keys.write(all);
            all += values;
        }
        void clear() {
            offsets.clear();
            values.clear();
            keys.clear();
        }
    } to;
    void fill(const std::vector<byte_view>& values) {
        for (std::size_t i = 0; i != values.size(); ++i) {
            to.keys.append(values[i % num_entries]);
            append_string(to.values, values[i]);
            if (i % num_entries == num_entries - 1) append_number(to.offsets, std::uint64_t{i + 1});
        }
    }
};

struct our_times {
    column::datetime64 to{{.scale = 9, .timezone = "UTC"}};
    void fill(const std::vector<std::int64_t>& values) {
        for (std::size_t at = 0; at != num_rows; at += batch) to.append(std::span(values).subspan(at, batch));
    }
};
struct plain_times {
    std::string to;
    void fill(const std::vector<std::int64_t>& values) {
        for (const std::int64_t value : values) append_number(to, value);
    }
};

// What is constant over 512 rows, as in a resource of an SDK's request: 27 values.
constexpr std::size_t num_repeats = 512;
constexpr std::size_t num_constants = 27;
struct our_runs {
    column::repeated_string to;
    void fill(const std::vector<byte_view>& values) {
        for (std::size_t row = 0; row != num_rows; row += num_repeats) {
            const std::size_t begin = to.bytes().size();
            std::size_t most = 0;
            for (std::size_t i = 0; i != num_constants; ++i) most += values[row + i].size() + wire::max_varint_len;
            char* const out = to.bytes().reserve(most);
            to.bytes().set_end(simd::active().write_strings(out, &values[row], num_constants));
            to.add_rows(num_constants);
            to.repeat_rows(begin, num_constants, num_repeats);
        }
    }
};
struct plain_runs {
    std::string to;
    void fill(const std::vector<byte_view>& values) {
        for (std::size_t row = 0; row != num_rows; ++row)
            for (std::size_t i = 0; i != num_constants; ++i) append_string(to, values[row / num_repeats * num_repeats + i]);
    }
};

// ---- running them

std::string bytes_of(const std::string& baseline) { return baseline; }
template <class Baseline>
    requires requires(const Baseline& b, std::string& out) { b.write(out); }
std::string bytes_of(const Baseline& baseline) {
    std::string all;
    baseline.write(all);
    return all;
}
template <column::column Column>
std::string bytes_of(const Column& column) {
    wire::segments parts;
    column.encode(parts);
    buffer flat;
    parts.flatten(flat);
    return std::string(flat.view());
}

template <class Measured, class Baseline, class Values>
void run(benchmark::State& state, const Values& values) {
    Measured measured;
    {
        Baseline baseline;
        measured.fill(values);
        baseline.fill(values);
        if (bytes_of(measured.to) != bytes_of(baseline.to)) return state.SkipWithError("the bytes differ");
    }
    for (auto _ : state) {
        measured.to.clear();
        measured.fill(values);
        benchmark::ClobberMemory();
    }
    set_items(state, num_rows);
}

template <class Ours, class Plain, class Values>
void add(const std::string& name, std::shared_ptr<const corpus> owner, Values values) {
    const auto shared = std::make_shared<const Values>(std::move(values));
    const auto ours = [owner, shared](benchmark::State& state) { run<Ours, Plain>(state, *shared); };
    const auto plain = [owner, shared](benchmark::State& state) { run<Plain, Plain>(state, *shared); };
    report_least(benchmark::RegisterBenchmark(("ours/" + name).c_str(), ours));
    report_least(benchmark::RegisterBenchmark(("plain/" + name).c_str(), plain));
}

template <class Ours, class Plain>
void add_texts(const std::string& name, corpus made) {
    const auto owner = std::make_shared<const corpus>(std::move(made));
    add<Ours, Plain>(name, owner, owner->views());
}

const bool added = [] {
    add_texts<our_strings, plain_strings>("String", texts(num_rows, num_rows));
    add_texts<our_ids, plain_ids>("String_of_hex_ids", ids());
    add_texts<our_words, plain_words>("LowCardinality_50", texts(50, num_rows));
    add_texts<our_words, plain_words>("LowCardinality_2000", texts(2000, num_rows));
    add_texts<our_maps, plain_maps>("Map_8_entries", texts(num_rows, num_rows * num_entries));
    add_texts<our_runs, plain_runs>("String_of_27_constants", texts(num_rows, num_rows));
    add<our_times, plain_times>("DateTime64", nullptr, times());
    return true;
}();

}  // namespace
}  // namespace colblock::bench
