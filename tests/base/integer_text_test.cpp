// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/integer_text.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <limits>
#include <random>
#include <string>

#include "support/guarded_page.hpp"

namespace colblock {
namespace {

constexpr std::size_t writable = 32;  // as the functions ask for

std::string text_of(std::int64_t value) {
    static const testing::guarded_page page(writable);
    char* const to = page.end() - writable;
    return {to, write_integer_text(to, value)};
}

std::string text_of_unsigned(std::uint64_t value) {
    static const testing::guarded_page page(writable);
    char* const to = page.end() - writable;
    return {to, write_integer_text(to, value)};
}

template <class T>
std::string text_by_to_chars(T value) {
    char text[max_integer_text_len];
    return {text, std::to_chars(text, text + sizeof(text), value).ptr};
}

TEST(IntegerText, WritesDecimalDigitsLiteral) {
    EXPECT_EQ(text_of(0), "0");
    EXPECT_EQ(text_of(7), "7");
    EXPECT_EQ(text_of(-1), "-1");
    EXPECT_EQ(text_of(200), "200");
    EXPECT_EQ(text_of(-404), "-404");
    EXPECT_EQ(text_of(8080), "8080");
    EXPECT_EQ(text_of(65535), "65535");
    EXPECT_EQ(text_of(10203040), "10203040");
    EXPECT_EQ(text_of(100000001), "100000001");
    EXPECT_EQ(text_of(1700000000123456789), "1700000000123456789");
}

TEST(IntegerText, WritesTheLimitsLiteral) {
    EXPECT_EQ(text_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(text_of(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
    EXPECT_EQ(text_of_unsigned(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(max_integer_text_len, text_of(std::numeric_limits<std::int64_t>::min()).size());
}

TEST(IntegerText, WritesPowersOfTenAndTheirNeighboursLiteral) {
    std::string nines = "0";  // one less than the power
    std::string one = "1";
    std::uint64_t power = 1;
    for (int digits = 1; digits != 20; ++digits) {
        EXPECT_EQ(text_of_unsigned(power), one);
        EXPECT_EQ(text_of_unsigned(power - 1), nines);
        EXPECT_EQ(text_of_unsigned(power + 1), digits == 1 ? "2" : one.substr(0, one.size() - 1) + "1");
        one += '0';
        nines = std::string(static_cast<std::size_t>(digits), '9');
        power *= 10;
    }
}

TEST(IntegerText, AgreesWithToCharsDifferential) {
    for (std::int64_t value = -70'000; value != 1'100'000; ++value) {
        ASSERT_EQ(text_of(value), text_by_to_chars(value));
    }
    std::mt19937_64 random(1);
    for (int i = 0; i != 500'000; ++i) {
        const std::uint64_t value = random() >> (random() % 64);
        ASSERT_EQ(text_of_unsigned(value), text_by_to_chars(value));
        const auto with_sign = static_cast<std::int64_t>(random()) >> (random() % 64);
        ASSERT_EQ(text_of(with_sign), text_by_to_chars(with_sign));
    }
}

TEST(IntegerText, StringFormHasALengthByteLiteral) {
    char text[writable];
    EXPECT_EQ(byte_view(text, write_integer_string(text, 0)), "\x01" "0");
    EXPECT_EQ(byte_view(text, write_integer_string(text, -503)), "\x04-503");
    EXPECT_EQ(byte_view(text, write_integer_string(text, std::numeric_limits<std::int64_t>::min())),
              "\x14-9223372036854775808");
}

}  // namespace
}  // namespace colblock
