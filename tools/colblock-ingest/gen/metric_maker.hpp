// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "colblock/otlp/batch.hpp"
#include "gen/batcher.hpp"
#include "gen/random.hpp"
#include "gen/traffic.hpp"

namespace colblock::gen {

/// When and with which example a point is measured.
struct measurement {
    std::uint64_t time_ns;
    span_reference example;  ///< the span that exemplars name
};

/// Encodes the metrics of all services, of all five kinds: one service after the other exports its
/// instruments, again and again, and cumulative ones grow.
class metric_maker {
public:
    /// `resources` are those of make_resources and must outlive the maker. Cumulative streams say
    /// that they began at `start_ns`.
    metric_maker(std::span<const std::string> resources, std::uint64_t start_ns, std::uint64_t seed);
    ~metric_maker();

    /// Appends `num_points` data points to `body`, going on where the last call ended.
    void append(std::uint32_t num_points, const measurement& now, buffer& body);

private:
    struct instrument;
    struct series;

    [[nodiscard]] static std::span<const instrument> instruments() noexcept;
    [[nodiscard]] static std::string encode_attributes(const instrument& what, std::string_view first,
                                                       std::string_view second);
    void add_service();
    std::uint32_t append_service(std::uint32_t num_points, const measurement& now, pb::writer& to);
    std::uint32_t append_metric(const instrument& what, std::uint32_t num_points, const measurement& now,
                                pb::writer& to);
    void append_number(const instrument& what, series& of, const measurement& now, pb::writer& to);
    void append_histogram(series& of, const measurement& now, pb::writer& to);
    void append_exponential(series& of, const measurement& now, pb::writer& to);
    void append_summary(series& of, pb::writer& to);

    std::span<const std::string> x_resources;
    std::uint64_t x_start_ns;
    random x_random;
    std::string x_scope;
    std::vector<std::vector<std::vector<series>>> x_series;  // by service, instrument
    // What is exported next.
    std::size_t x_service = 0;
    std::size_t x_instrument = 0;
    std::size_t x_next_series = 0;
};

}  // namespace colblock::gen
