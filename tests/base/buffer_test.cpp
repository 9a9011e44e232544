// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/buffer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock {
namespace {

TEST(Buffer, KeepsContentWhenItGrows) {
    buffer b;
    std::string expected;
    for (int i = 0; i != 5000; ++i) {
        const std::string word = std::to_string(i);
        b.append(word);
        expected += word;
    }
    EXPECT_EQ(b.view(), expected);
}

TEST(Buffer, KeepsContentWhenItsPagesMove) {
    constexpr std::size_t step = std::size_t{1} << 20;
    buffer b;
    for (unsigned char i = 0; i != 40; ++i) std::memset(b.extend(step), i, step);
    EXPECT_THROW(b.reserve(std::size_t{1} << 61), std::bad_alloc);
    for (unsigned char i = 0; i != 40; ++i) EXPECT_EQ(b.view().substr(i * step, step), std::string(step, static_cast<char>(i)));
    buffer taken = std::move(b);
    taken.release();
    EXPECT_EQ(taken.capacity(), 0u);
}

TEST(Buffer, PaddingBehindTheEndIsWritableAtEverySize) {
    for (std::size_t size : {0u, 1u, 255u, 256u, 257u, 4096u, (2u << 20) - 1, 2u << 20, (2u << 20) + 1}) {
        buffer b;
        char* to = b.reserve(size);
        std::memset(to, 'x', size + read_padding);  // a sanitizer build would object
        b.set_end(to + size);
        EXPECT_EQ(b.size(), size);
    }
}

TEST(Buffer, LargeBuffersBeginAtAPage) {
    for (std::size_t size : {64u << 10, 256u << 10, 2u << 20}) {
        const buffer b(size);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data()) % 4096, 0u) << size;
    }
}

TEST(Buffer, RefusesWhatNoMachineHas) {
    buffer b;
    for (const std::size_t n : {~std::size_t{0}, ~std::size_t{0} - read_padding, std::size_t{1} << 63}) {
        EXPECT_THROW(b.reserve(n), std::bad_alloc) << n;
        EXPECT_EQ(b.capacity(), 0u);
    }
}

TEST(Buffer, ClearKeepsCapacity) {
    buffer b;
    b.extend(10'000);
    const std::size_t capacity = b.capacity();
    b.clear();
    EXPECT_TRUE(b.empty());
    EXPECT_EQ(b.capacity(), capacity);
}

TEST(Buffer, DropFrontMovesTheRestToTheFront) {
    buffer b;
    b.append("abcdef");
    b.drop_front(4);
    EXPECT_EQ(b.view(), "ef");
}

TEST(Buffer, CopiesAreIndependent) {
    buffer a;
    a.append("one");
    buffer b = a;
    b.append("two");
    EXPECT_EQ(a.view(), "one");
    EXPECT_EQ(b.view(), "onetwo");
}

}  // namespace
}  // namespace colblock
