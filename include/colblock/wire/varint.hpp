// SPDX-License-Identifier: Apache-2.0
#pragma once

// varint := byte*   each byte holds 7 bits, least significant first; all but the last have bit 7 set
//
// LEB128 as used by protobuf and by ClickHouse (VarUInt): at most ten bytes for 64 bits. Over-long
// forms (a value padded with 0x80 bytes) are legal in protobuf and accepted.

#include <bit>
#include <cstddef>
#include <cstdint>

#include "colblock/base/assume.hpp"

namespace colblock::wire {

inline constexpr std::size_t max_varint_len = 10;

/// How many bytes `value` takes.
[[nodiscard]] inline std::size_t varint_len(std::uint64_t value) noexcept {
    return static_cast<std::size_t>(64 - std::countl_zero(value | 1) + 6) / 7;
}

/// Writes `value` and returns the end. Up to `max_varint_len` bytes must be writable.
inline char* write_varint(char* to, std::uint64_t value) noexcept {
    while (value >= 0x80) {
        *to++ = static_cast<char>(value | 0x80);
        value >>= 7;
    }
    *to++ = static_cast<char>(value);
    return to;
}

namespace detail {
/// The rest of read_varint after a first byte with bit 7 set.
const char* read_long_varint(const char* from, const char* end, std::uint64_t& value) noexcept;
}  // namespace detail

/// Reads a varint from [from, end). Returns what follows it, or nullptr if the input ends inside it
/// or it has more than ten bytes; `value` is unspecified then. Bits past the 64th are dropped, as
/// libprotobuf does.
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* read_varint(const char* from, const char* end,
                                                             std::uint64_t& value) noexcept {
    if (COLBLOCK_LIKELY(from != end && static_cast<signed char>(*from) >= 0)) {
        value = static_cast<unsigned char>(*from);
        return from + 1;
    }
    return detail::read_long_varint(from, end, value);
}

}  // namespace colblock::wire
