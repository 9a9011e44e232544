// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "colblock/base/bytes.hpp"
#include "colblock/codec/method.hpp"

namespace colblock::codec {

/// The payload of a frame by liblz4 or libzstd, whose working memory is kept. LZ4HC tables take
/// 256 KiB and a ZSTD context more, so each is made when it is first needed.
class compressor {
public:
    explicit compressor(compression how) noexcept : x_how(how) {}

    [[nodiscard]] compression how() const noexcept { return x_how; }
    /// Bytes that `compress` may write for `raw_len` bytes.
    [[nodiscard]] std::size_t bound(std::size_t raw_len) const noexcept;
    /// Compresses `raw` (not empty, at most limits::max_frame_len) to `to`, where `bound` bytes are
    /// writable. Returns the length, or 0 if the method has nothing to offer (none, or no memory).
    std::size_t compress(byte_view raw, char* to);

private:
    using state = std::unique_ptr<void, void (*)(void*)>;

    std::size_t compress_lz4(byte_view raw, char* to);
    std::size_t compress_lz4hc(byte_view raw, char* to);
    std::size_t compress_zstd(byte_view raw, char* to);

    compression x_how;
    state x_state{nullptr, nullptr};
};

}  // namespace colblock::codec
