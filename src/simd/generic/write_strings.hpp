// SPDX-License-Identifier: Apache-2.0

// Included inside the namespace of a tier that defines copy_32. No #pragma once: each tier compiles
// its own.
//
// What costs is not moving bytes but calling memcpy and mispredicting on lengths. So 64 bytes are
// copied whatever the length is, which views and buffers are padded for, and only longer values
// branch. 32 bytes before the first branch lost on lengths around 32, 16 lost everywhere
// (bench/kernels_bench.cpp, write_strings).

// Lengths from 128: a varint of more than one byte.
inline char* write_long_length(char* to, std::size_t len) noexcept {
    for (; len >= 0x80; len >>= 7) *to++ = static_cast<char>(len | 0x80);
    *to++ = static_cast<char>(len);
    return to;
}

char* write_strings(char* to, const byte_view* values, std::size_t n) {
    constexpr std::size_t longest_in_blocks = 256;  // from here on a call of memcpy is cheaper
    static_assert(read_padding >= 64);
    for (std::size_t i = 0; i != n; ++i) {
        const std::size_t len = values[i].size();
        const char* const from = len == 0 ? nothing : values[i].data();
        if (COLBLOCK_LIKELY(len < 0x80)) {
            *to++ = static_cast<char>(len);
        } else {
            to = write_long_length(to, len);
        }
        copy_32(to, from);
        copy_32(to + 32, from + 32);
        if (COLBLOCK_UNLIKELY(len > longest_in_blocks)) {
            std::memcpy(to + 64, from + 64, len - 64);
        } else {
            for (std::size_t done = 64; done < len; done += 64) {
                copy_32(to + done, from + done);
                copy_32(to + done + 32, from + done + 32);
            }
        }
        to += len;
    }
    return to;
}
