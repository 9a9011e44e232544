// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "colblock/base/limits.hpp"
#include "receiver/payload.hpp"

namespace colblock::pipeline {

using clock = std::chrono::steady_clock;

/// Why a group of rows left for the server.
enum class leave_reason : std::uint8_t { rows, bytes, partitions, linger, drain };
inline constexpr std::size_t num_leave_reasons = 5;
[[nodiscard]] std::string_view name(leave_reason r) noexcept;

/// When rows wait for company and when they leave: group commit, for one table. Pure: it is told the
/// time, and what happened.
///
/// A group leaves when it is full, or when its oldest row has waited `linger` and a connection is free.
/// The linger adapts. A sender that comes back at once after its answer was waiting for us, so the linger
/// is halved; where all senders pause longer than that anyway, waiting costs them nothing and saves the
/// server a part, so the linger grows by at most half of the shortest pause. Trouble on the server (too
/// many parts, slow INSERTs) lengthens it for everybody.
class batch_policy {
public:
    using duration = std::chrono::nanoseconds;

    struct options {
        duration min_linger = std::chrono::milliseconds(100);
        duration max_linger = std::chrono::seconds(2);
        /// Senders are not made to wait (ack = queued): every row may wait this long. Also the most that
        /// trouble leads to: SDKs give up after 10 s.
        duration slow_linger = std::chrono::seconds(5);
        bool senders_wait = true;
        std::size_t full_rows = 100'000;
        /// Of columns, uncompressed. 100,000 rich spans are 104 MB; servers squash up to 256 MiB into one part.
        std::size_t full_bytes = std::size_t{128} << 20;
        std::size_t max_partitions = limits::max_partitions_per_insert;
    };

    /// What waits now.
    struct gathering {
        std::size_t rows = 0;
        std::size_t bytes = 0;
        std::size_t partitions = 0;
        clock::time_point oldest{};  ///< of the rows; meaningless without rows
    };

    struct decision {
        std::optional<leave_reason> leave;
        /// If nothing leaves now: when to ask again though nothing else happens.
        clock::time_point ask_again = clock::time_point::max();
    };

    explicit batch_policy(options how) : x_options(how), x_linger(how.min_linger) {}

    /// A request brought rows for this table.
    void saw_request(const receiver::pacing& sender) noexcept;
    /// `may_start`: a connection is free for another group of this table.
    [[nodiscard]] decision decide(const gathering& now_waiting, bool may_start, clock::time_point now) const noexcept;
    /// A group left: what was seen since the last one decides how long the next one waits.
    void group_left() noexcept;
    /// An INSERT succeeded and took this long.
    void inserted(duration took) noexcept;
    /// The server has too many parts of this table.
    void too_many_parts() noexcept;

    /// How long the oldest row waits now.
    [[nodiscard]] duration linger() const noexcept;

private:
    options x_options;
    duration x_linger;
    duration x_pressure{0};       // the linger that TOO_MANY_PARTS demands; decays with success
    duration x_insert_time{0};    // moving average
    bool x_saw_waiting_sender = false;
    bool x_saw_unknown_sender = false;
    duration x_shortest_pause = duration::max();
};

}  // namespace colblock::pipeline
