// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "colblock/base/limits.hpp"
#include "receiver/session.hpp"

namespace colblock::receiver {

/// Counts frames that are cheap to send and not to receive: a bucket of tokens, filled by time and by work
/// that was asked for.
class flood_guard {
public:
    explicit flood_guard(steady::time_point now) noexcept : x_refilled_at(now) {}

    /// One such frame. False: the bucket is empty, and the peer is no client.
    [[nodiscard]] bool spend(steady::time_point now) noexcept {
        if (x_tokens == 0) refill(now);
        if (x_tokens == 0) return false;
        --x_tokens;
        return true;
    }
    /// A request was served: clients probe the connection and update windows around those.
    void earn() noexcept { x_tokens = std::min(x_tokens + tokens_of_request, limits::max_http2_control_burst); }

private:
    static constexpr std::size_t tokens_of_request = 4;

    // Only an empty bucket looks at the clock: it gets what the time since the last look is worth.
    void refill(steady::time_point now) noexcept {
        const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now - x_refilled_at).count();
        x_tokens = std::min(static_cast<std::size_t>(std::max<std::int64_t>(milliseconds, 0)) *
                                limits::max_http2_control_rate / 1000,
                            limits::max_http2_control_burst);
        if (x_tokens != 0) x_refilled_at = now;
    }

    std::size_t x_tokens = limits::max_http2_control_burst;
    steady::time_point x_refilled_at;
};

}  // namespace colblock::receiver
