// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace colblock::binding {

inline constexpr std::uint64_t nanoseconds_per_day = 86'400'000'000'000;

/// Days since 1970, both of them included.
struct day_range {
    std::uint32_t first = 0;
    std::uint32_t last = UINT32_MAX;

    [[nodiscard]] bool contains(std::uint64_t time) const noexcept {
        const std::uint64_t day = time / nanoseconds_per_day;
        return day >= first && day <= last;
    }
    friend bool operator==(const day_range&, const day_range&) = default;
};
inline constexpr day_range every_day;

/// The days that the rows of a block fall into. The server refuses an INSERT over more than 100
/// partitions (code 252), and no default table is cut finer than by day.
class partition_set {
public:
    [[nodiscard]] std::size_t size() const noexcept { return x_days.size(); }
    /// Days since 1970, ascending.
    [[nodiscard]] std::span<const std::uint32_t> days() const noexcept { return x_days; }

    void add(std::span<const std::uint64_t> times) {
        for (const std::uint64_t time : times) {
            if (time - x_day_begin < nanoseconds_per_day) continue;  // the same day as the last one
            x_day_begin = time / nanoseconds_per_day * nanoseconds_per_day;
            add_day(static_cast<std::uint32_t>(time / nanoseconds_per_day));
        }
    }
    void add(const partition_set& other) {
        for (const std::uint32_t day : other.x_days) add_day(day);
    }
    /// Consecutive stretches of at most `most` days each, which together have all of them.
    [[nodiscard]] std::vector<day_range> ranges(std::size_t most) const {
        std::vector<day_range> all;
        for (std::size_t begin = 0; begin < x_days.size(); begin += most)
            all.push_back({x_days[begin], x_days[std::min(begin + most, x_days.size()) - 1]});
        return all;
    }
    /// The number of days in either.
    [[nodiscard]] std::size_t size_with(const partition_set& other) const noexcept {
        std::size_t both = x_days.size();
        for (const std::uint32_t day : other.x_days) both += !std::ranges::binary_search(x_days, day);
        return both;
    }
    void clear() noexcept {
        x_days.clear();
        x_day_begin = no_day;
    }

private:
    // Farther than a day from every time that Int64 holds.
    static constexpr std::uint64_t no_day = std::uint64_t{1} << 63;

    void add_day(std::uint32_t day) {
        const auto at = std::ranges::lower_bound(x_days, day);
        if (at == x_days.end() || *at != day) x_days.insert(at, day);
    }

    std::vector<std::uint32_t> x_days;
    std::uint64_t x_day_begin = no_day;  // of the last time seen
};

}  // namespace colblock::binding
