// SPDX-License-Identifier: Apache-2.0
#pragma once

// frame   := checksum method:u8 compressed_len:u32 raw_len:u32 payload
//   checksum       CityHash128 1.0.2 of everything after it, low half first
//   method         0x02 none, 0x82 LZ4 block, 0x90 ZSTD frame
//   compressed_len of method, the two lengths and the payload: 9 + |payload|
//   raw_len        of the payload when decompressed; never 0
// All numbers little-endian.
//
// docs/formats/compressed_frame.md

#include <cstddef>
#include <memory>

#include "colblock/base/buffer.hpp"
#include "colblock/base/result.hpp"
#include "colblock/codec/method.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::codec {

inline constexpr std::size_t frame_checksum_len = 16;
inline constexpr std::size_t frame_header_len = frame_checksum_len + 9;

/// Raw bytes of a frame, unless told otherwise. Frames below 64 KiB are up to 2.4 times slower
/// (liblz4 then uses 16-bit tables); 1 MiB compresses no better and leaves the cache.
inline constexpr std::size_t default_frame_len = std::size_t{256} << 10;

/// Raw bytes of a frame that is written without being expanded: a match costs one byte for 255, so
/// nothing is gained by more, and readers allocate what the header states.
inline constexpr std::size_t max_run_frame_len = std::size_t{1} << 20;

/// Compresses byte sequences into frames. Keeps its tables and scratch memory, so that nothing is
/// allocated once it has seen its largest input. One per thread.
///
///     codec::frame_encoder encoder(codec::compression::lz4());
///     block::write(segments, columns, revision);
///     encoder.encode(segments, frames);
///
/// Long pieces are compressed where they are, short ones are gathered first. With LZ4, words of 64 bits
/// that vary slowly and ids in hex are compressed by encoders of their own, and a repeated piece becomes
/// one literal and one overlapping match and is never expanded; other methods expand it frame by frame.
/// A frame that compression does not shrink holds its bytes as they are.
class frame_encoder {
public:
    /// `frame_len` is clamped to what LZ4 and readers take: 1 byte to limits::max_frame_len.
    explicit frame_encoder(compression how = {}, std::size_t frame_len = default_frame_len);
    frame_encoder(frame_encoder&&) noexcept;
    frame_encoder& operator=(frame_encoder&&) noexcept;
    ~frame_encoder();

    /// Appends the frames of the whole sequence to `out`; nothing for an empty one. Deterministic: the
    /// same sequence of pieces gives the same bytes.
    void encode(const wire::segments& in, buffer& out);

    [[nodiscard]] compression how() const noexcept;

private:
    struct machine;
    std::unique_ptr<machine> x_machine;
};

/// Appends the raw bytes of the next frame to `out`. A failure leaves `out` as it was and stays in the
/// cursor, with the offset of the frame's first byte: truncated if more bytes are needed (only
/// the lengths have been looked at then), too_large if a length is over limits::max_frame_len,
/// bad_checksum, bad_codec, or bad_frame if the payload does not decompress to exactly its stated
/// length, which is never 0.
result<void> decode_frame(wire::cursor& in, buffer& out);

}  // namespace colblock::codec
