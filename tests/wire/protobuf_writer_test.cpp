// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/protobuf_writer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::wire {
namespace {

using namespace std::string_literals;

// What `write` appends to a buffer that already holds something.
template <class Write>
std::string written(Write write) {
    buffer out;
    out.append("before");
    pb::writer to(out);
    write(to);
    EXPECT_TRUE(out.view().starts_with("before"));
    return std::string(out.view().substr(6));
}

TEST(ProtobufWriter, WritesTheBytesOfTheSpecificationLiteral) {
    EXPECT_EQ(written([](pb::writer& to) { to.varint(1, 150); }), "\x08\x96\x01"s);
    EXPECT_EQ(written([](pb::writer& to) { to.bytes(2, "testing"); }), "\x12\x07testing"s);
    EXPECT_EQ(written([](pb::writer& to) { to.bytes(2, ""); }), "\x12\x00"s);
    EXPECT_EQ(written([](pb::writer& to) { to.fixed32(16, 0x01020304); }), "\x85\x01\x04\x03\x02\x01"s);
    EXPECT_EQ(written([](pb::writer& to) { to.fixed64(1, 1); }), "\x09\x01\x00\x00\x00\x00\x00\x00\x00"s);
    EXPECT_EQ(written([](pb::writer& to) { to.float64(1, 1.0); }), "\x09\x00\x00\x00\x00\x00\x00\xf0\x3f"s);
    EXPECT_EQ(written([](pb::writer& to) { to.int64(1, -2); }), "\x08\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
    EXPECT_EQ(written([](pb::writer& to) { to.sint64(1, -2); }), "\x08\x03"s);
    EXPECT_EQ(written([](pb::writer& to) { to.fields("\x08\x01"); }), "\x08\x01"s);
}

TEST(ProtobufWriter, PacksNumbersAndWritesNothingForNoneLiteral) {
    const std::uint64_t varints[] = {3, 270, 86942};
    EXPECT_EQ(written([&](pb::writer& to) { to.packed_varints(6, varints); }), "\x32\x06\x03\x8e\x02\x9e\xa7\x05"s);
    const std::uint64_t fixed[] = {1, 2};
    EXPECT_EQ(written([&](pb::writer& to) { to.packed<std::uint64_t>(6, fixed); }),
              "\x32\x10\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0"s);
    EXPECT_EQ(written([](pb::writer& to) {
                  to.packed_varints(6, {});
                  to.packed<double>(6, {});
              }),
              "");
}

TEST(ProtobufWriter, ZigzagIsTheInverseOfReading) {
    EXPECT_EQ(pb::to_zigzag(0), 0u);
    EXPECT_EQ(pb::to_zigzag(-1), 1u);
    EXPECT_EQ(pb::to_zigzag(1), 2u);
    EXPECT_EQ(pb::to_zigzag(INT64_MIN), ~0ull);
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-7}, INT64_MIN, INT64_MAX})
        EXPECT_EQ(pb::zigzag(pb::to_zigzag(value)), value);
}

TEST(ProtobufWriter, NestedMessagesCarryTheirLengthsLiteral) {
    EXPECT_EQ(written([](pb::writer& to) {
                  const auto outer = to.open(3);
                  to.varint(1, 150);
                  const auto inner = to.open(2);
                  to.close(inner);
                  to.close(outer);
              }),
              "\x1a\x05\x08\x96\x01\x12\x00"s);
}

// Whatever was guessed: the shortest length, the same content.
TEST(ProtobufWriter, AWrongGuessOfTheLengthStillGivesTheCanonicalForm) {
    for (const std::size_t len : {0u, 1u, 127u, 128u, 129u, 16383u, 16384u, 16385u, 2097152u}) {
        const std::string content(len, 'x');
        char length[max_varint_len];
        const std::string expected =
            "\x0a"s + std::string(length, static_cast<std::size_t>(write_varint(length, len) - length)) + content;
        for (const std::size_t guess : {0u, 127u, 128u, 20000u, 3000000u})
            ASSERT_EQ(written([&](pb::writer& to) {
                          const auto message = to.open(1, guess);
                          to.fields(content);
                          to.close(message);
                      }),
                      expected)
                << len << " guessed as " << guess;
    }
}

}  // namespace
}  // namespace colblock::wire
