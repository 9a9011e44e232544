// SPDX-License-Identifier: Apache-2.0
#include "pipeline/commit_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::pipeline {
namespace {

using namespace std::chrono_literals;
using kind = insert_result::kind;

constexpr clock::time_point start{};
constexpr std::uint64_t day = binding::nanoseconds_per_day;

const auto plan = std::make_shared<insert_plan>(insert_plan{.table = "db.t", .statement = "INSERT"});

binding::partition_set days(std::initializer_list<std::uint64_t> numbers) {
    binding::partition_set set;
    for (const std::uint64_t n : numbers) set.add(std::vector<std::uint64_t>{n * day});
    return set;
}

commit_queue::open_rows open(std::size_t rows, clock::time_point oldest = start) {
    return {rows, rows * 10, days({1}), oldest};
}

sealed_block block(std::size_t rows, const std::string& frames, clock::time_point oldest = start) {
    sealed_block b;
    b.plan = plan;
    b.frames.append(frames);
    b.num_rows = rows;
    b.column_len = rows * 10;
    b.partitions = days({1});
    b.oldest = oldest;
    return b;
}

std::vector<std::string> frames_of(const commit_queue::group_ptr& g) {
    std::vector<std::string> all;
    if (g)
        for (const sealed_block& each : g->blocks) all.emplace_back(each.frames.view());
    return all;
}

using frames = std::vector<std::string>;
using seals = std::vector<commit_queue::seal_request>;

commit_queue::options two_lanes() { return {.policy = {}, .num_tables = 2, .num_lanes = 2}; }

// A queue with one group ready, of one block per frames text.
commit_queue with_group(const frames& texts, commit_queue::options how = two_lanes()) {
    commit_queue q(std::move(how));
    for (const std::string& each : texts) q.sealed({0, 0}, {block(10, each)}, false);
    EXPECT_TRUE(q.poll(start + 1s).empty());
    return q;
}

// A lane's open block cannot answer its requests: while INSERTs fail it must be handed over in time.
TEST(CommitQueue, OpenBlocksAreSealedInTimeThoughNoInsertMayStart) {
    auto how = two_lanes();
    how.seal_within = 8s;
    commit_queue q = with_group({"a"}, how);
    ASSERT_FALSE(q.finished(q.take(start + 1s), kind::retry, 1ms, start + 1s));
    q.rows_added({0, 1}, open(5, start + 2s), {});
    EXPECT_TRUE(q.poll(start + 9s).empty()) << "the failed group goes first";
    EXPECT_EQ(q.poll(start + 10s), (seals{{0, 1}}));
    q.sealed({0, 1}, {block(5, "b", start + 2s)}, true);
    std::size_t num_blocks = 0;
    q.for_each_block([&](sealed_block&) { ++num_blocks; });
    EXPECT_EQ(num_blocks, 2u);
}

TEST(CommitQueue, AGroupIsTheBlocksOfAllLanes) {
    commit_queue q(two_lanes());
    q.rows_added({0, 0}, open(10), {});
    q.rows_added({0, 1}, open(20, start + 50ms), {});
    EXPECT_EQ(q.wake_at(start), start + 100ms);
    EXPECT_TRUE(q.poll(start + 99ms).empty());
    EXPECT_EQ(q.poll(start + 100ms), (seals{{0, 0}, {0, 1}}));
    EXPECT_TRUE(q.poll(start + 101ms).empty()) << "asked already";
    q.sealed({0, 1}, {block(20, "b")}, true);
    EXPECT_FALSE(q.take(start + 101ms)) << "one lane is still to come";
    q.sealed({0, 0}, {block(10, "a")}, true);
    const auto g = q.take(start + 101ms);
    EXPECT_EQ(frames_of(g), (frames{"b", "a"}));
    EXPECT_EQ(g->num_rows, 30u);
    EXPECT_EQ(g->reason, leave_reason::linger);
    EXPECT_FALSE(q.empty());
    EXPECT_TRUE(q.finished(g, kind::stored, 10ms, start + 1s));
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(q.held_len(), 0u);
}

TEST(CommitQueue, ALaneThatSealedInBetweenAnswersWithNothing) {
    commit_queue q(two_lanes());
    q.rows_added({0, 0}, open(10), {});
    ASSERT_EQ(q.poll(start + 1s).size(), 1u);
    q.sealed({0, 0}, {block(10, "full")}, false);
    q.rows_added({0, 0}, open(5, start + 1s), {});
    q.declined({0, 0});
    EXPECT_EQ(frames_of(q.take(start + 1s)), (frames{"full"}));
    EXPECT_EQ(q.held_len(), 50u + 4u) << "what came since stays";
}

TEST(CommitQueue, RowsThatComeWhileSealingWaitForTheNextGroup) {
    commit_queue q(two_lanes());
    q.rows_added({0, 0}, open(10), {});
    ASSERT_EQ(q.poll(start + 100ms).size(), 1u);
    q.sealed({0, 0}, {block(10, "first")}, true);
    q.rows_added({0, 0}, open(5, start + 101ms), {});
    EXPECT_EQ(frames_of(q.take(start + 101ms)), (frames{"first"}));
    EXPECT_TRUE(q.poll(start + 150ms).empty());
    EXPECT_EQ(q.poll(start + 1s).size(), 1u);
}

TEST(CommitQueue, TablesDoNotWaitForEachOther) {
    commit_queue q(two_lanes());
    q.rows_added({0, 0}, open(10), {});
    q.rows_added({1, 0}, open(10, start + 60ms), {});
    EXPECT_EQ(q.poll(start + 100ms), (seals{{0, 0}}));
    EXPECT_EQ(q.poll(start + 160ms), (seals{{1, 0}}));
}

TEST(CommitQueue, FullGroupsAreCutAtTheirLimits) {
    commit_queue::options how = two_lanes();
    how.policy.full_rows = 25;
    commit_queue q = with_group({"a", "b", "c", "d", "e"}, how);
    EXPECT_EQ(frames_of(q.take(start + 1s)), (frames{"a", "b", "c"}));
    EXPECT_TRUE(q.poll(start + 1s).empty());
    EXPECT_EQ(frames_of(q.take(start + 1s)), (frames{"d", "e"}));
}

TEST(CommitQueue, AGroupHasAtMostSoManyPartitions) {
    commit_queue::options how = two_lanes();
    how.policy.max_partitions = 3;
    commit_queue q(how);
    for (const auto& set : {days({1, 2}), days({2, 3}), days({4}), days({1, 2, 3, 4, 5})}) {
        sealed_block b = block(1, "x");
        b.partitions = set;
        q.sealed({0, 0}, {std::move(b)}, false);
    }
    (void)q.poll(start + 1s);
    EXPECT_EQ(q.take(start + 1s)->num_partitions, 3u);
    EXPECT_EQ(q.take(start + 1s)->num_partitions, 1u);
    EXPECT_EQ(q.num_ready(), 1u) << "a block alone is not cut, whatever it holds";
}

TEST(CommitQueue, BlocksOfAnotherPlanMakeAnotherGroup) {
    commit_queue q(two_lanes());
    q.sealed({0, 0}, {block(1, "old")}, false);
    sealed_block fresh = block(1, "new");
    fresh.plan = std::make_shared<insert_plan>(*plan);
    q.sealed({0, 0}, {std::move(fresh)}, false);
    (void)q.poll(start + 1s);
    EXPECT_EQ(frames_of(q.take(start + 1s)), (frames{"old"}));
    EXPECT_EQ(frames_of(q.take(start + 1s)), (frames{"new"}));
}

TEST(CommitQueue, ARetryHasTheSameBytesAndTokenAndGoesFirst) {
    commit_queue q = with_group({"a", "b"});
    q.sealed({0, 0}, {block(10, "later")}, false);
    const auto g = q.take(start + 1s);
    const std::string token = g->token;
    EXPECT_EQ(token.size(), 32u);
    EXPECT_FALSE(q.finished(g, kind::retry, 1ms, start + 1s));
    (void)q.poll(start + 1s);
    EXPECT_FALSE(q.take(start + 1s + 99ms)) << "backing off";
    EXPECT_EQ(q.wake_at(start + 1s), start + 1s + 100ms);
    const auto again = q.take(start + 1s + 100ms);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->token, token);
    EXPECT_EQ(frames_of(again), (frames{"a", "b"}));
    EXPECT_EQ(again->attempts, 1u);
}

TEST(CommitQueue, TokensTellGroupsApart) {
    EXPECT_NE(with_group({"a", "b"}).take(start + 1s)->token, with_group({"b", "a"}).take(start + 1s)->token);
    EXPECT_NE(with_group({"a"}).take(start + 1s)->token, with_group({"b"}).take(start + 1s)->token);
    EXPECT_EQ(with_group({"a"}).take(start + 1s)->token, with_group({"a"}).take(start + 1s)->token);
}

TEST(CommitQueue, EqualRowsOfAnotherRequestHaveAnotherToken) {
    const auto token_of_request = [](std::uint64_t hash) {
        commit_queue q(two_lanes());
        sealed_block b = block(10, "a");
        const auto who = std::make_shared<ticket>(receiver::reply(), receiver::outcome(), start);
        who->hash = {.low = hash, .high = 1};
        b.requests.push_back({who, 10});
        q.sealed({0, 0}, {std::move(b)}, false);
        (void)q.poll(start + 1s);
        return q.take(start + 1s)->token;
    };
    EXPECT_EQ(token_of_request(1), token_of_request(1));
    EXPECT_NE(token_of_request(1), token_of_request(2));
}

TEST(CommitQueue, BackOffDoublesToItsLimitAndOneSuccessForgetsIt) {
    commit_queue q = with_group({"a"});
    clock::time_point now = start + 1s;
    for (const auto delay : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
        const auto g = q.take(now);
        ASSERT_TRUE(g);
        EXPECT_FALSE(q.finished(g, kind::retry, 1ms, now));
        EXPECT_EQ(q.wake_at(now), now + delay);
        now += delay;
    }
    EXPECT_TRUE(q.finished(q.take(now), kind::stored, 1ms, now));
    q.sealed({0, 0}, {block(1, "b")}, false);
    (void)q.poll(now);
    EXPECT_FALSE(q.finished(q.take(now), kind::retry, 1ms, now));
    EXPECT_EQ(q.wake_at(now), now + 100ms);
}

TEST(CommitQueue, WhileATableFailsItsRowsGatherAndOthersGoOn) {
    commit_queue q = with_group({"a"});
    EXPECT_FALSE(q.finished(q.take(start + 1s), kind::retry, 1ms, start + 1s));
    q.rows_added({0, 0}, open(10), {});
    q.rows_added({1, 0}, open(10), {});
    EXPECT_EQ(q.poll(start + 1050ms), (seals{{1, 0}}));
}

TEST(CommitQueue, TooManyPartsMakesLargerGroups) {
    commit_queue q = with_group({"a"});
    const auto before = q.linger(0);
    EXPECT_FALSE(q.finished(q.take(start + 1s), kind::too_many_parts, 1ms, start + 1s));
    EXPECT_GE(q.linger(0), 10 * before);
}

TEST(CommitQueue, TooMuchAtOnceIsSentBlockByBlock) {
    commit_queue q = with_group({"a", "b"});
    EXPECT_FALSE(q.finished(q.take(start + 1s), kind::split, 1ms, start + 1s));
    const auto a = q.take(start + 1s);
    const auto b = q.take(start + 1s);
    EXPECT_EQ(frames_of(a), (frames{"a"}));
    EXPECT_EQ(frames_of(b), (frames{"b"}));
    EXPECT_NE(a->token, b->token);
    EXPECT_EQ(q.held_len(), 2u);
}

TEST(CommitQueue, TooManyPartitionsAreSentBlockByBlockAndThenTheServerIsAskedToTakeThem) {
    commit_queue q = with_group({"a", "b"});
    EXPECT_FALSE(q.finished(q.take(start + 1s), kind::too_many_partitions, 1ms, start + 1s));
    auto a = q.take(start + 1s);
    EXPECT_EQ(frames_of(a), (frames{"a"}));
    EXPECT_FALSE(a->any_partitions);
    EXPECT_FALSE(q.finished(a, kind::too_many_partitions, 1ms, start + 1s));
    a = q.take(start + 1s);
    EXPECT_EQ(frames_of(a), (frames{"a"}));
    EXPECT_TRUE(a->any_partitions);
    EXPECT_TRUE(q.finished(a, kind::too_many_partitions, 1ms, start + 1s)) << "nothing is left to try";
    EXPECT_FALSE(q.take(start + 1s)->any_partitions);
}

TEST(CommitQueue, ABlockThatIsTooMuchAloneIsGivenUpInTheEnd) {
    commit_queue q = with_group({"a"});
    clock::time_point now = start + 1s;
    for (int i = 0; i != 9; ++i, now += 1min) EXPECT_FALSE(q.finished(q.take(now), kind::split, 1ms, now));
    EXPECT_TRUE(q.finished(q.take(now), kind::split, 1ms, now));
    EXPECT_TRUE(q.empty());
}

TEST(CommitQueue, InFlightIsLimitedPerTable) {
    commit_queue::options how = two_lanes();
    how.policy.full_rows = 10;
    commit_queue q = with_group({"a", "b", "c"}, how);
    const auto first = q.take(start + 1s);
    EXPECT_TRUE(q.take(start + 1s));
    EXPECT_FALSE(q.take(start + 1s));
    EXPECT_TRUE(q.finished(first, kind::hopeless, 1ms, start + 1s));
    EXPECT_TRUE(q.take(start + 1s));
}

TEST(CommitQueue, DrainingSendsEverythingAtOnce) {
    commit_queue q(two_lanes());
    q.rows_added({0, 1}, open(1), {});
    q.drain();
    EXPECT_EQ(q.wake_at(start), start);
    EXPECT_EQ(q.poll(start), (seals{{0, 1}}));
    q.sealed({0, 1}, {block(1, "x")}, true);
    EXPECT_EQ(q.take(start)->reason, leave_reason::drain);
}

TEST(CommitQueue, GivingUpHandsOutAllThatIsNotInFlight) {
    commit_queue q = with_group({"in flight"});
    const auto g = q.take(start + 1s);
    q.sealed({0, 0}, {block(1, "gathered")}, false);
    const auto lost = q.give_up();
    ASSERT_EQ(lost.size(), 1u);
    EXPECT_EQ(frames_of(lost[0]), (frames{"gathered"}));
    EXPECT_EQ(q.held_len(), 9u);
    EXPECT_TRUE(q.finished(g, kind::stored, 1ms, start + 1s));
    EXPECT_TRUE(q.empty());
}

// A sealed block in two pieces, in the order of the key.
std::vector<sealed_block> pieces_in_order(std::size_t rows, const std::string& name) {
    std::vector<sealed_block> pieces{block(rows / 2, name + "1"), block(rows - rows / 2, name + "2")};
    for (sealed_block& each : pieces) each.order = in_order::later;
    pieces.front().order = in_order::first;
    return pieces;
}

commit_queue::options a_hundred_rows() {
    auto how = two_lanes();
    how.policy.full_rows = 100;
    return how;
}

TEST(CommitQueue, LanesWithRowsInOrderFillTheirBlocksEach) {
    commit_queue q(a_hundred_rows());
    for (lane_id lane : {0u, 1u}) {
        auto rows = open(60);
        rows.is_ordered = true;
        q.rows_added({0, lane}, rows, {});
    }
    EXPECT_TRUE(q.poll(start).empty()) << "120 rows, but 60 a lane";
    q.sealed({0, 1}, pieces_in_order(100, "full"), false);
    EXPECT_TRUE(q.poll(start).empty()) << "the other lane goes on filling its block";
    EXPECT_EQ(frames_of(q.take(start)), (frames{"full1", "full2"}));
    EXPECT_EQ(q.poll(start + 1s), (seals{{0, 0}})) << "or until its rows have waited";
}

TEST(CommitQueue, NoLaneIsAskedWhereEnoughIsSealed) {
    commit_queue q(a_hundred_rows());
    q.sealed({0, 0}, {block(60, "a"), block(50, "b"), block(30, "c")}, false);
    q.rows_added({0, 0}, open(10), {});
    EXPECT_TRUE(q.poll(start).empty());
    EXPECT_EQ(frames_of(q.take(start)), (frames{"a", "b"}));
    EXPECT_EQ(q.take(start), nullptr) << "the rest waits";
}

TEST(CommitQueue, RowsInOrderAreAnInsertOfTheirOwn) {
    commit_queue q(a_hundred_rows());
    q.rows_added({0, 0}, open(10), {});
    q.sealed({0, 0}, pieces_in_order(60, "a"), false);
    q.sealed({0, 1}, pieces_in_order(50, "b"), false);
    EXPECT_EQ(q.wake_at(start), start) << "whoever sealed them unasked had enough";
    EXPECT_TRUE(q.poll(start).empty());
    EXPECT_EQ(frames_of(q.take(start)), (frames{"a1", "a2"}));
    EXPECT_EQ(frames_of(q.take(start)), (frames{"b1", "b2"}));
}

TEST(CommitQueue, HowManyRowsInOrderAreAnInsertIsTheLanesDecision) {
    commit_queue q(a_hundred_rows());
    q.sealed({0, 0}, pieces_in_order(250, "a"), false);
    q.sealed({0, 0}, {block(50, "b")}, false);
    EXPECT_TRUE(q.poll(start).empty());
    EXPECT_EQ(frames_of(q.take(start)), (frames{"a1", "a2"}));
    EXPECT_EQ(q.take(start), nullptr) << "50 rows wait";
}

TEST(CommitQueue, FewRowsInOrderAreJoinedByOthers) {
    commit_queue q(a_hundred_rows());
    q.sealed({0, 0}, pieces_in_order(20, "a"), false);
    q.sealed({0, 1}, pieces_in_order(90, "b"), false);
    EXPECT_TRUE(q.poll(start).empty());
    EXPECT_EQ(frames_of(q.take(start)), (frames{"a1", "a2", "b1", "b2"}));
    EXPECT_EQ(q.take(start), nullptr);
}

TEST(CommitQueue, HeldBytesAreOpenColumnsAndSealedFrames) {
    commit_queue q(two_lanes());
    q.rows_added({0, 0}, open(10), {});
    q.rows_added({0, 0}, open(20), {});
    EXPECT_EQ(q.held_len(), 200u);
    q.sealed({0, 0}, {block(20, "12345")}, false);
    EXPECT_EQ(q.held_len(), 5u);
}

}  // namespace
}  // namespace colblock::pipeline
