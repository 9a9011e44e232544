// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::otlp::json {

/// Sign and magnitude: what every 64-bit integer, signed or not, fits in.
struct integer {
    std::uint64_t magnitude = 0;
    bool negative = false;

    [[nodiscard]] bool fits_signed(unsigned num_bits) const noexcept {
        return magnitude <= (std::uint64_t{1} << (num_bits - 1)) - (negative ? 0 : 1);
    }
    [[nodiscard]] bool fits_unsigned(unsigned num_bits) const noexcept {
        return (!negative || magnitude == 0) && (num_bits == 64 || magnitude >> num_bits == 0);
    }
    /// In two's complement.
    [[nodiscard]] std::uint64_t bits() const noexcept { return negative ? 0 - magnitude : magnitude; }
};

/// The integer that a JSON number denotes: 1.0 and 1e3 are integers, 1.5 is none. No digit is lost on the way. False
/// if it is none, or its magnitude does not fit 64 bits.
bool parse_integer(byte_view number, integer& value) noexcept;

/// The double nearest to a JSON number. False if it is too large for one.
bool parse_double(byte_view number, double& value) noexcept;

/// Whether the eight bytes are decimal digits.
[[nodiscard]] inline bool are_digits(std::uint64_t eight) noexcept {
    return ((eight & 0xf0f0f0f0f0f0f0f0) | ((eight + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4) == 0x3333333333333333;
}
/// The number that eight digits denote, the first one in the lowest byte.
[[nodiscard]] inline std::uint64_t value_of_digits(std::uint64_t eight) noexcept {
    eight = (eight & 0x0f0f0f0f0f0f0f0f) * 2561 >> 8;
    eight = (eight & 0x00ff00ff00ff00ff) * 6553601 >> 16;
    return (eight & 0x0000ffff0000ffff) * 42949672960001 >> 32;
}

/// Reads digits from `at` on, at most 19 and up to eight bytes past the last: more do not fit. The position behind them.
inline const char* read_digits(const char* at, std::uint64_t& value) noexcept {
    value = 0;
    const char* const most = at + 16;
    for (std::uint64_t eight = load<std::uint64_t>(at); at != most && are_digits(eight); eight = load<std::uint64_t>(at)) {
        value = value * 100'000'000 + value_of_digits(eight);
        at += 8;
    }
    for (const char* const last = most + 3; at != last; ++at) {
        const auto digit = static_cast<unsigned char>(*at - '0');
        if (digit > 9) break;
        value = value * 10 + digit;
    }
    return at;
}

}  // namespace colblock::otlp::json
