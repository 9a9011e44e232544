// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/metrics.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "support/decode.hpp"
#include "support/wire_bytes.hpp"

namespace colblock::otlp {
namespace {

using namespace support::wire;
using support::padded_payload;
using std::string;

constexpr std::uint64_t two = 0x4000000000000000;    // as a double
constexpr std::uint64_t three = 0x4008000000000000;  // as a double

string of_metrics(const string& metrics) { return bytes(1, bytes(1, bytes(1, key_value("service.name", bytes(1, "svc")))) + bytes(2, metrics)); }
string of_metric(const string& metric) { return of_metrics(bytes(2, metric)); }

struct decoded_metrics {
    explicit decoded_metrics(const string& bytes) : payload(bytes), batches(std::make_unique<metric_batches>()) {
        decoder.start(payload.view());
        filled = decoder.fill(*batches);
    }
    const point_batch& operator[](metric_kind kind) const { return (*batches)[kind]; }

    padded_payload payload;
    metric_decoder decoder;
    std::unique_ptr<metric_batches> batches;
    bool filled;
};

const string exemplar = fixed64(2, 9) + fixed64(3, two) + bytes(4, "ABCDEFGH") + bytes(5, "0123456789abcdef") +
                        bytes(7, key_value("e", integer(3, 1)));

void expect_exemplar(const point_batch& b) {
    ASSERT_EQ(b.exemplars_end[0], 1u);
    EXPECT_EQ(b.exemplars[0].time, 9u);
    EXPECT_EQ(b.exemplars[0].kind, number_kind::floating);
    EXPECT_EQ(b.exemplars[0].value, 2.0);
    EXPECT_EQ(b.exemplars[0].span_id, "ABCDEFGH");
    EXPECT_EQ(b.exemplars[0].trace_id, "0123456789abcdef");
    EXPECT_EQ(b.exemplars[0].attributes_end, 1u);
    EXPECT_EQ(b.exemplar_attributes[0].key, "e");
}

TEST(MetricDecoder, ReadsEveryFieldOfASum) {
    const string point = fixed64(2, 1) + fixed64(3, 2) + bytes(5, exemplar) + fixed64(6, 40) + bytes(7, key_value("k", bytes(1, "v"))) + integer(8, 1);
    const decoded_metrics d(of_metric(bytes(1, "requests") + bytes(2, "all of them") + bytes(3, "1") +
                                      bytes(7, bytes(1, point) + integer(2, 2) + integer(3, 1)) + bytes(12, key_value("m", bytes(1, "n")))));
    ASSERT_TRUE(d.filled);
    const point_batch& b = d[metric_kind::sum];
    ASSERT_EQ(b.num_records, 1u);
    const point_batch::metric& metric = b.metrics.at(b.metric_of[0]);
    EXPECT_EQ(metric.name, "requests");
    EXPECT_EQ(metric.description, "all of them");
    EXPECT_EQ(metric.unit, "1");
    EXPECT_EQ(metric.temporality, 2);
    EXPECT_TRUE(metric.is_monotonic);
    ASSERT_EQ(metric.metadata_end - metric.metadata_begin, 1u);
    EXPECT_EQ(b.attributes_of_sources[metric.metadata_begin].value.text(), "n");
    EXPECT_EQ(b.start_time[0], 1u);
    EXPECT_EQ(b.time[0], 2u);
    EXPECT_EQ(b.value_kind[0], number_kind::integer);
    EXPECT_EQ(b.value_integer[0], 40);
    EXPECT_EQ(b.value[0], 40.0);
    EXPECT_EQ(b.flags[0], 1u);
    EXPECT_EQ(b.attributes[0].value.text(), "v");
    EXPECT_EQ(b.resources.at(0).service_name.text(), "svc");
    expect_exemplar(b);
}

TEST(MetricDecoder, ReadsEveryFieldOfAHistogram) {
    const string point = fixed64(2, 1) + fixed64(3, 2) + fixed64(4, 5) + fixed64(5, two) + bytes(6, little_endian(1, 8) + little_endian(4, 8)) +
                         bytes(7, little_endian(three, 8)) + bytes(8, exemplar) + bytes(9, key_value("k", "")) + integer(10, 1) +
                         fixed64(11, two) + fixed64(12, three);
    const decoded_metrics d(of_metric(bytes(9, bytes(1, point) + integer(2, 1))));
    const point_batch& b = d[metric_kind::histogram];
    ASSERT_EQ(b.num_records, 1u);
    EXPECT_EQ(b.metrics[0].temporality, 1);
    EXPECT_EQ(b.start_time[0] + 10 * b.time[0], 21u);
    EXPECT_EQ(b.count[0], 5u);
    EXPECT_EQ(b.sum[0], 2.0);
    EXPECT_EQ(b.min[0], 2.0);
    EXPECT_EQ(b.max[0], 3.0);
    EXPECT_EQ(b.presence[0], point_batch::has_sum | point_batch::has_min | point_batch::has_max);
    ASSERT_EQ(b.bucket_counts_end[0], 2u);
    EXPECT_EQ(b.bucket_counts[1], 4u);
    ASSERT_EQ(b.explicit_bounds_end[0], 1u);
    EXPECT_EQ(b.explicit_bounds[0], 3.0);
    EXPECT_EQ(b.attributes_end[0], 1u);
    EXPECT_EQ(b.flags[0], 1u);
    expect_exemplar(b);
}

TEST(MetricDecoder, ReadsEveryFieldOfAnExponentialHistogram) {
    const string point = bytes(1, key_value("k", "")) + fixed64(2, 1) + fixed64(3, 2) + fixed64(4, 5) + fixed64(5, two) + integer(6, 7) +
                         fixed64(7, 6) + bytes(8, integer(1, 2) + bytes(2, varint(3) + varint(200))) +
                         bytes(9, integer(1, 1) + bytes(2, varint(4))) + integer(10, 1) + bytes(11, exemplar) + fixed64(12, two) +
                         fixed64(13, three) + fixed64(14, three);
    const decoded_metrics d(of_metric(bytes(10, bytes(1, point) + integer(2, 2))));
    const point_batch& b = d[metric_kind::exponential_histogram];
    ASSERT_EQ(b.num_records, 1u);
    EXPECT_EQ(b.metrics[0].temporality, 2);
    EXPECT_EQ(b.count[0], 5u);
    EXPECT_EQ(b.sum[0], 2.0);
    EXPECT_EQ(b.scale[0], -4);
    EXPECT_EQ(b.zero_count[0], 6u);
    EXPECT_EQ(b.zero_threshold[0], 3.0);
    EXPECT_EQ(b.positive_offset[0], 1);
    EXPECT_EQ(b.positive_counts[1], 200u);
    EXPECT_EQ(b.negative_offset[0], -1);
    EXPECT_EQ(b.negative_counts[0], 4u);
    EXPECT_EQ(b.min[0], 2.0);
    EXPECT_EQ(b.max[0], 3.0);
    EXPECT_EQ(b.presence[0], 7);
    EXPECT_EQ(b.flags[0], 1u);
    expect_exemplar(b);
}

TEST(MetricDecoder, ReadsEveryFieldOfASummaryAndAGauge) {
    const string point = fixed64(2, 1) + fixed64(3, 2) + fixed64(4, 5) + fixed64(5, two) + bytes(6, fixed64(1, two) + fixed64(2, three)) +
                         bytes(6, "") + bytes(7, key_value("k", "")) + integer(8, 1);
    const decoded_metrics d(of_metrics(bytes(2, bytes(11, bytes(1, point))) + bytes(2, bytes(5, bytes(1, fixed64(4, three)) + integer(2, 1)))));
    const point_batch& b = d[metric_kind::summary];
    ASSERT_EQ(b.num_records, 1u);
    EXPECT_EQ(b.count[0], 5u);
    EXPECT_EQ(b.sum[0], 2.0);
    ASSERT_EQ(b.quantiles_end[0], 2u);
    EXPECT_EQ(b.quantiles[0], 2.0);
    EXPECT_EQ(b.quantile_values[0], 3.0);
    EXPECT_EQ(b.quantiles[1], 0.0);
    EXPECT_EQ(b.attributes_end[0], 1u);
    EXPECT_EQ(b.flags[0], 1u);
    const point_batch& g = d[metric_kind::gauge];
    ASSERT_EQ(g.num_records, 1u);
    EXPECT_EQ(g.value_kind[0], number_kind::floating);
    EXPECT_EQ(g.value[0], 3.0);
    EXPECT_EQ(g.value_integer[0], 0);
    EXPECT_EQ(g.metrics[0].temporality, 0);  // a gauge has none: an unknown field
    EXPECT_EQ(g.runs.at(0).num_rows, 1u);
}

TEST(MetricDecoder, AMetricIsReadOnWhereTheBatchEnded) {
    string points;
    for (unsigned i = 0; i != batch_capacity + 3; ++i) points += bytes(1, fixed64(6, i));
    decoded_metrics d(of_metrics(bytes(2, bytes(1, "a") + bytes(5, bytes(1, ""))) +
                                           bytes(2, bytes(1, "b") + bytes(7, points) + bytes(12, key_value("m", bytes(5, "")))) + bytes(2, bytes(1, "c") + bytes(7, bytes(1, "")))));
    EXPECT_EQ(d[metric_kind::gauge].num_records, 1u);
    EXPECT_EQ(d[metric_kind::sum].num_records, batch_capacity);
    ASSERT_TRUE(d.decoder.fill(*d.batches));
    EXPECT_EQ(d[metric_kind::gauge].num_records, 0u);
    const point_batch& b = d[metric_kind::sum];
    ASSERT_EQ(b.num_records, 4u);
    EXPECT_EQ(b.value_integer[0], static_cast<std::int64_t>(batch_capacity));
    EXPECT_EQ(b.metrics.at(b.metric_of[0]).name, "b");
    EXPECT_EQ(b.attributes_of_sources[b.metrics[0].metadata_begin].value.text(), "[]");
    EXPECT_EQ(b.metrics.at(b.metric_of[3]).name, "c");
    EXPECT_FALSE(d.decoder.fill(*d.batches));
}

TEST(MetricDecoder, PointsBehindAMegabyteThatIsLeftOutAreKept) {
    const string over = bytes(8, bytes(2, string(limits::max_batch_wire_len, '\x01')));
    const padded_payload payload(of_metric(bytes(10, bytes(1, over) + bytes(1, integer(6, 2)) + bytes(1, over) + bytes(1, over) + bytes(1, integer(6, 4)))));
    const auto all = support::decode_metrics(payload.view());
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.records[static_cast<std::size_t>(metric_kind::exponential_histogram)].size(), 2u);
    EXPECT_EQ(all.rejected.too_many_attributes, 3u);
}

TEST(MetricDecoder, APointWithTooManyBucketsIsLeftOutAlone) {
    const string counts = bytes(8, bytes(2, string(limits::max_attributes_per_record + 1, '\x01')));
    const decoded_metrics d(of_metric(bytes(10, bytes(1, bytes(1, "") + integer(6, 2)) + bytes(1, bytes(1, "") + counts) + bytes(1, bytes(8, bytes(2, "\x07"))))));
    const point_batch& b = d[metric_kind::exponential_histogram];
    ASSERT_EQ(b.num_records, 2u);
    EXPECT_EQ(d.decoder.rejected().too_many_attributes, 1u);
    EXPECT_EQ(b.attributes.size(), 1u);
    ASSERT_EQ(b.positive_counts.size(), 1u);
    EXPECT_EQ(b.positive_counts[0], 7u);
}

}  // namespace
}  // namespace colblock::otlp
