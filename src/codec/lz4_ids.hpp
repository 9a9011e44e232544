// SPDX-License-Identifier: Apache-2.0
#pragma once

// An LZ4 block written by hand, from ids as columns hold them:
//
//   ids := id*                       id := 0x20 digit{32} | 0x10 digit{16} | 0x00
//
// Digits of random ids have nothing in common but by chance, so only whole ids are looked for, by their first eight
// digits: those of spans of one trace, of children of one parent. liblz4 tries every byte, and the matches of four
// or five digits that it finds on the way gain nothing. Half its time or less, for 1 to 3 % more bytes
// (bench codec: frames/ids_lz4 and frames/trace_ids_lz4). Sequences are those of lz4_sequence.hpp.

#include <cstddef>

#include "colblock/base/bytes.hpp"

namespace colblock::codec {

/// Fewer bytes are not worth a frame of their own.
inline constexpr std::size_t min_ids_len = std::size_t{16} << 10;

/// Whether `raw`, of at least `min_ids_len` bytes, begins with ids of which one in four is not empty.
[[nodiscard]] bool is_ids(byte_view raw) noexcept;

/// Bytes that `compress_ids` may write for `raw_len` bytes.
[[nodiscard]] constexpr std::size_t ids_bound(std::size_t raw_len) noexcept { return raw_len + raw_len / 255 + 32; }

struct ids_block {
    std::size_t raw_len;  ///< bytes that went into the block
    std::size_t len;      ///< of the block
};

/// Writes a block of the first ids in `raw` to `to`: all of them, or as many whole ones as fit `most` bytes, which are
/// at least 96. Behind something that is no id all is literals.
ids_block compress_ids(byte_view raw, std::size_t most, char* to) noexcept;

}  // namespace colblock::codec
