// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/fixed.hpp"

#include <gtest/gtest.h>

#include "colblock/column/fixed_types.hpp"
#include "support/encoded.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::encoded;
using support::hex;

TEST(FixedColumn, AppendsValuesSpansAndRepetitions) {
    uint32 c;
    c.append(1);
    const std::uint32_t more[] = {2, 0xfffffffe};
    c.append(more);
    c.append_repeated(7, 2);
    c.append_repeated(9, 0);
    c.append_defaults(1);
    EXPECT_EQ(c.type(), "UInt32");
    EXPECT_EQ(c.num_rows(), 6u);
    EXPECT_EQ(encoded(c), hex("01000000 02000000 feffffff 07000000 07000000 00000000"));
    EXPECT_EQ(c.values()[2], 0xfffffffe);
}

TEST(FixedColumn, KernelsFillWhatExtendReturns) {
    float64 c;
    double* const to = c.extend(2);
    to[0] = 1.5;
    to[1] = -2;
    EXPECT_EQ(encoded(c), hex("000000000000f83f 00000000000000c0"));
}

TEST(FixedColumn, KeepsRunsAsRuns) {
    fixed<datetime64_type, runs> c({.scale = 9, .timezone = "UTC"});
    c.append(1);
    c.append_repeated(2, 1000);
    c.append(3);
    EXPECT_EQ(c.num_rows(), 1002u);
    wire::segments out;
    c.encode(out);
    EXPECT_EQ(out.num_pieces(), 3u);
    EXPECT_EQ(out[1].repeat, 1000u);
    EXPECT_EQ(out.total_len(), 8016u);
    EXPECT_FALSE((sparse_column<fixed<datetime64_type, runs>>));
    EXPECT_TRUE(sparse_column<datetime64>);
}

TEST(FixedColumn, WideIntegersExtendTheSign) {
    int128 narrower;
    narrower.append(-2);
    EXPECT_EQ(encoded(narrower), hex("feffffffffffffffffffffffffffffff"));
    int256 c;
    c.append(-2);
    c.append(2);
    EXPECT_EQ(encoded(c), hex("feffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                              "0200000000000000000000000000000000000000000000000000000000000000"));
}

TEST(FixedColumn, UuidIsTwoReversedHalves) {
    uuid c;
    c.append({0x0011223344556677, 0x8899aabbccddeeff});
    c.append(uuid_value::from_bytes(hex("00112233445566778899aabbccddeeff").data()));
    EXPECT_EQ(encoded(c), hex("7766554433221100 ffeeddccbbaa9988 7766554433221100 ffeeddccbbaa9988"));
}

TEST(FixedColumn, BFloat16IsTheUpperHalfOfAFloat) {
    bfloat16 c;
    c.append(bfloat16_value::from(3.1415927F));
    EXPECT_EQ(encoded(c), hex("4940"));
    EXPECT_EQ(c.values()[0].to_float(), 3.140625F);
}

TEST(FixedColumn, TypesWithParametersPrintThem) {
    EXPECT_EQ(datetime().type(), "DateTime");
    EXPECT_EQ(datetime({.timezone = "Asia/Tokyo"}).type(), "DateTime('Asia/Tokyo')");
    EXPECT_EQ(datetime64({.scale = 0}).type(), "DateTime64(0)");
    EXPECT_EQ(time64({.scale = 9}).type(), "Time64(9)");
    EXPECT_EQ(interval({.unit = "Day"}).type(), "IntervalDay");
    EXPECT_EQ(decimal64({.precision = 12, .scale = 3}).type(), "Decimal(12, 3)");
}

TEST(FixedColumn, EnumsAreOrderedByValueAndDefaultToTheFirst) {
    enum8 c(enum_type<std::int8_t>({{"b", 2}, {"it's", -1}}));
    EXPECT_EQ(c.type(), "Enum8('it\\'s' = -1, 'b' = 2)");
    c.append(*c.description().find("b"));
    EXPECT_EQ(c.description().find("c"), std::nullopt);
    c.append_defaults(2);
    EXPECT_EQ(encoded(c), hex("02 ff ff"));
}

TEST(FixedColumn, FindsTheRowsThatAreNotZero) {
    int32 c;
    c.append_repeated(0, 3);
    c.append(1 << 24);
    c.append(0);
    c.append(-1);
    row_list rows;
    ASSERT_TRUE(c.find_others(2, rows));
    EXPECT_EQ(rows, (row_list{3, 5}));
    EXPECT_FALSE(c.find_others(1, rows));
    float64 f;
    f.append(-0.0);
    ASSERT_TRUE(f.find_others(1, rows));
    EXPECT_EQ(rows, (row_list{0}));  // a sign that must not get lost
}

}  // namespace
}  // namespace colblock::column
