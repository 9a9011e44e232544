// SPDX-License-Identifier: Apache-2.0
#include "client/outbox.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/hex.hpp"

namespace colblock::client {
namespace {

using support::hex;

/// Takes everything out in steps of `n` bytes at most.
std::string drain(outbox& out, std::size_t n) {
    std::string all;
    while (!out.empty()) {
        std::size_t taken = 0;
        for (byte_view bytes : out.front()) {
            bytes = bytes.substr(0, n - taken);
            all += bytes;
            taken += bytes.size();
        }
        out.consume(taken);
    }
    return all;
}

TEST(Outbox, GivesPacketsInOrderWhateverIsTakenAtOnce) {
    const std::string frame = "frame";
    const byte_view body[] = {frame, {}, frame};
    for (const std::size_t n : {1, 2, 3, 7, 1000}) {
        outbox out;
        wire::segments head;
        head.string("head");
        out.add_raw(head);
        out.add_packet(head, body);
        out.add_packet(head);
        EXPECT_EQ(drain(out, n), hex("04'head' 04'head' 'frameframe' 04'head'"));
        EXPECT_TRUE(out.front().empty());
        out.add_packet(head);
        EXPECT_EQ(drain(out, n), hex("04'head'"));
    }
}

TEST(Outbox, CutsPacketsIntoChunks) {
    const std::string frame = "frame";
    const byte_view body[] = {frame, frame};
    for (const std::size_t n : {1, 5, 1000}) {
        outbox out;
        wire::segments head;
        head.string("head");
        out.add_raw(head);  // the addendum is in no chunk
        out.start_chunks();
        out.add_packet(head, body);
        EXPECT_EQ(drain(out, n), hex("04'head' 05000000 04'head' 05000000 'frame' 05000000 'frame' 00000000"));
    }
}

TEST(Outbox, OffersAFewDozenViewsAtATime) {
    const std::string frame = "f";
    const std::vector<byte_view> body(1000, byte_view(frame));
    outbox out;
    out.add_packet(wire::segments(), body);
    EXPECT_EQ(out.front().size(), 64u);
    EXPECT_EQ(drain(out, 10), std::string(1000, 'f'));
}

}  // namespace
}  // namespace colblock::client
