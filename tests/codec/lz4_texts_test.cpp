// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_texts.hpp"

#include <gtest/gtest.h>
#include <lz4.h>

#include <random>
#include <string>
#include <vector>

#include "support/hex.hpp"
#include "support/lz4_block.hpp"

namespace colblock::codec {
namespace {

using support::hex;
using support::lz4_decompressed;

std::string block_of_texts(const std::string& raw) {
    std::string out(texts_bound(raw.size()), '?');
    out.resize(compress_texts(raw, out.data()));
    return out;
}

// Texts behind their lengths, out of a stock of words.
std::string texts(std::mt19937& random, std::size_t num_words, std::size_t len) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i != num_words; ++i) {
        std::string& word = words.emplace_back();
        for (std::size_t n = 1 + random() % 20; n != 0; --n) word += static_cast<char>('a' + random() % 26);
    }
    std::string made;
    while (made.size() < len) {
        std::string text;
        for (std::size_t n = 1 + random() % 5; n != 0; --n) text += words[random() % words.size()] + '/';
        if (random() % 4 == 0) text += std::to_string(random());
        made += static_cast<char>(text.size()) + text;
    }
    return made;
}

TEST(Lz4Texts, AMatchHasEightBytesOrMore) {
    const std::string seven = "select7";
    const std::string nine = "SELECT id";
    const std::string tail = ".0123456789abcdefghijklmnopqrstuv";  // longer than where no match begins
    const std::string raw = "<" + seven + "><" + nine + "," + seven + ";" + nine + tail;
    // 28 literals, 9 bytes from 18 back; then literals only, 33 of them.
    EXPECT_EQ(block_of_texts(raw), hex("f5 0d") + raw.substr(0, 28) + hex("1200 f0 12") + tail);
    EXPECT_EQ(lz4_decompressed(block_of_texts(raw), raw.size()), raw);
}

TEST(Lz4Texts, ComeBackWhateverTheirLength) {
    std::mt19937 random(1);
    const std::string raw = texts(random, 20, 3'000);
    for (std::size_t len = 1; len != raw.size(); ++len) {
        const std::string some = raw.substr(0, len);
        ASSERT_EQ(lz4_decompressed(block_of_texts(some), len), some) << len;
    }
}

TEST(Lz4Texts, MatchesReachAsFarAsAnOffset) {
    const std::string needle = "0123456789ABCDEF";
    for (std::size_t distance = 65'530; distance != 65'540; ++distance) {
        std::string raw = needle;
        while (raw.size() < distance) raw += static_cast<char>('a' + raw.size() % 26);  // one match
        raw += needle + std::string(64, '!');
        const std::string block = block_of_texts(raw);
        ASSERT_EQ(lz4_decompressed(block, raw.size()), raw) << distance;
        EXPECT_EQ(block.find(needle, 100) == std::string::npos, distance <= 65'535) << distance;
    }
}

TEST(Lz4Texts, RunsOfEveryLengthComeBack) {
    for (std::size_t period = 1; period != 20; ++period) {
        for (std::size_t len = 1; len < 1'500; len += 1 + len / 40) {
            std::string raw;
            for (std::size_t i = 0; i != len; ++i) raw += static_cast<char>('a' + i % period);
            for (const std::size_t num_others : {0, 1, 5, 31, 32, 40}) {
                const std::string whole = raw + std::string(num_others, '.');
                ASSERT_EQ(lz4_decompressed(block_of_texts(whole), whole.size()), whole) << period << ' ' << len << ' ' << num_others;
            }
        }
    }
}

TEST(Lz4Texts, WhatNeverRepeatsFitsTheBound) {
    std::mt19937 random(3);
    for (const std::size_t len : {1, 31, 32, 33, 255, 256, 4'000, 100'000}) {
        std::string raw;
        for (std::size_t i = 0; i != len; ++i) raw += static_cast<char>(random());
        const std::string block = block_of_texts(raw);
        EXPECT_LE(block.size(), texts_bound(len));
        EXPECT_EQ(lz4_decompressed(block, len), raw);
    }
}

// Words of one to twenty bytes, few and many.
TEST(Lz4Texts, AreAboutAsShortAsLiblz4MakesThemDifferential) {
    std::mt19937 random(4);
    for (int round = 0; round != 60; ++round) {
        const std::string raw = texts(random, 1 + random() % 2'000, 1'000 + random() % 300'000);
        const std::string block = block_of_texts(raw);
        ASSERT_EQ(lz4_decompressed(block, raw.size()), raw) << "round " << round;
        std::string theirs(static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(raw.size()))), '?');
        const int len = LZ4_compress_default(raw.data(), theirs.data(), static_cast<int>(raw.size()), static_cast<int>(theirs.size()));
        if (raw.size() < 100'000) continue;
        EXPECT_LT(block.size(), static_cast<std::size_t>(len) * 5 / 4) << "round " << round;
    }
}

}  // namespace
}  // namespace colblock::codec
