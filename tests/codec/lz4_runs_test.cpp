// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_runs.hpp"

#include <gtest/gtest.h>
#include <lz4.h>

#include <string>
#include <vector>

#include "support/hex.hpp"

namespace colblock::codec {
namespace {

using support::hex;

/// What liblz4 makes of a block; it refuses blocks that break the rules of their end.
std::string decompressed(byte_view block, std::size_t raw_len) {
    std::string raw(raw_len, '?');
    const int len =
        LZ4_decompress_safe(block.data(), raw.data(), static_cast<int>(block.size()), static_cast<int>(raw_len));
    EXPECT_EQ(len, static_cast<int>(raw_len));
    return raw;
}

std::string repeated(byte_view value, std::size_t n) {
    std::string all;
    for (std::size_t i = 0; i != n; ++i) all += value;
    return all;
}

TEST(Lz4Runs, WriteOneLiteralAndOneOverlappingMatch) {
    lz4_run_writer writer;
    buffer out;
    writer.repeat("ab", 100, out);
    EXPECT_EQ(writer.raw_len(), 200u);
    writer.finish(out);
    // Match of 198 - 5 = 193: 4 + 15 + 174. The last five bytes are literals.
    EXPECT_EQ(out.view(), hex("2f 6162 0200 ae  50 6261626162"));
    EXPECT_EQ(decompressed(out.view(), 200), repeated("ab", 100));
}

TEST(Lz4Runs, KeepTheWholeMatchWhereLiteralsFollow) {
    lz4_run_writer writer;
    buffer out;
    writer.literals("x");
    writer.repeat("ab", 51, out);
    writer.literals("tail!");
    writer.finish(out);
    // Match of 100: 4 + 15 + 81.
    EXPECT_EQ(out.view(), hex("3f 786162 0200 51  50 7461696c21"));
    EXPECT_EQ(decompressed(out.view(), 108), "x" + repeated("ab", 51) + "tail!");
}

TEST(Lz4Runs, WriteShortRunsAsLiterals) {
    lz4_run_writer writer;
    buffer out;
    writer.repeat("abcd", 3, out);
    writer.finish(out);
    EXPECT_EQ(out.view(), hex("c0 616263646162636461626364"));
}

TEST(Lz4Runs, WriteAnEmptyBlockAsOneToken) {
    lz4_run_writer writer;
    buffer out;
    writer.finish(out);
    EXPECT_EQ(out.view(), hex("00"));
}

TEST(Lz4Runs, DecodeWithLiblz4AtEveryLengthThatChangesTheCoding) {
    lz4_run_writer writer;
    for (const std::size_t value_len : {1, 2, 3, 4, 5, 7, 8, 14, 15, 16, 31, 33, 269, 270, 271, 524, 525, 65534, 65535})
        for (const std::size_t repeat : {2, 3, 4, 5, 12, 31, 33, 34, 64, 300})
            for (const std::size_t tail_len : {0, 1, 4, 5, 6, 11, 12, 15, 16}) {
                std::string value(value_len, '\0');
                for (std::size_t i = 0; i != value_len; ++i) value[i] = static_cast<char>(i * i + i / 7);
                const std::string tail = std::string("0123456789abcdefghij").substr(0, tail_len);
                buffer out;
                writer.repeat(value, repeat, out);
                writer.literals(tail);
                const std::size_t raw_len = writer.raw_len();
                ASSERT_EQ(raw_len, value_len * repeat + tail_len);
                writer.finish(out);
                ASSERT_EQ(decompressed(out.view(), raw_len), repeated(value, repeat) + tail)
                    << value_len << " x " << repeat << " + " << tail_len;
            }
}

TEST(Lz4Runs, MatchWhatAValueSharesWithTheOneBefore) {
    lz4_run_writer writer;
    buffer out;
    const std::string head = "0123456789abcdefghijklmnopqrstuvwxyz";  // 36 bytes
    const std::string one = head + "1" + head;
    const std::string two = head + "22" + head;
    writer.repeat(one, 2, out);
    writer.repeat(two, 2, out);
    const std::size_t raw_len = writer.raw_len();
    ASSERT_EQ(raw_len, 2 * 73 + 2 * 74u);
    writer.finish(out);
    const byte_view block = out.view();
    EXPECT_EQ(decompressed(block, raw_len), one + one + two + two);
    // 73 literals and a match of 73 = 4 + 15 + 54 at 73.
    ASSERT_EQ(block.substr(0, 2 + 73 + 3), hex("ff 3a") + one + hex("4900 36"));
    // Nothing and 36 = 4 + 15 + 17 at 73; "22" and 36 at 74; nothing and 74 - 5 = 4 + 15 + 50 at 74.
    EXPECT_EQ(block.substr(2 + 73 + 3), hex("0f 4900 11  2f 3232 4a00 11  0f 4a00 32  50") + "vwxyz");
}

TEST(Lz4Runs, FollowOneAnotherInOneBlock) {
    lz4_run_writer writer;
    std::vector<std::string> values;
    for (std::size_t i = 0; i != 300; ++i)
        values.push_back(std::string(i * 7 % 150, static_cast<char>('a' + i % 3)) + std::to_string(i) +
                         std::string(i * 5 % 130, static_cast<char>('a' + i % 2)));
    for (int round = 0; round != 2; ++round) {  // the second on used scratch memory
        buffer out;
        std::string expected;
        for (std::size_t i = 0; i != values.size(); ++i) {
            writer.repeat(values[i], 1 + i % 40, out);
            expected += repeated(values[i], 1 + i % 40);
            if (i % 3 != 0) continue;
            writer.literals("between");
            expected += "between";
        }
        const std::size_t raw_len = writer.raw_len();
        writer.finish(out);
        EXPECT_EQ(decompressed(out.view(), raw_len), expected);
        EXPECT_LT(out.size(), expected.size() / 10);
    }
}

TEST(Lz4Runs, ReachNoFurtherBackThanAnOffsetCan) {
    // Equal values, with more and more between them until the one before is out of reach.
    for (const std::size_t between_len : {0, 100, 64000, 65034, 65035, 65036, 65535, 70000}) {
        lz4_run_writer writer;
        buffer out;
        const std::string value(500, 'v');
        std::string between(between_len, '\0');
        for (std::size_t i = 0; i != between_len; ++i) between[i] = static_cast<char>(i * 31 + i / 256);
        writer.repeat(value, 3, out);
        writer.literals(between);
        writer.repeat(value, 3, out);
        const std::size_t raw_len = writer.raw_len();
        writer.finish(out);
        EXPECT_EQ(decompressed(out.view(), raw_len), repeated(value, 3) + between + repeated(value, 3));
    }
}

}  // namespace
}  // namespace colblock::codec
