// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <lz4.h>

#include <string>
#include <string_view>

namespace colblock::support {

/// What liblz4 makes of a block of `raw_len` bytes; it refuses blocks that break the rules of their end.
inline std::string lz4_decompressed(std::string_view block, std::size_t raw_len) {
    std::string raw(raw_len, '?');
    const int len = LZ4_decompress_safe(block.data(), raw.data(), static_cast<int>(block.size()), static_cast<int>(raw_len));
    EXPECT_EQ(len, static_cast<int>(raw_len));
    return raw;
}

}  // namespace colblock::support
