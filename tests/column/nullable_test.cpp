// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/nullable.hpp"

#include <gtest/gtest.h>

#include "colblock/column/fixed_string.hpp"
#include "colblock/column/string.hpp"
#include "support/encoded.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::encoded;
using support::hex;

TEST(NullableColumn, WritesTheNullMapBeforeTheValues) {
    nullable<string> c;
    c.append("hi");
    c.append_null();
    c.append("");
    c.append_defaults(2);
    EXPECT_EQ(c.type(), "Nullable(String)");
    EXPECT_EQ(c.num_rows(), 5u);
    EXPECT_EQ(encoded(c), hex("00 01 00 01 01  026869 00 00 00 00"));
}

TEST(NullableColumn, AValueThatDoesNotFitLeavesNoRow) {
    nullable<fixed_string> c(fixed_string(2));
    EXPECT_TRUE(c.append("ab").has_value());
    EXPECT_EQ(c.append("abc").error().code, errc::too_large);
    EXPECT_EQ(c.num_rows(), 1u);
    EXPECT_EQ(encoded(c), hex("00 6162"));
}

TEST(NullableColumn, KernelsFillValuesAndNullsInStep) {
    nullable<uint16> c;
    c.values().extend(2)[0] = 5;
    c.values().bytes().data()[2] = c.values().bytes().data()[3] = 0;
    c.nulls().append(0);
    c.nulls().append(1);
    EXPECT_EQ(encoded(c), hex("00 01  0500 0000"));
}

TEST(NullableColumn, NullIsTheSparseZero) {
    nullable<uint8> c;
    c.append_null(3);
    c.append(0);
    row_list rows;
    ASSERT_TRUE(c.find_others(1, rows));
    EXPECT_EQ(rows, (row_list{3}));
    EXPECT_EQ(nullable<uint8>::sparse_since, wire::feature::nullable_sparse_serialization);
}

}  // namespace
}  // namespace colblock::column
