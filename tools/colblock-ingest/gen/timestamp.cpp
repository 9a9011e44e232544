// SPDX-License-Identifier: Apache-2.0
#include "gen/timestamp.hpp"

#include <charconv>
#include <chrono>

namespace colblock::gen {
namespace {

constexpr std::int64_t ns_per_second = 1'000'000'000;
constexpr std::int64_t latest_second = INT64_MAX / ns_per_second - 1;

// Takes exactly `len` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t len) {
    if (text.size() < len) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i != len; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(len);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> take_day(std::string_view& text) {
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count();
}

// hh:mm in minutes.
std::optional<int> take_minutes(std::string_view& text) {
    const auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    return *hour * 60 + *minute;
}

std::optional<std::int64_t> take_fraction_ns(std::string_view& text) {
    if (!take(text, '.')) return 0;
    std::int64_t ns = 0;
    std::int64_t unit = ns_per_second / 10;
    std::size_t num_digits = 0;
    for (; num_digits != text.size() && text[num_digits] >= '0' && text[num_digits] <= '9'; ++num_digits, unit /= 10)
        ns += (text[num_digits] - '0') * unit;
    if (num_digits == 0 || num_digits > 9) return std::nullopt;
    text.remove_prefix(num_digits);
    return ns;
}

std::optional<int> take_zone_minutes(std::string_view& text) {
    if (take(text, 'Z')) return 0;
    const bool west = take(text, '-');
    if (!west && !take(text, '+')) return std::nullopt;
    const auto minutes = take_minutes(text);
    if (!minutes) return std::nullopt;
    return west ? -*minutes : *minutes;
}

}  // namespace

std::optional<std::uint64_t> parse_timestamp(std::string_view text) noexcept {
    std::uint64_t ns = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), ns);
    if (failure == std::errc{} && end == text.data() + text.size())
        return ns <= static_cast<std::uint64_t>(INT64_MAX) ? std::optional(ns) : std::nullopt;

    const auto day = take_day(text);
    if (!day || !take(text, 'T')) return std::nullopt;
    const auto minutes = take_minutes(text);
    if (!minutes || !take(text, ':')) return std::nullopt;
    const auto seconds = take_digits(text, 2);
    if (!seconds || *seconds > 59) return std::nullopt;
    const auto fraction = take_fraction_ns(text);
    if (!fraction) return std::nullopt;
    const auto zone = take_zone_minutes(text);
    if (!zone || !text.empty()) return std::nullopt;
    const std::int64_t since_1970 = *day * 86'400 + (*minutes - *zone) * 60 + *seconds;
    if (since_1970 < 0 || since_1970 > latest_second) return std::nullopt;
    return static_cast<std::uint64_t>(since_1970 * ns_per_second + *fraction);
}

}  // namespace colblock::gen
