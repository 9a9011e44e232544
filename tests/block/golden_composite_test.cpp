// SPDX-License-Identifier: Apache-2.0
// Blocks of ClickHouse 26.7 (tests/golden/native/*.sql), built here from the same values: composite types.
#include <gtest/gtest.h>

#include <array>

#include "colblock/column/array.hpp"
#include "colblock/column/factory.hpp"
#include "colblock/column/fixed_dictionary.hpp"
#include "colblock/column/fixed_string.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/map.hpp"
#include "colblock/column/nothing.hpp"
#include "colblock/column/nullable.hpp"
#include "colblock/column/nullable_dictionary.hpp"
#include "colblock/column/renamed.hpp"
#include "colblock/column/string.hpp"
#include "colblock/column/tuple.hpp"
#include "support/golden.hpp"
#include "support/hex.hpp"

namespace colblock::column {
namespace {

using support::expect_golden;
using support::golden_block;
using text_column = low_cardinality<string_dictionary>;
using nullable_text_column = low_cardinality<nullable_dictionary<string_dictionary>>;

void append_texts(string& to, std::initializer_list<const char*> texts) {
    for (const char* const text : texts) to.append(text);
}
void append_texts(text_column& to, std::initializer_list<const char*> texts) {
    for (const char* const text : texts) to.append(text);
}
void append_rows(offsets& to, std::initializer_list<std::uint64_t> num_elements) {
    for (const std::uint64_t n : num_elements) to.append(n);
}
template <class Column>
void append_values(any& to, std::initializer_list<typename Column::value_type> values) {
    to.as<Column>()->append(std::span(values.begin(), values.size()));
}

tuple tuple_of(std::vector<std::string> names, auto... columns) {
    std::vector<any> elements;
    (elements.emplace_back(std::move(columns)), ...);
    return names.empty() ? tuple(std::move(elements)) : tuple(std::move(names), std::move(elements));
}

TEST(GoldenBlock, Nullables) {
    golden_block b(4);
    auto& n = b.add("n", nullable<uint32>());
    n.append(1);
    n.append_null();
    n.append(3);
    auto& s = b.add("s", nullable<string>());
    s.append_null();
    s.append("x");
    s.append("");
    auto& f = b.add("f", nullable<fixed_string>(fixed_string(2)));
    ASSERT_TRUE(f.append("ab").has_value());
    f.append_null();
    ASSERT_TRUE(f.append("c").has_value());
    auto& t = b.add("t", nullable<datetime64>(datetime64({.scale = 9, .timezone = "UTC"})));
    t.append_null();
    t.append(1'000'000'000);
    t.append(2'000'000'000);
    expect_golden("nullables", b);
}

TEST(GoldenBlock, Arrays) {
    golden_block b(4);
    auto& a = b.add("a", array<uint8>());
    for (const std::uint8_t v : {1, 2, 3, 4}) a.elements().append(v);
    append_rows(a.offsets(), {3, 0, 1});
    auto& s = b.add("s", array<array<string>>());
    append_texts(s.elements().elements(), {"a", "b", "cc"});
    append_rows(s.elements().offsets(), {1, 0, 2, 0});
    append_rows(s.offsets(), {3, 0, 1});
    auto& n = b.add("n", array<nullable<int16>>());
    n.elements().append(1);
    n.elements().append_null(2);
    append_rows(n.offsets(), {2, 0, 1});
    auto& t = b.add("t", array<tuple>(tuple_of({}, uint8(), string())));
    append_values<uint8>(t.elements().element(0), {1, 2, 3});
    append_texts(*t.elements().element(1).as<string>(), {"x", "", "z"});
    append_rows(t.offsets(), {0, 2, 1});
    expect_golden("arrays", b);
}

TEST(GoldenBlock, Tuples) {
    golden_block b(3);
    auto& u = b.add("u", tuple_of({}, uint8(), string()));
    append_values<uint8>(u.element(0), {1, 2});
    append_texts(*u.element(1).as<string>(), {"a", ""});
    auto& n = b.add("n", tuple_of({"id", "full name"}, uint16(), string()));
    append_values<uint16>(*n.find("id"), {258, 0});
    append_texts(*n.find("full name")->as<string>(), {"x", "y"});
    auto& o = b.add("o", tuple_of({"a", "values"}, tuple_of({"b", "c"}, uint8(), array<string>()), nullable<uint8>()));
    auto& inner = *o.find("a")->as<tuple>();
    append_values<uint8>(*inner.find("b"), {1, 2});
    append_texts(inner.find("c")->as<array<string>>()->elements(), {"q"});
    append_rows(inner.find("c")->as<array<string>>()->offsets(), {1, 0});
    o.find("values")->as<nullable<uint8>>()->append_null();
    o.find("values")->as<nullable<uint8>>()->append(7);
    expect_golden("tuples", b);
}

TEST(GoldenBlock, Maps) {
    golden_block b(3);
    auto& m = b.add("m", map<string, uint8>());
    append_texts(m.keys(), {"a", "a"});
    m.values().append(1);
    m.values().append(2);
    append_rows(m.offsets(), {2, 0});
    auto& s = b.add("s", map<string, string>());
    append_texts(s.keys(), {"k", ""});
    append_texts(s.values(), {"v", ""});
    append_rows(s.offsets(), {0, 2});
    auto& a = b.add("a", map<uint8, array<map<string, float64>>>());
    a.keys().append(7);
    append_texts(a.values().elements().keys(), {"x"});
    a.values().elements().values().append(1.5);
    append_rows(a.values().elements().offsets(), {1, 0});
    append_rows(a.values().offsets(), {2});
    append_rows(a.offsets(), {1, 0});
    expect_golden("maps", b);
}

TEST(GoldenBlock, Nested) {
    array<tuple> rows(tuple_of({"id", "name"}, uint8(), string()));
    append_values<uint8>(*rows.elements().find("id"), {1, 2});
    append_texts(*rows.elements().find("name")->as<string>(), {"a", "b"});
    rows.offsets().append(2);
    golden_block b(1);
    b.add("n", renamed("Nested(id UInt8, name String)", any(std::move(rows))));
    expect_golden("nested", b);
}

TEST(GoldenBlock, Nothing) {
    golden_block b(5);
    b.add("none", tuple()).append_defaults(1);
    b.add("empty", array<nothing>()).append_defaults(1);
    b.add("missing", nullable<nothing>()).append_null();
    auto& nones = b.add("nones", array<tuple>());
    nones.elements().append_defaults(2);
    nones.offsets().append(2);
    auto& nulls = b.add("nulls", array<nullable<nothing>>());
    nulls.elements().append_null();
    nulls.offsets().append(1);
    expect_golden("nothing", b);
}

TEST(GoldenBlock, LowCardinality) {
    golden_block b(8);
    append_texts(b.add("s", text_column()), {"bb", "a", "", "bb", "c"});
    auto& n = b.add("n", nullable_text_column());
    for (const char* const text : {"bb", "a"}) n.append(text);
    n.append_null();
    for (const char* const text : {"bb", "c"}) n.append(text);
    auto& f = b.add("f", low_cardinality(fixed_dictionary("FixedString(3)", 3)));
    for (const byte_view text : {"bb", "a", "", "bb", "c"}) f.append(text);
    auto& u = b.add("u", low_cardinality(fixed_dictionary("UInt64", 8)));
    for (const std::uint64_t v : {2, 1, 0, 2, 1}) u.append(v);
    auto& nu = b.add("nu", low_cardinality(nullable_dictionary(fixed_dictionary("UInt8", 1))));
    for (const std::uint8_t v : {2, 1, 0, 2, 1}) v == 2 ? nu.append_null() : nu.append(v);
    auto& d = b.add("d", low_cardinality(fixed_dictionary("Float64", 8)));
    for (const double v : {1.0, 0.5, 0.0, 1.0, 0.5}) d.append(v);
    auto& day = b.add("day", low_cardinality(fixed_dictionary("Date", 2)));
    for (const std::uint16_t v : {2, 1, 0, 2, 1}) day.append(v);
    auto& t = b.add("t", low_cardinality(fixed_dictionary("DateTime('UTC')", 4)));
    for (const std::uint32_t v : {2, 1, 0, 2, 1}) t.append(v);
    expect_golden("low_cardinality", b);
}

TEST(GoldenBlock, LowCardinalityInsideOthers) {
    golden_block b(6);
    auto& a = b.add("a", array<text_column>());
    append_texts(a.elements(), {"x", "y", "x"});
    append_rows(a.offsets(), {3, 0});
    auto& m = b.add("m", map<text_column, string>());
    append_texts(m.keys(), {"k"});
    append_texts(m.values(), {"v"});
    append_rows(m.offsets(), {1, 0});
    auto& mm = b.add("mm", map<text_column, text_column>());
    append_texts(mm.keys(), {"k", "l", "l"});
    append_texts(mm.values(), {"v", "v", ""});
    append_rows(mm.offsets(), {2, 1});
    auto& am = b.add("am", array<map<text_column, nullable_text_column>>());
    append_texts(am.elements().keys(), {"a", "b", "a"});
    am.elements().values().append_null();
    am.elements().values().append("a");
    am.elements().values().append("");
    append_rows(am.elements().offsets(), {1, 0, 2});
    append_rows(am.offsets(), {2, 1});
    auto& t = b.add("t", tuple_of({"l", "u"}, text_column(), uint8()));
    append_texts(*t.find("l")->as<text_column>(), {"q", ""});
    append_values<uint8>(*t.find("u"), {1, 2});
    b.add("e", array<text_column>()).append_defaults(2);
    expect_golden("low_cardinality_nested", b);
}

// Numbers, dates and ids as entries: the query's values are made of 2, -1, 0, 2, -1.
TEST(GoldenBlock, LowCardinalityOfFixedWidth) {
    const std::string ones(64, 'f');
    const std::string zeros(64, '0');
    struct entries {
        std::string name;
        std::string type;
        std::array<std::string, 3> wire;  // of 2, -1 and 0
    };
    std::vector<entries> columns;
    for (const std::size_t width : {1, 2, 4, 8, 16, 32})
        columns.push_back({"i" + std::to_string(8 * width), "Int" + std::to_string(8 * width),
                           {"02" + zeros.substr(0, 2 * width - 2), ones.substr(0, 2 * width), zeros.substr(0, 2 * width)}});
    for (const std::size_t width : {1, 2, 4, 16, 32}) {
        const std::string rest = zeros.substr(0, 2 * width - 2);
        columns.push_back({"u" + std::to_string(8 * width), "UInt" + std::to_string(8 * width), {"03" + rest, "00" + rest, "01" + rest}});
    }
    const std::string ip = "20010db80000000000000000000000";
    const std::string uuid = "7766554433221100f";
    for (const entries& e : std::initializer_list<entries>{
             {"f32", "Float32", {"0000803f", "000000bf", "00000000"}},
             {"b16", "BFloat16", {"0040", "80bf", "0000"}},
             {"flag", "Bool", {"01", "00", "00"}},
             {"d32", "Date32", {"02000000", "ffffffff", "00000000"}},
             {"clock", "Time", {"02000000", "ffffffff", "00000000"}},
             {"v4", "IPv4", {"03030201", "00030201", "01030201"}},
             {"v6", "IPv6", {ip + "03", ip + "00", ip + "01"}},
             {"u", "UUID", {uuid + "3eeddccbbaa9988", uuid + "0eeddccbbaa9988", uuid + "1eeddccbbaa9988"}}})
        columns.push_back(e);
    golden_block b(columns.size() + 2);
    for (const auto& [name, type, wire] : columns) {
        auto& column = b.add(name, low_cardinality(fixed_dictionary(type, wire[0].size() / 2)));
        for (const int i : {0, 1, 2, 0, 1}) column.append(byte_view(support::hex(wire[static_cast<std::size_t>(i)])));
    }
    auto& nd = b.add("nd", low_cardinality(nullable_dictionary(fixed_dictionary("Date", 2))));
    auto& nf = b.add("nf", low_cardinality(nullable_dictionary(fixed_dictionary("FixedString(2)", 2))));
    for (const int x : {2, -1, 0, 2, -1}) {
        x == 2 ? nd.append_null() : nd.append(static_cast<std::uint16_t>(x + 1));
        x == 2 ? nf.append_null() : nf.append(x == 0 ? byte_view("0") : byte_view("-1"));
    }
    expect_golden("low_cardinality_fixed", b);
}

TEST(GoldenBlock, LowCardinalityBeyondOneByte) {
    golden_block b(1);
    auto& s = b.add("s", text_column());
    for (int i = 0; i != 300; ++i) s.append(std::to_string(i % 257));
    expect_golden("low_cardinality_wide", b);
}

TEST(GoldenBlock, SimpleAggregates) {
    uint64 sum;
    sum.append(7);
    nullable<string> last;
    last.append_null();
    array<uint8> all;
    all.elements().append(1);
    all.elements().append(2);
    all.offsets().append(2);
    golden_block b(3);
    b.add("s", renamed("SimpleAggregateFunction(sum, UInt64)", any(std::move(sum))));
    b.add("l", renamed("SimpleAggregateFunction(anyLast, Nullable(String))", any(std::move(last))));
    b.add("a", renamed("SimpleAggregateFunction(groupArrayArray, Array(UInt8))", any(std::move(all))));
    expect_golden("simple_aggregates", b);
}

// Points {x, y}, and the numbers of elements from the outermost array inwards.
void add_geometry(golden_block& b, const char* type, std::initializer_list<std::vector<std::uint64_t>> levels,
                  std::initializer_list<std::pair<double, double>> points) {
    auto made = make(type);
    ASSERT_TRUE(made.has_value());
    any* at = &b.add(type, std::move(*made->as<renamed>())).stored();
    for (const auto& level : levels) {
        auto& rows = *at->as<array<any>>();
        for (const std::uint64_t n : level) rows.offsets().append(n);
        at = &rows.elements();
    }
    for (const auto& [x, y] : points) {
        append_values<float64>(at->as<tuple>()->element(0), {x});
        append_values<float64>(at->as<tuple>()->element(1), {y});
    }
}

// Columns are named like their types.
TEST(GoldenBlock, Geometry) {
    golden_block b(6);
    add_geometry(b, "Point", {}, {{1, 2}});
    add_geometry(b, "Ring", {{2}}, {{1, 2}, {3, 4}});
    add_geometry(b, "LineString", {{1}}, {{1, 2}});
    add_geometry(b, "MultiLineString", {{2}, {1, 0}}, {{1, 2}});
    add_geometry(b, "Polygon", {{1}, {2}}, {{1, 2}, {3, 4}});
    add_geometry(b, "MultiPolygon", {{1}, {1}, {1}}, {{1, 2}});
    expect_golden("geometry", b);
}

// What tests/golden/native/sparse.sql puts into its 100 rows.
TEST(GoldenBlock, Sparse) {
    golden_block b(7);
    auto& u = b.add("u", uint64());
    auto& s = b.add("s", string());
    auto& t = b.add("t", tuple_of({"a", "b", "c"}, uint8(), string(), text_column()));
    auto& f = b.add("f", fixed_string(2));
    auto& n = b.add("n", nullable<uint32>());
    auto& ms = b.add("ms", datetime64({.scale = 3, .timezone = "UTC"}));
    auto& dense = b.add("dense", uint8());
    for (std::uint8_t i = 0; i != 100; ++i) {
        u.append(i == 30 ? 7 : 0);
        s.append(i == 0 || i == 99 ? "abc" : "");
        t.find("a")->as<uint8>()->append(i == 1);
        t.find("b")->as<string>()->append(i == 2 ? "x" : "");
        t.find("c")->as<text_column>()->append("l");
        f.append_defaults(1);
        i == 50 ? n.append(0) : n.append_null();
        ms.append(i == 98 ? 1000 : 0);
        dense.append(i);
    }
    expect_golden("sparse", b, {54488}, true);
}

}  // namespace
}  // namespace colblock::column
