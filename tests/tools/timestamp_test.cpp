// SPDX-License-Identifier: Apache-2.0
#include "gen/timestamp.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::gen {
namespace {

TEST(Timestamp, ReadsRfc3339AndNanoseconds) {
    EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00Z"), 0u);
    EXPECT_EQ(parse_timestamp("2001-09-09T01:46:40Z"), 1'000'000'000'000'000'000u);
    EXPECT_EQ(parse_timestamp("2001-09-09T03:46:40.5+02:00"), 1'000'000'000'500'000'000u);
    EXPECT_EQ(parse_timestamp("2001-09-08T20:16:40.000000001-05:30"), 1'000'000'000'000'000'001u);
    EXPECT_EQ(parse_timestamp("2024-02-29T00:00:00Z"), 1'709'164'800'000'000'000u);
    EXPECT_EQ(parse_timestamp("1700000000000000000"), 1'700'000'000'000'000'000u);
    EXPECT_EQ(parse_timestamp("0"), 0u);
}

TEST(Timestamp, EveryProperPrefixFails) {
    const std::string whole = "2001-09-09T03:46:40.5+02:00";
    for (std::size_t len = 0; len != whole.size(); ++len) {
        const bool only_digits = len >= 1 && len <= 4;  // these are nanoseconds
        EXPECT_EQ(parse_timestamp(whole.substr(0, len)).has_value(), only_digits) << len;
    }
}

TEST(Timestamp, RefusesWhatIsNoTime) {
    for (const char* wrong : {"now", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01 00:00:00Z",
                              "2023-01-01T24:00:00Z", "2023-01-01T00:60:00Z", "2023-01-01T00:00:60Z",
                              "2023-01-01T00:00:00.Z", "2023-01-01T00:00:00.1234567890Z", "2023-01-01T00:00:00Zx",
                              "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+01:00", "2300-01-01T00:00:00Z", "-5",
                              "18446744073709551615", "99999999999999999999"})
        EXPECT_FALSE(parse_timestamp(wrong)) << wrong;
}

}  // namespace
}  // namespace colblock::gen
