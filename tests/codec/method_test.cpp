// SPDX-License-Identifier: Apache-2.0
#include "colblock/codec/method.hpp"

#include <gtest/gtest.h>

namespace colblock::codec {
namespace {

TEST(Compression, ReadsMethodAndLevel) {
    EXPECT_EQ(parse_compression("none"), (compression{method::none, 0, false}));
    EXPECT_EQ(parse_compression("lz4"), (compression{method::lz4, 1, false}));
    EXPECT_EQ(parse_compression("lz4:16"), (compression{method::lz4, 16, false}));
    EXPECT_EQ(parse_compression("lz4hc"), (compression{method::lz4, 9, true}));
    EXPECT_EQ(parse_compression("lz4hc:12"), (compression{method::lz4, 12, true}));
    EXPECT_EQ(parse_compression("zstd"), (compression{method::zstd, 1, false}));
    EXPECT_EQ(parse_compression("zstd:-7"), (compression{method::zstd, -7, false}));
}

TEST(Compression, RefusesUnknownWordsAndLevelsOutOfRange) {
    EXPECT_EQ(parse_compression("gzip").error(), (error{errc::invalid_argument, 0}));
    EXPECT_EQ(parse_compression("").error(), (error{errc::invalid_argument, 0}));
    EXPECT_EQ(parse_compression("LZ4").error(), (error{errc::invalid_argument, 0}));
    EXPECT_EQ(parse_compression("none:1").error(), (error{errc::invalid_argument, 5}));
    EXPECT_EQ(parse_compression("lz4:").error(), (error{errc::invalid_argument, 4}));
    EXPECT_EQ(parse_compression("lz4:0").error(), (error{errc::invalid_argument, 4}));
    EXPECT_EQ(parse_compression("lz4hc:13").error(), (error{errc::invalid_argument, 6}));
    EXPECT_EQ(parse_compression("zstd:23").error(), (error{errc::invalid_argument, 5}));
    EXPECT_EQ(parse_compression("zstd:1x").error(), (error{errc::invalid_argument, 5}));
    EXPECT_EQ(parse_compression("zstd:99999999999").error(), (error{errc::invalid_argument, 5}));
}

TEST(Compression, PrintsWhatItReads) {
    for (const char* text : {"none", "lz4:1", "lz4:65537", "lz4hc:2", "zstd:22", "zstd:-7"})
        EXPECT_EQ(to_text(parse_compression(text).value()), text);
}

}  // namespace
}  // namespace colblock::codec
