// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "gen/batcher.hpp"
#include "gen/log_maker.hpp"
#include "gen/metric_maker.hpp"
#include "gen/resource.hpp"
#include "gen/span_maker.hpp"
#include "gen/traffic.hpp"

namespace colblock::gen {

/// As many records as anybody asks for.
inline constexpr std::uint64_t unlimited_records = std::uint64_t{1} << 62;

/// What to make. Equal options make equal bytes.
struct workload_options {
    std::uint64_t seed = 1;
    std::uint64_t num_records = unlimited_records;  ///< of all signals together
    std::uint32_t records_per_request = 512;
    std::array<bool, 3> signals{true, true, true};  ///< by signal
    profile spans = profile::rich;
    profile resources = profile::rich;
    std::uint64_t start_ns = 0;             ///< time of the first record, since 1970
    std::uint64_t records_per_second = 100'000;  ///< of the records' own clock
};

/// The telemetry of a web shop, as the requests that its services would send. Every chosen signal
/// gets an equal part of the records; log records belong to spans, and exemplars name them.
class workload {
public:
    explicit workload(const workload_options& options);

    /// Makes the next request, reusing the body's memory. False when all records have been made.
    bool next(request& out);

private:
    [[nodiscard]] std::uint64_t& left(signal kind) noexcept { return x_left[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] std::uint64_t now_ns() const noexcept;
    void make_trace();
    void make_metrics(const planned_trace& trace);
    void finish();

    workload_options x_options;
    std::vector<std::string> x_resources;
    traffic x_traffic;
    span_maker x_span_maker;
    log_maker x_log_maker;
    metric_maker x_metric_maker;
    batcher x_spans;
    batcher x_logs;
    request_queue x_ready;
    std::array<std::uint64_t, 3> x_left{};  // by signal
    std::uint64_t x_num_made = 0;
    std::uint64_t x_points_due = 0;         // not yet in a request
    bool x_finished = false;
};

}  // namespace colblock::gen
