// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/value_reader.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "support/padded_payload.hpp"
#include "support/wire_bytes.hpp"

namespace colblock::otlp {
namespace {

using namespace std::string_literals;
using namespace support::wire;
using std::string;

// The value that an AnyValue message holds.
struct read_value {
    explicit read_value(const string& message) : payload(message) {
        reader.start(arena, payload.view().bytes.data());
        ok = reader.read_value(payload.view().bytes, value);
    }
    support::padded_payload payload;
    text_arena arena;
    value_reader reader;
    any_value value;
    bool ok;
};

string array(std::initializer_list<string> values) {
    string content;
    for (const string& value : values) content += bytes(1, value);
    return bytes(5, content);
}
string list(std::initializer_list<std::pair<string, string>> entries) {
    string content;
    for (const auto& [key, value] : entries) content += bytes(1, key_value(key, value));
    return bytes(6, content);
}
string real(double value) { return fixed64(4, std::bit_cast<std::uint64_t>(value)); }

string json(const string& message) {
    const read_value read(message);
    EXPECT_TRUE(read.ok);
    EXPECT_TRUE(read.value.kind == value_kind::array || read.value.kind == value_kind::kvlist);
    return string(read.value.text());
}

TEST(ValueReader, ReadsEveryScalar) {
    EXPECT_EQ(read_value(bytes(1, "text")).value.text(), "text");
    EXPECT_EQ(read_value(bytes(1, string(300, 'x'))).value.text(), string(300, 'x'));
    EXPECT_EQ(read_value(integer(2, 7)).value.kind, value_kind::boolean);
    EXPECT_EQ(read_value(integer(2, 7)).value.integer, 1);
    EXPECT_EQ(read_value(integer(3, ~0ull)).value.integer, -1);
    EXPECT_EQ(read_value(real(0.1)).value.number, 0.1);
    EXPECT_EQ(read_value(bytes(7, "\0"s)).value.kind, value_kind::bytes);
    EXPECT_EQ(read_value("").value.kind, value_kind::empty);
}

TEST(ValueReader, PrintsNestedValuesAsCompactJson) {
    EXPECT_EQ(json(array({})), "[]");
    EXPECT_EQ(json(list({})), "{}");
    EXPECT_EQ(json(array({bytes(1, "a"), integer(2, 1), integer(2, 0), integer(3, 0 - 42ull), real(1.5), "", bytes(7, "any"), bytes(7, "")})),
              R"(["a",true,false,-42,1.5,null,"YW55",null])");
    EXPECT_EQ(json(list({{"outer", list({{"inner", array({array({}), list({})})}})}})), R"({"outer":{"inner":[[],{}]}})");
}

TEST(ValueReader, SortsKeysBytewiseAndKeepsTheLastOfEqualOnes) {
    EXPECT_EQ(json(list({{"b", integer(3, 1)}, {"\xc4\x8d", integer(3, 2)}, {"a", integer(3, 3)}, {"", integer(3, 4)}, {"B", integer(3, 5)},
                         {"aa", integer(3, 6)}, {"b", integer(3, 7)}})),
              "{\"\":4,\"B\":5,\"a\":3,\"aa\":6,\"b\":7,\"\xc4\x8d\":2}");
}

TEST(ValueReader, ANestedNumberThatJsonHasNotEmptiesTheWholeValue) {
    for (const double number : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity()}) {
        EXPECT_EQ(json(array({bytes(1, "a"), real(number)})), "");
        EXPECT_EQ(json(list({{"k", array({real(number)})}})), "");
    }
    EXPECT_EQ(read_value(real(std::numeric_limits<double>::infinity())).value.kind, value_kind::number);
}

TEST(ValueReader, NestedMalformedValuesAreRefused) {
    for (const string& bad : {"\x0a\x05hi"s, "\x08"s, "\x00\x00"s, "\x21\x01"s}) {
        EXPECT_FALSE(read_value(bad).ok);
        EXPECT_FALSE(read_value(array({bad})).ok);
        EXPECT_FALSE(read_value(list({{"k", bad}})).ok);
        EXPECT_FALSE(read_value(list({{"k", bad}, {"k", ""}})).ok);                            // not printed, but read
        EXPECT_FALSE(read_value(array({bad}) + integer(3, 1)).ok);                             // replaced, but read
        EXPECT_FALSE(read_value(array({real(std::numeric_limits<double>::infinity()), bad})).ok);  // empty, but read
    }
}

TEST(ValueReader, PiecesAreJoinedUpToALimit) {
    string list_in_pieces;
    string expected = "[";
    for (int i = 0; i != 100; ++i) {
        list_in_pieces += array({integer(3, static_cast<unsigned>(i))});
        expected += (i == 0 ? "" : ",") + std::to_string(i);
    }
    EXPECT_EQ(json(list_in_pieces), expected + "]");
    const string half = array({bytes(1, string(limits::max_merged_len / 2, 'x'))});
    EXPECT_TRUE(read_value(half).ok);
    EXPECT_FALSE(read_value(half + half).ok);
}

TEST(ValueReader, ReadsARowOfAttributesAndStopsAtAnotherField) {
    const string fields = bytes(9, key_value("a", bytes(1, "1"))) + bytes(9, key_value("b", integer(3, 300))) +
                          bytes(9, key_value(string(200, 'k'), real(2))) + bytes(9, "") + integer(10, 1);
    const support::padded_payload payload(fields);
    text_arena arena;
    value_reader reader;
    growing_array<attribute> attributes;
    const byte_view input = payload.view().bytes;
    reader.start(arena, input.data());
    const char* const end = input.data() + input.size();
    EXPECT_EQ(reader.read_attributes(input.data() + 1, end, 0x4a, attributes), end - 2);
    ASSERT_EQ(attributes.size(), 4u);
    EXPECT_EQ(attributes[0].value.text(), "1");
    EXPECT_EQ(attributes[1].value.integer, 300);
    EXPECT_EQ(attributes[2].key, string(200, 'k'));
    EXPECT_EQ(attributes[2].value.number, 2);
    EXPECT_EQ(attributes[3].value.kind, value_kind::empty);
}

}  // namespace
}  // namespace colblock::otlp
