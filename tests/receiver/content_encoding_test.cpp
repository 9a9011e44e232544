// SPDX-License-Identifier: Apache-2.0
#include "receiver/content_encoding.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>
#include <lz4frame.h>
#include <zstd.h>

#include <string>

namespace colblock::receiver {
namespace {

using namespace std::string_literals;

constexpr std::size_t plenty = 1 << 20;

// "hello hello hello hello" and "" as Python's gzip and zlib modules write them.
const std::string hello_text = "hello hello hello hello";
const std::string hello_gzip =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x01\xe3\x51\x3d\x8d\x17\x00\x00\x00"s;
const std::string empty_gzip = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"s;
const std::string hello_zlib = "\x78\xda\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x01\x68\x03\x08\xb1"s;

// The same text as the Collector's encoders write it (Go: compress/flate, klauspost/compress 1.20,
// golang/snappy, pierrec/lz4 4.1), and as the zstd and lz4 command lines do.
const std::string hello_deflate = "\xca\x48\xcd\xc9\xc9\x57\xc0\x20\x01\x01\x00\x00\xff\xff"s;
const std::string hello_zstd =
    "\x28\xb5\x2f\xfd\x04\x00\x6d\x00\x00\x30\x68\x65\x6c\x6c\x6f\x20\x01\x54\x06\x03\x0e\x09\x17\x5e\xae\x0d"s;
const std::string hello_zstd_flushed =
    "\x28\xb5\x2f\xfd\x04\x68\x58\x00\x00\x68\x65\x6c\x6c\x6f\x20\x68\x65\x6c\x6c\x6f\x61\x00\x00\x20\x68\x65\x6c\x6c"
    "\x6f\x20\x68\x65\x6c\x6c\x6f\x17\x5e\xae\x0d"s;
const std::string hello_zstd_piped =
    "\x28\xb5\x2f\xfd\x00\x58\x65\x00\x00\x30\x68\x65\x6c\x6c\x6f\x20\x01\x00\x99\x4b\x11"s;
const std::string hello_lz4 =
    "\x04\x22\x4d\x18\x64\x70\xb9\x17\x00\x00\x80\x68\x65\x6c\x6c\x6f\x20\x68\x65\x6c\x6c\x6f\x20\x68\x65\x6c\x6c\x6f"
    "\x20\x68\x65\x6c\x6c\x6f\x00\x00\x00\x00\xf2\x6b\x94\x0b"s;
const std::string hello_lz4_piped =
    "\x04\x22\x4d\x18\x64\x40\xa7\x0f\x00\x00\x00\x68\x68\x65\x6c\x6c\x6f\x20\x06\x00\x50\x68\x65\x6c\x6c\x6f\x00\x00\x00"
    "\x00\xf2\x6b\x94\x0b"s;
const std::string hello_snappy = "\x17\x14\x68\x65\x6c\x6c\x6f\x20\x42\x06\x00"s;
const std::string snappy_identifier = "\xff\x06\x00\x00sNaPpY"s;
const std::string hello_snappy_chunk =
    "\x00\x0f\x00\x00\x8a\x1f\xb1\x54\x17\x14\x68\x65\x6c\x6c\x6f\x20\x42\x06\x00"s;

std::string gzip_of(const std::string& text) {
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
    std::string out(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
    out.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
    libdeflate_free_compressor(compressor);
    return out;
}

// As a stream encoder writes it, without its size, or as a whole.
std::string zstd_of(const std::string& text, bool with_size) {
    ZSTD_CCtx* compressor = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(compressor, ZSTD_c_contentSizeFlag, with_size ? 1 : 0);
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress2(compressor, out.data(), out.size(), text.data(), text.size()));
    ZSTD_freeCCtx(compressor);
    return out;
}

std::string lz4_of(const std::string& text) {
    std::string out(LZ4F_compressFrameBound(text.size(), nullptr), '\0');
    out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), nullptr));
    return out;
}

// What it decodes to, or the name of what is wrong.
std::string decoded(content_encoding how, const std::string& body, std::size_t max_len = plenty) {
    body_decoder decoder;
    buffer out;
    const auto done = decoder.decode(how, body, max_len, out);
    if (!done) return "! " + std::string(message(done.error().code));
    return std::string(out.view());
}

const std::string too_large = "! a length or count is over its limit";
const std::string malformed = "! the body does not decompress";

TEST(ContentEncoding, NamesIgnoreCase) {
    EXPECT_EQ(parse_content_encoding(""), content_encoding::identity);
    EXPECT_EQ(parse_content_encoding("Identity"), content_encoding::identity);
    EXPECT_EQ(parse_content_encoding("GZIP"), content_encoding::gzip);
    EXPECT_EQ(parse_content_encoding("x-gzip"), content_encoding::gzip);
    EXPECT_EQ(parse_content_encoding("deflate"), content_encoding::deflate);
    EXPECT_EQ(parse_content_encoding("zstd"), content_encoding::zstd);
    EXPECT_EQ(parse_content_encoding("LZ4"), content_encoding::lz4);
    EXPECT_EQ(parse_content_encoding("snappy"), content_encoding::snappy);
    EXPECT_EQ(parse_content_encoding("br"), std::nullopt);
}

TEST(ContentEncoding, NamesOfTheCollectorAreKnown) {
    EXPECT_EQ(parse_content_encoding("zlib"), content_encoding::deflate);
    EXPECT_EQ(parse_content_encoding("x-snappy-framed"), content_encoding::snappy);
}

TEST(ContentEncoding, ListsMayNameOneCompression) {
    EXPECT_EQ(parse_content_encoding("gzip, identity"), content_encoding::gzip);
    EXPECT_EQ(parse_content_encoding("identity,\tZSTD"), content_encoding::zstd);
    EXPECT_EQ(parse_content_encoding(", gzip ,"), content_encoding::gzip);
    EXPECT_EQ(parse_content_encoding("gzip, gzip"), std::nullopt);
    EXPECT_EQ(parse_content_encoding("zstd, gzip"), std::nullopt);
    EXPECT_EQ(parse_content_encoding("gzip, br"), std::nullopt);
    EXPECT_EQ(parse_content_encoding("gzip identity"), std::nullopt);
}

TEST(ContentEncoding, DecodesLiterals) {
    EXPECT_EQ(decoded(content_encoding::identity, "as it is"), "as it is");
    EXPECT_EQ(decoded(content_encoding::gzip, hello_gzip), hello_text);
    EXPECT_EQ(decoded(content_encoding::gzip, empty_gzip), "");
    EXPECT_EQ(decoded(content_encoding::deflate, hello_zlib), hello_text);
    EXPECT_EQ(decoded(content_encoding::deflate, hello_deflate), hello_text) << "bare, as some clients send it";
    for (const std::string& frame : {hello_zstd, hello_zstd_flushed, hello_zstd_piped})
        EXPECT_EQ(decoded(content_encoding::zstd, frame), hello_text);
    for (const std::string& frame : {hello_lz4, hello_lz4_piped})
        EXPECT_EQ(decoded(content_encoding::lz4, frame), hello_text);
    EXPECT_EQ(decoded(content_encoding::snappy, hello_snappy), hello_text);
    EXPECT_EQ(decoded(content_encoding::snappy, snappy_identifier + hello_snappy_chunk), hello_text);
}

TEST(ContentEncoding, SeveralFramesAreOneBody) {
    const std::string twice = hello_text + hello_text;
    EXPECT_EQ(decoded(content_encoding::zstd, hello_zstd + hello_zstd_piped), twice);
    EXPECT_EQ(decoded(content_encoding::lz4, hello_lz4 + hello_lz4_piped), twice);
    EXPECT_EQ(decoded(content_encoding::snappy, snappy_identifier + hello_snappy_chunk + snappy_identifier +
                                                    hello_snappy_chunk), twice);
}

TEST(ContentEncoding, WhatFramesMaySkipIsSkipped) {
    const std::string skippable = "\x50\x2a\x4d\x18\x03\x00\x00\x00xyz"s;  // of zstd and of lz4
    EXPECT_EQ(decoded(content_encoding::zstd, skippable + hello_zstd + skippable), hello_text);
    EXPECT_EQ(decoded(content_encoding::lz4, skippable + hello_lz4 + skippable), hello_text);
    const std::string padding = "\xfe\x02\x00\x00zz"s;
    EXPECT_EQ(decoded(content_encoding::snappy, snappy_identifier + padding + hello_snappy_chunk + padding), hello_text);
    const std::string must_be_known = "\x02\x01\x00\x00z"s;
    EXPECT_EQ(decoded(content_encoding::snappy, snappy_identifier + hello_snappy_chunk + must_be_known), malformed);
}

TEST(ContentEncoding, IncompressibleChunksAreTakenAsTheyAre) {
    // Forty bytes 0, 7, 14, ... as golang/snappy frames them.
    std::string content;
    for (int i = 0; i != 40; ++i) content.push_back(static_cast<char>(i * 7));
    const std::string chunk = "\x01\x2c\x00\x00\x7c\x16\x56\x31"s;
    EXPECT_EQ(decoded(content_encoding::snappy, snappy_identifier + chunk + content), content);
}

TEST(ContentEncoding, LargeBodiesOfUnknownSizeAreDecoded) {
    std::string text;
    for (int i = 0; i != 60'000; ++i) text += std::to_string(i % 1013) + ",";
    const std::size_t limit = text.size();
    EXPECT_TRUE(decoded(content_encoding::zstd, zstd_of(text, false), limit) == text);
    EXPECT_TRUE(decoded(content_encoding::zstd, zstd_of(text, true), limit) == text);
    EXPECT_TRUE(decoded(content_encoding::lz4, lz4_of(text), limit) == text);
    EXPECT_EQ(decoded(content_encoding::zstd, zstd_of(text, false), limit - 1), too_large);
    EXPECT_EQ(decoded(content_encoding::zstd, zstd_of(text, true), limit - 1), too_large);
    EXPECT_EQ(decoded(content_encoding::lz4, lz4_of(text), limit - 1), too_large);
}

TEST(ContentEncoding, ABodyThatFailedLeavesTheDecoderUsable) {
    body_decoder decoder;
    buffer out;
    const std::pair<content_encoding, std::string> bodies[] = {
        {content_encoding::gzip, hello_gzip}, {content_encoding::deflate, hello_zlib}, {content_encoding::zstd, hello_zstd},
        {content_encoding::lz4, hello_lz4},   {content_encoding::snappy, hello_snappy}};
    for (const auto& [how, body] : bodies) {
        EXPECT_FALSE(decoder.decode(how, body.substr(0, body.size() - 5), plenty, out));
        ASSERT_TRUE(decoder.decode(how, body, plenty, out)) << body.size();
        EXPECT_EQ(out.view(), hello_text);
    }
}

TEST(ContentEncoding, SeveralGzipMembersAreOneBody) {
    EXPECT_EQ(decoded(content_encoding::gzip, hello_gzip + empty_gzip + hello_gzip), hello_text + hello_text);
    // The last member's size says nothing about the first.
    const std::string large(200'000, 'a');
    EXPECT_EQ(decoded(content_encoding::gzip, gzip_of(large) + hello_gzip), large + hello_text);
}

TEST(ContentEncoding, EveryProperPrefixFails) {
    for (std::size_t len = 0; len != hello_gzip.size(); ++len)
        EXPECT_EQ(decoded(content_encoding::gzip, hello_gzip.substr(0, len)), malformed) << len;
    for (std::size_t len = 0; len != hello_zlib.size(); ++len)
        EXPECT_EQ(decoded(content_encoding::deflate, hello_zlib.substr(0, len)), malformed) << len;
    for (std::size_t len = 0; len != hello_zstd.size(); ++len)
        EXPECT_EQ(decoded(content_encoding::zstd, hello_zstd.substr(0, len)), malformed) << len;
    for (std::size_t len = 0; len != hello_lz4.size(); ++len)
        EXPECT_EQ(decoded(content_encoding::lz4, hello_lz4.substr(0, len)), malformed) << len;
    for (std::size_t len = 0; len != hello_snappy.size(); ++len)
        EXPECT_EQ(decoded(content_encoding::snappy, hello_snappy.substr(0, len)), malformed) << len;
    for (std::size_t len = 1; len != hello_snappy_chunk.size(); ++len)
        EXPECT_EQ(decoded(content_encoding::snappy, snappy_identifier + hello_snappy_chunk.substr(0, len)), malformed) << len;
}

TEST(ContentEncoding, GarbageAndTrailingBytesFail) {
    EXPECT_EQ(decoded(content_encoding::gzip, "\x0a\x05this is protobuf"), malformed);
    EXPECT_EQ(decoded(content_encoding::gzip, hello_gzip + "x"), malformed);
    EXPECT_EQ(decoded(content_encoding::deflate, hello_zlib + "x"), malformed);
    std::string corrupt = hello_gzip;
    corrupt[20] ^= 1;  // of the checksum
    EXPECT_EQ(decoded(content_encoding::gzip, corrupt), malformed);
    EXPECT_EQ(decoded(content_encoding::zstd, hello_zstd + "x"), malformed);
    EXPECT_EQ(decoded(content_encoding::lz4, hello_lz4 + "x"), malformed);
    EXPECT_EQ(decoded(content_encoding::snappy, hello_snappy + "x"), malformed);
    for (std::size_t at : {4u, 5u, 6u, 7u}) {  // the checksum of a chunk
        std::string chunk = hello_snappy_chunk;
        chunk[at] = static_cast<char>(chunk[at] ^ 1);
        EXPECT_EQ(decoded(content_encoding::snappy, snappy_identifier + chunk), malformed) << at;
    }
}

TEST(ContentEncoding, LimitIsOnTheDecodedBytes) {
    EXPECT_EQ(decoded(content_encoding::gzip, hello_gzip, 23), hello_text);
    EXPECT_EQ(decoded(content_encoding::gzip, hello_gzip, 22), too_large);
    EXPECT_EQ(decoded(content_encoding::deflate, hello_zlib, 22), too_large);
    EXPECT_EQ(decoded(content_encoding::identity, "123", 2), too_large);
    EXPECT_EQ(decoded(content_encoding::gzip, hello_gzip + hello_gzip, 45), too_large) << "members together";
    EXPECT_EQ(decoded(content_encoding::zstd, hello_zstd + hello_zstd, 45), too_large) << "frames together";
    for (const auto& [how, body] : {std::pair{content_encoding::zstd, hello_zstd_flushed},
                                    {content_encoding::lz4, hello_lz4},
                                    {content_encoding::snappy, hello_snappy},
                                    {content_encoding::snappy, snappy_identifier + hello_snappy_chunk}}) {
        EXPECT_EQ(decoded(how, body, 23), hello_text);
        EXPECT_EQ(decoded(how, body, 22), too_large);
    }
}

TEST(ContentEncoding, BombsCostNoMoreMemoryThanTheLimit) {
    const std::string zeros(std::size_t{32} << 20, '\0');
    const std::string gzip = gzip_of(zeros);
    for (const auto& [how, bomb] : {std::pair{content_encoding::gzip, gzip},
                                    {content_encoding::zstd, zstd_of(zeros, false)},
                                    {content_encoding::zstd, zstd_of(zeros, true)},
                                    {content_encoding::lz4, lz4_of(zeros)}}) {
        body_decoder decoder;
        buffer out;
        const auto done = decoder.decode(how, bomb, plenty, out);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, errc::too_large);
        EXPECT_LT(out.capacity(), 3 * plenty);
    }
}

TEST(ContentEncoding, DeclaredSizesAreNotBelieved) {
    body_decoder decoder;
    buffer out;
    const std::size_t limit = std::size_t{64} << 20;
    std::string lie = gzip_of(hello_text);
    lie.replace(lie.size() - 4, 4, "\xff\xff\xff\xff");
    ASSERT_FALSE(decoder.decode(content_encoding::gzip, lie, limit, out));
    EXPECT_LE(out.capacity(), 1u << 20);
    // A snappy block of 11 bytes that declares 32 MiB.
    EXPECT_FALSE(decoder.decode(content_encoding::snappy, "\x80\x80\x80\x10" + hello_snappy.substr(1), limit, out));
    EXPECT_LE(out.capacity(), 1u << 20);
}

TEST(ContentEncoding, AWindowThatAFrameAsksForIsNotAllocated) {
    // An empty frame whose header asks for a window of 1.75 TiB: descriptor 0, window byte f7.
    const std::string frame = "\x28\xb5\x2f\xfd\x00\xf7\x01\x00\x00"s;
    EXPECT_TRUE(decoded(content_encoding::zstd, frame) == "" || decoded(content_encoding::zstd, frame) == malformed);
}

}  // namespace
}  // namespace colblock::receiver
