// SPDX-License-Identifier: Apache-2.0
#pragma once

// The values of fixed-width types for which the language has no type of its own. Each has the wire
// form as its memory.

#include <array>
#include <bit>
#include <cstdint>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::column {

__extension__ using int128_value = __int128;
__extension__ using uint128_value = unsigned __int128;

/// 256 bits in two's complement, least significant word first. Storage and comparison for equality;
/// arithmetic is for the server.
template <bool Signed>
struct wide_value {
    std::array<std::uint64_t, 4> words{};

    constexpr wide_value() noexcept = default;
    /// Extends the sign of a smaller integer.
    constexpr wide_value(std::int64_t value) noexcept  // NOLINT(google-explicit-constructor)
        : wide_value(static_cast<std::uint64_t>(value), value < 0 ? ~std::uint64_t{0} : 0) {}
    /// From the lowest word, with `above` in the three others.
    constexpr wide_value(std::uint64_t lowest, std::uint64_t above) noexcept
        : words{lowest, above, above, above} {}

    friend bool operator==(const wide_value&, const wide_value&) = default;
};
using int256_value = wide_value<true>;
using uint256_value = wide_value<false>;

/// The upper half of a Float32.
struct bfloat16_value {
    std::uint16_t bits = 0;

    /// Cuts the mantissa off, as the server does.
    [[nodiscard]] static bfloat16_value from(float value) noexcept {
        return {static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16)};
    }
    [[nodiscard]] float to_float() const noexcept { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

    friend bool operator==(const bfloat16_value&, const bfloat16_value&) = default;
};

/// Two 64-bit halves, so that little-endian memory is the wire form (each half byte-reversed):
/// 00112233-4455-6677-8899-aabbccddeeff is {0x0011223344556677, 0x8899aabbccddeeff}.
struct uuid_value {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    /// From the 16 bytes in the order in which they are printed, e.g. a trace id.
    [[nodiscard]] static uuid_value from_bytes(const char* bytes) noexcept {
        return {__builtin_bswap64(load<std::uint64_t>(bytes)), __builtin_bswap64(load<std::uint64_t>(bytes + 8))};
    }

    friend bool operator==(const uuid_value&, const uuid_value&) = default;
};

/// An IPv6 address in network order. IPv4 addresses are UInt32: 1.2.3.4 is 0x01020304.
struct ipv6_value {
    std::array<std::uint8_t, 16> bytes{};

    friend bool operator==(const ipv6_value&, const ipv6_value&) = default;
};

}  // namespace colblock::column
