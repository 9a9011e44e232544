// SPDX-License-Identifier: Apache-2.0
#pragma once

// The ClickHouse types that column/fixed.hpp stores, and the columns made of them.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "colblock/column/fixed.hpp"
#include "colblock/column/wide.hpp"

namespace colblock::column {

/// Text as a template argument.
template <std::size_t Len>
struct literal {
    char text[Len];
    constexpr literal(const char (&from)[Len]) noexcept { std::copy_n(from, Len, text); }  // NOLINT
};

/// A type without parameters.
template <class Value, literal Name>
struct named_type {
    using value_type = Value;
    [[nodiscard]] static constexpr std::string_view name() noexcept { return {Name.text, sizeof(Name.text) - 1}; }
};

/// DateTime: seconds since 1970 in UTC. The timezone matters only where the server prints.
struct datetime_type {
    using value_type = std::uint32_t;
    std::string timezone{};  ///< empty: the server's
    [[nodiscard]] std::string name() const;
};

/// DateTime64: ticks of 10^-scale seconds since 1970 in UTC.
struct datetime64_type {
    using value_type = std::int64_t;
    unsigned scale = 3;
    std::string timezone{};  ///< empty: the server's
    [[nodiscard]] std::string name() const;
};

/// Time64: ticks of 10^-scale seconds, signed.
struct time64_type {
    using value_type = std::int64_t;
    unsigned scale = 3;
    [[nodiscard]] std::string name() const;
};

/// Decimal(precision, scale): an integer that counts 10^-scale. The precision says how wide it is: up
/// to 9, 18, 38 and 76 digits.
template <class Value>
struct decimal_type {
    using value_type = Value;
    unsigned precision = max_precision();
    unsigned scale = 0;
    [[nodiscard]] static constexpr unsigned max_precision() noexcept {
        return sizeof(Value) == 4 ? 9 : sizeof(Value) == 8 ? 18 : sizeof(Value) == 16 ? 38 : 76;
    }
    [[nodiscard]] std::string name() const;
};

/// Enum8 and Enum16. The list is kept in the order of the values, as the server prints it.
template <class Value>
class enum_type {
public:
    using value_type = Value;
    using entry = std::pair<std::string, Value>;

    /// At least one entry; names and values each occur once.
    explicit enum_type(std::vector<entry> entries) : x_entries(std::move(entries)) {
        std::ranges::sort(x_entries, {}, &entry::second);
    }

    [[nodiscard]] const std::vector<entry>& entries() const noexcept { return x_entries; }
    [[nodiscard]] std::optional<Value> find(std::string_view label) const noexcept {
        const auto found = std::ranges::find(x_entries, label, &entry::first);
        return found == x_entries.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] Value default_value() const noexcept { return x_entries.front().second; }
    [[nodiscard]] std::string name() const;

private:
    std::vector<entry> x_entries;
};

/// IntervalSecond and its siblings: a number of units.
struct interval_type {
    using value_type = std::int64_t;
    std::string unit = "Second";  ///< Nanosecond ... Year
    [[nodiscard]] std::string name() const { return "Interval" + unit; }
};

using int8 = fixed<named_type<std::int8_t, "Int8">>;
using int16 = fixed<named_type<std::int16_t, "Int16">>;
using int32 = fixed<named_type<std::int32_t, "Int32">>;
using int64 = fixed<named_type<std::int64_t, "Int64">>;
using int128 = fixed<named_type<int128_value, "Int128">>;
using int256 = fixed<named_type<int256_value, "Int256">>;
using uint8 = fixed<named_type<std::uint8_t, "UInt8">>;
using uint16 = fixed<named_type<std::uint16_t, "UInt16">>;
using uint32 = fixed<named_type<std::uint32_t, "UInt32">>;
using uint64 = fixed<named_type<std::uint64_t, "UInt64">>;
using uint128 = fixed<named_type<uint128_value, "UInt128">>;
using uint256 = fixed<named_type<uint256_value, "UInt256">>;
using float32 = fixed<named_type<float, "Float32">>;
using float64 = fixed<named_type<double, "Float64">>;
using bfloat16 = fixed<named_type<bfloat16_value, "BFloat16">>;
/// Values are bytes, 0 or 1: input may hold others, which a C++ bool must not.
using boolean = fixed<named_type<std::uint8_t, "Bool">>;
/// Days since 1970.
using date = fixed<named_type<std::uint16_t, "Date">>;
using date32 = fixed<named_type<std::int32_t, "Date32">>;
using datetime = fixed<datetime_type>;
using datetime64 = fixed<datetime64_type>;
/// Seconds, signed.
using time = fixed<named_type<std::int32_t, "Time">>;
using time64 = fixed<time64_type>;
using interval = fixed<interval_type>;
using decimal32 = fixed<decimal_type<std::int32_t>>;
using decimal64 = fixed<decimal_type<std::int64_t>>;
using decimal128 = fixed<decimal_type<int128_value>>;
using decimal256 = fixed<decimal_type<int256_value>>;
using enum8 = fixed<enum_type<std::int8_t>>;
using enum16 = fixed<enum_type<std::int16_t>>;
using uuid = fixed<named_type<uuid_value, "UUID">>;
using ipv4 = fixed<named_type<std::uint32_t, "IPv4">>;
using ipv6 = fixed<named_type<ipv6_value, "IPv6">>;

extern template struct decimal_type<std::int32_t>;
extern template struct decimal_type<std::int64_t>;
extern template struct decimal_type<int128_value>;
extern template struct decimal_type<int256_value>;
extern template class enum_type<std::int8_t>;
extern template class enum_type<std::int16_t>;

}  // namespace colblock::column
