// SPDX-License-Identifier: Apache-2.0
#include "gen/metric_maker.hpp"

#include <algorithm>
#include <array>

namespace colblock::gen {

using otlp::metric_kind;

struct metric_maker::instrument {
    metric_kind kind;
    std::string_view name;
    std::string_view unit;
    std::string_view description;
    std::string_view first_key;
    std::string_view first_values;   // separated by '|'
    std::string_view second_key = {};
    std::string_view second_values = {};
    bool is_integer = false;
    bool is_monotonic = true;        // sums only
    std::uint64_t temporality = 2;   // cumulative; 1 is delta
};

struct metric_maker::series {
    std::string attributes;  // encoded, with the field number of the point's kind
    std::uint64_t count = 0;
    double sum = 0;
    std::vector<std::uint64_t> buckets;
};

namespace {

// Field numbers of Metric, by metric_kind; and of attributes in the points of each kind.
constexpr std::array<std::uint32_t, otlp::num_metric_kinds> f_data{5, 7, 9, 10, 11};
constexpr std::array<std::uint32_t, otlp::num_metric_kinds> f_point_attributes{7, 7, 9, 1, 7};
// The same in all points.
enum : std::uint32_t { f_start = 2, f_time = 3, f_count = 4, f_sum = 5 };

constexpr double bounds_s[] = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};
constexpr std::size_t num_exponential_buckets = 40;
constexpr std::int64_t exponential_scale = 3;
constexpr std::int64_t exponential_offset = -60;

constexpr std::size_t index(metric_kind kind) { return static_cast<std::size_t>(kind); }

// Most durations are short: the smaller of two even choices.
std::size_t skewed_below(random& numbers, std::size_t bound) {
    return static_cast<std::size_t>(std::min(numbers.below(bound), numbers.below(bound)));
}

// A field without presence: 0 is not sent.
void append_count(std::uint32_t number, std::uint64_t count, pb::writer& to) {
    if (count != 0) to.fixed64(number, count);
}

void append_exemplar(std::uint32_t number, double value, const measurement& now, pb::writer& to) {
    const pb::writer::nested exemplar = to.open(number);
    to.fixed64(2, now.time_ns - 1'000'000);
    to.float64(3, value);
    to.bytes(4, id_bytes(now.example.span));
    to.bytes(5, id_bytes(now.example.trace));
    write_text(to, 7, "thread.name", "worker-2");
    to.close(exemplar);
}

}  // namespace

std::span<const metric_maker::instrument> metric_maker::instruments() noexcept {
    static constexpr std::string_view routes = "/|/search|/products/:id|/basket/items|/checkout|/login";
    static constexpr instrument all[] = {
        {metric_kind::gauge, "system.cpu.utilization", "1", "Share of time a CPU spent in a mode", "cpu.mode",
         "user|system|idle|iowait", "cpu.logical_number", "0|1|2|3"},
        {metric_kind::gauge, "process.thread.count", "{thread}", "Threads of the process", "thread.state",
         "running|waiting", {}, {}, true},
        {metric_kind::sum, "http.server.request.count", "{request}", "Requests answered", "http.route", routes,
         "http.response.status_code", "200|404|500", true},
        {metric_kind::sum, "process.cpu.time", "s", "CPU seconds used", "cpu.mode", "user|system"},
        {metric_kind::sum, "db.client.connection.count", "{connection}", "Connections by what they do",
         "db.client.connection.state", "idle|used", {}, {}, true, false},
        {metric_kind::sum, "shop.items.sold", "{item}", "Items sold since the last export", "product.category",
         "shoes|shirts|books|toys", {}, {}, true, true, 1},
        {metric_kind::histogram, "http.server.request.duration", "s", "Duration of HTTP server requests", "http.route",
         routes, "http.request.method", "GET|POST"},
        {metric_kind::exponential_histogram, "db.client.operation.duration", "s", "Duration of database calls",
         "db.operation.name", "SELECT|INSERT|UPDATE|GET|HSET"},
        {metric_kind::summary, "rpc.client.latency", "ms", "Latency of calls, as an old library reports it",
         "rpc.method", "Reserve|Charge|Quote"},
    };
    return all;
}

metric_maker::metric_maker(std::span<const std::string> resources, std::uint64_t start_ns, std::uint64_t seed)
    : x_resources(resources),
      x_start_ns(start_ns),
      x_random(seed ^ hash_text("metrics")),
      x_scope(encode_scope("shop.telemetry/metrics")) {
    for (std::size_t s = 0; s != x_resources.size(); ++s) add_service();
}

metric_maker::~metric_maker() = default;

std::string metric_maker::encode_attributes(const instrument& what, std::string_view first, std::string_view second) {
    buffer encoded;
    pb::writer to(encoded);
    write_text(to, f_point_attributes[index(what.kind)], what.first_key, first);
    if (!what.second_key.empty()) write_text(to, f_point_attributes[index(what.kind)], what.second_key, second);
    return std::string(encoded.view());
}

void metric_maker::add_service() {
    auto& of_service = x_series.emplace_back();
    for (const instrument& i : instruments()) {
        auto& of_instrument = of_service.emplace_back();
        std::size_t num_buckets = 0;
        if (i.kind == metric_kind::histogram) num_buckets = std::size(bounds_s) + 1;
        if (i.kind == metric_kind::exponential_histogram) num_buckets = num_exponential_buckets;
        for_each_part(i.first_values, [&](std::string_view first) {
            for_each_part(i.second_values, [&](std::string_view second) {
                series made;
                made.attributes = encode_attributes(i, first, second);
                made.buckets.resize(num_buckets);
                of_instrument.push_back(std::move(made));
            });
        });
    }
}

void metric_maker::append(std::uint32_t num_points, const measurement& now, buffer& body) {
    pb::writer to(body);
    while (num_points != 0) num_points -= append_service(num_points, now, to);
}

// One ResourceMetrics; returns how many points it got.
std::uint32_t metric_maker::append_service(std::uint32_t num_points, const measurement& now, pb::writer& to) {
    const pb::writer::nested resource = to.open(1, 9'000);
    to.fields(x_resources[x_service]);
    const pb::writer::nested scope = to.open(2, 8'000);
    to.fields(x_scope);
    std::uint32_t written = 0;
    while (written != num_points && x_instrument != instruments().size()) {
        written += append_metric(instruments()[x_instrument], num_points - written, now, to);
        if (x_next_series != x_series[x_service][x_instrument].size()) break;
        x_next_series = 0;
        ++x_instrument;
    }
    if (x_instrument == instruments().size()) {
        x_instrument = 0;
        x_service = (x_service + 1) % x_resources.size();
    }
    to.bytes(3, schema_url);
    to.close(scope);
    to.bytes(3, schema_url);
    to.close(resource);
    return written;
}

std::uint32_t metric_maker::append_metric(const instrument& what, std::uint32_t num_points, const measurement& now,
                                          pb::writer& to) {
    auto& all = x_series[x_service][x_instrument];
    const pb::writer::nested metric = to.open(2, 1'500);
    to.bytes(1, what.name);
    to.bytes(2, what.description);
    to.bytes(3, what.unit);
    const pb::writer::nested data = to.open(f_data[index(what.kind)], 1'400);
    std::uint32_t written = 0;
    for (; written != num_points && x_next_series != all.size(); ++written, ++x_next_series) {
        series& of = all[x_next_series];
        const pb::writer::nested point = to.open(1, what.kind == metric_kind::histogram ? 300 : 0);
        to.fields(of.attributes);
        // A delta began where the export before ended; none is far away.
        to.fixed64(f_start, what.temporality == 1 ? std::max(x_start_ns, now.time_ns - 1'000'000'000) : x_start_ns);
        to.fixed64(f_time, now.time_ns);
        switch (what.kind) {
        case metric_kind::gauge:
        case metric_kind::sum: append_number(what, of, now, to); break;
        case metric_kind::histogram: append_histogram(of, now, to); break;
        case metric_kind::exponential_histogram: append_exponential(of, now, to); break;
        case metric_kind::summary: append_summary(of, to); break;
        }
        to.close(point);
    }
    const bool has_temporality = what.kind != metric_kind::gauge && what.kind != metric_kind::summary;
    if (has_temporality) to.varint(2, what.temporality);
    if (what.kind == metric_kind::sum && what.is_monotonic) to.varint(3, 1);
    to.close(data);
    to.close(metric);
    return written;
}

void metric_maker::append_number(const instrument& what, series& of, const measurement& now, pb::writer& to) {
    const bool accumulates = what.kind == metric_kind::sum && what.is_monotonic && what.temporality == 2;
    const std::uint64_t observed = x_random.below(50);
    of.count = accumulates ? of.count + observed : observed;
    if (what.is_integer)
        to.fixed64(6, of.count);
    else
        to.float64(4, static_cast<double>(of.count) / 64);
    if (accumulates && what.is_integer && x_random.below(16) == 0) append_exemplar(5, 1, now, to);
}

void metric_maker::append_histogram(series& of, const measurement& now, pb::writer& to) {
    double longest = 0;
    for (std::uint64_t n = x_random.below(12); n != 0; --n) {
        const std::size_t bucket = skewed_below(x_random, of.buckets.size());
        const double value = bucket < std::size(bounds_s) ? bounds_s[bucket] * 0.75 : 12.5;
        ++of.buckets[bucket];
        ++of.count;
        of.sum += value;
        longest = std::max(longest, value);
    }
    append_count(f_count, of.count, to);
    to.float64(f_sum, of.sum);
    to.packed<std::uint64_t>(6, of.buckets);
    to.packed<double>(7, bounds_s);
    if (longest != 0) {
        append_exemplar(8, longest, now, to);
        to.float64(11, 0.001);
        to.float64(12, longest);
    }
}

void metric_maker::append_exponential(series& of, const measurement& now, pb::writer& to) {
    for (std::uint64_t n = x_random.below(20); n != 0; --n) {
        const std::size_t bucket = skewed_below(x_random, of.buckets.size());
        ++of.buckets[bucket];
        ++of.count;
        of.sum += 0.0055 * static_cast<double>(bucket + 1);
    }
    const std::uint64_t zeros = of.count / 50;
    append_count(f_count, of.count + zeros, to);
    to.float64(f_sum, of.sum);
    to.sint64(6, exponential_scale);
    append_count(7, zeros, to);
    const pb::writer::nested positive = to.open(8);
    to.sint64(1, exponential_offset);
    to.packed_varints(2, of.buckets);
    to.close(positive);
    if (x_random.below(4) == 0) append_exemplar(11, 0.011, now, to);
    to.float64(14, 1e-9);
}

void metric_maker::append_summary(series& of, pb::writer& to) {
    const std::uint64_t observed = 1 + x_random.below(30);
    of.count += observed;
    of.sum += static_cast<double>(observed) * 1.5;
    to.fixed64(f_count, of.count);
    to.float64(f_sum, of.sum);
    double value = 0.5;
    for (const double quantile : {0.5, 0.9, 0.99, 1.0}) {
        value += static_cast<double>(x_random.below(64)) / 16;
        const pb::writer::nested at = to.open(6);
        to.float64(1, quantile);
        to.float64(2, value);
        to.close(at);
    }
}

}  // namespace colblock::gen
