// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace colblock {

/// Bytes that write_number may need.
inline constexpr std::size_t max_number_text_len = 32;

/// Writes `value` as text and returns the end; `max_number_text_len` bytes must be writable. A double is
/// written with the fewest digits that read back as the same number: plain, or with an exponent
/// (1e-7, 1.5e+21) where it is not zero and its magnitude is below 1e-6 or from 1e21 on; NaN,
/// Infinity, -Infinity and -0 by these names. This is how the OpenTelemetry Collector prints numbers.
char* write_number(char* to, double value) noexcept;
char* write_number(char* to, std::int64_t value) noexcept;

}  // namespace colblock
