// SPDX-License-Identifier: Apache-2.0
#include "colblock/codec/frame.hpp"

#include <gtest/gtest.h>
#include <lz4.h>

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "colblock/base/endian.hpp"
#include "colblock/base/limits.hpp"
#include "colblock/codec/cityhash128.hpp"
#include "support/hex.hpp"

namespace colblock::codec {
namespace {

using support::hex;

const std::string lz4_frame =
    hex("c5bcbc07c11ec471fd74af8d5b0f00c58226000000af0000007f48656c6c6f210a070082009300009a00b06c6f210a48656c6c6f210a");
const std::string lz4hc_frame =
    hex("3439adb38d96d287bb3baa1e3f4b64f5821d000000af0000008f48656c6c6f210a4807008d7048656c6c6f210a");
const std::string zstd_frame =
    hex("1677b8462a4837488040e87de78e0d099025000000af00000028b52ffd04007d00003848656c6c6f210a015407032b2505eb3dca06");

std::string hello() {
    std::string text;
    for (int i = 0; i != 25; ++i) text += "Hello!\n";
    return text;
}

const std::string none_frame = hex("fced07b8c559e98c1661170f6c5272df02b8000000af000000") + hello();

/// Puts a right checksum before method, lengths and payload, so that what follows it is looked at.
std::string sealed(std::string_view checked) {
    const hash128 sum = cityhash128(checked);
    std::string frame(16, '\0');
    store(frame.data(), sum.low);
    store(frame.data() + 8, sum.high);
    return frame + std::string(checked);
}

errc decode_failure(std::string_view bytes) {
    wire::cursor in(bytes);
    buffer out;
    out.append("kept");
    const result<void> outcome = decode_frame(in, out);
    EXPECT_FALSE(outcome);
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(out.view(), "kept");
    return outcome ? errc{} : outcome.error().code;
}

struct decoded {
    std::string raw;
    std::vector<std::uint8_t> methods;
    std::vector<std::size_t> raw_lens;
};

/// Decodes all frames, LZ4 payloads also with liblz4 itself.
decoded decode_all(byte_view frames) {
    decoded all;
    buffer raw;
    wire::cursor in(frames);
    while (!in.at_end()) {
        const byte_view frame = frames.substr(in.offset());
        const std::size_t before = raw.size();
        EXPECT_TRUE(decode_frame(in, raw)) << "at " << in.status().error().offset;
        if (!in.ok()) return all;
        all.methods.push_back(static_cast<std::uint8_t>(frame[16]));
        all.raw_lens.push_back(raw.size() - before);
        if (all.methods.back() != 0x82) continue;
        std::string direct(raw.size() - before, '?');
        EXPECT_EQ(LZ4_decompress_safe(frame.data() + 25, direct.data(), load<int>(frame.data() + 17) - 9,
                                      static_cast<int>(direct.size())),
                  static_cast<int>(direct.size()));
        EXPECT_EQ(direct, raw.view().substr(before));
    }
    all.raw = raw.view();
    return all;
}

std::string encoded(frame_encoder& encoder, const wire::segments& in) {
    buffer out;
    encoder.encode(in, out);
    return std::string(out.view());
}

std::string flattened(const wire::segments& in) {
    buffer out;
    in.flatten(out);
    return std::string(out.view());
}

std::string words(std::size_t len) {
    std::mt19937 random(7);
    std::string text;
    while (text.size() < len) text += "service-" + std::to_string(random() % 300) + " GET /cart ";
    text.resize(len);
    return text;
}

std::string noise(std::size_t len) {
    std::mt19937_64 random(11);
    std::string bytes(len, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

/// Ends of arrays with 1 to 9 elements, as a column of offsets has them.
std::string offsets(std::size_t num) {
    std::mt19937 random(13);
    std::string bytes;
    for (std::uint64_t end = 0; num != 0; --num) {
        end += 1 + random() % 9;
        bytes.append(reinterpret_cast<const char*>(&end), sizeof end);
    }
    return bytes;
}

/// Ids of `num` children in hex, each the child of one of the last few; the first ten have no parent.
std::string parents(std::size_t num) {
    std::mt19937_64 random(17);
    std::vector<std::string> recent(10, std::string(1, '\0'));
    std::string bytes;
    for (; num != 0; --num) {
        const std::size_t which = random() % recent.size();
        bytes += recent[which];
        if (random() % 3 != 0) continue;
        char digits[17];
        std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(random()));
        recent[which] = '\x10' + std::string(digits);
    }
    return bytes;
}

TEST(FrameDecoder, ReadsFramesOfEveryMethodMadeByOthers) {
    for (const std::string& frame : {lz4_frame, lz4hc_frame, zstd_frame, none_frame}) {
        wire::cursor in(frame);
        buffer out;
        ASSERT_TRUE(decode_frame(in, out));
        EXPECT_EQ(out.view(), hello());
        EXPECT_TRUE(in.at_end());
    }
}

TEST(FrameDecoder, EveryPrefixNeedsMoreBytes) {
    for (const std::string& frame : {lz4_frame, lz4hc_frame, zstd_frame, none_frame})
        for (std::size_t len = 0; len != frame.size(); ++len)
            ASSERT_EQ(decode_failure(std::string_view(frame).substr(0, len)), errc::truncated) << len;
}

TEST(FrameDecoder, NoticesEveryFlippedBit) {
    for (const std::string& frame : {lz4_frame, zstd_frame})
        for (std::size_t bit = 0; bit != 8 * frame.size(); ++bit) {
            std::string broken = frame;
            broken[bit / 8] ^= static_cast<char>(1 << bit % 8);
            wire::cursor in(broken);
            buffer out;
            ASSERT_FALSE(decode_frame(in, out)) << bit;
        }
}

TEST(FrameDecoder, NamesWhatIsWrong) {
    std::string flipped = lz4_frame;
    flipped[30] ^= 1;
    EXPECT_EQ(decode_failure(flipped), errc::bad_checksum);
    EXPECT_EQ(decode_failure(sealed(hex("91 0a000000 01000000 61"))), errc::bad_codec);
    EXPECT_EQ(decode_failure(sealed(hex("02 0a000000 00000000 61"))), errc::bad_frame);    // no raw bytes
    EXPECT_EQ(decode_failure(sealed(hex("02 09000000 01000000"))), errc::bad_frame);       // no payload
    EXPECT_EQ(decode_failure(sealed(hex("02 00000000 01000000"))), errc::bad_frame);       // not even a header
    EXPECT_EQ(decode_failure(sealed(hex("02 0a000000 02000000 61"))), errc::bad_frame);    // too short
    EXPECT_EQ(decode_failure(sealed(hex("02 0b000000 01000000 6161"))), errc::bad_frame);  // too long
    EXPECT_EQ(decode_failure(sealed(hex("82 0b000000 02000000 1061"))), errc::bad_frame);  // LZ4: one byte
    EXPECT_EQ(decode_failure(sealed(hex("82 0b000000 01000000 ffff"))), errc::bad_frame);  // LZ4: garbage
    EXPECT_EQ(decode_failure(sealed(hex("90 0b000000 01000000 ffff"))), errc::bad_frame);  // ZSTD: garbage
    EXPECT_EQ(decode_failure(sealed(hex("82 0b000000 00000001 1061"))), errc::bad_frame);  // 16 MiB from 2 bytes
    EXPECT_EQ(decode_failure(sealed(hex("82 0a000000 01000004 61"))), errc::too_large);    // 64 MiB and 1
    EXPECT_EQ(decode_failure(sealed(hex("82 ffffffff 01000000 61"))), errc::too_large);
}

TEST(FrameDecoder, FailsAtTheFirstByteOfTheFrame) {
    const std::string two = none_frame + lz4_frame.substr(0, 40);
    wire::cursor in(two);
    buffer out;
    ASSERT_TRUE(decode_frame(in, out));
    EXPECT_EQ(decode_frame(in, out).error(), (error{errc::truncated, none_frame.size()}));
    EXPECT_EQ(out.view(), hello());
}

TEST(FrameEncoder, WritesNothingForNothing) {
    frame_encoder encoder;
    EXPECT_EQ(encoded(encoder, wire::segments()), "");
}

TEST(FrameEncoder, StoresWhatDoesNotShrinkAsItIs) {
    frame_encoder encoder(compression::lz4());
    wire::segments in;
    in.copy("abc");
    EXPECT_EQ(encoded(encoder, in), sealed(hex("02 0c000000 03000000 616263")));
}

TEST(FrameEncoder, WritesARunWithoutExpandingIt) {
    frame_encoder encoder(compression::lz4());
    wire::segments in;
    in.borrow("a", 32768);
    // Match of 32,767 - 5 = 4 + 15 + 128 x 255 + 103.
    const std::string expected =
        hex("82 94000000 00800000 1f 61 0100") + std::string(128, '\xff') + hex("67 50 6161616161");
    ASSERT_EQ(expected.size(), 0x94u);
    EXPECT_EQ(encoded(encoder, in), sealed(expected));
}

/// Sequences of pieces that meet every path: what is gathered, compressed in place, run, expanded.
std::vector<wire::segments> sequences() {
    static const std::string text = words(900'000);
    static const std::string random = noise(700'000);
    static const std::string row = words(422);
    static const std::string longest = words(65535);
    static const std::string too_long = words(65536);
    static const std::string ends = offsets(100'000);
    static const std::string ids = parents(60'000);
    static const std::string zeros(80'000, '\0');
    std::vector<wire::segments> all(16);
    all[1].copy("a");
    all[2].borrow(text);
    all[3].borrow(random);
    for (std::size_t i = 0; i != 5000; ++i) all[4].string(byte_view(text).substr(i * 100, i % 90));
    for (std::size_t i = 1; i != 400; ++i) all[5].borrow(byte_view(text).substr(i * 50, i), i);
    all[6].borrow(row, 512);
    all[7].copy("head of a column");
    for (std::size_t i = 0; i != 8; ++i) {
        all[7].borrow(byte_view(row).substr(i), 1 + 300 * i);
        all[7].borrow(byte_view(row).substr(i), 1 + i % 3);
        all[7].varint(i);
    }
    all[8].borrow(longest, 20);
    all[9].borrow(too_long, 20);
    all[10].borrow("z", 5'000'000);
    all[11].borrow(text);
    all[11].copy("between");
    all[11].borrow(random);
    all[11].borrow(row, 1000);
    all[11].borrow(byte_view(random).substr(0, 3000));
    all[11].borrow("12345678", 70'000);
    all[12].borrow(byte_view(text).substr(0, 200'000), 3);
    all[13].borrow(row, 3);
    all[13].borrow("end", 2);
    all[14].borrow(ends);
    all[14].borrow(byte_view(ends).substr(0, 20'000));
    all[14].copy("between");
    all[14].borrow(ids);
    all[14].borrow(zeros);
    all[14].borrow(byte_view(ids).substr(0, 20'000));
    all[14].borrow(byte_view(text).substr(0, 20'000));
    all[14].borrow(byte_view(ends).substr(8'000, 16'384));
    all[15].borrow(row, 512);
    all[15].borrow(zeros);
    all[15].borrow(row, 512);
    all[15].borrow(ids);
    all[15].borrow(row, 512);
    return all;
}

class FrameEncoderRoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(FrameEncoderRoundTrip, GivesTheSameBytesBackWhateverTheFrameLength) {
    const compression how = parse_compression(GetParam()).value();
    const std::vector<wire::segments> all = sequences();
    for (const std::size_t frame_len :
         {std::size_t{100}, std::size_t{65536}, default_frame_len, std::size_t{1} << 20}) {
        frame_encoder encoder(how, frame_len);
        for (std::size_t i = 0; i != all.size(); ++i) {
            if (frame_len < 1000 && (all[i].total_len() > 300'000 || how.high)) continue;
            const std::string once = encoded(encoder, all[i]);
            const decoded back = decode_all(once);
            ASSERT_TRUE(back.raw == flattened(all[i])) << "sequence " << i << ", frames of " << frame_len;
            ASSERT_TRUE(encoded(encoder, all[i]) == once) << "sequence " << i << " differs when encoded twice";
            for (const std::size_t len : back.raw_lens) ASSERT_LE(len, std::max(frame_len, max_run_frame_len));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Methods, FrameEncoderRoundTrip, testing::Values("none", "lz4", "lz4:8", "lz4hc:3", "zstd:1"),
                         [](const auto& about) {
                             std::string name;
                             for (const char c : std::string(about.param))
                                 if (c != ':') name += c;
                             return name;
                         });

TEST(FrameEncoder, CutsLongPiecesAtTheFrameLength) {
    const std::string text = words(600'000);
    wire::segments in;
    in.borrow(text);
    frame_encoder encoder(compression::lz4(), 262'144);
    const decoded back = decode_all(encoded(encoder, in));
    EXPECT_EQ(back.raw_lens, (std::vector<std::size_t>{262'144, 262'144, 75'712}));
    EXPECT_EQ(back.methods, (std::vector<std::uint8_t>{0x82, 0x82, 0x82}));
}

TEST(FrameEncoder, ChoosesTheMethodOfEachFrame) {
    const std::string text = words(262'144);
    const std::string random = noise(262'144);
    wire::segments in;
    in.borrow(random);
    in.borrow(text);
    frame_encoder encoder(compression::lz4(), 262'144);
    EXPECT_EQ(decode_all(encoded(encoder, in)).methods, (std::vector<std::uint8_t>{0x02, 0x82}));
    frame_encoder tight(compression::zstd(), 262'144);
    EXPECT_EQ(decode_all(encoded(tight, in)).methods, (std::vector<std::uint8_t>{0x02, 0x90}));
}

TEST(FrameEncoder, CompressesOffsetsAndIdsAboutAsSmallAsLiblz4) {
    for (const std::string& raw : {offsets(20'000), parents(20'000)}) {
        wire::segments in;
        in.borrow(raw);
        frame_encoder encoder(compression::lz4());
        const std::string frames = encoded(encoder, in);
        std::string stock(static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(raw.size()))), '\0');
        stock.resize(static_cast<std::size_t>(LZ4_compress_default(
            raw.data(), stock.data(), static_cast<int>(raw.size()), static_cast<int>(stock.size()))));
        EXPECT_TRUE(decode_all(frames).raw == raw);
        EXPECT_LT(frames.size(), stock.size() * 11 / 10);
    }
}

TEST(FrameEncoder, WritesConstantOffsetsAsARun) {
    const std::string zeros(80'000, '\0');
    wire::segments in;
    in.borrow(zeros);
    wire::segments run;
    run.borrow(std::string_view("\0\0\0\0\0\0\0", 8), 10'000);
    frame_encoder encoder(compression::lz4());
    EXPECT_EQ(encoded(encoder, in), encoded(encoder, run));
}

TEST(FrameEncoder, KeepsRunFramesWithinTheirBoundAndSmall) {
    const std::string row = words(422);
    wire::segments in;
    for (int i = 0; i != 20; ++i) in.borrow(row, 512);
    frame_encoder encoder(compression::lz4());
    const std::string frames = encoded(encoder, in);
    const decoded back = decode_all(frames);
    EXPECT_TRUE(back.raw == flattened(in));
    EXPECT_EQ(back.raw_lens.size(), 5u);
    EXPECT_LT(frames.size(), back.raw.size() / 120);
}

TEST(FrameEncoder, ReusesItsMemory) {
    const std::vector<wire::segments> all = sequences();
    frame_encoder encoder(compression::lz4());
    buffer out;
    for (const wire::segments& in : all) encoder.encode(in, out);
    const char* const memory = out.data();
    const std::string first(out.view());
    out.clear();
    for (const wire::segments& in : all) encoder.encode(in, out);
    EXPECT_EQ(out.data(), memory);
    EXPECT_TRUE(out.view() == first);
}

}  // namespace
}  // namespace colblock::codec
