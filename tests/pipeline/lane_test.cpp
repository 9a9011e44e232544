// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lane.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/fakes.hpp"

namespace colblock::pipeline {
namespace {

using namespace std::chrono_literals;
using kind = receiver::outcome::kind;

// One lane on the test's thread, a committer that asks for nothing by itself.
class Lane : public ::testing::Test {
protected:
    void make(lane::options how = {}, committer::options with = {}) {
        how.compression = codec::compression::none();
        how.wall_clock = [] { return std::uint64_t{1}; };
        with.queue.num_tables = 3;
        with.queue.policy.min_linger = 1h;
        with.queue.policy.max_linger = 1h;
        with.queue.policy.slow_linger = 1h;
        to.emplace(with, counted, committer_events{});
        to->set_lane(0, [this](table_id table) { asked.push_back(table); });
        under_test.emplace(how, *to, counted);
        auto in = std::make_unique<fake_ingest>(std::vector<std::string>{"first", "second"});
        tables = in.get();
        under_test->bind(signal::metrics, {.in = std::move(in), .first_table = 1});
    }
    void take(const std::string& body, signal what = signal::metrics) {
        receiver::payload p;
        p.signal = what;
        p.bytes.append(body);
        p.answer = got.make();
        under_test->take(p);
    }
    // Rows of the INSERTs, in order of their text.
    std::vector<std::string> inserted() {
        std::vector<std::string> all;
        for (const auto& each : server.stored())
            for (const std::string& frame : each.frames) all.push_back(frame.substr(codec::frame_header_len));
        std::ranges::sort(all);
        return all;
    }

    stats counted;
    answers got;
    fake_server server;
    std::vector<table_id> asked;
    fake_ingest* tables = nullptr;
    std::optional<committer> to;
    std::optional<lane> under_test;
};

using texts = std::vector<std::string>;

TEST_F(Lane, RowsWaitInTheOpenBlockOfTheirTable) {
    make();
    take("abC");
    take("dE");
    EXPECT_EQ(tables->block(0).rows, "abd");
    EXPECT_EQ(tables->block(1).rows, "CE");
    EXPECT_EQ(got.size(), 0u) << "nothing is confirmed";
    EXPECT_EQ(counted.held_len, 5u);
    EXPECT_EQ(counted.of(signal::metrics).records_received.value(), 5u);
    EXPECT_EQ(counted.of(signal::metrics).records_stored.value(), 0u);
}

TEST_F(Lane, SealingHandsOverRowsAndRequests) {
    make();
    take("abC");
    take("dE");
    to->start([this] { return server.connect(); });
    under_test->seal_asked(1);  // as if the committer had asked for both
    EXPECT_EQ(tables->block(0).rows, "");
    EXPECT_EQ(tables->block(1).rows, "CE");
    under_test->seal_asked(2);
    to->stop(10s);
    EXPECT_EQ(inserted(), (texts{"CE", "abd"}));
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].what, kind::stored);
    EXPECT_EQ(got[1].what, kind::stored);
    EXPECT_EQ(counted.of(signal::metrics).records_stored.value(), 5u);
}

TEST_F(Lane, FullBlocksAreSealedUnasked) {
    make({.max_rows = 3});
    take("ab");
    take("cd");
    EXPECT_EQ(tables->block(0).rows, "");
    EXPECT_EQ(counted.blocks_sealed.value(), 1u);
}

TEST_F(Lane, AMalformedPayloadLeavesNoTrace) {
    make();
    take("ab");
    take("cD!");
    EXPECT_EQ(tables->block(0).rows, "ab");
    EXPECT_EQ(tables->block(1).rows, "");
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::bad_data);
    EXPECT_EQ(got[0].message, "a field tag is not valid protobuf, at byte 2");
    EXPECT_EQ(counted.of(signal::metrics).payloads_bad.value(), 1u);
}

TEST_F(Lane, RejectedRecordsAreAPartialSuccess) {
    make({.ack = acknowledgement::queued});
    take("a--");
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::partially_stored);
    EXPECT_EQ(got[0].rejected, 2u);
    EXPECT_EQ(got[0].message, "2 spans without a valid trace id and span id");
}

TEST_F(Lane, NoRowsAreStoredAtOnce) {
    make();
    take("");
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::stored);
    EXPECT_EQ(counted.held_len, 0u);
}

TEST_F(Lane, QueuedAnswersAtOnce) {
    make({.ack = acknowledgement::queued});
    take("ab");
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::stored);
    EXPECT_EQ(counted.of(signal::metrics).records_stored.value(), 2u);
}

TEST_F(Lane, WithoutTablesSendersComeAgain) {
    make();
    take("a", signal::logs);
    EXPECT_EQ(got[0].what, kind::unavailable);
}

TEST_F(Lane, OverloadIsAnswered) {
    committer::options small;
    small.max_held_len = 2;
    make({}, small);
    take("ab");
    take("c");
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::overloaded);
    EXPECT_GT(got[0].retry_after.count(), 0);
    EXPECT_EQ(tables->block(0).rows, "ab");
    EXPECT_EQ(counted.of(signal::metrics).payloads_refused.value(), 1u);
}

TEST_F(Lane, APayloadOverManyPartitionsStartsNewBlocks) {
    make({.ack = acknowledgement::queued, .max_partitions = 3});
    take("12A");
    take("3");
    EXPECT_EQ(tables->block(0).rows, "123");
    take("45B");
    EXPECT_EQ(tables->block(0).rows, "45");
    EXPECT_EQ(tables->block(1).rows, "B");
    EXPECT_EQ(counted.of(signal::metrics).records_received.value(), 7u);
}

TEST_F(Lane, APayloadThatAloneCoversTooManyPartitionsBecomesSeveralBlocks) {
    make({.max_partitions = 3});
    take("9");
    take("916381176");
    EXPECT_EQ(tables->block(0).rows, "") << "every part is sealed at once";
    EXPECT_EQ(counted.blocks_sealed.value(), 3u);
    EXPECT_EQ(counted.of(signal::metrics).records_received.value(), 10u);
    EXPECT_EQ(got.size(), 0u);
    to->start([this] { return server.connect(); });
    to->stop(10s);
    EXPECT_EQ(inserted(), (texts{"163116", "9", "987"}));
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[1].what, kind::stored) << "answered once, when all parts are stored";
}

TEST_F(Lane, APayloadOverManyPartitionsIsRefusedWhereOneOfItsPartsIs) {
    make({.max_partitions = 3});
    server.fail_next({{insert_result::kind::hopeless, 117, "bad"}});
    take("123456");
    to->start([this] { return server.connect(); });
    to->stop(10s);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_NE(got[0].what, kind::stored);
}

TEST_F(Lane, BindingAgainSealsWhatIsOpen) {
    make();
    take("ab");
    under_test->bind(signal::metrics, {.in = std::make_unique<fake_ingest>(texts{"new", "second"}), .first_table = 1});
    take("c");
    EXPECT_EQ(counted.blocks_sealed.value(), 1u);
}

TEST_F(Lane, ABlockThatDoesNotEncodeIsAnsweredAsOurDefect) {
    make();
    tables->block(0).broken = true;
    take("ab");
    under_test->seal_asked(1);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::internal);
    EXPECT_EQ(counted.rows_given_up.value(), 2u);
}

TEST_F(Lane, RowsInOrderAreSealedInPieces) {
    make({.max_rows = 3});
    tables->block(0).ordered = true;
    take("db");
    take("eca");
    take("f");
    EXPECT_EQ(tables->block(0).rows, "dbecaf") << "full only when there are enough for an INSERT";
    to->start([this] { return server.connect(); });
    under_test->seal_asked(1);
    to->stop(10s);
    ASSERT_EQ(server.stored().size(), 1u);
    EXPECT_EQ(server.stored()[0].frames.size(), 2u);
    EXPECT_EQ(inserted(), (texts{"abc", "def"}));
    ASSERT_EQ(got.size(), 3u);
    for (std::size_t i = 0; i != 3; ++i) EXPECT_EQ(got[i].what, kind::stored);
    EXPECT_EQ(counted.of(signal::metrics).records_stored.value(), 6u);
}

TEST_F(Lane, ARequestLosesOnlyTheRowsOfTheRefusedPiece) {
    committer::options one_after_the_other;
    one_after_the_other.queue.max_in_flight_per_table = 1;
    make({.max_rows = 3}, one_after_the_other);
    tables->block(0).ordered = true;
    take("ab");
    take("cdef");
    to->start([this] { return server.connect(); });
    server.fail_next({{insert_result::kind::split, 241, ""}, {insert_result::kind::hopeless, 1, "no"}});
    under_test->seal_asked(1);
    to->stop(10s);
    EXPECT_EQ(inserted(), texts{"def"});
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].what, kind::bad_data);
    EXPECT_EQ(got[0].rejected, 2u);
    EXPECT_EQ(got[1].what, kind::partially_stored);
    EXPECT_EQ(got[1].rejected, 1u);
    EXPECT_EQ(counted.of(signal::metrics).records_stored.value(), 3u);
}

TEST_F(Lane, RowsInOrderAreSealedWhenThereAreEnoughForAnInsert) {
    make({.max_rows = 2, .max_ordered_rows = 5});
    tables->block(0).ordered = true;
    take("abcd");
    EXPECT_EQ(counted.blocks_sealed.value(), 0u);
    take("e");
    EXPECT_EQ(counted.blocks_sealed.value(), 3u);
    EXPECT_EQ(tables->block(0).rows, "");
}

TEST_F(Lane, WhereMemoryIsShortFewerRowsAreOrdered) {
    committer::options little;
    little.max_held_len = 5;
    make({.max_rows = 2, .max_len = 3}, little);
    tables->block(0).ordered = true;
    take("ab");
    EXPECT_EQ(counted.blocks_sealed.value(), 0u);
    take("cd");
    EXPECT_EQ(counted.blocks_sealed.value(), 2u);
}

// While the committer's question was on its way the block became full: what came since is not what it asked for.
TEST_F(Lane, ABlockThatWasBegunAfterTheQuestionStaysOpen) {
    make({.max_rows = 2});
    const auto asked_at = clock::now();
    take("ab");
    take("c");
    under_test->seal_asked(1, asked_at);
    EXPECT_EQ(tables->block(0).rows, "c");
    under_test->seal_asked(1, clock::now());
    EXPECT_EQ(tables->block(0).rows, "");
}

TEST_F(Lane, MemoryOfALargeBlockIsGivenBackWhenOnlySmallOnesFollow) {
    make({.max_rows = 4, .max_ordered_rows = 20});
    tables->block(0).ordered = true;
    const auto seal = [&](std::size_t rows) {
        take(std::string(rows, 'a'));
        under_test->seal_asked(1);
    };
    seal(16);
    for (int i = 0; i != 7; ++i) seal(2);
    EXPECT_EQ(tables->block(0).num_releases, 0u);
    seal(10);
    for (int i = 0; i != 7; ++i) seal(2);
    EXPECT_EQ(tables->block(0).num_releases, 0u) << "a large one came in between";
    seal(2);
    EXPECT_EQ(tables->block(0).num_releases, 1u);
    for (int i = 0; i != 20; ++i) seal(2);
    EXPECT_EQ(tables->block(0).num_releases, 1u) << "nothing is left to give back";
}

TEST_F(Lane, RowsInOrderThatDoNotEncodeAreAnsweredAsOurDefect) {
    make({.max_rows = 1});
    tables->block(0).ordered = tables->block(0).broken = true;
    take("ab");
    under_test->seal_asked(1);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::internal);
    EXPECT_EQ(counted.rows_given_up.value(), 2u);
}

TEST_F(Lane, RequestsOfALaneThatEndsAreSentAgain) {
    make();
    take("ab");
    under_test.reset();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::unavailable);
}

}  // namespace
}  // namespace colblock::pipeline
