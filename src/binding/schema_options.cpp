// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/schema_options.hpp"

#include <charconv>

namespace colblock::binding {
namespace {

std::unexpected<option_error> refuse(std::string_view option, std::string_view text, std::string_view remedy) {
    return std::unexpected(
        option_error{std::string(option), "'" + std::string(text) + "' is not understood", std::string(remedy)});
}

std::uint64_t seconds_of(char unit) {
    switch (unit) {
    case 'd':
        return 86'400;
    case 'h':
        return 3'600;
    case 'm':
        return 60;
    case 's':
        return 1;
    default:
        return 0;
    }
}

}  // namespace

option_result<std::chrono::seconds> parse_duration(std::string_view option, std::string_view text) {
    constexpr std::string_view remedy = "write a number and a unit, such as 30d, 12h, 90m or 45s, or 0";
    // Far above any sensible value, and far below where the sum could overflow.
    constexpr std::uint64_t limit = 1'000'000'000'000;
    if (text == "0") return std::chrono::seconds(0);
    std::uint64_t total = 0;
    const char* at = text.data();
    const char* const end = at + text.size();
    if (at == end) return refuse(option, text, remedy);
    while (at != end) {
        std::uint64_t count = 0;
        const auto [after, failed] = std::from_chars(at, end, count);
        if (failed != std::errc() || after == end || count > limit / 86'400) return refuse(option, text, remedy);
        const std::uint64_t unit = seconds_of(*after);
        if (unit == 0 || total > limit) return refuse(option, text, remedy);
        total += count * unit;
        at = after + 1;
    }
    return std::chrono::seconds(total);
}

option_result<partition_granularity> parse_granularity(std::string_view option, std::string_view text) {
    if (text == "day") return partition_granularity::day;
    if (text == "week") return partition_granularity::week;
    if (text == "month") return partition_granularity::month;
    if (text == "year") return partition_granularity::year;
    return refuse(option, text, "write day, week, month or year");
}

option_result<index_set> parse_index_set(std::string_view option, std::string_view text) {
    if (text == "all") return index_set::all;
    if (text == "cheap") return index_set::cheap;
    if (text == "none") return index_set::none;
    return refuse(option, text, "write all, cheap or none");
}

}  // namespace colblock::binding
