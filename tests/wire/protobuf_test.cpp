// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/protobuf.hpp"

#include <gtest/gtest.h>

#include <string>

#include "colblock/base/limits.hpp"

namespace colblock::wire {
namespace {

using namespace std::string_literals;

result<void> walk(byte_view message) {
    pb::cursor m(message);
    while (m.next()) m.skip();
    return m.status();
}

TEST(ProtobufCursor, SwitchesOnNumberAndWireTypeTogether) {
    const std::string bytes = "\x08\x05\x0a\x02hi\x0d\x01\x00\x00\x00"s;  // 1: varint, bytes, fixed32
    pb::cursor m(bytes);
    ASSERT_TRUE(m.next());
    EXPECT_EQ(m.key(), pb::key(1, pb::varint));
    EXPECT_EQ(m.varint(), 5u);
    ASSERT_TRUE(m.next());
    EXPECT_EQ(m.key(), pb::key(1, pb::bytes));
    EXPECT_EQ(m.bytes(), "hi");
    ASSERT_TRUE(m.next());
    EXPECT_EQ(m.key(), pb::key(1, pb::fixed32));
    EXPECT_EQ(m.fixed32(), 1u);
    EXPECT_FALSE(m.next());
    EXPECT_TRUE(m.ok());
}

TEST(ProtobufCursor, SkipsNestedGroups) { EXPECT_TRUE(walk("\x0b\x13\x08\x01\x14\x0c\x10\x07"s).has_value()); }

TEST(ProtobufCursor, RefusesWhatIsNotProtobuf) {
    EXPECT_EQ(walk("\x00\x00"s).error().code, errc::bad_tag);   // field number 0
    EXPECT_EQ(walk("\x0e"s).error().code, errc::bad_tag);       // wire type 6
    EXPECT_EQ(walk("\x0c"s).error().code, errc::bad_tag);       // end-group without start
    EXPECT_EQ(walk("\x0b\x14"s).error().code, errc::bad_tag);   // end-group of another number
    EXPECT_EQ(walk("\x0b"s).error().code, errc::truncated);     // group without end
    EXPECT_EQ(walk("\x0a\x05hi"s).error().code, errc::truncated);
    EXPECT_EQ(walk(std::string(limits::max_value_depth + 1, '\x0b')).error().code, errc::depth_exceeded);
}

TEST(ProtobufCursor, EveryProperPrefixOfAFieldFails) {
    for (const std::string& field :
         {"\x08\x80\x01"s, "\x09"s + "12345678", "\x0a\x02hi"s, "\x0b\x08\x01\x0c"s, "\x0d"s + "1234"}) {
        ASSERT_TRUE(walk(field).has_value());
        for (std::size_t len = 1; len != field.size(); ++len)
            EXPECT_FALSE(walk(byte_view(field).substr(0, len)).has_value()) << len;
    }
}

TEST(ProtobufCursor, OffsetsCountFromTheOutermostInput) {
    const std::string outer = "\x0a\x02\x08\x80"s;  // field 1 holds a message with half a varint
    pb::cursor m(outer);
    ASSERT_TRUE(m.next());
    pb::cursor inner = m.message();
    while (inner.next()) inner.skip();
    m.merge(inner);
    EXPECT_EQ(m.status().error(), (error{errc::truncated, 3}));
}

TEST(ProtobufCursor, ZigzagFollowsTheSpecification) {
    EXPECT_EQ(pb::zigzag(0), 0);
    EXPECT_EQ(pb::zigzag(1), -1);
    EXPECT_EQ(pb::zigzag(2), 1);
    EXPECT_EQ(pb::zigzag(~0ull), INT64_MIN);
}

}  // namespace
}  // namespace colblock::wire
