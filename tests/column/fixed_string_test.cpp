// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/fixed_string.hpp"

#include <gtest/gtest.h>

#include "support/encoded.hpp"

namespace colblock::column {
namespace {

using support::encoded;

TEST(FixedStringColumn, PadsWithZeros) {
    fixed_string c(3);
    EXPECT_TRUE(c.append("ab").has_value());
    EXPECT_TRUE(c.append_repeated("xyz", 2).has_value());
    EXPECT_TRUE(c.append("").has_value());
    c.append_defaults(1);
    EXPECT_EQ(c.type(), "FixedString(3)");
    EXPECT_EQ(c.num_rows(), 5u);
    EXPECT_EQ(encoded(c), std::string("ab\0xyzxyz\0\0\0\0\0\0", 15));
    EXPECT_EQ(c[1], "xyz");
}

TEST(FixedStringColumn, RefusesWhatIsLonger) {
    fixed_string c(3);
    EXPECT_EQ(c.append("abcd").error().code, errc::too_large);
    EXPECT_EQ(c.append_repeated("abcd", 5).error().code, errc::too_large);
    EXPECT_EQ(c.num_rows(), 0u);
}

}  // namespace
}  // namespace colblock::column
