// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every encoder we know writes fields by ascending number. Records are therefore read in two steps: a
// straight pass that asks for each field in turn and sets each member of the row, present or not; and a
// loop with a switch for what that left over (unknown fields, another order, scalars sent twice). The
// pass costs a compare a field where the switch alone costs an indirect jump: 1.3 times the time for
// small spans (otlp_bench, tiny_spans).

#include "colblock/wire/protobuf_read.hpp"

namespace colblock::otlp::in_order {

namespace pb = wire::pb;

/// Moves over the tag `key` if it stands at `at`.
COLBLOCK_ALWAYS_INLINE bool take_key(const char*& at, const char* end, std::uint32_t key) noexcept {
    if (key < 0x80) {
        if (at >= end || pb::detail::byte(at) != key) return false;
        at += 1;
    } else {  // two bytes
        const auto tag = static_cast<std::uint16_t>((key & 0x7f) | 0x80 | (key >> 7) << 8);
        if (end - at < 2 || load<std::uint16_t>(at) != tag) return false;
        at += 2;
    }
    return true;
}

/// A string, bytes or message field; `nothing` if it is absent.
COLBLOCK_ALWAYS_INLINE const char* bytes(const char* at, const char* end, std::uint32_t number, byte_view& to,
                                         byte_view nothing) noexcept {
    to = nothing;
    return take_key(at, end, pb::key(number, pb::bytes)) ? pb::read_bytes(at, end, to) : at;
}

/// A bytes field that nearly always has `Len` bytes.
template <unsigned Len>
COLBLOCK_ALWAYS_INLINE const char* id(const char* at, const char* end, std::uint32_t number, byte_view& to,
                                      byte_view nothing) noexcept {
    if (COLBLOCK_LIKELY(end - at >= 2 + static_cast<std::ptrdiff_t>(Len) &&
                        load<std::uint16_t>(at) == (pb::key(number, pb::bytes) | Len << 8))) {
        to = {at + 2, Len};
        return at + 2 + Len;
    }
    return bytes(at, end, number, to, nothing);
}

/// A uint32, int32 or enum field; 0 if it is absent.
template <class Int>
COLBLOCK_ALWAYS_INLINE const char* varint(const char* at, const char* end, std::uint32_t number, Int& to) noexcept {
    to = 0;
    return take_key(at, end, pb::key(number, pb::varint)) ? pb::read_varint(at, end, to) : at;
}

/// A fixed32, fixed64 or double field; 0 if it is absent.
template <class T>
COLBLOCK_ALWAYS_INLINE const char* fixed(const char* at, const char* end, std::uint32_t number, T& to) noexcept {
    to = 0;
    return take_key(at, end, pb::key(number, sizeof(T) == 8 ? pb::fixed64 : pb::fixed32)) ? pb::read_fixed(at, to) : at;
}

}  // namespace colblock::otlp::in_order
