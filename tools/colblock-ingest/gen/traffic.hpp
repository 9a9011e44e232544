// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "colblock/base/bytes.hpp"
#include "gen/random.hpp"
#include "gen/shop.hpp"

namespace colblock::gen {

/// 16 raw bytes of a trace id.
using trace_id = std::array<std::uint64_t, 2>;

struct span_reference {
    trace_id trace;
    std::uint64_t span;
};

/// The bytes of a trace or span id as they are sent. Borrowed from `id`.
template <class Id>
[[nodiscard]] byte_view id_bytes(const Id& id) noexcept {
    return {reinterpret_cast<const char*>(&id), sizeof id};
}

/// A span before it is encoded: when it ran and how it went.
struct planned_span {
    const step* what;
    std::uint32_t step_number;  ///< of `what` among the steps of all journeys
    std::int32_t parent;        ///< position in the trace, -1 for the root
    std::uint64_t id;
    std::uint64_t start_ns;
    std::uint64_t end_ns;
    bool failed;                ///< it, or one of its children, threw
};

/// One trace. Valid until the next one is planned.
struct planned_trace {
    trace_id id;
    std::uint64_t subject;                ///< id of the product, basket or order it is about
    std::uint32_t customer;
    std::optional<span_reference> cause;  ///< the producer's span, where the root is a consumer
    std::vector<planned_span> spans;      ///< in pre-order, the root first
};

/// What text that differs from record to record is made of. All borrowed.
struct text_source {
    const planned_trace& trace;
    const step& what;
    random& numbers;
};

/// What goes on in the shop: one trace after the other, chosen by the weights of the journeys.
class traffic {
public:
    explicit traffic(std::uint64_t seed);

    /// The next trace, starting at `start_ns`.
    const planned_trace& next(std::uint64_t start_ns);

    [[nodiscard]] const std::vector<journey>& journeys() const noexcept { return x_journeys; }

private:
    const journey& choose();
    void plan(const journey& chosen);
    void time_spans(std::uint64_t start_ns);
    void fail_somewhere();
    void remember_messages();

    random x_random;
    std::vector<journey> x_journeys;
    std::vector<std::uint32_t> x_first_steps;  // of each journey, among all steps
    unsigned x_total_weight = 0;
    planned_trace x_trace;
    std::vector<std::uint64_t> x_next_child_ns;  // of each span: when its next child starts
    std::vector<span_reference> x_messages;    // recent producer spans, a ring
    std::size_t x_oldest_message = 0;
};

}  // namespace colblock::gen
