// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/tuple.hpp"

#include <gtest/gtest.h>

#include "colblock/column/fixed_types.hpp"
#include "colblock/column/renamed.hpp"
#include "colblock/column/string.hpp"
#include "support/encoded.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::encoded;
using support::hex;

tuple pair_of_columns() {
    std::vector<any> elements;
    elements.emplace_back(uint16());
    elements.emplace_back(string());
    return tuple({"id", "full name"}, std::move(elements));
}

TEST(TupleColumn, WritesOneElementAfterTheOther) {
    tuple c = pair_of_columns();
    c.find("id")->as<uint16>()->append(1);
    c.find("full name")->as<string>()->append("a");
    c.append_defaults(1);
    EXPECT_EQ(c.type(), "Tuple(id UInt16, `full name` String)");
    EXPECT_EQ(c.num_rows(), 2u);
    EXPECT_EQ(encoded(c), hex("0100 0000  0161 00"));
}

TEST(TupleColumn, WithoutElementsARowIsOneByte) {
    tuple c;
    c.append_defaults(2);
    EXPECT_EQ(c.type(), "Tuple()");
    EXPECT_EQ(encoded(c), "00");
}

TEST(RenamedColumn, KeepsItsTypeTextAndTheBytesOfAnother) {
    renamed c("SimpleAggregateFunction(max, UInt16)", any(uint16()));
    c.stored().as<uint16>()->append(258);
    EXPECT_EQ(c.type(), "SimpleAggregateFunction(max, UInt16)");
    EXPECT_EQ(encoded(c), hex("0201"));
}

}  // namespace
}  // namespace colblock::column
