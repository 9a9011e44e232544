// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "colblock/base/assume.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/simd/kernels.hpp"
#include "simd/target.hpp"

namespace colblock::simd {

namespace {

// What is copied from in place of an empty view, whose pointer may be null.
constexpr char nothing[64] = {};

constexpr char hex_digits[] = "0123456789abcdef";

char* hex_ids(char* to, const byte_view* ids, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) {
        const std::size_t len = ids[i].size() == 16 || ids[i].size() == 8 ? ids[i].size() : 0;
        *to++ = static_cast<char>(2 * len);
        for (std::size_t k = 0; k != len; ++k) {
            const auto byte = static_cast<unsigned char>(ids[i][k]);
            *to++ = hex_digits[byte >> 4];
            *to++ = hex_digits[byte & 15];
        }
    }
    return to;
}

inline void copy_32(char* to, const char* from) noexcept { std::memcpy(to, from, 32); }

#include "simd/generic/write_strings.hpp"

template <class To>
char* narrow(char* to, const std::uint32_t* from, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i) store(to + i * sizeof(To), static_cast<To>(from[i]));
    return to + n * sizeof(To);
}

// From the last value to the first: a value is read before its place is overwritten.
template <class From, class To>
void widen(char* at, std::size_t n) {
    for (std::size_t i = n; i-- != 0;) store(at + i * sizeof(To), To{load<From>(at + i * sizeof(From))});
}

char* write_offsets(char* to, std::uint64_t base, const std::uint32_t* ends, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i, to += 8) store(to, base + ends[i]);
    return to;
}

char* write_differences(char* to, const std::uint64_t* end, const std::uint64_t* begin, std::size_t n) {
    for (std::size_t i = 0; i != n; ++i, to += 8) {
        store(to, end[i] > begin[i] ? end[i] - begin[i] : std::uint64_t{0});
    }
    return to;
}

value_range range_of(const std::uint64_t* values, std::size_t n) {
    value_range range{~std::uint64_t{0}, 0};
    for (std::size_t i = 0; i != n; ++i) {
        if (values[i] < range.min) range.min = values[i];
        if (values[i] > range.max) range.max = values[i];
    }
    return range;
}

}  // namespace

constinit const kernel_set scalar_kernels = {
    .name = "scalar",
    .features = 0,
    .hex_ids = hex_ids,
    .write_strings = write_strings,
    .narrow_to_u8 = narrow<std::uint8_t>,
    .narrow_to_u16 = narrow<std::uint16_t>,
    .widen_u8_to_u16 = widen<std::uint8_t, std::uint16_t>,
    .widen_u16_to_u32 = widen<std::uint16_t, std::uint32_t>,
    .write_offsets = write_offsets,
    .write_differences = write_differences,
    .range_of = range_of,
};

}  // namespace colblock::simd
