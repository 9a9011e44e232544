// SPDX-License-Identifier: Apache-2.0
#include "pipeline/committer.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "pipeline/fakes.hpp"

namespace colblock::pipeline {
namespace {

using namespace std::chrono_literals;
using kind = receiver::outcome::kind;
using end = insert_result::kind;

const auto plan = std::make_shared<insert_plan>(insert_plan{.table = "db.t", .statement = "INSERT"});

// A committer with real threads and short times, a fake server, and one lane that the test plays.
class Committer : public ::testing::Test {
protected:
    void start(committer::options how = {}) {
        how.queue.policy.min_linger = 1ms;
        how.queue.min_backoff = 1ms;
        how.queue.num_connections = 2;
        committer_events events;
        events.table_changed = [this](table_id table) { changed.push_back(table); };
        events.given_up = [this](const group&, const insert_result&, const std::string& where) {
            given_up.push_back(where);
        };
        to.emplace(how, counted, events);
        to->set_lane(0, [this](table_id table) { to->declined({table, 0}); });
        to->start([this] { return server.connect(); });
    }
    // A block of the lane with one request waiting for it.
    void send(const std::string& frames, bool waits = true) {
        sealed_block b;
        b.plan = plan;
        b.frames.append(frames);
        b.num_rows = 1;
        b.oldest = clock::now();
        if (waits) {
            const auto who = std::make_shared<ticket>(got.make(), receiver::outcome{}, clock::now());
            who->hash = {frames.size(), 0};
            who->hold();
            who->release();
            b.requests.push_back({who, 1});
        }
        to->sealed({0, 0}, {std::move(b)}, false);
    }

    stats counted;
    answers got;
    fake_server server;
    std::vector<table_id> changed;
    std::vector<std::string> given_up;
    std::optional<committer> to;
};

TEST_F(Committer, RequestsAreAnsweredOnceTheServerHasConfirmed) {
    server.hang();
    start();
    send("a");
    ASSERT_TRUE(server.await_attempts(1));
    EXPECT_EQ(got.size(), 0u);
    server.resume();
    ASSERT_TRUE(got.await(1));
    EXPECT_EQ(got[0].what, kind::stored);
    to->stop(1s);
    EXPECT_EQ(counted.rows_inserted.value(), 1u);
    EXPECT_EQ(counted.held_len, 0u);
}

TEST_F(Committer, RetriesSendTheSameBytesWithTheSameToken) {
    server.fail_next({{end::retry, 0, "gone"}, {end::too_many_parts, 252, "parts"}, {end::retry, 159, "slow"}});
    start();
    send("a");
    ASSERT_TRUE(got.await(1));
    EXPECT_EQ(got[0].what, kind::stored);
    const auto all = server.attempted();
    ASSERT_EQ(all.size(), 4u);
    for (const auto& each : all) {
        EXPECT_EQ(each.token, all[0].token);
        EXPECT_EQ(each.frames, std::vector<std::string>{"a"});
    }
    to->stop(1s);
    EXPECT_EQ(counted.retries.value(), 3u);
    EXPECT_EQ(counted.failures().at(252), 1u);
}

TEST_F(Committer, HopelessRowsAreBadDataAndKeptAside) {
    committer::options how;
    const auto directory = std::filesystem::path(::testing::TempDir()) / "committer_dead_letter";
    std::filesystem::remove_all(directory);
    how.dead_letter_directory = directory;
    server.fail_next({{end::hopeless, 321, "no NULL here"}});
    start(how);
    send("a");
    ASSERT_TRUE(got.await(1));
    EXPECT_EQ(got[0].what, kind::bad_data);
    EXPECT_NE(got[0].message.find("no NULL here"), std::string::npos);
    to->stop(1s);
    ASSERT_EQ(given_up.size(), 1u);
    EXPECT_TRUE(std::filesystem::exists(given_up[0]));
    EXPECT_EQ(counted.rows_given_up.value(), 1u);
    std::filesystem::remove_all(directory);
}

TEST_F(Committer, AChangedTableIsReportedAndTheRowsComeAgain) {
    server.fail_next({{end::replan, 16, "no such column"}});
    start();
    send("a");
    ASSERT_TRUE(got.await(1));
    EXPECT_EQ(got[0].what, kind::unavailable);
    to->stop(1s);
    EXPECT_EQ(changed, std::vector<table_id>{0});
    EXPECT_EQ(counted.rows_given_up.value(), 0u) << "the sender still has them";
}

TEST_F(Committer, AChangedTableCostsRowsNobodyWaitsFor) {
    server.fail_next({{end::replan, 16, "no such column"}});
    start();
    send("a", false);
    ASSERT_TRUE(server.await_attempts(1));
    to->stop(1s);
    EXPECT_EQ(counted.rows_given_up.value(), 1u);
}

TEST_F(Committer, NobodyWaitsLongerThanPromisedAndWhoComesBackFindsItsRows) {
    committer::options how;
    how.answer_within = 50ms;
    server.hang();
    start(how);
    send("a");
    ASSERT_TRUE(got.await(1));
    EXPECT_EQ(got[0].what, kind::unavailable);
    EXPECT_TRUE(to->expects_returns());
    auto second = got.make();
    EXPECT_TRUE(to->rejoin({1, 0}, second));
    server.resume();
    ASSERT_TRUE(got.await(2));
    to->stop(1s);
    EXPECT_EQ(server.stored().size(), 1u) << "stored once";
    EXPECT_EQ(counted.requests_rejoined.value(), 1u);
}

TEST_F(Committer, TooMuchWaitingIsRefused) {
    committer::options how;
    how.max_held_len = 10;
    server.hang();
    start(how);
    EXPECT_TRUE(to->accepts());
    send("0123456789");
    EXPECT_FALSE(to->accepts());
    server.resume();
    ASSERT_TRUE(got.await(1));
    to->stop(1s);
    EXPECT_TRUE(to->accepts());
}

TEST_F(Committer, StoppingSendsWhatWaits) {
    committer::options how;
    how.queue.policy.senders_wait = false;  // five seconds of linger
    start(how);
    send("a", false);
    to->stop(10s);
    EXPECT_EQ(server.stored().size(), 1u);
}

TEST_F(Committer, StoppingDoesNotWaitForAServerThatHangs) {
    server.hang();
    start();
    send("a");
    ASSERT_TRUE(server.await_attempts(1));
    send("b");
    const auto begin = clock::now();
    to->stop(20ms);
    EXPECT_LT(clock::now() - begin, 5s);
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0].what, kind::unavailable);
    EXPECT_EQ(got[1].what, kind::unavailable);
}

}  // namespace
}  // namespace colblock::pipeline
