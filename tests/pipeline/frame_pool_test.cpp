// SPDX-License-Identifier: Apache-2.0
#include "pipeline/frame_pool.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::pipeline {
namespace {

TEST(FramePool, ACopyTakesLittleMoreThanItsLength) {
    frame_pool pool;
    for (const std::size_t len : {std::size_t{1}, std::size_t{65'536}, std::size_t{65'536 - read_padding}, std::size_t{1'200'000}}) {
        const std::string frames(len, 'x');
        const buffer copied = pool.copy(frames);
        EXPECT_EQ(copied.view(), frames);
        EXPECT_LE(copied.capacity(), len + 65'536) << len;
    }
}

TEST(FramePool, MemoryThatWasGivenBackIsUsedAgain) {
    frame_pool pool;
    buffer first = pool.copy(std::string(1'000'000, 'a'));
    const char* const memory = first.data();
    pool.give(std::move(first));
    const buffer second = pool.copy(std::string(990'000, 'b'));
    EXPECT_EQ(second.data(), memory);
    EXPECT_EQ(second.view(), std::string(990'000, 'b'));
}

TEST(FramePool, LargeMemoryIsNotSpentOnALittle) {
    frame_pool pool;
    pool.give(pool.copy(std::string(8'000'000, 'a')));
    EXPECT_LT(pool.copy("few").capacity(), 100'000u);
}

}  // namespace
}  // namespace colblock::pipeline
