// SPDX-License-Identifier: Apache-2.0
#pragma once

// Integers as decimal text: small ones by groups of three digits, large ones by groups of eight.
//
// integer := ["-"] digit+                    no leading zeros, as std::to_chars writes it

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "colblock/base/assume.hpp"
#include "colblock/base/endian.hpp"

namespace colblock {

/// The longest integer: -9223372036854775808.
inline constexpr std::size_t max_integer_text_len = 20;

namespace detail {

inline constexpr std::uint64_t eight_digits = 100'000'000;

/// The digits of `value` < 10^8 as bytes 0 to 9, the first in the lowest byte. All eight are found at
/// once, by halving the group three times; divisions are multiplications exact over their range.
[[nodiscard]] COLBLOCK_ALWAYS_INLINE std::uint64_t digits_of(std::uint64_t value) noexcept {
    const std::uint64_t first_four = value / 10'000;
    const std::uint64_t fours = first_four | (value - first_four * 10'000) << 32;
    const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007f'0000'007f;
    const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
    const std::uint64_t tens = (twos * 103 >> 10) & 0x000f'000f'000f'000f;
    return tens | (twos - tens * 10) << 8;
}

inline constexpr std::uint64_t zeros = 0x3030'3030'3030'3030;

/// Writes `value` < 10^8 with all eight digits.
COLBLOCK_ALWAYS_INLINE char* write_eight_digits(char* to, std::uint64_t value) noexcept {
    store(to, digits_of(value) | zeros);
    return to + 8;
}

/// For 0 to 999: the three digits as text, the first in the lowest byte, and in the highest byte how
/// many of them are leading zeros. Most integers in attributes are status codes, ports and line
/// numbers: one or two look-ups, in the few cache lines that those touch.
inline constexpr auto three_digits = [] {
    std::array<std::uint32_t, 1000> table{};
    for (std::uint32_t value = 0; value != 1000; ++value) {
        const std::uint32_t leading = value < 10 ? 2 : value < 100 ? 1 : 0;
        table[value] = (value / 100 | value / 10 % 10 << 8 | value % 10 << 16 | 0x30'3030) | leading << 24;
    }
    return table;
}();

/// Writes `value` < 10^3 without leading zeros. Four bytes are overwritten.
COLBLOCK_ALWAYS_INLINE char* write_up_to_three_digits(char* to, std::uint64_t value) noexcept {
    const std::uint32_t digits = three_digits[value];
    const std::uint32_t leading = digits >> 24;
    store(to, digits >> 8 * leading);
    return to + 3 - leading;
}

/// Writes `value` < 10^8 without leading zeros. Eight bytes are overwritten.
COLBLOCK_ALWAYS_INLINE char* write_up_to_eight_digits(char* to, std::uint64_t value) noexcept {
    const std::uint64_t digits = digits_of(value);
    constexpr std::uint64_t last_digit = std::uint64_t{1} << 56;  // stays even if it is 0
    const unsigned leading = static_cast<unsigned>(std::countr_zero(digits | last_digit)) / 8;
    store(to, (digits | zeros) >> 8 * leading);
    return to + 8 - leading;
}

}  // namespace detail

/// Writes `value` as text and returns the end. 32 bytes must be writable: short numbers are written
/// with whole words.
COLBLOCK_ALWAYS_INLINE char* write_integer_text(char* to, std::uint64_t value) noexcept {
    using namespace detail;
    if (value < 1000) return write_up_to_three_digits(to, value);
    if (value < 1'000'000) {
        to = write_up_to_three_digits(to, value / 1000);
        store(to, three_digits[value % 1000]);
        return to + 3;
    }
    if (COLBLOCK_LIKELY(value < eight_digits)) return write_up_to_eight_digits(to, value);
    const std::uint64_t high = value / eight_digits;
    const std::uint64_t low = value % eight_digits;
    if (high < eight_digits) {
        to = write_up_to_eight_digits(to, high);
    } else {
        to = write_up_to_eight_digits(to, high / eight_digits);
        to = write_eight_digits(to, high % eight_digits);
    }
    return write_eight_digits(to, low);
}
COLBLOCK_ALWAYS_INLINE char* write_integer_text(char* to, std::int64_t value) noexcept {
    const auto bits = static_cast<std::uint64_t>(value);
    *to = '-';
    return write_integer_text(to + (value < 0), value < 0 ? 0 - bits : bits);
}

/// Writes `value` as a ClickHouse String, a length byte before the text, and returns the end. 32
/// bytes must be writable, of which at most `1 + max_integer_text_len` are kept.
COLBLOCK_ALWAYS_INLINE char* write_integer_string(char* to, std::int64_t value) noexcept {
    char* const end = write_integer_text(to + 1, value);
    *to = static_cast<char>(end - to - 1);
    return end;
}

}  // namespace colblock
