// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/array.hpp"

#include <gtest/gtest.h>

#include "colblock/column/fixed_types.hpp"
#include "colblock/column/string.hpp"
#include "support/encoded.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::encoded;
using support::hex;

TEST(ArrayColumn, WritesEndsThenElements) {
    array<uint16> c;
    c.elements().append(1);
    c.elements().append(2);
    c.offsets().append(2);
    c.append_defaults(1);
    c.elements().append(3);
    c.offsets().append(1);
    EXPECT_EQ(c.type(), "Array(UInt16)");
    EXPECT_EQ(c.num_rows(), 3u);
    EXPECT_EQ(encoded(c), hex("0200000000000000 0200000000000000 0300000000000000  0100 0200 0300"));
}

TEST(ArrayColumn, EndsOfABatchCountFromItsFirstElement) {
    array<string> c;
    c.elements().append("x");
    c.offsets().append(1);
    for (const char* const text : {"a", "b", "c"}) c.elements().append(text);
    const std::uint32_t ends[] = {2, 2, 3};
    c.offsets().append_ends(ends);
    EXPECT_EQ(encoded(c), hex("0100000000000000 0300000000000000 0300000000000000 0400000000000000"
                              "0178 0161 0162 0163"));
}

TEST(ArrayColumn, OffsetsReadLaterContinueThoseBefore) {
    const std::string bytes = hex("0100000000000000 07");
    array<uint8> c;
    for (int i = 0; i != 2; ++i) {
        wire::cursor in(bytes);
        c.decode(in, 1);
        ASSERT_TRUE(in.ok());
    }
    EXPECT_EQ(encoded(c), hex("0100000000000000 0200000000000000 07 07"));
}

TEST(ArrayColumn, RefusesDecreasingOffsets) {
    const std::string bytes = hex("0200000000000000 0100000000000000 01 02");
    array<uint8> c;
    wire::cursor in(bytes);
    c.decode(in, 2);
    EXPECT_EQ(in.status().error().code, errc::bad_offsets);
}

TEST(ArrayColumn, DoesNotBelieveMoreElementsThanThereAreBytes) {
    const std::string bytes = hex("ffffffffffffffff 01 02");
    array<array<uint8>> c;
    wire::cursor in(bytes);
    c.decode(in, 1);
    EXPECT_EQ(in.status().error().code, errc::truncated);
    EXPECT_LT(c.byte_len(), 100u);
}

}  // namespace
}  // namespace colblock::column
