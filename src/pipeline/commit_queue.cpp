// SPDX-License-Identifier: Apache-2.0
#include "pipeline/commit_queue.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <xxhash.h>

namespace colblock::pipeline {

namespace {

std::string hex(std::uint64_t value) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = 16; i-- != 0; value >>= 4) text[i] = digits[value & 15];
    return text;
}

// The same frames of the same requests give the same token, also in another process: a server that saw the
// first attempt recognises the second. The requests count because equal rows may come in two of them, such as
// a gauge of a cumulative and of a delta reader: both are stored.
std::string token_of(const std::vector<sealed_block>& blocks) {
    std::string hashes;
    for (const sealed_block& each : blocks) {
        const XXH128_hash_t h = XXH3_128bits(each.frames.data(), each.frames.size());
        hashes += hex(h.high64) + hex(h.low64);
        for (const sealed_block::waiting& request : each.requests)
            hashes += hex(request.who->hash.high) + hex(request.who->hash.low);
    }
    if (hashes.size() == 32) return hashes;
    const XXH128_hash_t h = XXH3_128bits(hashes.data(), hashes.size());
    return hex(h.high64) + hex(h.low64);
}

void describe(group& g) {
    g.num_rows = g.column_len = g.frame_len = 0;
    g.oldest = clock::time_point::max();
    binding::partition_set partitions;
    for (const sealed_block& each : g.blocks) {
        g.num_rows += each.num_rows;
        g.column_len += each.column_len;
        g.frame_len += each.frames.size();
        g.oldest = std::min(g.oldest, each.oldest);
        partitions.add(each.partitions);
    }
    g.num_partitions = partitions.size();
    g.token = token_of(g.blocks);
}

}  // namespace

commit_queue::commit_queue(options how) : x_options(std::move(how)) {
    for (std::size_t i = 0; i != x_options.num_tables; ++i) {
        x_tables.push_back({.policy = batch_policy(x_options.policy), .open = {}, .gathered = {}});
        x_tables.back().open.resize(x_options.num_lanes);
    }
}

void commit_queue::rows_added(seal_request where, open_rows all, const receiver::pacing& sender) {
    table_state& t = x_tables[where.table];
    x_held_len += all.bytes - t.open[where.lane].bytes;
    t.open[where.lane] = std::move(all);
    t.policy.saw_request(sender);
}

void commit_queue::sealed(seal_request where, std::vector<sealed_block> blocks, bool asked) {
    table_state& t = x_tables[where.table];
    x_held_len -= std::exchange(t.open[where.lane], {}).bytes;
    for (sealed_block& block : blocks) {
        if (block.num_rows == 0) continue;
        x_held_len += block.frames.size();
        t.gathered.push_back(std::move(block));
    }
    if (asked) answered(where.table);
}

void commit_queue::declined(seal_request where) { answered(where.table); }

void commit_queue::answered(table_id table) {
    table_state& t = x_tables[table];
    if (t.seals_awaited != 0 && --t.seals_awaited == 0) leave(table);
}

batch_policy::gathering commit_queue::gathered_in(const table_state& t, binding::partition_set& partitions) const {
    batch_policy::gathering all{.oldest = clock::time_point::max()};
    for (const sealed_block& each : t.gathered) {
        all.rows += each.num_rows;
        all.bytes += each.column_len;
        all.oldest = std::min(all.oldest, each.oldest);
        partitions.add(each.partitions);
    }
    all.partitions = partitions.size();
    return all;
}

// What waits. Rows that a lane puts in order do not make a group full: the rows of two lanes would be in order only
// by themselves, so each fills its block and seals it unasked.
batch_policy::gathering commit_queue::waiting_in(const table_state& t) const {
    binding::partition_set partitions;
    batch_policy::gathering all = gathered_in(t, partitions);
    for (const open_rows& each : t.open) {
        if (each.rows == 0) continue;
        if (each.is_ordered) {
            all.rows = std::max<std::size_t>(all.rows, 1);
        } else {
            all.rows += each.rows;
            all.bytes += each.bytes;
        }
        all.oldest = std::min(all.oldest, each.oldest);
        partitions.add(each.partitions);
    }
    all.partitions = partitions.size();
    return all;
}

// A ready group goes first, and while the table's INSERTs fail its rows gather into larger groups.
bool commit_queue::may_start(const table_state& t, clock::time_point now) const noexcept {
    return t.num_ready == 0 && t.num_in_flight < x_options.max_in_flight_per_table && now >= t.not_before &&
           x_in_flight.size() + x_ready.size() < x_options.num_connections;
}

bool commit_queue::is_overdue(const table_state& t, clock::time_point now) const noexcept {
    return std::ranges::any_of(
        t.open, [&](const open_rows& each) { return each.rows != 0 && now - each.oldest >= x_options.seal_within; });
}

std::vector<commit_queue::seal_request> commit_queue::poll(clock::time_point now) {
    std::vector<seal_request> requests;
    for (table_id table = 0; table != x_tables.size(); ++table) {
        table_state& t = x_tables[table];
        if (t.seals_awaited != 0) continue;
        leave_unasked(table, now);
        const batch_policy::gathering waiting = waiting_in(t);
        const auto decided = t.policy.decide(waiting, may_start(t, now), now);
        const bool leaves = x_draining ? waiting.rows != 0 : decided.leave || is_overdue(t, now);
        if (!leaves) continue;
        t.reason = x_draining ? leave_reason::drain : decided.leave.value_or(leave_reason::linger);
        t.policy.group_left();
        for (lane_id lane = 0; lane != t.open.size(); ++lane)
            if (t.open[lane].rows != 0) requests.push_back({table, lane});
        t.seals_awaited = static_cast<std::size_t>(
            std::ranges::count_if(t.open, [](const open_rows& each) { return each.rows != 0; }));
        if (t.seals_awaited == 0) leave(table);
    }
    return requests;
}

// What is enough by itself: lanes that are asked in spite of it would hand over the little that came since, and
// that would be a part. A lane that seals rows in order unasked has enough of them.
void commit_queue::leave_unasked(table_id table, clock::time_point now) {
    table_state& t = x_tables[table];
    while (!t.gathered.empty()) {
        binding::partition_set partitions;
        const auto decided = t.policy.decide(gathered_in(t, partitions), false, now);
        if (!decided.leave && t.gathered.front().order != in_order::first) return;
        t.reason = decided.leave.value_or(leave_reason::rows);
        t.policy.group_left();
        make_ready(table);
    }
}

void commit_queue::leave(table_id table) {
    while (!x_tables[table].gathered.empty()) make_ready(table);
}

void commit_queue::make_ready(table_id table) {
    x_ready.push_back(cut_group(table));
    ++x_tables[table].num_ready;
}

// The oldest blocks that fit one INSERT: up to what is full, of one plan, over so many partitions. Rows in the order
// of the key stay alone unless that would make a small part: fewer parts are worth more than the order. How many they are
// is the lane's decision.
commit_queue::group_ptr commit_queue::cut_group(table_id table) {
    table_state& t = x_tables[table];
    auto g = std::make_shared<group>();
    g->table = table;
    g->reason = t.reason;
    binding::partition_set partitions;
    std::size_t rows = 0;
    std::size_t bytes = 0;
    while (!t.gathered.empty()) {
        const sealed_block& next = t.gathered.front();
        const bool is_alone = next.order == in_order::first && rows >= x_options.policy.full_rows / 4;
        const bool has_enough = rows >= x_options.policy.full_rows || bytes >= x_options.policy.full_bytes;
        const bool full = is_alone || (has_enough && next.order != in_order::later) ||
                          partitions.size_with(next.partitions) > x_options.policy.max_partitions;
        if (!g->blocks.empty() && (full || next.plan != g->blocks.front().plan)) break;
        rows += next.num_rows;
        bytes += next.column_len;
        partitions.add(next.partitions);
        g->blocks.push_back(std::move(t.gathered.front()));
        t.gathered.pop_front();
    }
    describe(*g);
    return g;
}

commit_queue::group_ptr commit_queue::take(clock::time_point now) {
    const auto next = std::ranges::find_if(x_ready, [&](const group_ptr& g) {
        const table_state& t = x_tables[g->table];
        return now >= t.not_before && t.num_in_flight < x_options.max_in_flight_per_table;
    });
    if (next == x_ready.end()) return nullptr;
    group_ptr g = *next;
    x_ready.erase(next);
    x_in_flight.push_back(g);
    --x_tables[g->table].num_ready;
    ++x_tables[g->table].num_in_flight;
    return g;
}

void commit_queue::back_off(table_state& t, clock::time_point now) const noexcept {
    const unsigned doublings = std::min(t.failures, 10u);
    ++t.failures;
    t.not_before = now + std::min(x_options.max_backoff, x_options.min_backoff * (1 << doublings));
}

void commit_queue::put_back(const group_ptr& g) {
    ++g->attempts;
    x_ready.push_front(g);
    ++x_tables[g->table].num_ready;
}

void commit_queue::split(const group_ptr& g) {
    for (std::size_t i = g->blocks.size(); i-- != 0;) {
        auto part = std::make_shared<group>();
        part->table = g->table;
        part->reason = g->reason;
        part->attempts = g->attempts;
        part->blocks.push_back(std::move(g->blocks[i]));
        describe(*part);
        put_back(part);
    }
}

bool commit_queue::finished(const group_ptr& g, insert_result::kind what, batch_policy::duration took,
                            clock::time_point now) {
    using kind = insert_result::kind;
    table_state& t = x_tables[g->table];
    std::erase(x_in_flight, g);
    --t.num_in_flight;
    switch (what) {
    case kind::stored:
        t.failures = 0;
        t.not_before = {};
        t.policy.inserted(took);
        return gone(g);
    case kind::replan:
    case kind::hopeless: return gone(g);
    case kind::too_many_parts: t.policy.too_many_parts(); [[fallthrough]];
    case kind::retry:
        back_off(t, now);
        put_back(g);
        return false;
    case kind::split:
        if (g->blocks.size() > 1) {
            split(g);
            return false;
        }
        if (g->attempts + 1 >= x_options.max_unsplittable_attempts) return gone(g);
        back_off(t, now);
        put_back(g);
        return false;
    case kind::too_many_partitions:
        if (g->blocks.size() > 1) {
            split(g);
            return false;
        }
        if (std::exchange(g->any_partitions, true)) return gone(g);
        put_back(g);
        return false;
    }
    return gone(g);
}

bool commit_queue::gone(const group_ptr& g) noexcept {
    x_held_len -= g->frame_len;
    return true;
}

std::vector<commit_queue::group_ptr> commit_queue::give_up() {
    for (table_id table = 0; table != x_tables.size(); ++table) {
        leave(table);
        x_tables[table].num_ready = 0;
    }
    std::vector<group_ptr> all(x_ready.begin(), x_ready.end());
    x_ready.clear();
    for (const group_ptr& g : all) gone(g);
    return all;
}

clock::time_point commit_queue::wake_at(clock::time_point now) const {
    clock::time_point first = clock::time_point::max();
    for (const table_state& t : x_tables) {
        if (t.num_ready != 0 && t.not_before > now) first = std::min(first, t.not_before);
        if (t.seals_awaited != 0) continue;
        if (!t.gathered.empty() && t.gathered.front().order == in_order::first) return now;
        const batch_policy::gathering waiting = waiting_in(t);
        const auto decided = t.policy.decide(waiting, may_start(t, now), now);
        if (decided.leave || (x_draining && waiting.rows != 0)) return now;
        first = std::min(first, decided.ask_again);
        if (t.not_before > now && waiting.rows != 0) first = std::min(first, t.not_before);
    }
    return first;
}

bool commit_queue::empty() const noexcept {
    return x_ready.empty() && x_in_flight.empty() && std::ranges::all_of(x_tables, [](const table_state& t) {
               return t.gathered.empty() && t.seals_awaited == 0 &&
                      std::ranges::all_of(t.open, [](const open_rows& each) { return each.rows == 0; });
           });
}

}  // namespace colblock::pipeline
