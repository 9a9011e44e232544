// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/low_cardinality.hpp"

#include <gtest/gtest.h>

#include "colblock/column/array.hpp"
#include "colblock/column/factory.hpp"
#include "colblock/column/fixed_dictionary.hpp"
#include "colblock/column/map.hpp"
#include "colblock/column/nullable_dictionary.hpp"
#include "colblock/column/string.hpp"
#include "support/encoded.hpp"
#include "support/guarded_page.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::encoded;
using support::hex;
using text_column = low_cardinality<string_dictionary>;

const std::string version = hex("0100000000000000");

std::string number(int i) { return "n" + std::to_string(i); }

TEST(LowCardinalityColumn, WritesTheDefaultFirstAndThenByFirstAppearance) {
    text_column c;
    for (const char* const text : {"b", "a", "", "b", "c"}) c.append(text);
    EXPECT_EQ(c.type(), "LowCardinality(String)");
    EXPECT_EQ(c.num_rows(), 5u);
    EXPECT_EQ(encoded(c), version + hex("0006000000000000 0400000000000000 00 0162 0161 0163 "
                                        "0500000000000000 01 02 00 01 03"));
    EXPECT_EQ(c[4], "c");
}

TEST(LowCardinalityColumn, NullIsSlotZeroAndTheDefaultSlotOne) {
    low_cardinality<nullable_dictionary<string_dictionary>> c;
    c.append("b");
    c.append_null();
    c.append("");
    c.append_defaults(1);
    EXPECT_EQ(c.type(), "LowCardinality(Nullable(String))");
    EXPECT_EQ(encoded(c), version + hex("0006000000000000 0300000000000000 00 00 0162 "
                                        "0400000000000000 02 00 01 00"));
}

// Dictionaries read their texts in whole words; whoever appends a row need not know.
TEST(LowCardinalityColumn, AppendsTextsBehindWhichNothingIsReadable) {
    const testing::guarded_page page(64);
    text_column c;
    for (const std::size_t len : {1u, 8u, 16u, 17u, 40u})
        c.append(page.place_at_end(std::string(len, 'a')));
    c.append_repeated(page.place_at_end("aaaaaaaa"), 2);
    EXPECT_EQ(c.num_rows(), 7u);
    EXPECT_EQ(c[6], "aaaaaaaa");
    EXPECT_EQ(c.dictionary().num_entries(), 6u);
    low_cardinality<nullable_dictionary<string_dictionary>> n;
    n.append(page.place_at_end("a"));
    EXPECT_EQ(n[0], "a");
}

TEST(LowCardinalityColumn, FixedWidthEntriesHaveNoLengths) {
    low_cardinality<fixed_dictionary> c(fixed_dictionary("UInt32", 4));
    c.append(std::uint32_t{7});
    c.append(std::uint32_t{0});
    c.append_repeated(std::uint32_t{7}, 2);
    EXPECT_EQ(encoded(c), version + hex("0006000000000000 0200000000000000 00000000 07000000 "
                                        "0400000000000000 01 00 01 01"));
    low_cardinality<fixed_dictionary> texts(fixed_dictionary("FixedString(3)", 3));
    texts.append(byte_view("ab"));
    texts.append(byte_view("ab\0", 3));
    EXPECT_EQ(encoded(texts), version + hex("0006000000000000 0200000000000000 000000 616200 "
                                            "0200000000000000 01 01"));
}

// The width follows the number of entries: 256 fit a byte, 65,536 two.
TEST(LowCardinalityColumn, IndexesAreAsWideAsTheDictionaryNeeds) {
    const struct {
        int num_entries;
        char code;
        std::size_t width;
    } cases[] = {{255, 0, 1}, {256, 0, 1}, {257, 1, 2}, {65'535, 1, 2}, {65'536, 1, 2}, {65'537, 2, 4}};
    for (const auto& [num_entries, code, width] : cases) {
        text_column c;
        for (int i = 1; i != num_entries; ++i) c.append(number(i));
        wire::segments out;
        c.encode(out);
        const std::string bytes = support::flat(out);
        EXPECT_EQ(bytes[0], code) << num_entries;
        EXPECT_EQ(c.indexes().width(), width) << num_entries;
        EXPECT_EQ(load<std::uint64_t>(bytes.data() + 8), static_cast<std::uint64_t>(num_entries));
        // The last row is the last entry.
        std::uint32_t last = 0;
        std::memcpy(&last, bytes.data() + bytes.size() - width, width);
        EXPECT_EQ(last, static_cast<std::uint32_t>(num_entries - 1)) << num_entries;
    }
}

TEST(LowCardinalityColumn, RollbackNarrowsTheIndexesAgain) {
    text_column c;
    c.append("a");
    const std::string before = encoded(c);
    c.mark();
    for (int i = 0; i != 70'000; ++i) c.append(number(i));
    EXPECT_EQ(c.indexes().width(), 4u);
    c.rollback();
    EXPECT_EQ(encoded(c), before);
    c.append("b");
    EXPECT_EQ(encoded(c), version + hex("0006000000000000 0300000000000000 00 0161 0162 0200000000000000 01 02"));
}

TEST(LowCardinalityColumn, ReadsWhatOtherWritersNumberDifferently) {
    // Wide indexes, no default in slot 0, a duplicate, an unused entry, flags without 0x400.
    const std::string bytes = hex(
        "0202000000000000 0400000000000000 0162 0161 0162 0163 0300000000000000 02000000 00000000 01000000");
    text_column c;
    wire::cursor in(bytes);
    c.decode(in, 3);
    ASSERT_TRUE(in.status().has_value());
    EXPECT_EQ(c[0], "b");
    EXPECT_EQ(c[1], "b");
    EXPECT_EQ(c[2], "a");
    EXPECT_EQ(encoded(c), version + hex("0006000000000000 0400000000000000 00 0162 0161 0163 "
                                        "0300000000000000 01 01 02"));
}

TEST(LowCardinalityColumn, RefusesWhatItDoesNotKnow) {
    const struct {
        std::string_view data;
        errc wrong;
    } cases[] = {
        {"0406000000000000 0100000000000000 00 0100000000000000 00", errc::bad_serialization},     // width code 4
        {"0007000000000000 0100000000000000 00 0100000000000000 00", errc::bad_serialization},     // global dictionary
        {"0004000000000000 0100000000000000 00 0100000000000000 00", errc::bad_serialization},     // no own keys
        {"0006000000000000 0100000000000000 00 0200000000000000 0000", errc::row_count_mismatch},
        {"0006000000000000 0100000000000000 00 0100000000000000 01", errc::bad_dictionary_index},
        {"0006000000000000 0000000000000000 0100000000000000 00", errc::bad_dictionary_index},
        {"0006000000000000 ffffffffffffffff 00", errc::truncated},
    };
    for (const auto& [data, wrong] : cases) {
        text_column c;
        const std::string bytes = hex(data);
        wire::cursor in(bytes);
        c.decode(in, 1);
        ASSERT_FALSE(in.ok()) << data;
        EXPECT_EQ(in.status().error().code, wrong) << data;
    }
    text_column c;
    wire::cursor in(byte_view("\2\0\0\0\0\0\0\0", 8));
    c.decode_prefix(in);
    EXPECT_EQ(in.status().error().code, errc::bad_serialization);
}

TEST(LowCardinalityColumn, WithoutValuesOnlyThePrefixIsWritten) {
    array<text_column> c;
    c.append_defaults(2);
    EXPECT_EQ(encoded(c), version + hex("0000000000000000 0000000000000000"));
}

// All prefixes, depth first, before any data.
TEST(LowCardinalityColumn, PrefixesOfNestedColumnsComeFirst) {
    array<map<text_column, text_column>> c;
    c.elements().keys().append("k");
    c.elements().values().append("v");
    c.elements().offsets().append(1);
    c.offsets().append(1);
    EXPECT_EQ(encoded(c), version + version +
                              hex("0100000000000000  0100000000000000 "
                                  "0006000000000000 0200000000000000 00 016b 0100000000000000 01 "
                                  "0006000000000000 0200000000000000 00 0176 0100000000000000 01"));
}

TEST(LowCardinalityColumn, TheFactoryKnowsWhatTheServerAllows) {
    for (const std::string_view text : {"Int256", "BFloat16", "Bool", "Date32", "Time", "IPv6", "IntervalDay"}) {
        const std::string type = "LowCardinality(" + std::string(text) + ")";
        const auto c = make(type);
        ASSERT_TRUE(c.has_value()) << type;
        EXPECT_EQ(c->type(), type);
    }
    for (const std::string_view text : {"DateTime64(3)", "Decimal(9, 2)", "Enum8('a' = 1)", "Array(String)", "Nothing",
                                        "LowCardinality(String)", "Nullable(Nullable(String))", "Nullable"})
        EXPECT_EQ(make("LowCardinality(" + std::string(text) + ")").error().code, errc::bad_type_name) << text;
}

}  // namespace
}  // namespace colblock::column
