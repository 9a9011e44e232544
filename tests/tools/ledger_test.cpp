// SPDX-License-Identifier: Apache-2.0
#include "files/ledger.hpp"

#include <gtest/gtest.h>

#include <future>
#include <sstream>

namespace colblock::files {
namespace {

using kind = receiver::outcome::kind;
using strings = std::vector<std::string>;

class Ledger : public testing::Test {
protected:
    ledger::request_ptr request(std::uint64_t offset, std::size_t len = 10, std::size_t file = 0) {
        auto one = std::make_shared<sent_request>();
        one->payload.bytes.extend(len);
        one->offset = offset;
        one->file = file;
        x_book.file_begun(file, false);
        return one;
    }
    ledger::request_ptr begun(std::uint64_t offset, std::size_t len = 10, std::size_t file = 0) {
        auto one = request(offset, len, file);
        EXPECT_TRUE(x_book.begin(one, x_held_len));
        return one;
    }

    std::ostringstream x_out;
    console x_console{x_out, 0};
    ledger x_book{{{"a.pb", 0}, {"b.pb", 0}}, 100, x_console};
    std::atomic<std::uint64_t> x_held_len{0};
};

TEST_F(Ledger, AFileIsLoadedWhenAllOfItIsStored) {
    const auto one = begun(0);
    x_book.file_ended(0);
    EXPECT_EQ(x_book.report().files_loaded, 0u);
    x_book.settle(one, {});
    const load_report all = x_book.report();
    EXPECT_EQ(all.files_loaded, 1u);
    EXPECT_EQ(all.files_failed, 0u);
    EXPECT_EQ(all.files_not_begun, 1u);
    EXPECT_EQ(all.requests, 1u);
    EXPECT_EQ(x_book.where_it_stopped(), strings());
}

TEST_F(Ledger, WhatDoesNotDecodeIsNamedByItsPlaceInTheFile) {
    x_book.settle(begun(1000), {kind::bad_data, 0, {}, "", error{errc::truncated, 17}});
    EXPECT_EQ(x_out.str(), "a.pb: byte 1017: the input ends inside a value\n");
    EXPECT_EQ(x_book.report().files_failed, 1u);
    EXPECT_EQ(x_book.report().requests_failed, 1u);
}

TEST_F(Ledger, LinesAndDecompressedContentAreNamed) {
    const auto one = request(1000);
    one->line = 3;
    x_book.file_begun(0, true);
    ASSERT_TRUE(x_book.begin(one, x_held_len));
    x_book.settle(one, {kind::partially_stored, 2, {}, "2 spans without a valid trace id and span id"});
    EXPECT_EQ(x_out.str(), "a.pb: the request at line 3, byte 1000 of the decompressed content: 2 records are refused: "
                           "2 spans without a valid trace id and span id\n");
    EXPECT_EQ(x_book.report().requests_failed, 0u);
}

TEST_F(Ledger, OnlyTheFirstProblemsOfAFileArePrinted) {
    for (std::uint64_t i = 0; i != 12; ++i) x_book.problem(0, i, 0, "wrong");
    EXPECT_EQ(x_book.report().problems, 12u);
    const std::string text = x_out.str();
    EXPECT_NE(text.find("a.pb: byte 9: wrong\n"), std::string::npos);
    EXPECT_EQ(text.find("a.pb: byte 10: wrong\n"), std::string::npos);
    EXPECT_NE(text.find("a.pb: 2 more problems of this kind\n"), std::string::npos);
}

TEST_F(Ledger, BeginWaitsForRoom) {
    const auto first = begun(0, 60);
    auto second = std::async(std::launch::async, [&] { return x_book.begin(request(100, 60), x_held_len); });
    EXPECT_EQ(second.wait_for(std::chrono::milliseconds(60)), std::future_status::timeout);
    x_book.settle(first, {});
    EXPECT_TRUE(second.get());
}

TEST_F(Ledger, RowsThatWaitElsewhereTakeRoomToo) {
    const auto first = begun(0, 10);
    x_held_len = 95;
    auto second = std::async(std::launch::async, [&] { return x_book.begin(request(100, 10), x_held_len); });
    EXPECT_EQ(second.wait_for(std::chrono::milliseconds(60)), std::future_status::timeout);
    x_held_len = 0;
    EXPECT_TRUE(second.get());
}

TEST_F(Ledger, ARequestLargerThanAllRoomGoesAlone) { EXPECT_TRUE(x_book.begin(request(0, 5000), x_held_len)); }

TEST_F(Ledger, StopReadingEndsTheWait) {
    const auto first = begun(0, 60);
    auto second = std::async(std::launch::async, [&] { return x_book.begin(request(100, 60), x_held_len); });
    x_book.stop_reading();
    EXPECT_FALSE(second.get());
}

TEST_F(Ledger, WhatCannotBeStoredNowComesBack) {
    const auto one = begun(0);
    x_book.settle(one, {kind::overloaded});
    EXPECT_EQ(x_book.num_on_their_way(), 1u);
    EXPECT_EQ(x_book.take_returned(), std::vector{one});
    EXPECT_TRUE(x_book.take_returned().empty());
    x_book.settle(one, {});
    EXPECT_EQ(x_book.num_on_their_way(), 0u);
}

TEST_F(Ledger, ATableThatNeverFitsEndsTheAttempts) {
    const auto one = begun(0);
    for (int i = 0; i != 9; ++i) {
        x_book.settle(one, {kind::unavailable, 0, {}, "the table db.t has changed: send again"});
        ASSERT_EQ(x_book.take_returned().size(), 1u);
    }
    x_book.settle(one, {kind::unavailable, 0, {}, "the table db.t has changed: send again"});
    EXPECT_TRUE(x_book.take_returned().empty());
    EXPECT_EQ(x_out.str(), "a.pb: the request at byte 0 is not stored: the table db.t has changed: send again\n");
}

TEST_F(Ledger, SaysFromWhereOnAFileIsNotStored) {
    const auto first = begun(0), second = begun(100), third = begun(200);
    x_book.file_cut(0, 300, 0);
    x_book.settle(second, {});
    x_book.settle(third, {});
    x_book.stop_reading();
    x_book.stop_resending();
    x_book.settle(first, {kind::unavailable});
    EXPECT_EQ(x_book.where_it_stopped(), strings{"a.pb: stored up to byte 0, not from there on"});
}

TEST_F(Ledger, SaysWhereReadingStopped) {
    x_book.settle(begun(0), {});
    x_book.file_cut(0, 300, 0);
    EXPECT_EQ(x_book.where_it_stopped(), strings{"a.pb: stored up to byte 300, not from there on"});
}

}  // namespace
}  // namespace colblock::files
