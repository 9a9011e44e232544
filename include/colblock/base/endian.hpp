// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace colblock {

static_assert(std::endian::native == std::endian::little,
              "columns are stored in wire form, which is little-endian");

/// Reads a T from unaligned little-endian memory.
template <class T>
    requires std::is_trivially_copyable_v<T>
[[nodiscard]] inline T load(const char* from) noexcept {
    T value;
    std::memcpy(&value, from, sizeof(T));
    return value;
}

/// Writes a T to unaligned little-endian memory.
template <class T>
    requires std::is_trivially_copyable_v<T>
inline void store(char* to, const T& value) noexcept {
    std::memcpy(to, &value, sizeof(T));
}

}  // namespace colblock
