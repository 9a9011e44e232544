// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "pipeline/batch_policy.hpp"
#include "pipeline/stats.hpp"
#include "receiver/payload.hpp"

namespace colblock::pipeline {

/// A payload's identity: XXH3-128 of its bytes and signal.
struct payload_hash {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const payload_hash&, const payload_hash&) = default;
};

/// One request whose rows wait in one or several blocks, for several tables perhaps. It is answered
/// once the fate of all of them is known, unless it expired before. Thread-safe.
class ticket {
public:
    /// `if_stored` is the answer when every block is stored (it may be a partial success). The maker
    /// holds the ticket until `release`.
    ticket(receiver::reply answer, receiver::outcome if_stored, clock::time_point arrived)
        : x_reply(std::move(answer)), x_if_stored(std::move(if_stored)), x_arrived(arrived) {}

    /// One more block holds rows of this request.
    void hold() noexcept { x_holds.fetch_add(1, std::memory_order_relaxed); }
    /// One hold less without rows: the maker has found all blocks, or blocks were cut anew and hold it themselves.
    void release();
    /// The fate of a block with `rows` rows of this request: stored, or why not. The last one answers,
    /// with the worst.
    void settle(const receiver::outcome& fate, std::size_t rows);

    /// Takes the reply out if the request is still unanswered and at least `age` old, else an empty one.
    /// The caller remembers the ticket and then answers that the sender should come again: the rows go
    /// their way.
    [[nodiscard]] receiver::reply take_expired(clock::time_point now, batch_policy::duration age);
    /// A sender came back for an expired request: its answer will be this request's. Answered at once if
    /// the fate is known. False: the rows are lost, take the new request as a new one.
    bool rejoin(receiver::reply& answer, clock::time_point now);

    // Set once by the maker, before the ticket is shared.

    payload_hash hash;               ///< identity for rejoining
    std::size_t num_records = 0;     ///< added to `stored` when they are
    counter* stored = nullptr;

private:
    void let_go(std::unique_lock<std::mutex> lock);
    [[nodiscard]] receiver::outcome verdict() const;

    std::atomic<std::uint32_t> x_holds{1};
    std::mutex x_mutex;  // for everything below: blocks of several tables end on several threads
    receiver::reply x_reply;
    receiver::outcome x_if_stored;
    receiver::outcome x_worst;  // of the blocks so far
    std::size_t x_lost_rows = 0;
    bool x_any_stored = false;
    bool x_settled = false;
    clock::time_point x_arrived;
};

using ticket_ptr = std::shared_ptr<ticket>;

}  // namespace colblock::pipeline
