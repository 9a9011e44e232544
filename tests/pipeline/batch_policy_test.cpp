// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

namespace colblock::pipeline {
namespace {

using namespace std::chrono_literals;
using duration = batch_policy::duration;

constexpr clock::time_point start{};

receiver::pacing paced(duration last_wait, duration pause) { return {true, last_wait, pause}; }

batch_policy::gathering rows_since(clock::time_point oldest, std::size_t rows = 1) { return {rows, 100, 1, oldest}; }

TEST(BatchPolicy, NothingWaitingNeverLeaves) {
    const auto d = batch_policy({}).decide({}, true, start + 1h);
    EXPECT_FALSE(d.leave);
    EXPECT_EQ(d.ask_again, clock::time_point::max());
}

TEST(BatchPolicy, TheOldestRowWaitsForTheLinger) {
    const batch_policy policy({});
    const auto early = policy.decide(rows_since(start), true, start + 99ms);
    EXPECT_FALSE(early.leave);
    EXPECT_EQ(early.ask_again, start + 100ms);
    EXPECT_EQ(policy.decide(rows_since(start), true, start + 100ms).leave, leave_reason::linger);
    EXPECT_FALSE(policy.decide(rows_since(start), false, start + 1h).leave) << "no connection is free";
}

TEST(BatchPolicy, FullGroupsLeaveAtOnceEvenWithoutAConnection) {
    const batch_policy policy({});
    EXPECT_EQ(policy.decide({100'000, 1, 1, start}, false, start).leave, leave_reason::rows);
    EXPECT_FALSE(policy.decide({99'999, 1, 1, start}, false, start).leave);
    EXPECT_EQ(policy.decide({1, 128u << 20, 1, start}, false, start).leave, leave_reason::bytes);
    EXPECT_EQ(policy.decide({1, 1, 100, start}, false, start).leave, leave_reason::partitions);
}

TEST(BatchPolicy, SendersThatOnlyWaitForUsHalveTheLinger) {
    batch_policy policy({.min_linger = 100ms, .max_linger = 2s});
    for (int i = 0; i != 20; ++i) {
        policy.saw_request(paced(1s, 10s));
        policy.group_left();
    }
    ASSERT_EQ(policy.linger(), 2s);
    policy.saw_request(paced(2s, 10s));
    policy.saw_request(paced(2s, 100us));  // one is enough
    policy.group_left();
    EXPECT_EQ(policy.linger(), 1s);
    for (int i = 0; i != 10; ++i) {
        policy.saw_request(paced(1s, 0s));
        policy.group_left();
    }
    EXPECT_EQ(policy.linger(), 100ms);
}

TEST(BatchPolicy, LingerGrowsByHalfTheShortestPauseAtMost) {
    batch_policy policy({});
    policy.saw_request(paced(100ms, 5s));
    policy.saw_request(paced(100ms, 40ms));
    policy.group_left();
    EXPECT_EQ(policy.linger(), 120ms);
    policy.saw_request(paced(100ms, 5s));
    policy.group_left();
    EXPECT_EQ(policy.linger(), 180ms);
}

TEST(BatchPolicy, NewConnectionsDoNotLetTheLingerGrowFar) {
    batch_policy policy({});
    for (int i = 0; i != 50; ++i) {
        policy.saw_request({});
        policy.group_left();
    }
    EXPECT_EQ(policy.linger(), 500ms);
}

TEST(BatchPolicy, TooManyPartsLengthensAndSuccessForgets) {
    batch_policy policy({});
    policy.too_many_parts();
    EXPECT_EQ(policy.linger(), 2s);
    policy.too_many_parts();
    policy.too_many_parts();
    EXPECT_EQ(policy.linger(), 5s);
    for (int i = 0; i != 100; ++i) policy.inserted(1ms);
    EXPECT_EQ(policy.linger(), 100ms);
}

TEST(BatchPolicy, SlowInsertsLengthenUpToFiveSeconds) {
    batch_policy policy({});
    policy.inserted(800ms);
    EXPECT_EQ(policy.linger(), 800ms);
    for (int i = 0; i != 30; ++i) policy.inserted(60s);
    EXPECT_EQ(policy.linger(), 5s);
    for (int i = 0; i != 60; ++i) policy.inserted(20ms);
    EXPECT_LT(policy.linger(), 101ms);
}

TEST(BatchPolicy, WhereNobodyWaitsRowsWaitFiveSeconds) {
    batch_policy policy({.senders_wait = false});
    policy.saw_request(paced(1s, 0s));
    policy.group_left();
    EXPECT_EQ(policy.linger(), 5s);
}

// ---- simulations: the senders of the world against the policy, in steps of a millisecond

// An OpenTelemetry SDK's batch processor with its defaults: a queue of 2,048, batches of 512, one export
// at a time, when 512 wait or 5 s after the last.
struct sdk_exporter {
    double spans_per_second;
    clock::time_point next_export = start + 5s;
    double queued = 0;
    std::size_t dropped = 0;
    bool in_flight = false;
    std::size_t batch = 0;
    std::size_t round_trips = 0;
    bool answered_before = false;
    clock::time_point sent_at{};
    clock::time_point answered_at{};
    duration last_wait{};

    // What it sends now, if anything.
    std::size_t tick(clock::time_point now) {
        queued += spans_per_second / 1000;
        if (queued > 2048) {
            dropped += static_cast<std::size_t>(queued - 2048);
            queued = 2048;
        }
        if (in_flight || (queued < 512 && now < next_export) || queued < 1) return 0;
        batch = static_cast<std::size_t>(std::min(queued, 512.0));
        queued -= static_cast<double>(batch);
        in_flight = true;
        sent_at = now;
        return batch;
    }
    [[nodiscard]] receiver::pacing pacing() const { return {answered_before, last_wait, sent_at - answered_at}; }
    void answer(clock::time_point now) {
        in_flight = false;
        answered_before = true;
        answered_at = now;
        last_wait = now - sent_at;
        next_export = sent_at + 5s;
        ++round_trips;
    }
};

using exporters = std::vector<sdk_exporter>;

// One table, some connections, a server that takes `insert_time` for every INSERT.
struct simulation {
    explicit simulation(exporters all = {}) : senders(std::move(all)) {}

    exporters senders;
    duration insert_time = 40ms;
    std::size_t connections = 2;
    batch_policy policy{batch_policy::options{}};
    std::size_t inserts = 0;
    duration longest_wait{0};

    void run(duration how_long) {
        const clock::time_point end = now + how_long;
        for (; now < end; now += 1ms) step();
    }

private:
    struct insert {
        clock::time_point end;
        std::vector<sdk_exporter*> waiting;
    };
    clock::time_point now = start;
    batch_policy::gathering gathered;
    std::vector<sdk_exporter*> waiting;
    std::deque<insert> in_flight;

    void step() {
        for (sdk_exporter& each : senders)
            if (const std::size_t rows = each.tick(now)) {
                if (gathered.rows == 0) gathered.oldest = now;
                gathered.rows += rows;
                gathered.partitions = 1;
                waiting.push_back(&each);
                policy.saw_request(each.pacing());
            }
        while (!in_flight.empty() && in_flight.front().end <= now) {
            for (sdk_exporter* each : in_flight.front().waiting) {
                each->answer(now);
                longest_wait = std::max(longest_wait, each->last_wait);
            }
            policy.inserted(insert_time);
            in_flight.pop_front();
        }
        if (!policy.decide(gathered, in_flight.size() < connections, now).leave) return;
        policy.group_left();
        in_flight.push_back({now + insert_time, std::move(waiting)});
        waiting.clear();
        gathered = {};
        ++inserts;
    }
};

std::size_t total_dropped(const simulation& s) {
    std::size_t dropped = 0;
    for (const sdk_exporter& each : s.senders) dropped += each.dropped;
    return dropped;
}

TEST(BatchPolicySimulation, ADefaultSdkCausesAtMostOneInsertASecond) {
    simulation s(exporters{{.spans_per_second = 100}});
    s.run(120s);
    EXPECT_LE(s.inserts, 120u);
    EXPECT_GE(s.inserts, 20u);
    EXPECT_EQ(total_dropped(s), 0u);
}

TEST(BatchPolicySimulation, ManyDefaultSdksShareOneInsertASecond) {
    simulation s;
    for (int i = 0; i != 40; ++i)
        s.senders.push_back({.spans_per_second = 100, .next_export = start + i * 125ms});
    s.run(30s);  // to settle
    s.inserts = 0;
    s.run(120s);
    EXPECT_LE(s.inserts, 120u);
    EXPECT_LT(s.longest_wait, 3s);
    EXPECT_EQ(total_dropped(s), 0u);
}

TEST(BatchPolicySimulation, ABusySdkWithOneRequestInFlightKeepsUp) {
    simulation s(exporters{{.spans_per_second = 2000}});
    s.run(60s);
    EXPECT_EQ(total_dropped(s), 0u);
    EXPECT_GE(s.senders[0].round_trips, 60u * 2000 / 512 - 4) << "what its rate needs";
}

TEST(BatchPolicySimulation, AnOverloadedSdkGetsAtLeastFourRoundTripsASecond) {
    simulation s(exporters{{.spans_per_second = 100'000}});
    s.run(60s);
    EXPECT_GE(s.senders[0].round_trips, 240u);
}

TEST(BatchPolicySimulation, ABusySdkKeepsUpAmongQuietOnes) {
    simulation s(exporters{{.spans_per_second = 2000}});
    for (int i = 0; i != 20; ++i)
        s.senders.push_back({.spans_per_second = 100, .next_export = start + i * 250ms});
    s.run(120s);
    EXPECT_EQ(total_dropped(s), 0u);
}

TEST(BatchPolicySimulation, ASlowServerSlowsGroupsButStarvesNobody) {
    simulation s(exporters{{.spans_per_second = 100}, {.spans_per_second = 100, .next_export = start + 2s}});
    s.insert_time = 3s;
    s.run(120s);
    EXPECT_LT(s.longest_wait, 9s);
    EXPECT_EQ(total_dropped(s), 0u);
}

}  // namespace
}  // namespace colblock::pipeline
