// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/factory.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <utility>

#include "colblock/base/limits.hpp"
#include "colblock/column/array.hpp"
#include "colblock/column/dictionary.hpp"
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

namespace colblock::column {

namespace {

using argument = type_name::argument;
using kind = argument::kind;
using made = result<any>;

std::unexpected<error> bad(const type_name& type) noexcept { return fail(errc::bad_type_name, type.offset); }
std::unexpected<error> unsupported(const type_name& type) noexcept {
    return fail(errc::unsupported_type, type.offset);
}

// The number at position i, if it lies in [low, high].
bool number_at(const type_name& type, std::size_t i, std::pair<unsigned, unsigned> range, unsigned& number) noexcept {
    if (i >= type.arguments.size() || type.arguments[i].what != kind::number) return false;
    const std::int64_t given = type.arguments[i].number;
    number = static_cast<unsigned>(given);
    return given >= range.first && given <= range.second && type.arguments[i].text == std::to_string(given);
}

// A timezone at position i, which may be missing.
bool timezone_at(const type_name& type, std::size_t i, std::string& timezone) {
    if (i >= type.arguments.size()) return true;
    timezone = type.arguments[i].text;
    return i + 1 == type.arguments.size() && type.arguments[i].what == kind::text;
}

template <class Column>
made simple(const type_name& type) {
    if (type.has_parentheses) return bad(type);
    return any(Column());
}

made make_interval(const type_name& type) {
    if (type.has_parentheses) return bad(type);
    return any(interval({.unit = type.name.substr(std::string_view("Interval").size())}));
}

made make_datetime(const type_name& type) {
    datetime_type made_type;
    if (!timezone_at(type, 0, made_type.timezone)) return bad(type);
    return any(datetime(std::move(made_type)));
}

made make_datetime64(const type_name& type) {
    datetime64_type made_type;
    if (type.arguments.empty()) return any(datetime64());
    if (!number_at(type, 0, {0, 9}, made_type.scale) || !timezone_at(type, 1, made_type.timezone)) return bad(type);
    return any(datetime64(std::move(made_type)));
}

made make_time64(const type_name& type) {
    time64_type made_type;
    if (type.arguments.size() != 1 || !number_at(type, 0, {0, 9}, made_type.scale)) return bad(type);
    return any(time64(made_type));
}

template <class Column>
made decimal_of(unsigned precision, unsigned scale) {
    return any(Column({.precision = precision, .scale = scale}));
}

// Decimal(P, S), and Decimal(P) for S = 0.
made make_decimal(const type_name& type) {
    unsigned precision = 0;
    unsigned scale = 0;
    if (type.arguments.size() > 2 || !number_at(type, 0, {1, 76}, precision)) return bad(type);
    if (type.arguments.size() == 2 && !number_at(type, 1, {0, precision}, scale)) return bad(type);
    if (precision <= 9) return decimal_of<decimal32>(precision, scale);
    if (precision <= 18) return decimal_of<decimal64>(precision, scale);
    if (precision <= 38) return decimal_of<decimal128>(precision, scale);
    return decimal_of<decimal256>(precision, scale);
}

// Decimal32(S) is Decimal(9, S), and so on.
template <class Column, unsigned Precision>
made make_sized_decimal(const type_name& type) {
    unsigned scale = 0;
    if (type.arguments.size() != 1 || !number_at(type, 0, {0, Precision}, scale)) return bad(type);
    return decimal_of<Column>(Precision, scale);
}

template <class Value>
made make_enum(const type_name& type) {
    std::vector<typename enum_type<Value>::entry> entries;
    for (const argument& a : type.arguments) {
        if (a.what != kind::enumerator || !std::in_range<Value>(a.number)) return bad(type);
        entries.emplace_back(a.text, static_cast<Value>(a.number));
    }
    const auto repeats = [&](auto member) {
        std::ranges::sort(entries, {}, member);
        return std::ranges::adjacent_find(entries, {}, member) != entries.end();
    };
    using entry = typename enum_type<Value>::entry;
    if (entries.empty() || repeats(&entry::first) || repeats(&entry::second)) return bad(type);
    return any(fixed<enum_type<Value>>(enum_type<Value>(std::move(entries))));
}

made make_fixed_string(const type_name& type) {
    unsigned width = 0;
    if (type.arguments.size() != 1 || !number_at(type, 0, {1, limits::max_fixed_string_width}, width)) return bad(type);
    return any(fixed_string(width));
}

// The server knows no NULL for these.
bool can_be_nullable(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> without = {"Array", "Map", "Nullable", "LowCardinality", "Nested"};
    return std::ranges::find(without, name) == without.end();
}

made make_nullable(const type_name& type) {
    if (!type.takes_types(1) || !can_be_nullable(type.arguments[0].type.name)) return bad(type);
    auto inner = make(type.arguments[0].type);
    if (!inner) return inner;
    return any(nullable<any>(std::move(*inner)));
}

// Numbers, dates and fixed text. The server has no LowCardinality of Decimal, Enum, DateTime64 and Time64.
bool has_fixed_dictionary(std::string_view name) noexcept {
    constexpr auto names = std::to_array<std::string_view>(
        {"BFloat16", "Bool", "Date", "Date32", "DateTime", "FixedString", "Float32", "Float64", "IPv4", "IPv6", "Time", "UUID"});
    return name.starts_with("Int") || name.starts_with("UInt") || std::ranges::find(names, name) != names.end();
}

template <class Dictionary>
any over_dictionary(Dictionary dictionary, bool with_null) {
    if (with_null) return any(low_cardinality(nullable_dictionary(std::move(dictionary))));
    return any(low_cardinality(std::move(dictionary)));
}

made make_low_cardinality(const type_name& type) {
    if (!type.takes_types(1)) return bad(type);
    const type_name* entries = &type.arguments[0].type;
    const bool with_null = entries->name == "Nullable" && entries->takes_types(1);
    if (with_null) entries = &entries->arguments[0].type;
    if (entries->name == "String" && !entries->has_parentheses) return over_dictionary(string_dictionary(), with_null);
    if (!has_fixed_dictionary(entries->name)) return bad(type);
    auto entry = make(*entries);
    if (!entry) return entry;
    entry->append_defaults(1);
    return over_dictionary(fixed_dictionary(entry->type(), entry->byte_len()), with_null);
}

made make_array(const type_name& type) {
    if (!type.takes_types(1)) return bad(type);
    auto element = make(type.arguments[0].type);
    if (!element) return element;
    return any(array<any>(std::move(*element)));
}

made make_map(const type_name& type) {
    if (!type.takes_types(2)) return bad(type);
    auto key = make(type.arguments[0].type);
    if (!key) return key;
    auto value = make(type.arguments[1].type);
    if (!value) return value;
    return any(map<any, any>(std::move(*key), std::move(*value)));
}

// Elements are all named or all unnamed.
result<tuple> tuple_of(const type_name& type) {
    std::vector<std::string> names;
    std::vector<any> elements;
    for (const argument& a : type.arguments) {
        if (a.what != kind::type) return bad(type);
        auto element = make(a.type);
        if (!element) return std::unexpected(element.error());
        elements.push_back(std::move(*element));
        if (!a.label.empty()) names.push_back(a.label);
    }
    if (names.empty()) return tuple(std::move(elements));
    if (names.size() != elements.size()) return bad(type);
    return tuple(std::move(names), std::move(elements));
}

made make_tuple(const type_name& type) {
    if (!type.has_parentheses) return bad(type);
    auto elements = tuple_of(type);
    if (!elements) return std::unexpected(elements.error());
    return any(std::move(*elements));
}

// Nested(a T, ...) is Array(Tuple(a T, ...)).
made make_nested(const type_name& type) {
    auto elements = tuple_of(type);
    if (!elements) return std::unexpected(elements.error());
    if (elements->names().empty()) return bad(type);
    return any(renamed(to_string(type), any(array<any>(any(std::move(*elements))))));
}

// SimpleAggregateFunction(f, T) is T; f may have arguments of its own.
made make_simple_aggregate(const type_name& type) {
    if (!type.takes_types(2)) return bad(type);
    auto stored = make(type.arguments[1].type);
    if (!stored) return stored;
    return any(renamed(to_string(type), std::move(*stored)));
}

// The geometric types: points, and arrays of arrays of them.
template <unsigned Depth>
made make_geometry(const type_name& type) {
    if (type.has_parentheses) return bad(type);
    std::vector<any> coordinates;
    coordinates.emplace_back(float64());
    coordinates.emplace_back(float64());
    any column(tuple(std::move(coordinates)));
    for (unsigned i = 0; i != Depth; ++i) column = any(array<any>(std::move(column)));
    return any(renamed(type.name, std::move(column)));
}

struct entry {
    std::string_view name;
    made (*make)(const type_name&);
};

// Sorted by name.
constexpr auto entries = std::to_array<entry>({
    {"Array", make_array},
    {"BFloat16", simple<bfloat16>},
    {"Bool", simple<boolean>},
    {"Date", simple<date>},
    {"Date32", simple<date32>},
    {"DateTime", make_datetime},
    {"DateTime64", make_datetime64},
    {"Decimal", make_decimal},
    {"Decimal128", make_sized_decimal<decimal128, 38>},
    {"Decimal256", make_sized_decimal<decimal256, 76>},
    {"Decimal32", make_sized_decimal<decimal32, 9>},
    {"Decimal64", make_sized_decimal<decimal64, 18>},
    {"Enum16", make_enum<std::int16_t>},
    {"Enum8", make_enum<std::int8_t>},
    {"FixedString", make_fixed_string},
    {"Float32", simple<float32>},
    {"Float64", simple<float64>},
    {"IPv4", simple<ipv4>},
    {"IPv6", simple<ipv6>},
    {"Int128", simple<int128>},
    {"Int16", simple<int16>},
    {"Int256", simple<int256>},
    {"Int32", simple<int32>},
    {"Int64", simple<int64>},
    {"Int8", simple<int8>},
    {"IntervalDay", make_interval},
    {"IntervalHour", make_interval},
    {"IntervalMicrosecond", make_interval},
    {"IntervalMillisecond", make_interval},
    {"IntervalMinute", make_interval},
    {"IntervalMonth", make_interval},
    {"IntervalNanosecond", make_interval},
    {"IntervalQuarter", make_interval},
    {"IntervalSecond", make_interval},
    {"IntervalWeek", make_interval},
    {"IntervalYear", make_interval},
    {"LineString", make_geometry<1>},
    {"LowCardinality", make_low_cardinality},
    {"Map", make_map},
    {"MultiLineString", make_geometry<2>},
    {"MultiPolygon", make_geometry<3>},
    {"Nested", make_nested},
    {"Nothing", simple<nothing>},
    {"Nullable", make_nullable},
    {"Point", make_geometry<0>},
    {"Polygon", make_geometry<2>},
    {"Ring", make_geometry<1>},
    {"SimpleAggregateFunction", make_simple_aggregate},
    {"String", simple<string>},
    {"Time", simple<time>},
    {"Time64", make_time64},
    {"Tuple", make_tuple},
    {"UInt128", simple<uint128>},
    {"UInt16", simple<uint16>},
    {"UInt256", simple<uint256>},
    {"UInt32", simple<uint32>},
    {"UInt64", simple<uint64>},
    {"UInt8", simple<uint8>},
    {"UUID", simple<uuid>},
});
static_assert(std::ranges::is_sorted(entries, {}, &entry::name));

}  // namespace

result<any> make(const type_name& type) {
    const auto found = std::ranges::lower_bound(entries, type.name, {}, &entry::name);
    if (found == entries.end() || found->name != type.name) return unsupported(type);
    return found->make(type);
}

result<any> make(std::string_view type_text) {
    const auto type = parse_type(type_text);
    if (!type) return std::unexpected(type.error());
    return make(*type);
}

}  // namespace colblock::column
