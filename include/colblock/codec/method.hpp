// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "colblock/base/result.hpp"

namespace colblock::codec {

/// The method byte of a frame. LZ4 and LZ4HC are one format and share it.
enum class method : std::uint8_t {
    none = 0x02,
    lz4 = 0x82,
    zstd = 0x90,
};

/// How frames are compressed. Frames of one block may differ: each names its own method.
struct compression {
    codec::method method = codec::method::lz4;
    /// LZ4: acceleration, 1 (default) to 65537; each step trades ratio for speed. LZ4HC: 2 to 12.
    /// ZSTD: -7 to 22.
    int level = 1;
    /// LZ4 only: the slow, tight compressor for the same format.
    bool high = false;

    [[nodiscard]] static constexpr compression none() noexcept { return {method::none, 0, false}; }
    [[nodiscard]] static constexpr compression lz4(int acceleration = 1) noexcept {
        return {method::lz4, acceleration, false};
    }
    [[nodiscard]] static constexpr compression lz4hc(int level = 9) noexcept { return {method::lz4, level, true}; }
    [[nodiscard]] static constexpr compression zstd(int level = 1) noexcept { return {method::zstd, level, false}; }

    friend bool operator==(const compression&, const compression&) = default;
};

/// Reads `none`, `lz4`, `lz4:4`, `lz4hc`, `lz4hc:9`, `zstd`, `zstd:-3`. Fails with invalid_argument at
/// the offset of what is wrong: an unknown word, or a level that the method does not have.
result<compression> parse_compression(std::string_view text);

/// The text that `parse_compression` reads, with its level where the method has one.
std::string to_text(compression how);

}  // namespace colblock::codec
