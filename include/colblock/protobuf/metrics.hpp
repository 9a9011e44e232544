// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "colblock/protobuf/point_copier.hpp"
#include "colblock/protobuf/record_decoder.hpp"

namespace colblock::protobuf {

struct metric_levels {
    static const auto& sources(const auto& request) { return request.resource_metrics(); }
    static const auto& scopes(const auto& source) { return source.scope_metrics(); }
    static const auto& records(const auto& scoped) { return scoped.metrics(); }
};

/// Decodes ExportMetricsServiceRequest or MetricsData, as protoc generated them. See message_decoder.
template <class Message>
class metric_message_decoder : public record_decoder<Message, metric_levels> {
public:
    using message_type = Message;
    using batch_type = otlp::metric_batches;

    void start(const Message& message) {
        base::start(message);
        x_metric = nullptr;
        x_point = 0;
        x_serial = 0;
        x_metric_arena.clear();
        x_metric_values.start(x_metric_arena);
    }

    /// Fills the batches with the next points until one is full. False if there are none, or on an error.
    bool fill(otlp::metric_batches& batches) {
        this->begin_batch(batches, batches.kinds[0].arena);
        x_known.fill({});
        std::size_t num_points = 0;
        while (!this->is_enough() && next_point()) {
            otlp::point_batch& batch = batches[x_kind];
            if (!append(batch)) continue;
            if (!this->check_values() || !count_point(batch, x_known[static_cast<std::size_t>(x_kind)])) break;
            ++num_points;
            if (batch.full()) break;
        }
        return this->status() && num_points != 0;
    }

private:
    using base = record_decoder<Message, metric_levels>;
    using metric_pointer = decltype(std::declval<typename base::walker&>().next());
    using metric_type = std::remove_cv_t<std::remove_pointer_t<metric_pointer>>;
    struct known_by_batch {
        typename base::walker::mark source;
        std::uint64_t metric = 0;
    };

    // Calls visit(data, copy) with the metric's data, where copy(copier, point) appends one point of it.
    template <class Visit>
    void with_data(Visit&& visit) const {
        using otlp::metric_kind;
        switch (x_metric->data_case()) {
        case metric_type::kGauge:
            return visit(metric_kind::gauge, x_metric->gauge(), [](auto& to, const auto& point) { to.number(point); });
        case metric_type::kSum:
            return visit(metric_kind::sum, x_metric->sum(), [](auto& to, const auto& point) { to.number(point); });
        case metric_type::kHistogram:
            return visit(metric_kind::histogram, x_metric->histogram(),
                         [](auto& to, const auto& point) { to.histogram(point); });
        case metric_type::kExponentialHistogram:
            return visit(metric_kind::exponential_histogram, x_metric->exponential_histogram(),
                         [](auto& to, const auto& point) { to.exponential_histogram(point); });
        case metric_type::kSummary:
            return visit(metric_kind::summary, x_metric->summary(), [](auto& to, const auto& point) { to.summary(point); });
        default: return;
        }
    }

    // Steps to the next point, x_point - 1 of x_metric, through metrics without any.
    bool next_point() {
        while (x_metric == nullptr || x_point == x_num_points) {
            x_metric = this->x_walker.next();
            if (x_metric == nullptr || !enter_metric()) return false;
        }
        ++x_point;
        return true;
    }

    bool enter_metric() {
        x_point = 0;
        x_num_points = 0;
        ++x_serial;
        x_is_known = false;
        with_data([&](otlp::metric_kind kind, const auto& data, auto&&) {
            x_kind = kind;
            x_num_points = data.data_points().size();
        });
        return true;
    }

    // What the points of a metric share; read when the first of them is counted.
    bool know_metric() {
        if (std::exchange(x_is_known, true)) return true;
        x_header = {x_metric_values.text(x_metric->name()), x_metric_values.text(x_metric->description()),
                    x_metric_values.text(x_metric->unit())};
        with_data([&](otlp::metric_kind, const auto& data, auto&&) {
            if constexpr (requires { data.aggregation_temporality(); })
                x_header.temporality = static_cast<std::int32_t>(data.aggregation_temporality());
            if constexpr (requires { data.is_monotonic(); }) x_header.is_monotonic = data.is_monotonic();
        });
        x_metadata.clear();
        // Not in OTLP before 1.2.
        if constexpr (requires { x_metric->metadata(); }) {
            if (base::size(x_metric->metadata()) > limits::max_attributes_per_record) this->x_walker.fail(errc::too_large);
            else x_metric_values.attributes(x_metric->metadata(), x_metadata);
        }
        if (!x_metric_values.ok()) this->x_walker.fail(errc::depth_exceeded);
        return this->status().has_value();
    }

    bool count_point(otlp::point_batch& batch, known_by_batch& known) {
        if (!know_metric()) return false;
        if (known.metric != x_serial) {
            known.metric = x_serial;
            growing_array<otlp::attribute>& all = batch.attributes_of_sources;
            x_header.metadata_begin = static_cast<std::uint32_t>(all.size());
            all.append(x_metadata);
            x_header.metadata_end = static_cast<std::uint32_t>(all.size());
            batch.metrics.push_back(x_header);
        }
        batch.metric_of[batch.num_records] = static_cast<std::uint32_t>(batch.metrics.size() - 1);
        return this->x_walker.count_record(batch, known.source);
    }

    // False: the point is rejected.
    bool append(otlp::point_batch& batch) {
        bool appended = false;
        with_data([&](otlp::metric_kind, const auto& data, auto&& copy) {
            const auto& point = data.data_points(x_point - 1);
            if (is_point_over_limit(point)) return;
            point_copier to(batch, this->x_values);
            copy(to, point);
            appended = true;
        });
        return appended;
    }

    template <class Point>
    bool is_point_over_limit(const Point& p) {
        if (this->is_over_limit({base::size(p.attributes())})) return true;
        if constexpr (requires { p.exemplars(); })
            if (this->is_over_limit({base::size(p.exemplars()), base::num_inside(p.exemplars(), [](const auto& e) -> const auto& {
                                         return e.filtered_attributes();
                                     })}))
                return true;
        if constexpr (requires { p.explicit_bounds(); })
            return this->is_over_limit({base::size(p.bucket_counts()), base::size(p.explicit_bounds())});
        else if constexpr (requires { p.positive(); })
            return this->is_over_limit({base::size(p.positive().bucket_counts()), base::size(p.negative().bucket_counts())});
        else if constexpr (requires { p.quantile_values(); })
            return this->is_over_limit({base::size(p.quantile_values())});
        else
            return false;
    }

    metric_pointer x_metric = nullptr;
    otlp::metric_kind x_kind{};
    int x_point = 0;
    int x_num_points = 0;
    std::uint64_t x_serial = 0;  // numbers the metrics of a message from 1 on
    bool x_is_known = false;
    otlp::point_batch::metric x_header;
    growing_array<otlp::attribute> x_metadata;
    text_arena x_metric_arena;   // texts of metrics, until the next message
    value_copier x_metric_values;
    std::array<known_by_batch, otlp::num_metric_kinds> x_known;
};

}  // namespace colblock::protobuf
