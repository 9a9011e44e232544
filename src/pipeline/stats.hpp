// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "colblock/base/signal.hpp"
#include "pipeline/batch_policy.hpp"

namespace colblock::pipeline {

/// A number that only grows. Any thread; a read may miss what is being added.
class counter {
public:
    void add(std::uint64_t n = 1) noexcept { x_value.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept { return x_value.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> x_value{0};
};

/// Durations, counted by size.
class duration_histogram {
public:
    /// Upper bounds in seconds; what is longer is counted in a last bucket without a bound.
    static constexpr std::array bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0};
    static constexpr std::size_t num_buckets = bounds.size() + 1;

    void add(std::chrono::nanoseconds took) noexcept;
    [[nodiscard]] std::uint64_t count(std::size_t bucket) const noexcept { return x_counts[bucket].value(); }
    [[nodiscard]] double sum_seconds() const noexcept { return static_cast<double>(x_sum.value()) * 1e-9; }

private:
    std::array<counter, num_buckets> x_counts;
    counter x_sum;  // nanoseconds
};

/// Everything the pipeline counts. Shared by all lanes and senders; names and sentences are in `visit`.
class stats {
public:
    struct per_signal {
        counter requests;
        counter received_len;
        counter records_received;
        counter records_stored;
        counter records_rejected;
        counter payloads_bad;
        counter payloads_refused;
        counter times_replaced;
    };
    std::array<per_signal, num_signals> by_signal;
    counter blocks_sealed;
    counter column_len;
    counter frame_len;
    std::array<counter, num_leave_reasons> groups;
    counter inserts;
    counter rows_inserted;
    counter rows_given_up;
    counter retries;
    counter requests_expired;
    counter requests_rejoined;
    duration_histogram insert_time;
    duration_histogram answer_time;

    /// Refreshed by the committer when it changes something; read as gauges.
    std::atomic<std::uint64_t> held_len{0};
    std::atomic<std::uint64_t> groups_ready{0};
    std::atomic<std::uint64_t> groups_in_flight{0};

    /// An INSERT failed with this code of the server, 0 if it was not the server.
    void insert_failed(int code);

    [[nodiscard]] per_signal& of(signal s) noexcept { return by_signal[static_cast<std::size_t>(s)]; }
    [[nodiscard]] const per_signal& of(signal s) const noexcept { return by_signal[static_cast<std::size_t>(s)]; }
    [[nodiscard]] std::map<int, std::uint64_t> failures() const;

    /// One figure, for whoever prints them.
    struct figure {
        std::string_view name;      ///< Prometheus's form, with the unit
        std::string_view sentence;  ///< what it counts
        std::string_view label;     ///< empty: the figure has none
        std::string value_of_label;
        bool is_gauge;
        double value;
    };
    struct histogram_figure {
        std::string_view name;
        std::string_view sentence;
        const duration_histogram* values;
    };
    /// All figures in a fixed order; those of one name follow one another.
    [[nodiscard]] std::vector<figure> figures() const;
    [[nodiscard]] std::array<histogram_figure, 2> histograms() const;

private:
    mutable std::mutex x_mutex;
    std::map<int, std::uint64_t> x_failures;  // by code; failures are rare
};

}  // namespace colblock::pipeline
