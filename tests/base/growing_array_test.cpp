// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/growing_array.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <span>

namespace colblock {
namespace {

TEST(GrowingArray, GrowsAndKeepsItsValues) {
    growing_array<std::uint64_t> numbers;
    EXPECT_TRUE(numbers.empty());
    for (std::uint64_t i = 0; i != 10'000; ++i) numbers.push_back(i);
    ASSERT_EQ(numbers.size(), 10'000u);
    for (std::uint64_t i = 0; i != 10'000; ++i) ASSERT_EQ(numbers[i], i);
    EXPECT_EQ(numbers.back(), 9'999u);
}

TEST(GrowingArray, WhatIsWrittenBehindItsEndIsTakenOverBySetEnd) {
    growing_array<std::uint32_t> numbers;
    std::uint32_t* const to = numbers.reserve(3);
    EXPECT_GE(numbers.room_end() - to, 3);
    to[0] = 1;
    to[1] = 2;
    numbers.set_end(to + 2);
    EXPECT_EQ(numbers.size(), 2u);
    EXPECT_EQ(std::span<const std::uint32_t>(numbers)[1], 2u);
}

TEST(GrowingArray, ClearKeepsCapacityAndTruncateTheFront) {
    growing_array<std::uint32_t> numbers;
    for (std::uint32_t i = 0; i != 1000; ++i) numbers.push_back(i);
    const std::size_t capacity = numbers.capacity();
    numbers.truncate(2);
    EXPECT_EQ(numbers.back(), 1u);
    numbers.clear();
    EXPECT_TRUE(numbers.empty());
    EXPECT_EQ(numbers.capacity(), capacity);
}

}  // namespace
}  // namespace colblock
