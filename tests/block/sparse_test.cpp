// SPDX-License-Identifier: Apache-2.0
#include "colblock/block/sparse.hpp"

#include <gtest/gtest.h>

#include "colblock/base/limits.hpp"
#include "colblock/block/native.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/nullable.hpp"
#include "colblock/column/renamed.hpp"
#include "colblock/column/string.hpp"
#include "colblock/column/tuple.hpp"
#include "support/encoded.hpp"
#include "support/every_prefix.hpp"
#include "support/hex.hpp"

namespace colblock::block {
namespace {

layout layout_of(column::ref column, wire::revision revision) {
    layout chosen;
    choose_layout(column, revision, chosen);
    return chosen;
}

using support::flat;
using support::hex;

constexpr wire::revision knows_sparse = 54465;
constexpr wire::revision knows_nullable_sparse = 54483;
const std::string one_more_zero = hex("8180808080808080 40");  // the trailer 1 + 2^62

std::string written(column::ref column, wire::revision revision = wire::newest_revision) {
    const layout chosen = layout_of(column, revision);
    wire::segments out;
    write_kinds(out, chosen);
    encode(out, column, chosen);
    return flat(out);
}

// Kinds, then the data of 100 rows.
result<void> decoded(std::string_view bytes, column::ref column, std::size_t budget = limits::max_sparse_len) {
    wire::cursor in(bytes);
    const layout read = read_kinds(in, column);
    decode({in, 100, budget}, column, read);
    COLBLOCK_TRY(in.status());
    if (!in.at_end()) return fail(errc::trailing_bytes, in.offset());
    return {};
}

template <class Column, class Value>
void fill(Column& c, std::initializer_list<int> rows, const Value& value) {
    for (int i = 0; i != 100; ++i) {
        if (std::ranges::find(rows, i) != rows.end())
            c.append(value);
        else
            c.append_defaults(1);
    }
}

TEST(SparseColumn, WritesZerosBetweenValuesAndTheTrailer) {
    column::uint32 c;
    fill(c, {0, 3, 98}, 7);
    EXPECT_EQ(written(c), hex("01  00 02 5e") + one_more_zero + hex("07000000 07000000 07000000"));
}

TEST(SparseColumn, NoValuesAtAllAreOneTrailer) {
    column::float64 c;
    c.append_defaults(100);
    EXPECT_EQ(written(c), hex("01  e480808080808080 40"));
}

TEST(SparseColumn, StringsAreWrittenWithTheirLengths) {
    column::string c;
    fill(c, {98}, "abc");
    EXPECT_EQ(written(c), hex("01  62") + one_more_zero + hex("03616263"));
}

TEST(SparseColumn, NullsAreTheZerosOfNullable) {
    column::nullable<column::uint8> c;
    fill(c, {98}, 0);
    EXPECT_EQ(written(c), hex("01  62") + one_more_zero + hex("00"));
    column::nullable<column::any> erased{column::any(column::uint8())};
    ASSERT_TRUE(decoded(written(c), erased).has_value());
    EXPECT_EQ(support::encoded(erased), support::encoded(c));
    EXPECT_EQ(written(erased), written(c));
}

TEST(SparseColumn, PaysFromFifteenOfSixteenRows) {
    column::uint64 few;
    fill(few, {1, 2, 3, 4, 5, 6}, 1);
    EXPECT_TRUE(layout_of(few, knows_sparse).custom());
    column::uint64 many;
    fill(many, {1, 2, 3, 4, 5, 6, 7}, 1);
    EXPECT_FALSE(layout_of(many, knows_sparse).custom());
    column::uint8 small;
    small.append_defaults(64);
    EXPECT_FALSE(layout_of(small, knows_sparse).custom());
}

TEST(SparseColumn, NeedsARevisionThatKnowsIt) {
    column::uint64 c;
    c.append_defaults(100);
    EXPECT_FALSE(layout_of(c, knows_sparse - 1).custom());
    EXPECT_TRUE(layout_of(c, knows_sparse).custom());
    column::nullable<column::uint64> n;
    n.append_defaults(100);
    EXPECT_FALSE(layout_of(n, knows_nullable_sparse - 1).custom());
    EXPECT_TRUE(layout_of(n, knows_nullable_sparse).custom());
}

TEST(SparseColumn, ABlockWritesItOnlyIfItMay) {
    column::uint64 c;
    c.append_defaults(100);
    const column_view views[] = {{"c", c}};
    wire::segments sparse;
    ASSERT_TRUE(write(sparse, views, {54488, true}).has_value());
    EXPECT_EQ(flat(sparse), hex("01 00 02 ffffffff 03 00 00 01 64 0163 0655496e743634 01 01 e480808080808080 40"));
    wire::segments dense;
    ASSERT_TRUE(write(dense, views, {54488, false}).has_value());
    EXPECT_EQ(flat(dense).substr(0, 22), hex("01 00 02 ffffffff 03 00 00 01 64 0163 0655496e743634 00"));
    EXPECT_EQ(dense.total_len(), 822u);
    wire::segments file;
    ASSERT_TRUE(write(file, views, 0).has_value());
    EXPECT_EQ(file.total_len(), 811u);
}

column::tuple pair_of_columns() {
    std::vector<column::any> elements;
    elements.emplace_back(column::uint8());
    elements.emplace_back(column::uint64());
    return column::tuple(std::move(elements));
}

TEST(SparseColumn, ATupleChoosesForEachElement) {
    column::tuple c = pair_of_columns();
    for (std::uint8_t i = 0; i != 100; ++i) c.element(0).as<column::uint8>()->append(i);
    c.element(1).append_defaults(100);
    std::string dense;
    for (int i = 0; i != 100; ++i) dense += static_cast<char>(i);
    EXPECT_EQ(written(c), hex("00 00 01") + dense + hex("e480808080808080 40"));
    column::renamed again("T", column::any(pair_of_columns()));
    ASSERT_TRUE(decoded(written(c), again).has_value());
    EXPECT_EQ(support::encoded(again), support::encoded(c));
}

TEST(SparseColumn, EveryProperPrefixIsTruncated) {
    column::string c;
    fill(c, {3, 98}, "abc");
    support::for_every_prefix(written(c), [](std::string_view prefix) {
        column::string read;
        const auto done = decoded(prefix, read);
        ASSERT_FALSE(done.has_value());
        EXPECT_EQ(done.error().code, errc::truncated);
    });
    column::string read;
    ASSERT_TRUE(decoded(written(c), read).has_value());
    EXPECT_EQ(read.bytes().view(), c.bytes().view());
}

// What a sparse Enum leaves out is 0, not the type's default.
TEST(SparseColumn, ZerosOfAnEnumAreZero) {
    column::enum8 c(column::enum_type<std::int8_t>({{"a", -1}, {"b", 0}}));
    ASSERT_TRUE(decoded(hex("01 62") + one_more_zero + hex("ff"), c).has_value());
    EXPECT_EQ(c.values()[0], 0);
    EXPECT_EQ(c.values()[98], -1);
}

TEST(SparseColumn, RefusesKindsItDoesNotKnow) {
    for (const char* const kind : {"02", "03", "04", "05", "ff"}) {
        column::uint8 c;
        EXPECT_EQ(decoded(hex(kind), c).error(), (error{errc::bad_serialization, 1})) << kind;
    }
    column::tuple whole = pair_of_columns();
    EXPECT_EQ(decoded(hex("01 00 00"), whole).error().code, errc::bad_serialization);
}

TEST(SparseColumn, RefusesRowsThatDoNotAddUp) {
    for (const char* const bytes : {
             "01 e380808080808080 40",         // 99 rows
             "01 e580808080808080 40",         // 101 rows
             "01 64 8080808080808080 40 07",   // 100 zeros, then a value
             "01 63 8180808080808080 40 07",   // 99 zeros, a value, a zero
             "01 ffffffffffffffff3f",          // 2^62 - 1 zeros
         }) {
        column::uint8 c;
        const auto done = decoded(hex(bytes), c);
        ASSERT_FALSE(done.has_value()) << bytes;
        EXPECT_EQ(done.error().code, errc::bad_serialization) << bytes;
        EXPECT_EQ(c.num_rows(), 0u);
    }
}

TEST(SparseColumn, ExpandsOnlyWithinTheBudget) {
    const std::string bytes = hex("01 e480808080808080 40");
    column::uint64 c;
    EXPECT_EQ(decoded(bytes, c, 799).error().code, errc::too_large);
    EXPECT_EQ(c.num_rows(), 0u);
    EXPECT_TRUE(decoded(bytes, c, 800).has_value());
    EXPECT_EQ(c.num_rows(), 100u);
    // 2^32 rows in nine bytes.
    const std::string bomb = hex("01 00 02 ffffffff 00 01 8080808010 0163 0655496e743634 01 01 80808080908080 80 40");
    wire::cursor in(bomb);
    EXPECT_EQ(read(in, 54465).error().code, errc::too_large);
}

}  // namespace
}  // namespace colblock::block
