// SPDX-License-Identifier: Apache-2.0
#pragma once

// What JSON strings hold that are not text.

#include <cstdint>

#include "colblock/base/assume.hpp"
#include "colblock/base/buffer.hpp"
#include "colblock/base/bytes.hpp"

namespace colblock::otlp::json {

/// Eight hex digits, the first one in the lowest byte, as four bytes; `bad` collects bits where one is none.
COLBLOCK_ALWAYS_INLINE std::uint32_t bytes_of_hex(std::uint64_t eight, std::uint64_t& bad) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t high = 0x80 * ones;
    const std::uint64_t lower = eight | 0x20 * ones;
    // The high bit of a byte says: not below the first digit, not above the last. No sum leaves its byte if no byte
    // has the high bit set, and `bad` sees those.
    const std::uint64_t is_digit = (lower + (0x80 - '0') * ones) & ~(lower + (0x7f - '9') * ones) & high;
    const std::uint64_t is_letter = (lower + (0x80 - 'a') * ones) & ~(lower + (0x7f - 'f') * ones) & high;
    // Control characters | 0x20 could pass for digits.
    const std::uint64_t is_printed = (eight << 2 | eight << 1) & high;
    bad |= (eight & high) | ((((is_digit | is_letter) & is_printed)) ^ high);
    const std::uint64_t values = (eight & 0x0f * ones) + (is_letter >> 7) * 9;
    // Pairs to bytes, then the bytes side by side.
    std::uint64_t pairs = ((values << 4) | (values >> 8)) & 0x00ff00ff00ff00ff;
    pairs = (pairs | pairs >> 8) & 0x0000ffff0000ffff;
    return static_cast<std::uint32_t>(pairs | pairs >> 16);
}

/// Appends the bytes that `hex` stands for, two digits of either case a byte. Nothing if it is no hex: an id of a
/// wrong length, which is what the protobuf decoders make of it.
void append_id(buffer& to, byte_view hex);

/// Appends the bytes that `text` stands for: base64 in the standard or the URL alphabet, with or without padding.
/// False if it is neither; some bytes may have been appended then.
bool append_base64(buffer& to, byte_view text);

}  // namespace colblock::otlp::json
