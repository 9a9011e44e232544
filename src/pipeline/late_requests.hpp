// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>

#include "pipeline/ticket.hpp"

namespace colblock::pipeline {

/// Requests that were told to come again while their rows were still waiting. When one does come again,
/// byte for byte, it takes the place of the first instead of storing its rows twice. Not thread-safe.
///
/// Only such requests are looked for: equal payloads of senders that were never sent away are different
/// requests.
class late_requests {
public:
    /// Senders give up after minutes; a stored row of memory is about 150 bytes.
    static constexpr batch_policy::duration max_age = std::chrono::minutes(10);
    static constexpr std::size_t max_num = 100'000;

    [[nodiscard]] bool empty() const noexcept { return x_by_hash.empty(); }
    void add(const ticket_ptr& expired, clock::time_point now);
    /// The answer to `hash` goes to its first request, if it was told to come again: true.
    bool rejoin(const payload_hash& hash, receiver::reply& answer, clock::time_point now);

private:
    struct hasher {
        std::size_t operator()(const payload_hash& h) const noexcept { return static_cast<std::size_t>(h.low); }
    };
    struct entry {
        payload_hash hash;
        clock::time_point since;
    };
    void forget_old(clock::time_point now);

    std::unordered_multimap<payload_hash, ticket_ptr, hasher> x_by_hash;
    std::deque<entry> x_order;  // oldest first; entries that came again stay until their time
};

}  // namespace colblock::pipeline
