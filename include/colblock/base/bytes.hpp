// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace colblock {

/// Borrowed bytes. Whoever hands out a byte_view says how long it stays valid; without a word it is
/// valid for the duration of the call.
using byte_view = std::string_view;

/// How many bytes behind the end of padded memory may be read (never used): kernels copy short
/// strings with whole-vector loads instead of calling memcpy, which measured 4 to 5 times faster.
inline constexpr std::size_t read_padding = 64;

/// Borrowed bytes behind which `read_padding` more bytes are readable. Their content is arbitrary.
/// A colblock::buffer always provides them.
struct padded_view {
    byte_view bytes;
};

}  // namespace colblock
