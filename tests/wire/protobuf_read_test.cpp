// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/protobuf_read.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/padded_payload.hpp"

namespace colblock::wire {
namespace {

using namespace std::string_literals;

// Whether `message` is read to its end, all fields skipped.
bool walk(byte_view message, byte_view behind = "\x0a\xff") {
    const support::padded_payload payload(message, behind);
    const byte_view input = payload.view().bytes;
    const char* const end = input.data() + input.size();
    const char* at = input.data();
    while (at < end) {
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        at = pb::skip(at, end, key);
    }
    return at == end;
}

TEST(ProtobufRead, SkipsEveryWireType) {
    EXPECT_TRUE(walk(""));
    EXPECT_TRUE(walk("\x08\x96\x01\x09"s + "12345678" + "\x0a\x02hi\x0b\x13\x08\x01\x14\x0c\x0d" + "1234"));
    EXPECT_TRUE(walk("\x8a\x80\x80\x80\x80\x80\x80\x80\x80\x00\x82\x00hi"s));  // over-long
}

TEST(ProtobufRead, RefusesWhatIsNotProtobuf) {
    EXPECT_FALSE(walk("\x00\x00"s));                  // field number 0
    EXPECT_FALSE(walk("\x80\x00\x00"s));              // the same, over-long
    EXPECT_FALSE(walk("\x0e"s));                      // wire type 6
    EXPECT_FALSE(walk("\x0f"s));                      // wire type 7
    EXPECT_FALSE(walk("\x0c"s));                      // end-group without start
    EXPECT_FALSE(walk("\x0b\x14"s));                  // end-group of another number
    EXPECT_FALSE(walk("\x88\x80\x80\x80\x10\x00"s));  // a tag of more than 32 bits
    EXPECT_FALSE(walk("\x08"s + std::string(10, '\x80') + "\x01"));
    EXPECT_FALSE(walk("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s));
}

// Behind the prefix stands what was cut off, and then more: nothing of it may count.
TEST(ProtobufRead, EveryProperPrefixOfAFieldFails) {
    for (const std::string& field : {"\x88\x01\x80\x80\x01"s, "\x09"s + "12345678", "\x8a\x01\x82\x00hi"s, "\x0b\x08\x01\x0c"s, "\x0d"s + "1234"}) {
        ASSERT_TRUE(walk(field));
        for (std::size_t len = 1; len != field.size(); ++len)
            EXPECT_FALSE(walk(byte_view(field).substr(0, len), field.substr(len))) << len;
    }
}

TEST(ProtobufRead, ReadsNumbersOfAllLengths) {
    for (unsigned shift = 0; shift != 64; ++shift)
        for (const std::uint64_t number : {(std::uint64_t{1} << shift) - 1, std::uint64_t{1} << shift, ~std::uint64_t{0} << shift}) {
            char text[max_varint_len];
            const byte_view written(text, static_cast<std::size_t>(write_varint(text, number) - text));
            const support::padded_payload payload(written);
            const byte_view input = payload.view().bytes;
            const char* const end = input.data() + input.size();
            std::uint64_t wide;
            EXPECT_EQ(pb::read_varint(input.data(), end, wide), end);
            EXPECT_EQ(wide, number);
            std::uint32_t narrow;
            EXPECT_EQ(pb::read_varint(input.data(), end, narrow), end);
            EXPECT_EQ(narrow, static_cast<std::uint32_t>(number));
        }
}

TEST(ProtobufRead, ANestedMessageEndsWhereItSays) {
    const support::padded_payload payload("\x03\x0a\x01x\x10"s);
    const byte_view input = payload.view().bytes;
    const char* const end = input.data() + input.size();
    byte_view text;
    const auto read_text = [&](const char* m, const char* m_end) { return pb::read_bytes(m + 1, m_end, text); };
    EXPECT_EQ(pb::read_message(input.data(), end, read_text), end - 1);
    EXPECT_EQ(text, "x");
    const auto stop_early = [](const char* m, const char*) { return m + 1; };
    EXPECT_GT(pb::read_message(input.data(), end, stop_early), end);
}

}  // namespace
}  // namespace colblock::wire
