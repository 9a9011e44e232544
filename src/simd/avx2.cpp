// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdint>
#include <cstring>
#include <limits>

#include "colblock/base/assume.hpp"
#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/simd/kernels.hpp"
#include "simd/target.hpp"

namespace colblock::simd {

COLBLOCK_TARGET_REGION_BEGIN(COLBLOCK_AVX2)

namespace {

// What is copied from in place of an empty view, whose pointer may be null.
constexpr char nothing[64] = {};

inline __m128i load_16(const void* from) noexcept {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

inline __m256i load_32(const void* from) noexcept {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

inline void store_16(void* to, __m128i vector) noexcept { _mm_storeu_si128(static_cast<__m128i*>(to), vector); }

inline void store_32(void* to, __m256i vector) noexcept {
    _mm256_storeu_si256(static_cast<__m256i*>(to), vector);
}

inline void copy_32(char* to, const char* from) noexcept { store_32(to, load_32(from)); }

#include "simd/generic/write_strings.hpp"

// All ones or 0. Compilers would make a branch of a conditional expression, and it would be mispredicted.
inline std::uintptr_t mask_if(bool condition) noexcept {
    std::uintptr_t mask = -std::uintptr_t{condition};
    asm("" : "+r"(mask));
    return mask;
}

// 16 raw bytes as 32 digits: each byte is widened to 16 bits and its halves are put into the two
// bytes of that lane, high half first.
inline __m256i hex_of(__m128i raw) noexcept {
    const __m256i digits = _mm256_broadcastsi128_si256(
        _mm_setr_epi8('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'));
    const __m256i lanes = _mm256_cvtepu8_epi16(raw);
    const __m256i halves = _mm256_or_si256(_mm256_srli_epi16(lanes, 4), _mm256_slli_epi16(lanes, 8));
    return _mm256_shuffle_epi8(digits, _mm256_and_si256(halves, _mm256_set1_epi8(15)));
}

// All lengths take the same path: 32 digits are written and as many kept as the id has, so any mixture
// costs the same and nothing is mispredicted.
char* hex_mixed(char* to, const byte_view* ids, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) {
        const std::size_t size = ids[i].size();
        const std::uintptr_t valid = mask_if((size == 16) | (size == 8));
        const std::size_t len = size & valid;
        const auto from = (reinterpret_cast<std::uintptr_t>(ids[i].data()) & valid) |
                          (reinterpret_cast<std::uintptr_t>(nothing) & ~valid);
        *to = static_cast<char>(2 * len);
        store_32(to + 1, hex_of(load_16(reinterpret_cast<const void*>(from))));
        to += 1 + 2 * len;
    }
    return to;
}

constexpr std::size_t hex_block = 16;

inline bool all_have(const byte_view* ids, std::size_t len) noexcept {
    std::size_t differing = 0;
    for (std::size_t i = 0; i != hex_block; ++i) differing |= ids[i].size() ^ len;
    return differing == 0;
}

char* hex_of_16(char* to, const byte_view* ids) {
    for (std::size_t i = 0; i != hex_block; ++i, to += 33) {
        *to = 32;
        store_32(to + 1, hex_of(load_16(ids[i].data())));
    }
    return to;
}

char* hex_of_8(char* to, const byte_view* ids) {
    for (std::size_t i = 0; i != hex_block; i += 2, to += 34) {
        const auto two = _mm_set_epi64x(load<long long>(ids[i + 1].data()), load<long long>(ids[i].data()));
        const __m256i digits = hex_of(two);
        to[0] = to[17] = 16;
        store_16(to + 1, _mm256_castsi256_si128(digits));
        store_16(to + 18, _mm256_extracti128_si256(digits, 1));
    }
    return to;
}

// Every span has ids, so most blocks have one length. After one that has not, some are not looked at: the
// look is a third of what a block of a mixture costs.
char* hex_ids(char* to, const byte_view* ids, std::size_t n) {
    constexpr std::size_t unlooked = 4 * hex_block;
    while (n >= hex_block) {
        std::size_t done = hex_block;
        const std::size_t len = ids[0].size();
        if ((len == 16 || len == 8) && all_have(ids, len)) {
            to = len == 16 ? hex_of_16(to, ids) : hex_of_8(to, ids);
        } else {
            done = n < unlooked ? n : unlooked;
            to = hex_mixed(to, ids, done);
        }
        ids += done;
        n -= done;
    }
    return hex_mixed(to, ids, n);
}

// From the last value to the first, as the scalar loop, in steps of a vector: a step reads in front of
// all that it and those before it have written.
void widen_u8_to_u16(char* at, std::size_t n) {
    const std::size_t whole = n / 16 * 16;
    for (std::size_t i = n; i != whole; --i) store(at + 2 * (i - 1), std::uint16_t{load<std::uint8_t>(at + i - 1)});
    for (std::size_t i = whole; i != 0; i -= 16) {
        store_32(at + 2 * (i - 16), _mm256_cvtepu8_epi16(load_16(at + i - 16)));
    }
}

void widen_u16_to_u32(char* at, std::size_t n) {
    const std::size_t whole = n / 8 * 8;
    for (std::size_t i = n; i != whole; --i) {
        store(at + 4 * (i - 1), std::uint32_t{load<std::uint16_t>(at + 2 * (i - 1))});
    }
    for (std::size_t i = whole; i != 0; i -= 8) {
        store_32(at + 4 * (i - 8), _mm256_cvtepu16_epi32(load_16(at + 2 * (i - 8))));
    }
}

// AVX2 compares signed 64-bit integers only: with the top bit flipped they order as unsigned ones.
inline __m256i ordered(__m256i values) noexcept {
    return _mm256_xor_si256(values, _mm256_set1_epi64x(std::numeric_limits<long long>::min()));
}

char* write_differences(char* to, const std::uint64_t* end, const std::uint64_t* begin, std::size_t n) {
    const std::size_t whole = n / 4 * 4;
    for (std::size_t i = 0; i != whole; i += 4, to += 32) {
        const __m256i last = load_32(end + i);
        const __m256i first = load_32(begin + i);
        const __m256i backwards = _mm256_cmpgt_epi64(ordered(first), ordered(last));
        store_32(to, _mm256_andnot_si256(backwards, _mm256_sub_epi64(last, first)));
    }
    return scalar_kernels.write_differences(to, end + whole, begin + whole, n - whole);
}

value_range range_of(const std::uint64_t* values, std::size_t n) {
    const std::size_t whole = n / 4 * 4;
    __m256i smallest = _mm256_set1_epi64x(std::numeric_limits<long long>::max());
    __m256i largest = _mm256_set1_epi64x(std::numeric_limits<long long>::min());
    for (std::size_t i = 0; i != whole; i += 4) {
        const __m256i some = ordered(load_32(values + i));
        smallest = _mm256_blendv_epi8(smallest, some, _mm256_cmpgt_epi64(smallest, some));
        largest = _mm256_blendv_epi8(largest, some, _mm256_cmpgt_epi64(some, largest));
    }
    std::uint64_t lanes[8];
    store_32(lanes, ordered(smallest));
    store_32(lanes + 4, ordered(largest));
    value_range range = scalar_kernels.range_of(values + whole, n - whole);
    for (int lane = 0; lane != 4; ++lane) {
        if (lanes[lane] < range.min) range.min = lanes[lane];
        if (lanes[4 + lane] > range.max) range.max = lanes[4 + lane];
    }
    return range;
}

}  // namespace

COLBLOCK_TARGET_REGION_END

// Narrowing and offsets are left to the tier below: compilers vectorize those loops, and AVX2 gained
// nothing over SSE2 (bench/kernels_bench.cpp).
constinit const kernel_set avx2_kernels = {
    .name = "avx2",
    .features = features_of(COLBLOCK_AVX2),
    .hex_ids = hex_ids,
    .write_strings = write_strings,
    .widen_u8_to_u16 = widen_u8_to_u16,
    .widen_u16_to_u32 = widen_u16_to_u32,
    .write_differences = write_differences,
    .range_of = range_of,
};

}  // namespace colblock::simd

#endif
