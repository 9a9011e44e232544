// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>

#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/ids.hpp"
#include "colblock/protobuf/value_copier.hpp"

namespace colblock::protobuf {

/// Appends data points of messages to batches of their kind, but for metric_of. The points' lists are within limits.
class point_copier {
public:
    point_copier(otlp::point_batch& batch, value_copier& values) noexcept
        : x_batch(batch), x_values(values), x_row(batch.num_records) {}

    template <class Point>
    void number(const Point& point) {
        begin(point);
        number_of(point, x_batch.value_kind[x_row], x_batch.value[x_row], x_batch.value_integer[x_row]);
        exemplars(point.exemplars());
    }

    template <class Point>
    void histogram(const Point& point) {
        begin(point);
        aggregate(point);
        numbers(point.bucket_counts(), x_batch.bucket_counts);
        numbers(point.explicit_bounds(), x_batch.explicit_bounds);
        x_batch.bucket_counts_end[x_row] = static_cast<std::uint32_t>(x_batch.bucket_counts.size());
        x_batch.explicit_bounds_end[x_row] = static_cast<std::uint32_t>(x_batch.explicit_bounds.size());
        exemplars(point.exemplars());
    }

    template <class Point>
    void exponential_histogram(const Point& point) {
        begin(point);
        aggregate(point);
        x_batch.scale[x_row] = point.scale();
        x_batch.zero_count[x_row] = point.zero_count();
        // Not in OTLP before 1.0.
        if constexpr (requires { point.zero_threshold(); }) x_batch.zero_threshold[x_row] = point.zero_threshold();
        else x_batch.zero_threshold[x_row] = 0;
        x_batch.positive_offset[x_row] = point.positive().offset();
        x_batch.negative_offset[x_row] = point.negative().offset();
        numbers(point.positive().bucket_counts(), x_batch.positive_counts);
        numbers(point.negative().bucket_counts(), x_batch.negative_counts);
        x_batch.positive_counts_end[x_row] = static_cast<std::uint32_t>(x_batch.positive_counts.size());
        x_batch.negative_counts_end[x_row] = static_cast<std::uint32_t>(x_batch.negative_counts.size());
        exemplars(point.exemplars());
    }

    template <class Point>
    void summary(const Point& point) {
        begin(point);
        x_batch.count[x_row] = point.count();
        x_batch.sum[x_row] = point.sum();
        x_batch.min[x_row] = x_batch.max[x_row] = 0;
        x_batch.presence[x_row] = otlp::point_batch::has_sum;  // a summary's sum is 0 rather than absent
        for (const auto& at : point.quantile_values()) {
            x_batch.quantiles.push_back(at.quantile());
            x_batch.quantile_values.push_back(at.value());
        }
        x_batch.quantiles_end[x_row] = static_cast<std::uint32_t>(x_batch.quantiles.size());
        x_batch.exemplars_end[x_row] = static_cast<std::uint32_t>(x_batch.exemplars.size());
    }

private:
    template <class Point>
    void begin(const Point& point) {
        x_batch.start_time[x_row] = point.start_time_unix_nano();
        x_batch.time[x_row] = point.time_unix_nano();
        x_batch.flags[x_row] = point.flags();
        x_values.attributes(point.attributes(), x_batch.attributes);
        x_batch.attributes_end[x_row] = static_cast<std::uint32_t>(x_batch.attributes.size());
    }

    // as_double and as_int of points and exemplars.
    template <class Message>
    static void number_of(const Message& from, otlp::number_kind& kind, double& value, std::int64_t& integer) {
        kind = otlp::number_kind::none;
        value = 0;
        integer = 0;
        if (from.value_case() == Message::kAsDouble) {
            kind = otlp::number_kind::floating;
            value = from.as_double();
        } else if (from.value_case() == Message::kAsInt) {
            kind = otlp::number_kind::integer;
            integer = from.as_int();
            value = static_cast<double>(integer);
        }
    }

    template <class Point>
    void aggregate(const Point& point) {
        using has = otlp::point_batch::has;
        x_batch.count[x_row] = point.count();
        x_batch.sum[x_row] = point.sum();
        x_batch.min[x_row] = point.min();
        x_batch.max[x_row] = point.max();
        x_batch.presence[x_row] = static_cast<std::uint8_t>((point.has_sum() ? has::has_sum : 0) | (point.has_min() ? has::has_min : 0) |
                                                  (point.has_max() ? has::has_max : 0));
    }

    template <class Numbers, class T>
    static void numbers(const Numbers& from, growing_array<T>& to) {
        const auto num = static_cast<std::size_t>(from.size());
        T* const out = to.reserve(num);
        if (num != 0) std::memcpy(out, from.data(), num * sizeof(T));
        to.set_end(out + num);
    }

    template <class Exemplars>
    void exemplars(const Exemplars& from) {
        for (const auto& each : from) {
            x_values.attributes(each.filtered_attributes(), x_batch.exemplar_attributes);
            otlp::point_batch::exemplar to{each.time_unix_nano(), x_values.id(each.trace_id(), otlp::is_trace_id),
                                           x_values.id(each.span_id(), otlp::is_span_id), 0, 0, otlp::number_kind::none,
                                           static_cast<std::uint32_t>(x_batch.exemplar_attributes.size())};
            number_of(each, to.kind, to.value, to.value_integer);
            x_batch.exemplars.push_back(to);
        }
        x_batch.exemplars_end[x_row] = static_cast<std::uint32_t>(x_batch.exemplars.size());
    }

    otlp::point_batch& x_batch;
    value_copier& x_values;
    const std::size_t x_row;
};

}  // namespace colblock::protobuf
