// SPDX-License-Identifier: Apache-2.0
#pragma once

// metrics.proto, below the levels of otlp/source_walker.hpp:
// Metric               := name 1,  description 2,  unit 3,  one of Gauge 5, Sum 7, Histogram 9,
//                         ExponentialHistogram 10, Summary 11;  metadata KeyValue* 12
// Gauge ... Summary    := point* 1,  aggregation_temporality 2 (not Gauge, Summary),  is_monotonic 3 (Sum)
// NumberDataPoint      := start_time_unix_nano 2,  time_unix_nano 3,  one of as_double 4, sfixed64 as_int 6;
//                         Exemplar* 5,  KeyValue* 7,  flags 8
// HistogramDataPoint   := start 2,  time 3,  count 4,  sum 5?,  bucket_counts 6*,  explicit_bounds 7*,
//                         Exemplar* 8,  KeyValue* 9,  flags 10,  min 11?,  max 12?
// ExponentialHistogramDataPoint
//                      := KeyValue* 1,  start 2,  time 3,  count 4,  sum 5?,  sint32 scale 6,  zero_count 7,
//                         positive Buckets 8,  negative Buckets 9,  flags 10,  Exemplar* 11,  min 12?,  max 13?,
//                         zero_threshold 14
// Buckets              := sint32 offset 1,  varint bucket_counts 2*
// SummaryDataPoint     := start 2,  time 3,  count 4,  sum 5,  ValueAtQuantile* 6,  KeyValue* 7,  flags 8
// ValueAtQuantile      := quantile 1,  value 2
// Exemplar             := time_unix_nano 2,  one of as_double 3, sfixed64 as_int 6;  span_id 4,  trace_id 5,
//                         KeyValue* 7
//
// Of the five kinds of data the last one sent counts; several messages of that kind without another one
// between them are one. Name and temporality may stand behind the points, so a Metric is scanned first.

#include <array>

#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/decoder.hpp"
#include "colblock/otlp/payload_reader.hpp"
#include "colblock/otlp/ready_records.hpp"

namespace colblock::otlp {

/// Decodes ExportMetricsServiceRequest, MetricsData being the same on the wire. See the concept
/// `decoder`. Every batch of a kind names the resources, scopes and metrics of its own points.
class metric_decoder : public payload_reader {
public:
    using batch_type = metric_batches;
    using ready = no_ready;

    void start(padded_view payload) noexcept;
    void start(padded_view message, const no_ready&) noexcept { start(message); }
    /// Fills the batches with the next points until one is full. False if there are no more points or
    /// the payload is malformed.
    bool fill(metric_batches& batches);

private:
    struct range {
        const char* at = nullptr;
        const char* end = nullptr;
    };
    // What is known of a kind's batch: the sources and the metric it holds last.
    struct known_by_batch {
        source_walker::mark source;
        std::uint64_t metric = 0;
    };

    bool append_points(metric_batches& batches, std::size_t& num_points);
    bool enter_metric(byte_view message);
    bool find_data(byte_view message);
    bool read_data_fields(byte_view data);
    bool next_point(byte_view& point);
    bool count_point(point_batch& batch, known_by_batch& known);
    // Attributes of sources and metrics that were copied into batches.
    [[nodiscard]] std::size_t num_copied() const noexcept { return x_walker.num_copied() + x_num_copied; }

    // The metric whose points are being read.
    point_batch::metric x_metric;
    metric_kind x_kind{};
    std::uint64_t x_serial = 0;           // numbers the metrics of a payload from 1 on
    std::uint32_t x_data_key = 0;         // of the kind of data that counts; 0: none
    range x_pieces;                       // fields of the metric from the first that counts on
    range x_points;                       // the current data message
    growing_array<attribute> x_metadata;  // its text lives until the next payload is started
    text_arena x_metadata_arena;
    value_reader x_metadata_values;
    std::size_t x_num_copied = 0;
    std::array<known_by_batch, num_metric_kinds> x_known;
};
static_assert(decoder<metric_decoder>);

}  // namespace colblock::otlp
