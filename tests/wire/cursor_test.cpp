// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/cursor.hpp"

#include <gtest/gtest.h>

namespace colblock::wire {
namespace {

TEST(Cursor, ReadsFixedVarintAndString) {
    cursor in(byte_view("\x2a\xac\x02\x02hi\x01\x00\x00\x00", 10));
    EXPECT_EQ(in.u8(), 42);
    EXPECT_EQ(in.varint(), 300u);
    EXPECT_EQ(in.string(), "hi");
    EXPECT_EQ(in.fixed<std::uint32_t>(), 1u);
    EXPECT_TRUE(in.at_end());
    EXPECT_TRUE(in.status().has_value());
}

TEST(Cursor, StaysFailedAndKeepsTheFirstErrorWithItsOffset) {
    cursor in("\x05hi");
    EXPECT_EQ(in.string(), "");
    EXPECT_EQ(in.u8(), 0);
    in.fail(errc::bad_checksum);
    ASSERT_FALSE(in.status().has_value());
    EXPECT_EQ(in.status().error(), (error{errc::truncated, 1}));
}

TEST(Cursor, ComparesLengthsIn64Bits) {
    cursor in(byte_view("\x81\x80\x80\x80\x10z", 6));  // 2^32 + 1
    EXPECT_EQ(in.string(), "");
    EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace colblock::wire
