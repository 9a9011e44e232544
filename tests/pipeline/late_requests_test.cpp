// SPDX-License-Identifier: Apache-2.0
#include "pipeline/late_requests.hpp"

#include <gtest/gtest.h>

#include "pipeline/fakes.hpp"

namespace colblock::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr clock::time_point start{};

class LateRequests : public ::testing::Test {
protected:
    // A request that was told to come again, and whose rows still wait.
    ticket_ptr expired(std::uint64_t hash) {
        auto who = std::make_shared<ticket>(got.make(), receiver::outcome{}, start);
        who->hash = {hash, 0};
        who->hold();
        who->release();
        who->take_expired(start + 9s, 9s)({});
        return who;
    }
    bool rejoin(std::uint64_t hash, clock::time_point now = start + 10s) {
        auto answer = got.make();
        const bool joined = late.rejoin({hash, 0}, answer, now);
        if (!joined) answer({});
        return joined;
    }

    answers got;
    late_requests late;
};

TEST_F(LateRequests, OnlyWhoWasSentAwayIsExpected) {
    EXPECT_TRUE(late.empty());
    late.add(expired(1), start);
    EXPECT_FALSE(late.empty());
    EXPECT_FALSE(rejoin(2));
    EXPECT_TRUE(rejoin(1));
    EXPECT_FALSE(rejoin(1)) << "one return for one dismissal";
    EXPECT_TRUE(late.empty());
}

TEST_F(LateRequests, EqualPayloadsComeBackAsOftenAsTheyWereSentAway) {
    late.add(expired(1), start);
    late.add(expired(1), start);
    EXPECT_TRUE(rejoin(1));
    EXPECT_TRUE(rejoin(1));
    EXPECT_FALSE(rejoin(1));
}

TEST_F(LateRequests, OldOnesAreForgotten) {
    late.add(expired(1), start);
    EXPECT_FALSE(rejoin(1, start + 11min));
    EXPECT_TRUE(late.empty());
}

TEST_F(LateRequests, TheirNumberIsBounded) {
    const auto same = expired(1);
    for (std::size_t i = 0; i != late_requests::max_num + 1; ++i) {
        same->hash.low = i;
        late.add(same, start);
    }
    EXPECT_FALSE(rejoin(0));
    EXPECT_TRUE(rejoin(1));
}

}  // namespace
}  // namespace colblock::pipeline
