// SPDX-License-Identifier: Apache-2.0
#include "colblock/block/native.hpp"

#include <gtest/gtest.h>

#include "colblock/base/limits.hpp"
#include "colblock/column/array.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/map.hpp"
#include "colblock/column/string.hpp"
#include "support/encoded.hpp"
#include "support/every_prefix.hpp"
#include "support/hex.hpp"

namespace colblock::block {
namespace {

using support::flat;
using support::hex;

std::string written(std::span<const column_view> columns, const write_target& target) {
    wire::segments out;
    const auto done = write(out, columns, target);
    EXPECT_TRUE(done.has_value()) << message(done.error().code);
    return flat(out);
}

errc refused(std::string_view bytes, wire::revision revision) {
    wire::cursor in(bytes);
    const auto made = read(in, revision);
    EXPECT_FALSE(made.has_value());
    return made ? errc{} : made.error().code;
}

TEST(NativeBlock, TheEmptyBlockEndsAnInsert) {
    EXPECT_EQ(written({}, 0), hex("00 00"));
    EXPECT_EQ(written({}, 54412), hex("01 00 02 ffffffff 00  00 00"));
    EXPECT_EQ(written({}, 54480), hex("01 00 02 ffffffff 03 00 00  00 00"));
    EXPECT_EQ(written({}, wire::newest_revision), hex("01 00 02 ffffffff 03 00 00  00 00"));
}

TEST(NativeBlock, TheHeaderGrowsWithTheRevision) {
    column::uint8 a;
    column::string s;
    a.append(7);
    s.append("hi");
    const column_view views[] = {{"a", a}, {"s", s}};
    const std::string a_header = hex("0161 0555496e7438");
    const std::string s_header = hex("0173 06537472696e67");
    const std::string info = hex("01 00 02 ffffffff 00");
    const std::string counts = hex("02 01");
    const std::string none = hex("00");
    EXPECT_EQ(written(views, 0), counts + a_header + hex("07") + s_header + hex("026869"));
    EXPECT_EQ(written(views, 54453), info + counts + a_header + hex("07") + s_header + hex("026869"));
    EXPECT_EQ(written(views, 54454), info + counts + a_header + none + hex("07") + s_header + none + hex("026869"));
    EXPECT_EQ(written(views, 54480), hex("01 00 02 ffffffff 03 00 00") + counts + a_header + none + hex("07") +
                                         s_header + none + hex("026869"));
}

TEST(NativeBlock, WithoutRowsThereAreHeadersOnly) {
    column::array<column::low_cardinality<column::string_dictionary>> l;
    const column_view views[] = {{"l", l}};
    EXPECT_EQ(written(views, 0), hex("01 00 016c") + "\x1d" "Array(LowCardinality(String))");
    EXPECT_EQ(written(views, 54488), hex("01 00 02 ffffffff 03 00 00 01 00 016c") + "\x1d" "Array(LowCardinality(String))" + hex("00"));
    const std::string bytes = written(views, 54488);
    wire::cursor in(bytes);
    const auto made = read(in, 54488);
    ASSERT_TRUE(made.has_value() && in.at_end());
    EXPECT_EQ(made->num_rows, 0u);
    EXPECT_NE(made->find("l"), nullptr);
    EXPECT_EQ(made->find("m"), nullptr);
}

// All prefixes of a column, depth first, before any of its data; the next column has its own.
TEST(NativeBlock, PrefixesPrecedeTheDataWithinEachColumn) {
    using text = column::low_cardinality<column::string_dictionary>;
    column::map<text, column::array<text>> m;
    m.keys().append("k");
    m.values().elements().append("v");
    m.values().offsets().append(1);
    m.offsets().append(1);
    text l;
    l.append("w");
    const column_view views[] = {{"m", m}, {"l", l}};
    const std::string version = hex("0100000000000000");
    const std::string one = hex("0100000000000000");
    const auto dictionary = [&](const char* entry) {
        return hex("0006000000000000 0200000000000000 00 01") + entry + one + hex("01");
    };
    EXPECT_EQ(written(views, 0), hex("02 01 016d") + "\x3a" "Map(LowCardinality(String), Array(LowCardinality(String)))" +
                                     version + version + one + dictionary("k") + one + dictionary("v") + hex("016c") +
                                     "\x16" "LowCardinality(String)" + version + dictionary("w"));
}

TEST(NativeBlock, RefusesColumnsThatDifferInRowsAndWritesNothing) {
    column::uint8 a;
    column::uint8 b;
    a.append(1);
    const column_view views[] = {{"a", a}, {"b", b}};
    wire::segments out;
    out.fixed(std::uint8_t{9});
    EXPECT_EQ(write(out, views, 54488).error().code, errc::row_count_mismatch);
    EXPECT_EQ(flat(out), "\x09");
}

TEST(NativeBlock, RefusesLowCardinalityForServersThatDoNotKnowIt) {
    column::array<column::low_cardinality<column::string_dictionary>> l;
    const column_view views[] = {{"l", l}};
    wire::segments out;
    EXPECT_EQ(write(out, views, 54404).error().code, errc::unsupported_type);
    EXPECT_EQ(out.total_len(), 0u);
    EXPECT_TRUE(write(out, views, 54405).has_value());
    wire::segments file;
    EXPECT_TRUE(write(file, views, wire::native_file_revision).has_value());
}

TEST(NativeBlock, WritesTheSameTwiceAndBorrowsTheData) {
    column::uint64 a;
    a.append_repeated(7, 1000);
    const column_view views[] = {{"a", a}};
    EXPECT_EQ(written(views, 54488), written(views, 54488));
    wire::segments out;
    ASSERT_TRUE(write(out, views, 54488).has_value());
    ASSERT_EQ(out.num_pieces(), 2u);
    EXPECT_EQ(out[1].bytes.data(), a.bytes().data());
}

TEST(NativeBlock, EveryProperPrefixIsTruncated) {
    column::array<column::string> a;
    a.elements().append("hi");
    a.offsets().append(1);
    column::low_cardinality<column::string_dictionary> l;
    l.append("w");
    const column_view views[] = {{"a", a}, {"l", l}};
    for (const wire::revision revision : {0, 54412, 54488})
        support::for_every_prefix(written(views, revision), [&](std::string_view prefix) {
            EXPECT_EQ(refused(prefix, revision), errc::truncated) << prefix.size();
        });
}

TEST(NativeBlock, LeavesWhatFollowsABlock) {
    const std::string bytes = hex("01 01 0161 0555496e7438 07  01 01");
    wire::cursor in(bytes);
    const auto made = read(in, 0);
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(in.remaining(), 2u);
    ASSERT_NE(made->find("a")->as<column::uint8>(), nullptr);
    EXPECT_EQ(made->find("a")->as<column::uint8>()->values()[0], 7);
}

TEST(NativeBlock, ReadsAnyBlockInfo) {
    const std::string lone = hex("00  00 00");
    wire::cursor first(lone);
    EXPECT_TRUE(read(first, 54488).has_value() && first.at_end());
    const std::string buckets = hex("03 02 01000000 02000000 01 01 00  00 00");
    wire::cursor second(buckets);
    EXPECT_TRUE(read(second, 54488).has_value() && second.at_end());
    EXPECT_EQ(refused(hex("04 00 00 00"), 54488), errc::bad_block_info);
}

TEST(NativeBlock, SaysWhatIsWrong) {
    const std::string header = hex("01 01 0161");
    EXPECT_EQ(refused(header + hex("0441727261"), 0), errc::unsupported_type);  // `Arra`
    EXPECT_EQ(refused(header + hex("0541727228 28"), 0), errc::bad_type_name);
    EXPECT_EQ(refused(hex("00 05"), 0), errc::row_count_mismatch);
    EXPECT_EQ(refused(hex("ffffff7f 01"), 0), errc::too_large);
    EXPECT_EQ(refused(hex("01 ffffffffffff7f"), 0), errc::too_large);
    EXPECT_EQ(refused(hex("01 01 ffffff7f"), 0), errc::too_large);
    EXPECT_EQ(refused(hex("01 01 0161 ffffff7f"), 0), errc::too_large);
    EXPECT_EQ(refused(hex("00 01 01 0161 0555496e7438 02 07"), 54454), errc::bad_serialization);
    wire::cursor in(header);
    const std::string wrong = header + hex("0541727228 28");
    wire::cursor at(wrong);
    EXPECT_EQ(read(at, 0).error().offset, 4u);  // where the type text begins
}

}  // namespace
}  // namespace colblock::block
