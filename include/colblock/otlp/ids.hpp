// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::otlp {

/// 16 bytes that are not all zero.
inline bool is_trace_id(byte_view id) noexcept {
    return id.size() == 16 && (load<std::uint64_t>(id.data()) | load<std::uint64_t>(id.data() + 8)) != 0;
}
/// 8 bytes that are not all zero.
inline bool is_span_id(byte_view id) noexcept { return id.size() == 8 && load<std::uint64_t>(id.data()) != 0; }

/// Empties an optional id that is none. It keeps pointing at padded memory.
inline void clear_unless(bool (*is_valid)(byte_view) noexcept, byte_view& id) noexcept {
    if (!is_valid(id)) id = id.substr(0, 0);
}

}  // namespace colblock::otlp
