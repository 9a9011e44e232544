// SPDX-License-Identifier: Apache-2.0
// Blocks of ClickHouse 26.7 (tests/golden/native/*.sql), built here from the same values: scalar types.
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <set>

#include "colblock/column/array.hpp"
#include "colblock/column/fixed_string.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/string.hpp"
#include "support/data_path.hpp"
#include "support/golden.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::expect_golden;
using support::golden_block;

template <class Column>
void add(golden_block& block, const char* name, std::initializer_list<typename Column::value_type> values,
         Column column = {}) {
    block.add(name, std::move(column)).append(std::span(values.begin(), values.size()));
}

template <class Value>
constexpr Value lowest = std::numeric_limits<Value>::min();
template <class Value>
constexpr Value highest = std::numeric_limits<Value>::max();
constexpr auto top_bit = std::uint64_t{1} << 63;

TEST(GoldenBlock, Integers) {
    int128_value high128 = highest<std::int64_t>;
    high128 = (high128 << 64) | highest<std::uint64_t>;
    int256_value low256;
    low256.words[3] = top_bit;
    int256_value high256 = -1;
    high256.words[3] = top_bit - 1;
    golden_block b(6);
    add<int8>(b, "i8", {-128, 127, -2});
    add<int16>(b, "i16", {-32768, 32767, -2});
    add<int32>(b, "i32", {lowest<std::int32_t>, highest<std::int32_t>, -2});
    add<int64>(b, "i64", {lowest<std::int64_t>, highest<std::int64_t>, -2});
    add<int128>(b, "i128", {-high128 - 1, high128, -2});
    add<int256>(b, "i256", {low256, high256, -2});
    expect_golden("integers", b);
}

TEST(GoldenBlock, UnsignedIntegers) {
    uint128_value counting = 0x0102030405060708;
    counting = (counting << 64) | 0x090a0b0c0d0e0f10;
    golden_block b(6);
    add<uint8>(b, "u8", {255, 1});
    add<uint16>(b, "u16", {65535, 0x0102});
    add<uint32>(b, "u32", {0xffffffff, 0x01020304});
    add<uint64>(b, "u64", {highest<std::uint64_t>, 0x0102030405060708});
    add<uint128>(b, "u128", {~uint128_value{0}, counting});
    add<uint256>(b, "u256", {-1, 3});
    expect_golden("unsigned_integers", b);
}

TEST(GoldenBlock, Floats) {
    const double inf = std::numeric_limits<double>::infinity();
    golden_block b(4);
    add<float32>(b, "f32", {1.5F, -0.0F, static_cast<float>(inf)});
    add<float64>(b, "f64", {-2.25, 1e300, -inf});
    add<bfloat16>(b, "b16", {bfloat16_value::from(3.1415927F), bfloat16_value::from(-1), bfloat16_value::from(0.5F)});
    add<boolean>(b, "flag", {true, false, true});
    expect_golden("floats", b);
}

TEST(GoldenBlock, Times) {
    golden_block b(8);
    add<date>(b, "d", {1, 65535});
    add<date32>(b, "d32", {-25567, 120529});
    add<datetime>(b, "t", {1'700'000'000, 0xffffffff});
    add<datetime>(b, "tz", {1'700'000'000, 0}, datetime({.timezone = "Europe/Berlin"}));
    add<datetime64>(b, "ms", {1'700'000'000'123, -1}, datetime64({.scale = 3}));
    add<datetime64>(b, "ns", {1'700'000'000'123'456'789, 0}, datetime64({.scale = 9, .timezone = "UTC"}));
    add<time>(b, "clock", {3661, -1});
    add<time64>(b, "fine", {3'661'000'001, -1}, time64({.scale = 6}));
    expect_golden("times", b);
}

TEST(GoldenBlock, Intervals) {
    const std::pair<const char*, const char*> units[] = {
        {"ns", "Nanosecond"}, {"us", "Microsecond"}, {"ms", "Millisecond"}, {"s", "Second"},
        {"min", "Minute"},    {"h", "Hour"},         {"d", "Day"},          {"w", "Week"},
        {"m", "Month"},       {"q", "Quarter"},      {"y", "Year"}};
    const std::int64_t values[] = {1, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    golden_block b(std::size(units));
    for (std::size_t i = 0; i != std::size(units); ++i)
        b.add(units[i].first, interval({.unit = units[i].second})).append(values[i]);
    expect_golden("intervals", b);
}

TEST(GoldenBlock, Decimals) {
    golden_block b(4);
    add<decimal32>(b, "d32", {150, -150, 999'999'999}, decimal32({.precision = 9, .scale = 2}));
    add<decimal64>(b, "d64", {15'000, -15'000, 1}, decimal64({.precision = 18, .scale = 4}));
    add<decimal128>(b, "d128", {15'000'000'000, -15'000'000'000, 0}, decimal128({.precision = 38, .scale = 10}));
    add<decimal256>(b, "d256", {15, -15, 0}, decimal256({.precision = 76, .scale = 0}));
    expect_golden("decimals", b);
}

TEST(GoldenBlock, Enums) {
    golden_block b(2);
    auto& e8 = b.add("e8", enum8(enum_type<std::int8_t>({{"it's", -128}, {"", 0}, {"tab\tback\\slash", 127}})));
    for (const char* const label : {"it's", "", "tab\tback\\slash"}) e8.append(*e8.description().find(label));
    auto& e16 = b.add("e16", enum16(enum_type<std::int16_t>({{"low", -32768}, {"high", 32767}})));
    for (const char* const label : {"low", "high", "low"}) e16.append(*e16.description().find(label));
    expect_golden("enums", b);
}

TEST(GoldenBlock, Ids) {
    golden_block b(3);
    add<uuid>(b, "u", {uuid_value::from_bytes(support::hex("00112233445566778899aabbccddeeff").data()), {}});
    add<ipv4>(b, "v4", {0x01020304, 0xffffffff});
    add<ipv6>(b, "v6", {ipv6_value{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
                        ipv6_value{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4}}});
    expect_golden("ids", b);
}

TEST(GoldenBlock, Strings) {
    golden_block b(2);
    auto& s = b.add("s", string());
    const std::string texts[] = {"", "a", std::string(127, 'x'), std::string(300, 'y'), std::string("\0\xff", 2)};
    for (const std::string& text : texts) s.append(text);
    auto& f = b.add("f", fixed_string(4));
    for (const char* const text : {"", "ab", "abcd", "\xc3\xa9", "z"}) ASSERT_TRUE(f.append(text).has_value());
    expect_golden("strings", b);
}

TEST(GoldenBlock, EveryRevisionHasItsHeader) {
    golden_block b(4);
    add<uint8>(b, "u", {7, 8});
    add<datetime>(b, "t", {1, 3}, datetime({.timezone = "UTC"}));
    auto& a = b.add("a", array<datetime>(datetime({.timezone = "Asia/Tokyo"})));
    a.elements().append(2);
    a.offsets().append(1);
    a.offsets().append(0);
    auto& s = b.add("s", string());
    s.append("hi");
    s.append("");
    expect_golden("revisions", b, {0, 54032, 54337, 54405, 54412, 54454, 54465, 54480, 54488});
}

// Each query is tested: here or in golden_composite_test.cpp.
TEST(GoldenBlock, EveryQueryHasATest) {
    const std::set<std::string> tested = {"arrays",
                                          "decimals",
                                          "enums",
                                          "floats",
                                          "geometry",
                                          "ids",
                                          "integers",
                                          "intervals",
                                          "low_cardinality",
                                          "low_cardinality_fixed",
                                          "low_cardinality_nested",
                                          "low_cardinality_wide",
                                          "maps",
                                          "nested",
                                          "nothing",
                                          "nullables",
                                          "revisions",
                                          "simple_aggregates",
                                          "sparse",
                                          "strings",
                                          "times",
                                          "tuples",
                                          "unsigned_integers"};
    std::set<std::string> queries;
    for (const auto& file : std::filesystem::directory_iterator(support::data_path("golden/native")))
        if (file.path().extension() == ".sql") queries.insert(file.path().stem().string());
    EXPECT_EQ(queries, tested);
}

}  // namespace
}  // namespace colblock::column
