// SPDX-License-Identifier: Apache-2.0
#pragma once

// From rows in lanes to INSERTs, for all tables; without threads, clocks or sockets.
//
//   open blocks --seal--> gathered --leave--> ready --take--> in flight --finished--> gone
//   (in the lanes)        (per table)           ^                          |
//                                               +------ retry, split ------+

#include <deque>
#include <memory>
#include <vector>

#include "pipeline/group.hpp"

namespace colblock::pipeline {

/// Decides what is sealed, grouped, sent and sent again, and when. Not thread-safe: the committer has
/// the lock. Every call is told the time.
class commit_queue {
public:
    struct options {
        batch_policy::options policy;
        std::size_t num_tables = 1;
        std::size_t num_lanes = 1;
        std::size_t num_connections = 4;
        /// More in flight for one table makes more, smaller parts, not more speed.
        std::size_t max_in_flight_per_table = 2;
        std::chrono::milliseconds min_backoff{100};
        std::chrono::milliseconds max_backoff{5'000};
        /// Rows of open blocks leave after this time though no INSERT may start: requests can only be
        /// answered for blocks that lanes have handed over.
        batch_policy::duration seal_within = batch_policy::duration::max();
        /// A group that is too large at once and consists of one block is tried this often.
        unsigned max_unsplittable_attempts = 10;
    };
    /// What a lane's open block of a table holds now.
    struct open_rows {
        std::size_t rows = 0;
        std::size_t bytes = 0;
        binding::partition_set partitions;
        clock::time_point oldest{};
        bool is_ordered = false;  ///< the lane puts the rows of a block into the order of the table's key
    };
    struct seal_request {
        table_id table;
        lane_id lane;
        friend bool operator==(const seal_request&, const seal_request&) = default;
    };
    using group_ptr = std::shared_ptr<group>;

    explicit commit_queue(options how);

    /// A request added rows to a lane's open block, which now holds `all`.
    void rows_added(seal_request where, open_rows all, const receiver::pacing& sender);
    /// A lane sealed its open block, as one or in several pieces that follow one another: unasked because it was
    /// full, or because poll asked.
    void sealed(seal_request where, std::vector<sealed_block> blocks, bool asked);
    /// A lane was asked and had sealed its block in between. What came to it since stays with it.
    void declined(seal_request where);
    /// Lets leave what is due. Returns whom to ask for their open blocks; each must answer by sealed() or declined().
    [[nodiscard]] std::vector<seal_request> poll(clock::time_point now);
    /// The next group to insert, or nullptr. It counts as in flight until `finished`.
    [[nodiscard]] group_ptr take(clock::time_point now);
    /// The end of an INSERT. True: the group is gone from here, the caller tells its requests.
    bool finished(const group_ptr& g, insert_result::kind what, batch_policy::duration took, clock::time_point now);
    /// From now on everything leaves at once.
    void drain() noexcept { x_draining = true; }
    /// Takes out every group and gathered block that is not in flight: nobody will insert them any more.
    [[nodiscard]] std::vector<group_ptr> give_up();

    /// When to call poll and take again though nothing else happens.
    [[nodiscard]] clock::time_point wake_at(clock::time_point now) const;
    /// Nothing is open, gathered, ready or in flight.
    [[nodiscard]] bool empty() const noexcept;
    /// Bytes of open blocks and frames.
    [[nodiscard]] std::size_t held_len() const noexcept { return x_held_len; }
    [[nodiscard]] std::size_t num_ready() const noexcept { return x_ready.size(); }
    [[nodiscard]] std::size_t num_in_flight() const noexcept { return x_in_flight.size(); }
    [[nodiscard]] batch_policy::duration linger(table_id table) const noexcept { return x_tables[table].policy.linger(); }
    /// Calls `visit(block)` for all sealed blocks, wherever they are.
    template <class Visit>
    void for_each_block(Visit&& visit) {
        for (table_state& t : x_tables)
            for (sealed_block& b : t.gathered) visit(b);
        for (const auto* list : {&x_ready, &x_in_flight})
            for (const group_ptr& g : *list)
                for (sealed_block& b : g->blocks) visit(b);
    }

private:
    struct table_state {
        batch_policy policy;
        std::vector<open_rows> open;          // by lane
        std::deque<sealed_block> gathered;
        std::size_t seals_awaited = 0;        // lanes that were asked; the group leaves with the last
        leave_reason reason = leave_reason::linger;
        std::size_t num_ready = 0;
        std::size_t num_in_flight = 0;
        unsigned failures = 0;                // in a row
        clock::time_point not_before{};       // no INSERT until then
    };

    [[nodiscard]] batch_policy::gathering gathered_in(const table_state& t, binding::partition_set& partitions) const;
    [[nodiscard]] batch_policy::gathering waiting_in(const table_state& t) const;
    [[nodiscard]] bool may_start(const table_state& t, clock::time_point now) const noexcept;
    void answered(table_id table);
    void leave_unasked(table_id table, clock::time_point now);
    void leave(table_id table);
    void make_ready(table_id table);
    group_ptr cut_group(table_id table);
    [[nodiscard]] bool is_overdue(const table_state& t, clock::time_point now) const noexcept;
    void back_off(table_state& t, clock::time_point now) const noexcept;
    void put_back(const group_ptr& g);
    void split(const group_ptr& g);
    bool gone(const group_ptr& g) noexcept;

    options x_options;
    std::vector<table_state> x_tables;
    std::deque<group_ptr> x_ready;
    std::deque<group_ptr> x_in_flight;
    std::size_t x_held_len = 0;
    bool x_draining = false;
};

}  // namespace colblock::pipeline
