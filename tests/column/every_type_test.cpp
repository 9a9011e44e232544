// SPDX-License-Identifier: Apache-2.0
// What every column promises (column/concept.hpp), asked of every type that the factory makes.
#include <gtest/gtest.h>

#include <cctype>
#include <string>

#include "colblock/column/factory.hpp"
#include "column/samples.hpp"
#include "support/encoded.hpp"
#include "support/every_prefix.hpp"
#include "support/hex.hpp"

namespace colblock::column {

void PrintTo(const sample& s, std::ostream* out) { *out << s.type; }

namespace {

using support::encoded;
using support::hex;

class EveryType : public ::testing::TestWithParam<sample> {
protected:
    void SetUp() override {
        auto made = make(GetParam().type);
        ASSERT_TRUE(made.has_value()) << message(made.error().code) << " at " << made.error().offset;
        x_column.emplace(std::move(*made));
    }
    any& column() { return *x_column; }

    // Appends the two rows of the sample.
    void fill() {
        const std::string bytes = whole();
        wire::cursor in(bytes);
        column().decode_prefix(in);
        column().decode(in, rows_of_a_sample);
        ASSERT_TRUE(in.status().has_value()) << message(in.status().error().code);
        ASSERT_TRUE(in.at_end());
    }
    static std::string whole() { return hex(GetParam().prefix) + hex(GetParam().data); }

private:
    std::optional<any> x_column;
};

TEST_P(EveryType, PrintsTheTextItWasMadeFrom) { EXPECT_EQ(column().type(), GetParam().type); }

TEST_P(EveryType, WritesNothingForNoRows) {
    EXPECT_EQ(column().num_rows(), 0u);
    EXPECT_EQ(encoded(column()), hex(GetParam().prefix));
    wire::cursor in("");
    column().decode(in, 0);
    EXPECT_TRUE(in.ok());
}

TEST_P(EveryType, EncodesWhatItDecodedTwice) {
    fill();
    EXPECT_EQ(column().num_rows(), rows_of_a_sample);
    EXPECT_EQ(encoded(column()), whole());
    EXPECT_EQ(encoded(column()), whole());
    EXPECT_NEAR(static_cast<double>(column().byte_len()), static_cast<double>(hex(GetParam().data).size()), 48);
}

TEST_P(EveryType, EveryProperPrefixIsTruncated) {
    support::for_every_prefix(whole(), [&](std::string_view prefix) {
        column().clear();
        wire::cursor in(prefix);
        column().decode_prefix(in);
        column().decode(in, rows_of_a_sample);
        ASSERT_FALSE(in.ok()) << prefix.size();
        EXPECT_EQ(in.status().error().code, errc::truncated) << prefix.size();
    });
    column().clear();
    fill();
    EXPECT_EQ(encoded(column()), whole());
}

TEST_P(EveryType, RefillAfterClearGivesTheSameBytes) {
    fill();
    column().append_defaults(3);
    column().clear();
    EXPECT_EQ(column().num_rows(), 0u);
    EXPECT_EQ(encoded(column()), hex(GetParam().prefix));
    fill();
    EXPECT_EQ(encoded(column()), whole());
}

TEST_P(EveryType, RollbackForgetsRowsAfterMark) {
    fill();
    column().mark();
    fill();
    column().append_defaults(5);
    EXPECT_EQ(column().num_rows(), 2 * rows_of_a_sample + 5);
    column().rollback();
    EXPECT_EQ(column().num_rows(), rows_of_a_sample);
    EXPECT_EQ(encoded(column()), whole());
}

TEST_P(EveryType, RollbackToAMarkWithoutRowsEmpties) {
    column().mark();
    fill();
    column().rollback();
    EXPECT_EQ(column().num_rows(), 0u);
    fill();
    EXPECT_EQ(encoded(column()), whole());
}

TEST_P(EveryType, ClearForgetsTheMark) {
    fill();
    column().mark();
    column().clear();
    column().rollback();
    EXPECT_EQ(column().num_rows(), 0u);
    fill();
    EXPECT_EQ(encoded(column()), whole());
}

// Rows of `from` in this order, in a column of their own.
any taken(any& from, row_order rows) {
    from.index_rows(row_bounds(from.num_rows()));
    any made = std::move(*make(from.type()));
    made.append_rows(from, rows, rows.size());
    return made;
}

TEST_P(EveryType, GivesItsRowsInAnyOrder) {
    fill();
    const std::uint32_t same[] = {0, 1};
    EXPECT_EQ(encoded(taken(column(), same)), whole());
    const std::uint32_t swapped[] = {1, 0};
    any other = taken(column(), swapped);
    EXPECT_EQ(encoded(taken(other, swapped)), whole());
    const std::uint32_t often[] = {1, 1, 0, 1, 0};
    other = taken(column(), often);
    EXPECT_EQ(other.num_rows(), 5u);
    const std::uint32_t back[] = {4, 3};
    EXPECT_EQ(encoded(taken(other, back)), whole());
    EXPECT_EQ(encoded(column()), whole());
}

TEST_P(EveryType, RowsAddUpOverCalls) {
    fill();
    fill();
    EXPECT_EQ(column().num_rows(), 2 * rows_of_a_sample);
    column().append_defaults(1000);
    column().append_defaults(0);
    ASSERT_EQ(column().num_rows(), 2 * rows_of_a_sample + 1000);
    const std::string bytes = encoded(column());
    auto copy = make(GetParam().type);
    wire::cursor in(bytes);
    copy->decode_prefix(in);
    copy->decode(in, 2 * rows_of_a_sample + 1000);
    EXPECT_TRUE(in.ok() && in.at_end());
    EXPECT_EQ(encoded(*copy), bytes);
}

TEST_P(EveryType, RefusesMoreRowsThanThereAreBytes) {
    wire::cursor in("abcdefgh");
    column().decode(in, ~std::size_t{0} / 4);
    EXPECT_FALSE(in.ok());
}

INSTANTIATE_TEST_SUITE_P(Column, EveryType, ::testing::ValuesIn(samples), [](const auto& one) {
    std::string name;
    for (const char c : one.param.type)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
    return name + "_" + std::to_string(one.index);
});

}  // namespace
}  // namespace colblock::column
