// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/number_text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <random>
#include <string>

namespace colblock {
namespace {

template <class T>
std::string text(T value) {
    char to[max_number_text_len];
    return {to, write_number(to, value)};
}

// Expected texts are what Go's encoding/json and the OpenTelemetry Collector print.
TEST(NumberText, DoublesAreShortAndPlainWhereTheyCanBe) {
    EXPECT_EQ(text(0.0), "0");
    EXPECT_EQ(text(-0.0), "-0");
    EXPECT_EQ(text(1.0), "1");
    EXPECT_EQ(text(-1.5), "-1.5");
    EXPECT_EQ(text(0.1), "0.1");
    EXPECT_EQ(text(100.0), "100");
    EXPECT_EQ(text(3.141592653589793), "3.141592653589793");
    EXPECT_EQ(text(0.000001), "0.000001");
    EXPECT_EQ(text(123456789012345680000.0), "123456789012345680000");
    EXPECT_EQ(text(999999999999999900000.0), "999999999999999900000");
    EXPECT_EQ(text(9007199254740993.0), "9007199254740992");
}

TEST(NumberText, SmallAndLargeDoublesTakeAnExponentWithoutZeros) {
    EXPECT_EQ(text(1e-7), "1e-7");
    EXPECT_EQ(text(9.99e-7), "9.99e-7");
    EXPECT_EQ(text(-1.5e-10), "-1.5e-10");
    EXPECT_EQ(text(1e21), "1e+21");
    EXPECT_EQ(text(1.7976931348623157e308), "1.7976931348623157e+308");
    EXPECT_EQ(text(-2.2250738585072014e-308), "-2.2250738585072014e-308");
    EXPECT_EQ(text(5e-324), "5e-324");
}

TEST(NumberText, WhatIsNotFiniteHasAName) {
    EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "NaN");
    EXPECT_EQ(text(-std::numeric_limits<double>::quiet_NaN()), "NaN");
    EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "Infinity");
    EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-Infinity");
}

TEST(NumberText, IntegersAreExact) {
    EXPECT_EQ(text(std::int64_t{0}), "0");
    EXPECT_EQ(text(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(text(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
}

TEST(NumberText, EveryDoubleReadsBackAndFits) {
    std::mt19937_64 random(1);
    for (int i = 0; i != 20'000; ++i) {
        const double value = std::bit_cast<double>(random());
        if (value != value) continue;
        const std::string written = text(value);
        EXPECT_LE(written.size(), max_number_text_len);
        if (std::abs(value) <= std::numeric_limits<double>::max()) {
            EXPECT_EQ(std::strtod(written.c_str(), nullptr), value) << written;
        }
    }
}

}  // namespace
}  // namespace colblock
