// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>

namespace colblock::files {

/// How far a load is.
struct progress {
    double seconds = 0;                     ///< since it began
    std::uint64_t file_len = 0;             ///< bytes of files that were read
    std::optional<std::uint64_t> total_len; ///< of all files; nothing if that is not known
    std::uint64_t rows = 0;                 ///< stored
    bool is_reading = true;                 ///< false: everything is read, and rows are still on their way
};

/// "1.5 GB": three digits and the unit.
[[nodiscard]] std::string format_len(std::uint64_t len);
/// "1,234,567".
[[nodiscard]] std::string format_count(std::uint64_t count);
/// "2:05", "1:02:05".
[[nodiscard]] std::string format_duration(double seconds);
/// How far `now` is, in `width` columns with a bar, or without one where width is 0. Rates are those since
/// `last`, and so is the time left.
[[nodiscard]] std::string format_progress(const progress& now, const progress& last, std::size_t width);

/// Standard error as users see it: messages one below the other, and at a terminal one line at the bottom
/// that says how far the load is. Any thread.
class console {
public:
    /// `width` is the terminal's; 0: no terminal.
    console(std::ostream& out, std::size_t width) : x_out(out), x_width(width) {}

    void message(const std::string& text);
    /// Rewrites the line; where there is no terminal, writes one every `plain_period` seconds.
    void show(const progress& now);
    /// Removes the line.
    void end();
    static constexpr double plain_period = 5;

private:
    std::mutex x_mutex;
    std::ostream& x_out;
    std::size_t x_width;
    std::string x_line;
    progress x_last;     // rates are counted from here
    progress x_recent;   // the next x_last
    double x_written = 0;
};

}  // namespace colblock::files
