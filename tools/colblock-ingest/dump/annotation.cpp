// SPDX-License-Identifier: Apache-2.0
#include "dump/annotation.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ostream>

#include "colblock/base/buffer.hpp"
#include "colblock/base/json_text.hpp"

namespace colblock::dump {

namespace {

constexpr std::size_t bytes_per_line = 16;
constexpr std::size_t longest_text = 120;

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string spaced_hex(byte_view bytes) {
    std::string text;
    for (const char c : bytes) text += (text.empty() ? "" : " ") + hex({&c, 1});
    return text;
}

}  // namespace

std::string hex(byte_view bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char c : bytes) {
        text += digits[c >> 4];
        text += digits[c & 15];
    }
    return text;
}

std::string quoted(byte_view text) {
    buffer out;
    append_json_string(out, text.substr(0, longest_text));
    return std::string(out.view()) + (text.size() > longest_text ? "..." : "");
}

std::string count(std::uint64_t n, std::string_view what) {
    return std::to_string(n) + ' ' + std::string(what) + (n == 1 ? "" : "s");
}

std::string time_text(std::int64_t ticks, unsigned scale) {
    std::int64_t per_second = 1;
    for (unsigned i = 0; i != scale; ++i) per_second *= 10;
    // Rounded down, also before 1970.
    std::int64_t seconds = ticks / per_second;
    std::int64_t rest = ticks % per_second;
    if (rest < 0) {
        rest += per_second;
        --seconds;
    }
    using namespace std::chrono;
    std::int64_t days = seconds / 86400;
    std::int64_t of_day = seconds % 86400;
    if (of_day < 0) {
        of_day += 86400;
        --days;
    }
    // What std::chrono's calendar can say; other numbers are shown as such.
    if (days < -700'000 || days > 11'000'000) return std::to_string(seconds) + " s";
    const year_month_day date{sys_days{std::chrono::days(days)}};
    char text[64];
    int len = std::snprintf(text, sizeof(text), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                            static_cast<int>(of_day / 3600), static_cast<int>(of_day / 60 % 60), static_cast<int>(of_day % 60));
    if (scale != 0) len += std::snprintf(text + len, sizeof(text) - static_cast<std::size_t>(len), ".%0*lld", static_cast<int>(scale), static_cast<long long>(rest));
    return {text, static_cast<std::size_t>(len)};
}

void print(std::ostream& out, byte_view input, const annotation& what) {
    byte_view bytes = input.substr(what.offset, what.len);
    std::uint64_t offset = what.offset;
    std::string text = std::string(2 * std::size_t{what.depth}, ' ') + what.text;
    do {
        const byte_view line = bytes.substr(0, bytes_per_line);
        std::string number = std::to_string(offset);
        number.insert(0, number.size() < 8 ? 8 - number.size() : 0, ' ');
        out << number << "  " << (text.empty() ? spaced_hex(line) : padded(spaced_hex(line), 3 * bytes_per_line - 1) + "  " + text)
            << '\n';
        text.clear();
        offset += line.size();
        bytes.remove_prefix(line.size());
    } while (!bytes.empty());
}

}  // namespace colblock::dump
