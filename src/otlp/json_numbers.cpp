// SPDX-License-Identifier: Apache-2.0

// number := -? digits (. digits)? ([eE] [+-]? digits)?     read by json_scanner.hpp before it comes here

#include "otlp/json_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace colblock::otlp::json {

namespace {

// A number as digits without zeros at the end, and a power of ten.
class decimal {
public:
    explicit decimal(byte_view number) noexcept {
        std::size_t at = 0;
        negative = number.starts_with('-');
        at += negative ? 1 : 0;
        bool is_fraction = false;
        for (; at != number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
            if (number[at] == '.') {
                is_fraction = true;
                continue;
            }
            append(static_cast<unsigned>(number[at] - '0'));
            exponent -= is_fraction ? 1 : 0;
        }
        if (at != number.size()) exponent += exponent_of(number.substr(at + 1));
        exponent += num_zeros;
    }

    bool negative = false;
    bool overflow = false;         // the digits are more than `digits` can hold
    std::uint64_t digits = 0;
    std::int64_t num_digits = 0;   // without zeros at the front
    std::int64_t exponent = 0;

    [[nodiscard]] bool is_zero() const noexcept { return digits == 0 && !overflow; }

private:
    void append(unsigned digit) noexcept {
        if (digit == 0) {
            num_zeros += is_zero() ? 0 : 1;
            return;
        }
        num_digits += num_zeros + 1;
        for (; num_zeros != 0 && !overflow; --num_zeros) push(0);
        if (!overflow) push(digit);
        num_zeros = 0;
    }
    void push(unsigned digit) noexcept {
        std::uint64_t ten_times;
        if (__builtin_mul_overflow(digits, std::uint64_t{10}, &ten_times) ||
            __builtin_add_overflow(ten_times, std::uint64_t{digit}, &digits))
            overflow = true;
    }
    static std::int64_t exponent_of(byte_view text) noexcept {
        constexpr std::int64_t enough = 1'000'000'000;  // more than a payload has digits
        const bool is_negative = text.starts_with('-');
        if (is_negative || text.starts_with('+')) text.remove_prefix(1);
        std::int64_t value = 0;
        for (const char c : text) value = std::min(value * 10 + (c - '0'), enough);
        return is_negative ? -value : value;
    }

    std::int64_t num_zeros = 0;  // that may turn out to stand at the end
};

}  // namespace

bool parse_integer(byte_view number, integer& value) noexcept {
    decimal d(number);
    value = {0, d.negative};
    if (d.is_zero()) return true;
    if (d.overflow || d.exponent < 0) return false;
    for (; d.exponent != 0; --d.exponent)
        if (__builtin_mul_overflow(d.digits, std::uint64_t{10}, &d.digits)) return false;
    value.magnitude = d.digits;
    return true;
}

bool parse_double(byte_view number, double& value) noexcept {
    const auto [at, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc()) return true;
    if (error != std::errc::result_out_of_range) return false;
    const decimal d(number);  // below the smallest double is zero, above the largest nothing
    if (d.exponent + d.num_digits > 0) return false;
    value = d.negative ? -0.0 : 0.0;
    return true;
}

}  // namespace colblock::otlp::json
