// SPDX-License-Identifier: Apache-2.0
#pragma once

// What JSON strings hold that are not text.

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <cstdint>

#include "colblock/base/assume.hpp"
#include "colblock/base/buffer.hpp"
#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"

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

/// Sixteen hex digits as eight bytes; `bad` becomes other than 0 where one is none.
COLBLOCK_ALWAYS_INLINE std::uint64_t bytes_of_hex_16(const char* at, std::uint64_t& bad) noexcept {
#if defined(__SSE2__)
    const __m128i digits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i as_digit = _mm_sub_epi8(digits, _mm_set1_epi8('0'));
    const __m128i as_letter = _mm_sub_epi8(_mm_or_si128(digits, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(as_digit, _mm_set1_epi8(9)), as_digit);
    const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(as_letter, _mm_set1_epi8(5)), as_letter);
    bad |= static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter))) ^ 0xffff;
    const __m128i values = _mm_or_si128(_mm_and_si128(is_digit, as_digit),
                                        _mm_and_si128(is_letter, _mm_add_epi8(as_letter, _mm_set1_epi8(10))));
    // In pairs: the first digit is the low byte of 16 bits and the high half of the byte that is made.
    const __m128i pairs = _mm_and_si128(_mm_or_si128(_mm_slli_epi16(values, 4), _mm_srli_epi16(values, 8)), _mm_set1_epi16(0xff));
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_packus_epi16(pairs, pairs)));
#else
    const std::uint64_t first = bytes_of_hex(load<std::uint64_t>(at), bad);
    return first | std::uint64_t{bytes_of_hex(load<std::uint64_t>(at + 8), bad)} << 32;
#endif
}

/// Appends the bytes that `hex` stands for, two digits of either case a byte. Nothing if it is no hex: an id of a
/// wrong length, which is what the protobuf decoders make of it.
void append_id(buffer& to, byte_view hex);

/// Appends the bytes that `text` stands for: base64 in the standard or the URL alphabet, with or without padding.
/// False if it is neither; some bytes may have been appended then.
bool append_base64(buffer& to, byte_view text);

}  // namespace colblock::otlp::json
