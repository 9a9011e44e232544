// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/type_name.hpp"

#include <gtest/gtest.h>

#include "support/every_prefix.hpp"

namespace colblock::column {
namespace {

using kind = type_name::argument::kind;

// What is printed for what was read.
std::string printed(std::string_view text) {
    const auto type = parse_type(text);
    return type ? to_string(*type) : "failed at " + std::to_string(type.error().offset);
}

TEST(TypeName, PrintsTheServersTextsUnchanged) {
    for (const std::string_view text : {
             "String",
             "Tuple()",
             "Map(LowCardinality(String), Array(Nullable(UInt8)))",
             "DateTime64(9, 'UTC')",
             "Enum8('' = -128, 'a\\'b\\\\c\\n\\t\\0\"`' = 127)",
             "Tuple(a UInt8, `b c` Nested(d String), `values` Int8, `a\\`b` Int8)",
             "AggregateFunction(1, quantiles(0.5, 0.99), DateTime('Asia/Istanbul'))",
             "JSON(max_dynamic_paths=10, `a.b` UInt32, SKIP `x.y`, SKIP REGEXP 'a\\'b')",
             "Dynamic(max_types=2)",
             "JSON(`a b`=2)",
         })
        EXPECT_EQ(printed(text), text);
}

TEST(TypeName, SkipIsANameOutsideOfJson) {
    const auto type = parse_type("Tuple(SKIP UInt8, `SKIP` String)");
    ASSERT_TRUE(type.has_value());
    EXPECT_EQ(type->arguments.at(0).label, "SKIP");
    EXPECT_EQ(type->arguments.at(0).type.name, "UInt8");
    EXPECT_EQ(to_string(*type), "Tuple(SKIP UInt8, SKIP String)");
}

TEST(TypeName, WhiteSpaceIsFree) {
    EXPECT_EQ(printed(" Tuple(\n    a UInt8,\n\tb  Enum8( 'x'=1 ,'y' = -2)) \r\n"),
              "Tuple(a UInt8, b Enum8('x' = 1, 'y' = -2))");
    EXPECT_EQ(printed("Tuple ( )"), "Tuple()");
    EXPECT_EQ(printed("Dynamic( max_types = 2 )"), "Dynamic(max_types=2)");
}

TEST(TypeName, EscapesAreRead) {
    const auto type = parse_type(R"(T('\a\b\e\f\n\r\t\v\0\\\'\"\x41\xfF''q'))");
    ASSERT_TRUE(type.has_value());
    EXPECT_EQ(type->arguments[0].text, std::string_view("\a\b\x1b\f\n\r\t\v\0\\'\"A\xff'q", 16));
    EXPECT_EQ(quoted(std::string_view("\b\f\n\r\t\0\\'\x01\xc3\xa9", 11)), "'\\b\\f\\n\\r\\t\\0\\\\\\'\x01\xc3\xa9'");
}

TEST(TypeName, TellsTheKindsOfArgumentsApart) {
    const auto type = parse_type("T(U, a V, `b` W, 'x', 'y' = -3, 12, m=5, -7, 0.25)");
    ASSERT_TRUE(type.has_value());
    const auto& a = type->arguments;
    ASSERT_EQ(a.size(), 9u);
    EXPECT_TRUE(a[0].what == kind::type && a[0].label.empty() && a[0].type.name == "U" && a[0].type.offset == 2);
    EXPECT_TRUE(a[1].what == kind::type && a[1].label == "a" && a[1].type.name == "V" && a[1].type.offset == 7);
    EXPECT_TRUE(a[2].what == kind::type && a[2].label == "b" && a[2].type.name == "W");
    EXPECT_TRUE(a[3].what == kind::text && a[3].text == "x");
    EXPECT_TRUE(a[4].what == kind::enumerator && a[4].text == "y" && a[4].number == -3);
    EXPECT_TRUE(a[5].what == kind::number && a[5].number == 12);
    EXPECT_TRUE(a[6].what == kind::setting && a[6].label == "m" && a[6].number == 5);
    EXPECT_TRUE(a[7].what == kind::number && a[7].number == -7);
    EXPECT_TRUE(a[8].what == kind::number && a[8].text == "0.25");
}

TEST(TypeName, NamesWhereTheTextIsWrong) {
    const struct {
        std::string_view text;
        error wrong;
    } cases[] = {
        {"", {errc::bad_type_name, 0}},
        {"1", {errc::bad_type_name, 0}},
        {"String)", {errc::bad_type_name, 6}},
        {"String String", {errc::bad_type_name, 7}},
        {"Array(", {errc::bad_type_name, 6}},
        {"Array(String", {errc::bad_type_name, 12}},
        {"Array(String,)", {errc::bad_type_name, 13}},
        {"Array(,String)", {errc::bad_type_name, 6}},
        {"Tuple(`` UInt8)", {errc::bad_type_name, 6}},
        {"Enum8('a' = )", {errc::bad_type_name, 12}},
        {"Enum8('a' = 99999999999999999999)", {errc::bad_type_name, 12}},
        {"Enum8('a = 1)", {errc::bad_type_name, 13}},
        {"Enum8('\\xg0' = 1)", {errc::bad_type_name, 9}},
        {"Tuple(a.b UInt8)", {errc::bad_type_name, 7}},
        {"Tuple(`a` )", {errc::bad_type_name, 10}},
        {"Decimal(1x, 2)", {errc::bad_type_name, 8}},
        {std::string_view("String\0", 7), {errc::bad_type_name, 6}},
    };
    for (const auto& c : cases) {
        const auto type = parse_type(c.text);
        ASSERT_FALSE(type.has_value()) << c.text;
        EXPECT_EQ(type.error().offset, c.wrong.offset) << c.text;
        EXPECT_EQ(type.error().code, c.wrong.code) << c.text;
    }
}

TEST(TypeName, DepthAndLengthAreBounded) {
    const auto nested = [](std::size_t depth) {
        std::string text = "String";
        for (std::size_t i = 1; i != depth; ++i) text = "Array(" + text + ")";
        return text;
    };
    EXPECT_TRUE(parse_type(nested(32)).has_value());
    ASSERT_FALSE(parse_type(nested(33)).has_value());
    EXPECT_EQ(parse_type(nested(33)).error().code, errc::depth_exceeded);
    std::string bomb;
    for (int i = 0; i != 8000; ++i) bomb += "Tuple(a ";
    EXPECT_EQ(parse_type(bomb).error().code, errc::depth_exceeded);
    EXPECT_EQ(parse_type(std::string(70'000, 'a')).error().code, errc::too_large);
}

TEST(TypeName, EveryProperPrefixFailsOrIsAType) {
    const std::string_view text = "Tuple(a Enum8('x' = -1, 'y' = 2), `b c` Map(String, DateTime64(9, 'UTC')))";
    support::for_every_prefix(text, [](std::string_view prefix) {
        if (prefix == "T" || prefix == "Tu" || prefix == "Tup" || prefix == "Tupl" || prefix == "Tuple") return;
        EXPECT_FALSE(parse_type(prefix).has_value()) << prefix;
    });
}

TEST(TypeName, NamesAreQuotedWhereTheyMust) {
    EXPECT_EQ(identifier("a_1"), "a_1");
    EXPECT_EQ(identifier(""), "``");
    EXPECT_EQ(identifier("1a"), "`1a`");
    EXPECT_EQ(identifier("a.b"), "`a.b`");
    EXPECT_EQ(identifier("Select"), "`Select`");
    EXPECT_EQ(identifier("a`\\"), "`a\\`\\\\`");
}

}  // namespace
}  // namespace colblock::column
