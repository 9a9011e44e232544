// SPDX-License-Identifier: Apache-2.0
#pragma once

// An LZ4 block written by hand, from texts as columns hold them: names, routes, messages, statements, of which whole
// words come again.
//
// It is liblz4's way but for one thing: a match has eight bytes or more. A sequence takes 20 ns whatever its length is, for
// branches that are guessed wrong, and a match of four to seven bytes saves one to four. Without those, telemetry's texts
// take 0.85 of the time and 1 to 2 % more bytes (docs/decisions.md). What has no others, such as numbers, is for
// liblz4. Sequences are those of lz4_sequence.hpp.

#include <cstddef>

#include "colblock/base/bytes.hpp"

namespace colblock::codec {

/// Bytes that `compress_texts` may write for `raw_len` bytes.
[[nodiscard]] constexpr std::size_t texts_bound(std::size_t raw_len) noexcept { return raw_len + raw_len / 255 + 64; }

/// Writes the block of `raw`, one byte or more and less than 4 GiB, to `to`; returns its length.
std::size_t compress_texts(byte_view raw, char* to) noexcept;

}  // namespace colblock::codec
