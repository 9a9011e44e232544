// SPDX-License-Identifier: Apache-2.0
#include "files/console.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace colblock::files {

namespace {

constexpr const char* clear_line = "\r\x1b[K";
// Rates are those of the last 3 to 6 seconds: steady to read, and quick to follow the server.
constexpr double rate_period = 3;

std::string decimal(double value, int digits) {
    std::array<char, 32> text{};
    const int len = std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return {text.data(), static_cast<std::size_t>(len)};
}

std::string bar(double done, std::size_t width) {
    const auto full = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * static_cast<double>(width));
    return "[" + std::string(full, '#') + std::string(width - full, '.') + "] ";
}

}  // namespace

std::string format_len(std::uint64_t len) {
    constexpr std::array<const char*, 5> units = {" bytes", " kB", " MB", " GB", " TB"};
    auto value = static_cast<double>(len);
    std::size_t unit = 0;
    for (; value >= 999.5 && unit + 1 != units.size(); ++unit) value /= 1000;
    return decimal(value, unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2) + units[unit];
}

std::string format_count(std::uint64_t count) {
    std::string text = std::to_string(count);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
    return text;
}

std::string format_duration(double seconds) {
    const auto whole = static_cast<std::uint64_t>(std::llround(std::clamp(seconds, 0.0, 3.6e6)));
    const auto two = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    if (whole < 3600) return std::to_string(whole / 60) + ':' + two(whole % 60);
    return std::to_string(whole / 3600) + ':' + two(whole / 60 % 60) + ':' + two(whole % 60);
}

std::string format_progress(const progress& now, const progress& last, std::size_t width) {
    const double seconds = now.seconds - last.seconds;
    const auto per_second = [&](std::uint64_t to, std::uint64_t from) {
        return seconds > 0 ? static_cast<double>(to - from) / seconds : 0.0;
    };
    const double read_rate = per_second(now.file_len, last.file_len);
    std::string text;
    if (now.total_len && *now.total_len != 0) {
        const double done = static_cast<double>(now.file_len) / static_cast<double>(*now.total_len);
        if (width >= 80) text += bar(done, std::min<std::size_t>(20, width - 70));
        text += decimal(std::min(100.0, std::floor(done * 100)), 0) + "%  ";
    }
    text += format_len(now.file_len) + "  " + format_count(now.rows) + " rows  " +
            format_count(static_cast<std::uint64_t>(per_second(now.rows, last.rows))) + " rows/s  " +
            format_len(static_cast<std::uint64_t>(read_rate)) + "/s";
    if (!now.is_reading)
        text += "  waiting for the server";
    else if (now.total_len && *now.total_len > now.file_len && read_rate > 0)
        text += "  " + format_duration(static_cast<double>(*now.total_len - now.file_len) / read_rate) + " left";
    // A line that wraps cannot be rewritten.
    if (width != 0 && text.size() >= width) text.resize(width - 1);
    return text;
}

void console::message(const std::string& text) {
    const std::lock_guard held(x_mutex);
    if (!x_line.empty()) x_out << clear_line;
    x_out << text << '\n' << x_line << std::flush;
}

void console::show(const progress& now) {
    const std::lock_guard held(x_mutex);
    if (now.seconds - x_recent.seconds >= rate_period) {
        x_last = x_recent;
        x_recent = now;
    }
    if (x_width == 0) {
        if (now.seconds - x_written < plain_period) return;
        x_written = now.seconds;
        x_out << "load: " << format_progress(now, x_last, 0) << std::endl;
        return;
    }
    x_line = format_progress(now, x_last, x_width);
    x_out << clear_line << x_line << std::flush;
}

void console::end() {
    const std::lock_guard held(x_mutex);
    if (!x_line.empty()) x_out << clear_line << std::flush;
    x_line.clear();
}

}  // namespace colblock::files
