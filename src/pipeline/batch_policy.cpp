// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch_policy.hpp"

#include <algorithm>

namespace colblock::pipeline {

namespace {

// A pause of less than an eighth of the wait before it is the sender's own work, not its schedule.
constexpr int waiting_ratio = 8;

// Connections without a history may be senders that open one a request: they may be waiting for us, so
// they do not let the linger grow past this.
constexpr batch_policy::duration max_unknown_linger = std::chrono::milliseconds(500);

}  // namespace

std::string_view name(leave_reason r) noexcept {
    switch (r) {
    case leave_reason::rows: return "rows";
    case leave_reason::bytes: return "bytes";
    case leave_reason::partitions: return "partitions";
    case leave_reason::linger: return "linger";
    case leave_reason::drain: return "drain";
    }
    return "unknown";
}

void batch_policy::saw_request(const receiver::pacing& sender) noexcept {
    if (!sender.known) {
        x_saw_unknown_sender = true;
        return;
    }
    if (sender.pause * waiting_ratio <= sender.last_wait) x_saw_waiting_sender = true;
    x_shortest_pause = std::min(x_shortest_pause, sender.pause);
}

batch_policy::decision batch_policy::decide(const gathering& waiting, bool may_start,
                                            clock::time_point now) const noexcept {
    if (waiting.rows == 0) return {};
    if (waiting.rows >= x_options.full_rows) return {leave_reason::rows};
    if (waiting.bytes >= x_options.full_bytes) return {leave_reason::bytes};
    if (waiting.partitions >= x_options.max_partitions) return {leave_reason::partitions};
    const clock::time_point due = waiting.oldest + std::chrono::duration_cast<clock::duration>(linger());
    if (now < due) return {std::nullopt, due};
    if (may_start) return {leave_reason::linger};
    return {};  // the end of an INSERT will ask again
}

void batch_policy::group_left() noexcept {
    if (x_saw_waiting_sender) {
        x_linger = std::max(x_options.min_linger, x_linger / 2);
    } else {
        duration growth = x_linger / 2;
        if (x_shortest_pause != duration::max()) growth = std::min(growth, x_shortest_pause / 2);
        const duration most = x_saw_unknown_sender ? std::max(x_linger, max_unknown_linger) : x_options.max_linger;
        x_linger = std::min({x_linger + growth, most, x_options.max_linger});
    }
    x_saw_waiting_sender = false;
    x_saw_unknown_sender = false;
    x_shortest_pause = duration::max();
}

void batch_policy::inserted(duration took) noexcept {
    x_insert_time = x_insert_time == duration(0) ? took : (x_insert_time * 3 + took) / 4;
    x_pressure = x_pressure * 9 / 10;
    if (x_pressure < x_options.min_linger) x_pressure = duration(0);
}

void batch_policy::too_many_parts() noexcept {
    x_pressure = std::min(x_options.slow_linger, std::max(linger(), std::chrono::nanoseconds(std::chrono::seconds(1))) * 2);
}

batch_policy::duration batch_policy::linger() const noexcept {
    if (!x_options.senders_wait) return x_options.slow_linger;
    // A table whose INSERTs take as long as its rows wait has one in flight all the time: enough.
    return std::min(x_options.slow_linger, std::max({x_linger, x_pressure, x_insert_time}));
}

}  // namespace colblock::pipeline
