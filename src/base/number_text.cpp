// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/number_text.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

namespace colblock {

namespace {

char* put(char* to, const char* text, std::size_t len) noexcept {
    std::memcpy(to, text, len);
    return to + len;
}

char* put_zeros(char* to, int n) noexcept {
    std::memset(to, '0', static_cast<std::size_t>(n));
    return to + n;
}

// The significant digits of a finite number other than 0, and the power of ten of the first one.
// std::to_chars is asked for the scientific form only: its fixed form prints large numbers exactly
// (1e22 + 2 has 23 digits) instead of filling up with zeros.
struct decimal {
    char digits[20];
    int num_digits = 0;
    int exponent = 0;

    explicit decimal(double magnitude) noexcept {
        char text[max_number_text_len];
        const char* const end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific).ptr;
        const char* at = text;
        for (; *at != 'e'; ++at)
            if (*at != '.') digits[num_digits++] = *at;
        ++at;
        if (*at == '+') ++at;  // from_chars takes a minus, but no plus
        std::from_chars(at, end, exponent);
    }
};

char* write_scientific(char* to, const decimal& number) noexcept {
    *to++ = number.digits[0];
    if (number.num_digits > 1) {
        *to++ = '.';
        to = put(to, number.digits + 1, static_cast<std::size_t>(number.num_digits - 1));
    }
    *to++ = 'e';
    if (number.exponent > 0) *to++ = '+';
    return write_number(to, static_cast<std::int64_t>(number.exponent));
}

char* write_plain(char* to, const decimal& number) noexcept {
    const int num_before_point = number.exponent + 1;
    if (num_before_point <= 0) {
        to = put(to, "0.", 2);
        to = put_zeros(to, -num_before_point);
        return put(to, number.digits, static_cast<std::size_t>(number.num_digits));
    }
    if (number.num_digits <= num_before_point) {
        to = put(to, number.digits, static_cast<std::size_t>(number.num_digits));
        return put_zeros(to, num_before_point - number.num_digits);
    }
    to = put(to, number.digits, static_cast<std::size_t>(num_before_point));
    *to++ = '.';
    return put(to, number.digits + num_before_point, static_cast<std::size_t>(number.num_digits - num_before_point));
}

}  // namespace

char* write_number(char* to, std::int64_t value) noexcept {
    return std::to_chars(to, to + max_number_text_len, value).ptr;
}

char* write_number(char* to, double value) noexcept {
    if (std::isnan(value)) return put(to, "NaN", 3);
    if (std::signbit(value)) *to++ = '-';
    if (std::isinf(value)) return put(to, "Infinity", 8);
    const double magnitude = std::fabs(value);
    if (magnitude == 0) {
        *to++ = '0';
        return to;
    }
    const decimal number(magnitude);
    return magnitude < 1e-6 || magnitude >= 1e21 ? write_scientific(to, number) : write_plain(to, number);
}

}  // namespace colblock
