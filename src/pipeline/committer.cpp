// SPDX-License-Identifier: Apache-2.0
#include "pipeline/committer.hpp"

#include <algorithm>
#include <utility>

namespace colblock::pipeline {

namespace {

// How often waiting requests are looked through, and the longest the time keeper sleeps.
constexpr auto expiry_period = std::chrono::milliseconds(500);

receiver::outcome fate_of(const group& g, const insert_result& how) {
    using kind = receiver::outcome::kind;
    switch (how.what) {
    case insert_result::kind::stored: return {};
    case insert_result::kind::replan:
        return {kind::unavailable, 0, std::chrono::seconds(1),
                "the table " + g.plan().table + " has changed: send again"};
    case insert_result::kind::retry:
    case insert_result::kind::too_many_parts:
        return {kind::unavailable, 0, std::chrono::seconds(1), "the rows were not stored: send again"};
    case insert_result::kind::split:
    case insert_result::kind::too_many_partitions:
    case insert_result::kind::hopeless: break;
    }
    return {kind::bad_data, 0, {}, "ClickHouse refuses the rows for " + g.plan().table + ": " + how.message};
}

// Open blocks are sealed in time for the answers to the requests in them.
committer::options with_time_to_seal(committer::options how) {
    how.queue.seal_within = how.answer_within * 8 / 9;
    return how;
}

}  // namespace

committer::committer(options how, stats& counted, committer_events events)
    : x_options(with_time_to_seal(std::move(how))),
      x_stats(counted),
      x_events(std::move(events)),
      x_dead_letter(x_options.dead_letter_directory),
      x_lanes(x_options.queue.num_lanes),
      x_queue(x_options.queue) {}

committer::~committer() {
    if (!x_threads.empty()) stop(std::chrono::milliseconds(0));
}

void committer::set_lane(lane_id lane, ask_lane ask) { x_lanes[lane] = std::move(ask); }

void committer::start(const make_sink& sink) {
    x_threads.emplace_back([this] { keep_time(); });
    for (std::size_t i = 0; i != x_options.queue.num_connections; ++i)
        x_threads.emplace_back([this, sink] { send_groups(sink); });
}

void committer::drain() {
    const lock held(x_mutex);
    x_queue.drain();
    x_look_again = true;
    x_time_changed.notify_one();
}

void committer::stop(std::chrono::milliseconds patience) {
    std::vector<commit_queue::group_ptr> left;
    {
        lock held(x_mutex);
        x_queue.drain();
        x_look_again = true;
        x_time_changed.notify_one();
        x_all_sent.wait_for(held, patience, [this] { return x_queue.empty(); });
        x_stopping = true;
        left = x_queue.give_up();
        for (insert_sink* each : x_sinks) each->abort();
        x_time_changed.notify_all();
        x_group_ready.notify_all();
    }
    x_threads.clear();
    const insert_result late{insert_result::kind::retry, 0, "colblock-ingest stopped before it was stored"};
    for (const auto& each : left) conclude(*each, late, clock::now());
    const lock held(x_mutex);
    for (const auto& each : x_queue.give_up()) conclude(*each, late, clock::now());
    publish();
}

bool committer::rejoin(const payload_hash& hash, receiver::reply& answer) {
    const lock held(x_mutex);
    const bool joined = x_late.rejoin(hash, answer, clock::now());
    x_expects_returns.store(!x_late.empty(), std::memory_order_relaxed);
    if (joined) x_stats.requests_rejoined.add();
    return joined;
}

void committer::rows_added(commit_queue::seal_request where, commit_queue::open_rows all,
                           const receiver::pacing& sender) {
    const lock held(x_mutex);
    x_queue.rows_added(where, std::move(all), sender);
    wake_if_earlier(x_queue.wake_at(clock::now()));
    publish();
}

void committer::sealed(commit_queue::seal_request where, std::vector<sealed_block> blocks, bool asked) {
    for (const sealed_block& each : blocks) {
        x_stats.blocks_sealed.add();
        x_stats.column_len.add(each.column_len);
        x_stats.frame_len.add(each.frames.size());
    }
    const lock held(x_mutex);
    x_queue.sealed(where, std::move(blocks), asked);
    if (x_queue.num_ready() != 0) x_group_ready.notify_one();
    wake_if_earlier(x_queue.wake_at(clock::now()));
    publish();
}

void committer::declined(commit_queue::seal_request where) {
    const lock held(x_mutex);
    x_queue.declined(where);
    if (x_queue.num_ready() != 0) x_group_ready.notify_one();
    wake_if_earlier(x_queue.wake_at(clock::now()));
    publish();
}

void committer::wake_if_earlier(clock::time_point when) {
    if (when >= x_wakes_at) return;
    x_look_again = true;
    x_time_changed.notify_one();
}

void committer::publish() {
    x_stats.held_len.store(x_queue.held_len(), std::memory_order_relaxed);
    x_stats.groups_ready.store(x_queue.num_ready(), std::memory_order_relaxed);
    x_stats.groups_in_flight.store(x_queue.num_in_flight(), std::memory_order_relaxed);
}

void committer::keep_time() {
    lock held(x_mutex);
    while (!x_stopping) {
        const clock::time_point now = clock::now();
        x_look_again = false;
        const auto requests = x_queue.poll(now);
        if (!requests.empty()) {
            held.unlock();
            ask_lanes(requests);
            held.lock();
        }
        if (x_queue.num_ready() != 0) x_group_ready.notify_all();
        if (x_queue.empty()) x_all_sent.notify_all();
        if (now >= x_next_expiry) expire_requests(now);
        x_wakes_at = std::min(x_queue.wake_at(now), now + expiry_period);
        // What is due already was acted upon above, or waits for an event that sets x_look_again.
        const clock::time_point until = x_wakes_at <= now ? now + std::chrono::milliseconds(5) : x_wakes_at;
        x_time_changed.wait_until(held, until, [this] { return x_look_again || x_stopping; });
    }
}

void committer::ask_lanes(const std::vector<commit_queue::seal_request>& requests) {
    for (const commit_queue::seal_request& each : requests) x_lanes[each.lane](each.table);
}

void committer::expire_requests(clock::time_point now) {
    x_next_expiry = now + expiry_period;
    x_queue.for_each_block([&](sealed_block& b) {
        if (now - b.oldest < x_options.answer_within) return;
        for (const sealed_block::waiting& each : b.requests) {
            receiver::reply answer = each.who->take_expired(now, x_options.answer_within);
            if (!answer) continue;
            // Remembered before it is answered: the sender may come back at once.
            x_stats.requests_expired.add();
            x_late.add(each.who, now);
            x_expects_returns.store(true, std::memory_order_relaxed);
            answer({receiver::outcome::kind::unavailable, 0, std::chrono::seconds(1),
                    "ClickHouse has not confirmed the rows yet: send again"});
        }
    });
}

void committer::send_groups(const make_sink& make) {
    const std::unique_ptr<insert_sink> sink = make();
    lock held(x_mutex);
    x_sinks.push_back(sink.get());
    while (!x_stopping) {
        const commit_queue::group_ptr g = x_queue.take(clock::now());
        if (!g) {
            x_group_ready.wait(held);
            continue;
        }
        publish();
        held.unlock();
        const clock::time_point begin = clock::now();
        const insert_result how = sink->insert(*g);
        const clock::time_point end = clock::now();
        if (how.what != insert_result::kind::stored) x_events.insert_failed(*g, how);
        held.lock();
        const bool gone = x_queue.finished(g, how.what, end - begin, end);
        publish();
        held.unlock();
        if (how.what == insert_result::kind::stored) x_stats.insert_time.add(end - begin);
        else x_stats.insert_failed(how.code);
        if (gone) conclude(*g, how, end);
        else x_stats.retries.add();
        held.lock();
        x_look_again = true;
        x_time_changed.notify_one();
    }
    std::erase(x_sinks, sink.get());
}

// Tells everybody whose rows are in the group what became of them. Nobody needs its bytes any more.
void committer::conclude(group& g, const insert_result& how, clock::time_point now) {
    const bool stored = how.what == insert_result::kind::stored;
    const receiver::outcome fate = fate_of(g, how);
    const bool sent_again = fate.what == receiver::outcome::kind::unavailable;
    const bool anybody_waits = std::ranges::any_of(g.blocks, [](const sealed_block& b) { return !b.requests.empty(); });
    if (stored) {
        x_stats.inserts.add();
        x_stats.rows_inserted.add(g.num_rows);
        x_stats.groups[static_cast<std::size_t>(g.reason)].add();
    } else if (!sent_again || !anybody_waits) {
        give_up(g, how);
    }
    if (how.what == insert_result::kind::replan) x_events.table_changed(g.table);
    for (sealed_block& block : g.blocks) {
        x_stats.answer_time.add(now - block.oldest);
        for (const sealed_block::waiting& each : block.requests) each.who->settle(fate, each.rows);
        x_frames.give(std::move(block.frames));
    }
}

void committer::give_up(const group& g, const insert_result& why) {
    x_stats.rows_given_up.add(g.num_rows);
    const auto written = x_dead_letter.write(g, why);
    x_events.given_up(g, why, written ? written->string() : written.error());
}

}  // namespace colblock::pipeline
