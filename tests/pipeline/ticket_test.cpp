// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ticket.hpp"

#include <gtest/gtest.h>

#include "pipeline/fakes.hpp"

namespace colblock::pipeline {
namespace {

using namespace std::chrono_literals;
using kind = receiver::outcome::kind;

constexpr clock::time_point start{};
const receiver::outcome stored{};
const receiver::outcome refused{kind::bad_data, 0, {}, "refused"};
const receiver::outcome again{kind::unavailable, 0, {}, "again"};

class Ticket : public ::testing::Test {
protected:
    // What the committer does with a request that waits too long.
    bool send_away(clock::time_point now) {
        receiver::reply answer = who->take_expired(now, 9s);
        if (!answer) return false;
        answer(receiver::outcome(again));
        return true;
    }

    answers got;
    counter records;
    ticket_ptr who = std::make_shared<ticket>(got.make(), receiver::outcome{}, start);
};

TEST_F(Ticket, WithoutBlocksTheMakerAnswers) {
    EXPECT_EQ(got.size(), 0u);
    who->release();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::stored);
}

TEST_F(Ticket, TheLastBlockAnswers) {
    who->hold();
    who->hold();
    who->settle(stored, 1);
    who->release();
    EXPECT_EQ(got.size(), 0u);
    who->settle(stored, 1);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].what, kind::stored);
}

TEST_F(Ticket, TheWorstFateIsTheAnswer) {
    for (int i = 0; i != 3; ++i) who->hold();
    who->release();
    who->settle(refused, 1);
    who->settle(again, 1);
    who->settle(stored, 1);
    EXPECT_EQ(got[0].what, kind::unavailable);
}

TEST_F(Ticket, RefusedAndStoredRowsAreAPartialSuccess) {
    who->num_records = 10;
    who->stored = &records;
    who->hold();
    who->hold();
    who->release();
    who->settle(stored, 7);
    who->settle(refused, 3);
    EXPECT_EQ(got[0].what, kind::partially_stored);
    EXPECT_EQ(got[0].rejected, 3u);
    EXPECT_EQ(got[0].message, "refused");
    EXPECT_EQ(records.value(), 7u);
}

TEST_F(Ticket, AllRefusedIsBadData) {
    who->num_records = 3;
    who->stored = &records;
    who->hold();
    who->release();
    who->settle(refused, 3);
    EXPECT_EQ(got[0].what, kind::bad_data);
    EXPECT_EQ(records.value(), 0u);
}

TEST_F(Ticket, WhatTheDecoderRejectedIsSaidWhenTheRestIsStored) {
    const auto partial =
        std::make_shared<ticket>(got.make(), receiver::outcome{kind::partially_stored, 2, {}, "two"}, start);
    partial->hold();
    partial->release();
    partial->settle(stored, 5);
    EXPECT_EQ(got[0].what, kind::partially_stored);
    EXPECT_EQ(got[0].rejected, 2u);
}

TEST_F(Ticket, ExpiryAnswersOnceAndOnlyWhenDue) {
    who->hold();
    who->release();
    EXPECT_FALSE(who->take_expired(start + 8s, 9s));
    EXPECT_TRUE(send_away(start + 9s));
    EXPECT_FALSE(who->take_expired(start + 10s, 9s));
    EXPECT_EQ(got[0].what, kind::unavailable);
    who->settle(stored, 1);
    EXPECT_EQ(got.size(), 1u);
}

TEST_F(Ticket, WhoComesBackWaitsForTheFirstRequestsRows) {
    who->hold();
    who->release();
    ASSERT_TRUE(send_away(start + 9s));
    auto second = got.make();
    EXPECT_TRUE(who->rejoin(second, start + 10s));
    EXPECT_FALSE(who->take_expired(start + 18s, 9s)) << "its own nine seconds";
    who->settle(stored, 1);
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[1].what, kind::stored);
}

TEST_F(Ticket, WhoComesBackAfterTheRowsWereStoredIsAnsweredAtOnce) {
    who->hold();
    who->release();
    ASSERT_TRUE(send_away(start + 9s));
    who->settle(stored, 1);
    auto second = got.make();
    EXPECT_TRUE(who->rejoin(second, start + 10s));
    EXPECT_EQ(got[1].what, kind::stored);
}

TEST_F(Ticket, WhoComesBackAfterTheRowsWereLostIsANewRequest) {
    who->hold();
    who->release();
    ASSERT_TRUE(send_away(start + 9s));
    who->settle(again, 1);
    auto second = got.make();
    EXPECT_FALSE(who->rejoin(second, start + 10s));
    EXPECT_TRUE(second);
    second({});
}

}  // namespace
}  // namespace colblock::pipeline
