// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "colblock/base/bytes.hpp"

namespace colblock {

/// Characters of `len` bytes in base64 with padding (RFC 4648 section 4).
[[nodiscard]] constexpr std::size_t base64_len(std::size_t len) noexcept { return (len + 2) / 3 * 4; }

/// Writes `bytes` in base64 with padding and returns the end; base64_len(bytes.size()) characters
/// must be writable.
char* write_base64(char* to, byte_view bytes) noexcept;

}  // namespace colblock
