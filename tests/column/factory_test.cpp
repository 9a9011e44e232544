// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/factory.hpp"

#include <gtest/gtest.h>

#include "colblock/column/array.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/tuple.hpp"

namespace colblock::column {
namespace {

TEST(Factory, RefusesWrongArgumentsAndSaysWhere) {
    for (const std::string_view text : {
             "UInt8()",          "String(1)",           "Array()",           "Array(UInt8, UInt8)",
             "Array(a UInt8)",   "Array(1)",            "Map(String)",       "Nullable(Array(UInt8))",
             "Nullable()",       "FixedString(0)",      "FixedString(-1)",   "FixedString(16777216)",
             "FixedString('3')", "Decimal(0, 0)",       "Decimal(77, 0)",    "Decimal(5, 6)",
             "Decimal(5, 1, 1)", "Decimal(5.5, 1)",     "DateTime64(10)",    "DateTime64(3, UTC)",
             "DateTime(3)",      "DateTime('a', 'b')",  "Time64()",          "Enum8()",
             "Enum8('a' = 128)", "Enum8('a')",          "Enum8('a' = 1, 'b' = 1)", "Enum8('a' = 1, 'a' = 2)",
             "Enum16('a' = -32769)", "Tuple",           "Tuple(a UInt8, String)",  "Tuple('a')",
             "Nested(UInt8)",    "Nested()",            "SimpleAggregateFunction(sum)", "Point()",
             "IntervalDay(1)",   "Nullable(Nullable(UInt8))",
         }) {
        const auto made = make(text);
        ASSERT_FALSE(made.has_value()) << text;
        EXPECT_EQ(made.error(), (error{errc::bad_type_name, 0})) << text;
    }
    EXPECT_EQ(make("Array(FixedString(0))").error(), (error{errc::bad_type_name, 6}));
}

TEST(Factory, NamesTypesWithoutAColumn) {
    EXPECT_EQ(make("Variant(String)").error(), (error{errc::unsupported_type, 0}));
    EXPECT_EQ(make("Map(String, Dynamic(max_types=2))").error(), (error{errc::unsupported_type, 12}));
    EXPECT_EQ(make("AggregateFunction(sum, UInt8)").error().code, errc::unsupported_type);
    EXPECT_EQ(make("string").error().code, errc::unsupported_type);
    EXPECT_EQ(make("Array(").error(), (error{errc::bad_type_name, 6}));
}

TEST(Factory, OtherSpellingsBecomeTheServers) {
    EXPECT_EQ(make("Decimal64(3)")->type(), "Decimal(18, 3)");
    EXPECT_EQ(make("Decimal(7)")->type(), "Decimal(7, 0)");
    EXPECT_EQ(make("DateTime64")->type(), "DateTime64(3)");
    EXPECT_EQ(make("Enum8('b'=2,'a'=1)")->type(), "Enum8('a' = 1, 'b' = 2)");
    EXPECT_EQ(make("Tuple(\n    a UInt8)")->type(), "Tuple(a UInt8)");
}

TEST(Factory, ColumnsAreFoundByTheirTypes) {
    auto made = make("Array(Tuple(a UInt8, b String))");
    ASSERT_TRUE(made.has_value());
    auto* const outer = made->as<array<any>>();
    ASSERT_NE(outer, nullptr);
    auto* const inner = outer->elements().as<tuple>();
    ASSERT_NE(inner, nullptr);
    EXPECT_NE(inner->find("a")->as<uint8>(), nullptr);
    EXPECT_EQ(inner->find("a")->as<int8>(), nullptr);
    EXPECT_EQ(inner->find("c"), nullptr);
}

}  // namespace
}  // namespace colblock::column
