// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/varint.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::wire {
namespace {

std::string written(std::uint64_t value) {
    char bytes[max_varint_len];
    return {bytes, static_cast<std::size_t>(write_varint(bytes, value) - bytes)};
}

TEST(Varint, WritesTheBytesOfTheSpecificationLiteral) {
    EXPECT_EQ(written(0), std::string("\x00", 1));
    EXPECT_EQ(written(127), "\x7f");
    EXPECT_EQ(written(128), "\x80\x01");
    EXPECT_EQ(written(300), "\xac\x02");
    EXPECT_EQ(written(~0ull), "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(Varint, RoundTripsAroundEveryPowerOfTwoAndFailsOnEveryProperPrefix) {
    for (unsigned bit = 0; bit != 64; ++bit)
        for (std::int64_t delta : {-1, 0, 1}) {
            const std::uint64_t value = (1ull << bit) + static_cast<std::uint64_t>(delta);
            const std::string bytes = written(value);
            ASSERT_EQ(bytes.size(), varint_len(value)) << value;
            std::uint64_t back = 0;
            ASSERT_EQ(read_varint(bytes.data(), bytes.data() + bytes.size(), back), bytes.data() + bytes.size());
            ASSERT_EQ(back, value);
            for (std::size_t len = 0; len != bytes.size(); ++len)
                ASSERT_EQ(read_varint(bytes.data(), bytes.data() + len, back), nullptr);
        }
}

TEST(Varint, AcceptsOverLongFormsAndRefusesElevenBytes) {
    std::uint64_t value = 0;
    const std::string padded("\x90\x80\x80\x00", 4);
    EXPECT_EQ(read_varint(padded.data(), padded.data() + 4, value), padded.data() + 4);
    EXPECT_EQ(value, 16u);
    const std::string eleven(11, '\x80');
    EXPECT_EQ(read_varint(eleven.data(), eleven.data() + 11, value), nullptr);
}

}  // namespace
}  // namespace colblock::wire
