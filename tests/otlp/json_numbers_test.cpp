// SPDX-License-Identifier: Apache-2.0
#include "otlp/json_numbers.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <string>

#include "support/random_message.hpp"

namespace colblock::otlp::json {
namespace {

std::string integer_of(byte_view text) {
    integer value;
    if (!parse_integer(text, value)) return "none";
    return (value.negative ? "-" : "") + std::to_string(value.magnitude);
}

std::string double_of(byte_view text) {
    double value = 0;
    if (!parse_double(text, value)) return "none";
    return std::to_string(std::bit_cast<std::uint64_t>(value));
}

TEST(JsonNumbers, IntegersKeepEveryDigit) {
    EXPECT_EQ(integer_of("9007199254740993"), "9007199254740993");  // 2^53 + 1, which no double is
    EXPECT_EQ(integer_of("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(integer_of("-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(integer_of("1844674407370955161.5e1"), "18446744073709551615");
    EXPECT_EQ(integer_of("184467440737095516150000e-4"), "18446744073709551615");
}

TEST(JsonNumbers, FractionsAndExponentsMayDenoteIntegers) {
    EXPECT_EQ(integer_of("1.0"), "1");
    EXPECT_EQ(integer_of("1e3"), "1000");
    EXPECT_EQ(integer_of("1.2300E+2"), "123");
    EXPECT_EQ(integer_of("-0.00e9"), "-0");
    EXPECT_EQ(integer_of("0e999999999999999999999"), "0");
    EXPECT_EQ(integer_of("100e-2"), "1");
    EXPECT_EQ(integer_of("0.0000000000000000000000000005e28"), "5");
}

TEST(JsonNumbers, WhatIsNoIntegerOrTooLargeIsRefused) {
    for (const char* text : {"1.5", "1e-1", "18446744073709551616", "1e20", "99999999999999999999999", "1e999999999999999999",
                             "1e-999999999999999999", "0.1", "123456789012345678901234567890e-1"})
        EXPECT_EQ(integer_of(text), "none") << text;
    EXPECT_EQ(integer_of("1" + std::string(100'000, '0')), "none");
    EXPECT_EQ(integer_of("1" + std::string(100'000, '0') + "e-100000"), "1");
}

TEST(JsonNumbers, DoublesAreTheNearest) {
    const auto bits = [](double value) { return std::to_string(std::bit_cast<std::uint64_t>(value)); };
    EXPECT_EQ(double_of("-0"), bits(-0.0));
    EXPECT_EQ(double_of("0.1"), bits(0.1));
    EXPECT_EQ(double_of("2.2250738585072011e-308"), bits(2.2250738585072011e-308));
    EXPECT_EQ(double_of("1e-400"), bits(0.0)) << "below the smallest double";
    EXPECT_EQ(double_of("-0.00000000000000000000001e-400"), bits(-0.0));
    EXPECT_EQ(double_of("1e-999999999999999999999"), bits(0.0));
    EXPECT_EQ(double_of("1e400"), "none") << "above the largest";
    EXPECT_EQ(double_of("1" + std::string(400, '0')), "none");
    EXPECT_EQ(double_of("1" + std::string(400, '0') + "e-400"), bits(1.0));
}

TEST(JsonNumbers, DigitsAreReadUntilTheFirstOtherByte) {
    support::random_engine random(1);
    for (int i = 0; i != 20'000; ++i) {
        std::string text = std::to_string(random() >> support::below(random, 64)).substr(0, 19);
        const std::size_t len = text.size();
        text += static_cast<char>(support::chance(random, 50) ? "/:,}\"\x00\xff \xb0\xb9"[support::below(random, 10)] : 'x');
        text += "0123456789012345678901234567890";
        std::uint64_t value = 0;
        EXPECT_EQ(read_digits(text.data(), value), text.data() + len);
        EXPECT_EQ(std::to_string(value), text.substr(0, len));
    }
}

}  // namespace
}  // namespace colblock::otlp::json
