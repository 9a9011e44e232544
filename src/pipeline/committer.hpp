// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/commit_queue.hpp"
#include "pipeline/dead_letter.hpp"
#include "pipeline/frame_pool.hpp"
#include "pipeline/late_requests.hpp"
#include "pipeline/stats.hpp"

namespace colblock::pipeline {

/// What the committer says to whoever runs it. Called by its threads; must not block or call back.
struct committer_events {
    /// The server's table is not what the plan says: bind it again.
    std::function<void(table_id)> table_changed = [](table_id) {};
    /// For the log: an INSERT failed and will be tried again, or never will.
    std::function<void(const group&, const insert_result&)> insert_failed = [](const group&, const insert_result&) {};
    /// For the log: rows were given up; where they were written, or why they could not be.
    std::function<void(const group&, const insert_result&, const std::string&)> given_up =
        [](const group&, const insert_result&, const std::string&) {};
};

/// The threads around a commit_queue: one that keeps time and asks lanes for their blocks, and one for
/// each connection to ClickHouse. Lanes meet here, and only here.
class committer {
public:
    struct options {
        commit_queue::options queue;
        /// Rows that wait, open and sealed. Beyond it `accepts` is false and requests are refused.
        std::size_t max_held_len = std::size_t{256} << 20;
        /// SDKs give up after 10 s, and many drop what they sent: before that they are told to come again.
        batch_policy::duration answer_within = std::chrono::seconds(9);
        std::string dead_letter_directory;  ///< empty: refused rows are not kept
    };
    /// Posts a request for the open block of a table to a lane's thread.
    using ask_lane = std::function<void(table_id)>;
    using make_sink = std::function<std::unique_ptr<insert_sink>()>;

    /// `counted` must outlive the committer.
    committer(options how, stats& counted, committer_events events);
    committer(const committer&) = delete;
    committer& operator=(const committer&) = delete;
    /// Stops at once if `stop` was not called.
    ~committer();

    /// Before start: who has the open blocks of lane `lane`.
    void set_lane(lane_id lane, ask_lane ask);
    /// Starts the threads; each connection's thread makes its own sink.
    void start(const make_sink& sink);
    /// From now on rows leave at once, without waiting for company.
    void drain();
    /// Sends what waits, until all is stored or `patience` is over. Lanes must still answer. What is left
    /// then is answered `unavailable`, or given up where nobody waits. Call once.
    void stop(std::chrono::milliseconds patience);

    // For lanes, on their threads.

    /// False: too much waits already.
    [[nodiscard]] bool accepts() const noexcept { return held_len() < x_options.max_held_len; }
    /// So much waits that open blocks should be made small.
    [[nodiscard]] bool is_crowded() const noexcept { return held_len() >= x_options.max_held_len / 4 * 3; }
    /// Whether any request was told to come again: only then is a payload's hash worth looking up.
    [[nodiscard]] bool expects_returns() const noexcept { return x_expects_returns.load(std::memory_order_relaxed); }
    bool rejoin(const payload_hash& hash, receiver::reply& answer);
    void rows_added(commit_queue::seal_request where, commit_queue::open_rows all, const receiver::pacing& sender);
    void sealed(commit_queue::seal_request where, std::vector<sealed_block> blocks, bool asked);
    void declined(commit_queue::seal_request where);
    /// Where sealed blocks are kept.
    [[nodiscard]] frame_pool& frames() noexcept { return x_frames; }

private:
    using lock = std::unique_lock<std::mutex>;

    [[nodiscard]] std::size_t held_len() const noexcept { return x_stats.held_len.load(std::memory_order_relaxed); }
    void keep_time();
    void send_groups(const make_sink& sink);
    void ask_lanes(const std::vector<commit_queue::seal_request>& requests);
    void expire_requests(clock::time_point now);
    void conclude(group& g, const insert_result& how, clock::time_point now);
    void give_up(const group& g, const insert_result& why);
    void publish();
    void wake_if_earlier(clock::time_point when);

    const options x_options;
    stats& x_stats;
    committer_events x_events;
    dead_letter x_dead_letter;
    frame_pool x_frames;
    std::vector<ask_lane> x_lanes;

    std::mutex x_mutex;  // for everything below
    commit_queue x_queue;
    late_requests x_late;
    std::condition_variable x_time_changed;   // the time keeper has to look again
    std::condition_variable x_group_ready;    // a connection may have work
    std::condition_variable x_all_sent;
    clock::time_point x_wakes_at = clock::time_point::max();
    clock::time_point x_next_expiry{};
    bool x_look_again = false;
    bool x_stopping = false;
    std::vector<insert_sink*> x_sinks;
    std::atomic<bool> x_expects_returns{false};
    std::vector<std::jthread> x_threads;
};

}  // namespace colblock::pipeline
