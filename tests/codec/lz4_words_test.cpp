// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_words.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/hex.hpp"
#include "support/lz4_block.hpp"

namespace colblock::codec {
namespace {

using support::hex;
using support::lz4_decompressed;

std::string bytes_of(const std::vector<std::uint64_t>& words) {
    return {reinterpret_cast<const char*>(words.data()), words.size() * 8};
}

std::string compressed(const std::string& raw) {
    std::string out(words_bound(raw.size()), '?');
    out.resize(compress_words(raw, out.data()));
    return out;
}

TEST(Lz4Words, AWordIsItsLowBytesAndTheHighOnesOfTheWordBefore) {
    // 8 + 1 literals, a match of 7; then 1 literal and 7; then 2 literals and 6; then two words of literals.
    EXPECT_EQ(compressed(bytes_of({1, 2, 3, 0x203, 0x204, 0x205})),
              hex("93 0100000000000000 02 0800  13 03 0800  22 0302 0800  f001 0402000000000000 0502000000000000"));
}

TEST(Lz4Words, EqualWordsAreOneMatch) {
    EXPECT_EQ(compressed(bytes_of({7, 7, 7, 7, 8, 8})),
              hex("8f 0700000000000000 0800 05  f001 0800000000000000 0800000000000000"));
}

TEST(Lz4Words, WordsThatHaveNothingInCommonAreLiterals) {
    const std::uint64_t a = 0x0102030405060708;
    const std::uint64_t b = 0x1112131415161718;
    EXPECT_EQ(compressed(bytes_of({a, b, a})), hex("f009 0807060504030201 1817161514131211 0807060504030201"));
    EXPECT_EQ(compressed(bytes_of({a})), hex("80 0807060504030201"));
}

TEST(Lz4Words, ComeBackWhateverTheyAre) {
    std::mt19937_64 random(5);
    for (int round = 0; round != 2'000; ++round) {
        std::vector<std::uint64_t> words(1 + random() % 200);
        std::uint64_t word = random();
        for (std::uint64_t& each : words) {
            switch (random() % 4) {
            case 0: word += random() % 300; break;
            case 1: word += random() >> random() % 64; break;
            case 2: break;
            default: word = word << 8 | random() % 256;
            }
            each = word;
        }
        const std::string raw = bytes_of(words);
        const std::string block = compressed(raw);
        ASSERT_LE(block.size(), words_bound(raw.size()));
        ASSERT_EQ(lz4_decompressed(block, raw.size()), raw) << "round " << round;
    }
}

TEST(Lz4Words, AreKnownByTheirNeighbours) {
    std::mt19937_64 random(6);
    std::vector<std::uint64_t> words(min_words_len / 8);
    std::uint64_t time = 1'790'000'000'000'000'000;
    for (std::uint64_t& each : words) each = time += random() % 5'000'000;
    EXPECT_TRUE(is_words(bytes_of(words)));
    EXPECT_FALSE(is_words(bytes_of(words).substr(8)));          // too few
    EXPECT_FALSE(is_words(bytes_of(words) + "length"));         // not of 64 bits
    EXPECT_FALSE(is_words(std::string(min_words_len, '\0')));   // liblz4 is fast enough
    for (std::uint64_t& each : words) each = random();
    EXPECT_FALSE(is_words(bytes_of(words)));
    EXPECT_FALSE(is_words(std::string(bytes_of(words)).replace(0, 4096, std::string(4096, 'x'))));
}

}  // namespace
}  // namespace colblock::codec
