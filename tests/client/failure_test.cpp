// SPDX-License-Identifier: Apache-2.0
#include "colblock/client/failure.hpp"

#include <gtest/gtest.h>

namespace colblock::client {
namespace {

failure server_failure(int code, std::string message = "reason") {
    failure f{.what = failure::kind::server};
    f.code = code;
    f.message = std::move(message);
    return f;
}

TEST(Failure, IsOneSentence) {
    failure f = server_failure(60, "Table a.b does not exist");
    f.query_id = "q1";
    EXPECT_EQ(to_text(f), "code 60 (UNKNOWN_TABLE): Table a.b does not exist [query id q1]");
    EXPECT_EQ(to_text(server_failure(123456)), "code 123456: reason");
    f = {.what = failure::kind::disconnected};
    f.message = "connection refused";
    EXPECT_EQ(to_text(f), "disconnected: connection refused");
    f = {.what = failure::kind::deadline};
    f.expired = deadline::receive;
    EXPECT_EQ(to_text(f), "the server sent nothing within the receive deadline");
    f = {.what = failure::kind::protocol};
    f.input = {errc::bad_checksum, 3};
    EXPECT_EQ(to_text(f), "the server's answer is not understood: the checksum of a compressed frame does not match");
}

TEST(RetryAdvice, FollowsTheServersCode) {
    EXPECT_EQ(advice_for(server_failure(60)), retry_advice::reconnect_and_replan);  // UNKNOWN_TABLE
    EXPECT_EQ(advice_for(server_failure(16)), retry_advice::reconnect_and_replan);  // NO_SUCH_COLUMN_IN_TABLE
    EXPECT_EQ(advice_for(server_failure(53)), retry_advice::reconnect_and_replan);  // TYPE_MISMATCH
    EXPECT_EQ(advice_for(server_failure(241)), retry_advice::split);                // MEMORY_LIMIT_EXCEEDED
    EXPECT_EQ(advice_for(server_failure(117)), retry_advice::dead_letter);          // INCORRECT_DATA
    EXPECT_EQ(advice_for(server_failure(242)), retry_advice::retry);                // TABLE_IS_READ_ONLY
    EXPECT_EQ(advice_for(server_failure(452)), retry_advice::retry);                // SETTING_CONSTRAINT_VIOLATION:
    EXPECT_EQ(advice_for(server_failure(115)), retry_advice::retry);                // of the profile, not of the rows
    EXPECT_EQ(advice_for(server_failure(99999)), retry_advice::retry);              // who knows
}

TEST(RetryAdvice, TellsTooManyPartsFromTooManyPartitions) {
    EXPECT_EQ(advice_for(server_failure(252, "Too many parts (3000). Merges are processing significantly slower")),
              retry_advice::retry);
    EXPECT_EQ(advice_for(server_failure(252, "Too many partitions for single INSERT block (more than 100)")),
              retry_advice::split);
}

TEST(RetryAdvice, RetriesWhatTheNetworkDid) {
    for (const failure::kind what : {failure::kind::disconnected, failure::kind::deadline, failure::kind::protocol}) {
        failure f{.what = what};
        EXPECT_EQ(advice_for(f), retry_advice::retry);
    }
    EXPECT_EQ(advice_for({.what = failure::kind::misuse}), retry_advice::dead_letter);
}

}  // namespace
}  // namespace colblock::client
