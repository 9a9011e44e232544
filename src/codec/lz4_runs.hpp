// SPDX-License-Identifier: Apache-2.0
#pragma once

// An LZ4 block written by hand, from values that repeat, in the sequences of lz4_sequence.hpp. A value and its
// repeat count become one: the value as literals, then a match at offset |value| that overlaps itself. The last
// bytes of a block have to be literals, so the last match is held back until it is known what follows it.
//
// Values of neighbouring runs are often alike (two pods of one service), so what a value has in common
// with the start and the end of the one before is matched too. That keeps a frame of short runs as
// small as LZ4 would make it, at a hundredth of the time (bench codec: runs_direct/similar).

#include <cstddef>
#include <cstdint>

#include "colblock/base/buffer.hpp"
#include "colblock/base/bytes.hpp"

namespace colblock::codec {

/// Writes one LZ4 block after another. Keeps its scratch memory.
class lz4_run_writer {
public:
    /// An offset has 16 bits, so longer values cannot be matched.
    static constexpr std::size_t max_value_len = 65535;

    /// Raw bytes of the block so far.
    [[nodiscard]] std::size_t raw_len() const noexcept { return x_raw_len; }

    /// Adds bytes as they are.
    void literals(byte_view bytes) {
        x_after.append(bytes);
        x_since += bytes.size();
        x_raw_len += bytes.size();
    }
    /// Adds `value` (1 to max_value_len bytes) `repeat` times; appends to `out` what is decided by it.
    /// `value` is borrowed until `finish`.
    void repeat(byte_view value, std::uint64_t repeat, buffer& out);
    /// Appends the rest of the block to `out`, and is ready for the next block.
    void finish(buffer& out);

private:
    // Shorter matches are not worth a sequence. What matters more: a match of this length can give
    // its last 5 bytes away and still starts 12 bytes before the end.
    static constexpr std::size_t min_match_len = 32;

    void begin_match(std::size_t offset, std::size_t len, buffer& out);
    void value(byte_view bytes, buffer& out);

    buffer x_before;           // literals before the match that is held back
    std::size_t x_offset = 0;  // of that match; 0: there is none
    std::size_t x_match_len = 0;
    buffer x_after;           // literals after it
    byte_view x_value;        // of the last run
    std::size_t x_since = 0;  // raw bytes after that run
    std::size_t x_raw_len = 0;
};

}  // namespace colblock::codec
