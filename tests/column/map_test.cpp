// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/map.hpp"

#include <gtest/gtest.h>

#include "colblock/column/fixed_types.hpp"
#include "colblock/column/string.hpp"
#include "support/encoded.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::encoded;
using support::hex;

TEST(MapColumn, WritesEndsThenAllKeysThenAllValues) {
    map<string, uint8> c;
    c.keys().append("a");
    c.keys().append("a");  // kept twice
    c.values().append(1);
    c.values().append(2);
    c.offsets().append(2);
    c.append_defaults(1);
    EXPECT_EQ(c.type(), "Map(String, UInt8)");
    EXPECT_EQ(c.num_rows(), 2u);
    EXPECT_EQ(encoded(c), hex("0200000000000000 0200000000000000  0161 0161  01 02"));
}

TEST(MapColumn, RefusesDecreasingOffsets) {
    const std::string bytes = hex("0100000000000000 0000000000000000 0161 01");
    map<string, uint8> c;
    wire::cursor in(bytes);
    c.decode(in, 2);
    EXPECT_EQ(in.status().error().code, errc::bad_offsets);
}

}  // namespace
}  // namespace colblock::column
