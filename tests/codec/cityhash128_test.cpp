// SPDX-License-Identifier: Apache-2.0
#include "colblock/codec/cityhash128.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/data_path.hpp"

namespace colblock::codec {
namespace {

std::string ascending(std::size_t n, std::size_t factor = 1, std::size_t first = 0) {
    std::string bytes(n, '\0');
    for (std::size_t i = 0; i != n; ++i) bytes[i] = static_cast<char>(factor * i + first);
    return bytes;
}

TEST(CityHash128, GivesThePublishedValues) {
    EXPECT_EQ(cityhash128("TSDGQtM27SmjL0naFMqcQ3ETsYKbDbrBeIj"), (hash128{0x5a568f460b784901, 0x8194e9a0cefb22fd}));
    EXPECT_EQ(cityhash128(""), (hash128{0x3df09dfc64c09a2b, 0x3cb540c392e51e29}));
    EXPECT_EQ(cityhash128("a"), (hash128{0xd27139a1afe01ad0, 0xfd7e8ee2e4c86cf6}));
    EXPECT_EQ(cityhash128("abc"), (hash128{0x900ff195577748fe, 0x13a9176355b20d7e}));
    EXPECT_EQ(cityhash128("abcdefg"), (hash128{0x5db75214eff25f1c, 0xc48f4415591c490b}));
    EXPECT_EQ(cityhash128("abcdefgh"), (hash128{0x4ba34274d268afb4, 0xfb0ea90987f10634}));
    EXPECT_EQ(cityhash128("0123456789abcde"), (hash128{0xa0270b20853e7636, 0x2d8644dcd9849e3d}));
    EXPECT_EQ(cityhash128("0123456789abcdef"), (hash128{0xc52ea1adb29e4800, 0x7369a2fab076de4c}));
    EXPECT_EQ(cityhash128("0123456789abcdefg"), (hash128{0x202565a0be8edb3e, 0x418babcd28f764df}));
    EXPECT_EQ(cityhash128(ascending(64)), (hash128{0x83d9a0502fd851d0, 0x718073343ea63f22}));
    EXPECT_EQ(cityhash128(ascending(128)), (hash128{0x7def035b54925590, 0xde34765c4aca9038}));
    EXPECT_EQ(cityhash128(ascending(144)), (hash128{0xa6bdeceec903d0fc, 0xc56b79626912c1bc}));
    EXPECT_EQ(cityhash128(ascending(256)), (hash128{0x327bb07ec0345a9b, 0xfb45ef5cb037bd93}));
    EXPECT_EQ(cityhash128(ascending(1000, 7)), (hash128{0x4253c6e06639463e, 0x2df1aea0eb8329d7}));
}

TEST(CityHash128, AgreesWithAnotherImplementationAtEveryShortLength) {
    std::ifstream golden(support::data_path("golden/codec/cityhash128.txt"));
    std::string comment;
    ASSERT_TRUE(std::getline(golden, comment));
    std::size_t n = 0;
    std::size_t lines = 0;
    hash128 expected;
    while (golden >> std::dec >> n >> std::hex >> expected.low >> expected.high) {
        ASSERT_EQ(cityhash128(ascending(n, 7, n)), expected) << n;
        ++lines;
    }
    EXPECT_EQ(lines, 321u);
}

}  // namespace
}  // namespace colblock::codec
