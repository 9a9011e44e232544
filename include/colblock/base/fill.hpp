// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "colblock/base/bytes.hpp"

namespace colblock {

/// Writes copies of `value`, which is not empty and does not lie in what is written, until `len` bytes are
/// full. Copies double, so that many short ones cost a few calls of memcpy and not one each.
inline void fill(char* to, byte_view value, std::size_t len) noexcept {
    if (value.size() == 1) {  // most repeated values are an empty string or a zero byte
        std::memset(to, value.front(), len);
        return;
    }
    std::size_t done = std::min(value.size(), len);
    std::memcpy(to, value.data(), done);
    for (std::size_t step; done != len; done += step) {
        step = std::min(done, len - done);
        std::memcpy(to + done, to, step);
    }
}

}  // namespace colblock
