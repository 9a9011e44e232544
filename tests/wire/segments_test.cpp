// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/segments.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::wire {
namespace {

TEST(Segments, FlattensCopiedBorrowedAndRepeatedRangesInOrder) {
    const std::string row = "xyz";
    segments out;
    out.varint(300);
    out.string("ab");
    out.borrow(row, 3);
    out.fixed(std::uint16_t{0x0102});
    out.borrow({});
    out.borrow(row, 0);
    buffer flat;
    out.flatten(flat);
    EXPECT_EQ(flat.view(), byte_view("\xac\x02\x02"
                                     "abxyzxyzxyz\x02\x01",
                                     16));
    EXPECT_EQ(out.total_len(), 16u);
    EXPECT_EQ(out.num_pieces(), 3u);
}

TEST(Segments, CopiedBytesSurviveGrowth) {
    segments out;
    std::string expected;
    for (int i = 0; i != 2000; ++i) {
        out.string("word");
        out.borrow("B");
        expected += "\4wordB";
    }
    buffer flat;
    out.flatten(flat);
    EXPECT_EQ(flat.view(), expected);
}

}  // namespace
}  // namespace colblock::wire
