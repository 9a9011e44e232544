// SPDX-License-Identifier: Apache-2.0
#pragma once

// An LZ4 block written by hand, from little-endian words of 64 bits that grow or vary slowly: offsets, times,
// durations, counts. Of a word that differs from the one before it in its lowest k bytes only, 1 <= k <= 4,
//
//   word := token literals offset:u16        k literals, then 8 - k bytes from 8 bytes back
//
// which is what liblz4 writes too, when it has found it: it looks at every byte, at a sixth of the speed
// (bench codec: frames/offsets_lz4). Equal words are one match, others are literals. Sequences are those of
// lz4_sequence.hpp.

#include <cstddef>

#include "colblock/base/bytes.hpp"

namespace colblock::codec {

/// Fewer bytes are not worth a frame of their own.
inline constexpr std::size_t min_words_len = std::size_t{16} << 10;

/// Whether `raw` looks like such words: of pairs of neighbours all over it, three in four differ by little.
/// False for less than `min_words_len`, and where its length is no multiple of 8.
[[nodiscard]] bool is_words(byte_view raw) noexcept;

/// Bytes that `compress_words` may write for `raw_len` bytes.
[[nodiscard]] constexpr std::size_t words_bound(std::size_t raw_len) noexcept { return raw_len + raw_len / 255 + 32; }

/// Writes the block of `raw`, one word or more, to `to`; returns its length.
std::size_t compress_words(byte_view raw, char* to) noexcept;

}  // namespace colblock::codec
