// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sequences of an LZ4 block that is written by hand:
//
//   block    := sequence* last
//   sequence := token more* literals offset:u16 more*     copy literals, then repeat what lies
//   last     := token more* literals                      `offset` bytes back
//   token    := u8: number of literals (high 4 bits), match length - 4 (low 4 bits);
//               15 means that `more` follows
//   more     := 0xff* u8 below 0xff: their sum is added
//
// LZ4 asks of the end of a block: the last 5 bytes are literals, and the last match starts at least 12 bytes
// before the end.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::codec::lz4_sequence {

inline constexpr std::size_t shortest_match = 4;  ///< what the format adds to every match length
inline constexpr std::size_t last_literals = 5;
inline constexpr std::size_t nibble_max = 15;
inline constexpr std::size_t max_offset = 65535;

inline byte_view between(const char* begin, const char* end) noexcept {
    return {begin, static_cast<std::size_t>(end - begin)};
}

/// Bytes that `write` may write for this many.
constexpr std::size_t bound(std::size_t num_literals, std::size_t match_len) noexcept {
    return num_literals + num_literals / 255 + match_len / 255 + 8;
}

/// Writes what a nibble could not hold.
inline char* write_more(char* to, std::size_t len) noexcept {
    if (len < nibble_max) return to;
    len -= nibble_max;
    if (len < 255) {  // nearly always
        *to = static_cast<char>(len);
        return to + 1;
    }
    std::memset(to, 0xff, len / 255);
    to += len / 255;
    *to++ = static_cast<char>(len % 255);
    return to;
}

/// Writes one sequence and returns its end. The last one of a block has no match: offset and length 0. Otherwise
/// `match_len` is at least `shortest_match`.
inline char* write(char* to, byte_view literals, std::size_t offset, std::size_t match_len) noexcept {
    const std::size_t coded_match = offset == 0 ? 0 : match_len - shortest_match;
    *to++ = static_cast<char>(std::min(literals.size(), nibble_max) << 4 | std::min(coded_match, nibble_max));
    to = write_more(to, literals.size());
    if (!literals.empty()) std::memcpy(to, literals.data(), literals.size());
    to += literals.size();
    if (offset == 0) return to;
    store(to, static_cast<std::uint16_t>(offset));
    return write_more(to + 2, coded_match);
}

}  // namespace colblock::codec::lz4_sequence
