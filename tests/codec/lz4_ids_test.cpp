// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_ids.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/hex.hpp"
#include "support/lz4_block.hpp"

namespace colblock::codec {
namespace {

using support::hex;

std::string id(std::mt19937& random, std::size_t num_digits) {
    std::string made(1, static_cast<char>(num_digits));
    for (std::size_t i = 0; i != num_digits; ++i) made += "0123456789abcdef"[random() % 16];
    return made;
}

struct compressed {
    std::string block;
    std::size_t raw_len;
};
compressed compress(const std::string& raw, std::size_t most) {
    std::string out(ids_bound(raw.size()), '?');
    const ids_block made = compress_ids(raw, most, out.data());
    out.resize(made.len);
    return {out, made.raw_len};
}

std::string decompressed(const compressed& from) { return support::lz4_decompressed(from.block, from.raw_len); }

TEST(Lz4Ids, AnIdThatWasThereBeforeIsOneMatchAndItsNeighboursWithIt) {
    const std::string a = "\x10" "0123456789abcdef";
    const std::string b = "\x10" "fedcba9876543210";
    const std::string tail(97, '\0');  // empty ids
    const compressed made = compress(a + b + a + b + a + tail, 10'000);
    // 34 literals, 51 bytes from 34 back: 15 + 19 literals, 4 + 15 + 32 bytes; then literals only.
    EXPECT_EQ(made.block, hex("ff 13") + a + b + hex("2200 20  f0 52") + tail);
    EXPECT_EQ(decompressed(made), a + b + a + b + a + tail);
}

TEST(Lz4Ids, ComeBackInBlocksOfWholeIds) {
    std::mt19937 random(3);
    for (int round = 0; round != 500; ++round) {
        const std::size_t num_digits = random() % 2 == 0 ? 32 : 16;
        std::vector<std::string> known;
        std::string raw;
        for (std::size_t n = random() % 3'000; n != 0; --n) {
            const unsigned what = random() % 8;
            if (what == 0) raw += '\0';
            else if (what < 4 || known.empty()) raw += known.emplace_back(id(random, num_digits));
            else raw += known[known.size() - 1 - random() % std::min<std::size_t>(known.size(), 3'000)];
        }
        const std::size_t most = min_ids_len + random() % 40'000;
        for (std::size_t at = 0; at != raw.size();) {
            const compressed made = compress(raw.substr(at), most);
            ASSERT_LE(made.raw_len, most);
            ASSERT_TRUE(made.raw_len > most - 33 || at + made.raw_len == raw.size());
            ASSERT_EQ(decompressed(made), raw.substr(at, made.raw_len)) << "round " << round;
            at += made.raw_len;
            ASSERT_TRUE(at == raw.size() || raw[at] == static_cast<char>(num_digits) || raw[at] == '\0');
        }
    }
}

TEST(Lz4Ids, WhatIsNoIdIsCopied) {
    std::mt19937 random(4);
    for (int round = 0; round != 500; ++round) {
        std::string raw;
        for (std::size_t n = random() % 200; n != 0; --n) raw += id(random, 16);
        raw.resize(raw.size() + random() % 300, '!');
        for (std::size_t n = random() % 200; n != 0; --n) raw += id(random, 32);
        const std::size_t most = 1'000 + random() % 10'000;
        for (std::size_t at = 0; at != raw.size();) {
            const compressed made = compress(raw.substr(at), most);
            ASSERT_NE(made.raw_len, 0u);
            ASSERT_EQ(decompressed(made), raw.substr(at, made.raw_len)) << "round " << round;
            at += made.raw_len;
        }
    }
}

TEST(Lz4Ids, ABlockEndsInLiteralsWhereverTheIdsEnd) {
    std::mt19937 random(6);
    const std::string one = id(random, 32);
    for (std::size_t num_ids = 0; num_ids != 12; ++num_ids) {
        for (std::size_t most = 100; most != 300; ++most) {
            std::string raw;
            for (std::size_t i = 0; i != num_ids; ++i) raw += one;
            raw.resize(400, '!');
            const compressed made = compress(raw, most);
            ASSERT_EQ(decompressed(made), raw.substr(0, made.raw_len)) << num_ids << " ids, " << most;
        }
    }
}

TEST(Lz4Ids, AreKnownByTheirBeginning) {
    std::mt19937 random(5);
    std::string raw;
    while (raw.size() < min_ids_len) raw += id(random, 32);
    EXPECT_TRUE(is_ids(raw));
    EXPECT_FALSE(is_ids(raw.substr(0, min_ids_len - 1)));
    EXPECT_FALSE(is_ids(std::string(raw).replace(40, 1, "G")));
    EXPECT_FALSE(is_ids(std::string(raw).replace(33, 1, "\x1f")));
    EXPECT_FALSE(is_ids(std::string(49, '\0') + raw));  // of 64, more than three quarters are empty
    EXPECT_TRUE(is_ids(std::string(48, '\0') + raw));
}

}  // namespace
}  // namespace colblock::codec
