// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading protobuf with the position in a register: what decoders of whole payloads are made of. The
// grammar is that of wire/protobuf.hpp, whose cursor is the form for everything that is not hot.
//
//     const char* read_status(const char* at, const char* end, status& out) {
//         while (at < end) {
//             std::uint32_t key;
//             at = pb::read_key(at, end, key);
//             switch (key) {
//             case pb::key(2, pb::bytes):  at = pb::read_bytes(at, end, out.message); break;
//             case pb::key(3, pb::varint): at = pb::read_varint(at, end, out.code); break;
//             default:                     at = pb::skip(at, end, key);
//             }
//         }
//         return at;
//     }
//
// A position past `end` means that the message is malformed: a value crossed the end, or a read failed
// and returned `past(end)`. Loops stop there by themselves, so nothing is checked per field, and
// whoever called asks once whether the position is exactly the end. That makes two demands: the
// input is padded (a field that begins before the end reads at most 20 bytes behind it), and what was
// wrong and where is found afterwards, by walking the input again with pb::cursor.

#include <cstdint>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/wire/protobuf.hpp"

namespace colblock::wire::pb {

/// The position that stands for a failure.
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* past(const char* end) noexcept { return end + 1; }

namespace detail {
const char* read_long_key(const char* at, const char* end, std::uint32_t& key) noexcept;
const char* read_long_varint(const char* at, const char* end, std::uint64_t& value) noexcept;
const char* skip_group(const char* at, const char* end, std::uint32_t key) noexcept;

[[nodiscard]] COLBLOCK_ALWAYS_INLINE std::uint32_t byte(const char* at) noexcept {
    return static_cast<unsigned char>(*at);
}
}  // namespace detail

/// Reads a tag. Afterwards `key` is to be switched on; 0 stands for a failure and is refused by `skip`.
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* read_key(const char* at, const char* end,
                                                          std::uint32_t& key) noexcept {
    key = detail::byte(at);
    if (COLBLOCK_LIKELY(key < 0x80)) return at + 1;
    const std::uint32_t high = detail::byte(at + 1);
    if (COLBLOCK_LIKELY(high < 0x80)) {
        key = (key & 0x7f) | high << 7;
        return at + 2;
    }
    return detail::read_long_key(at, end, key);
}

/// Reads a varint. Two bytes are read inline: most lengths of records and most counts fit them.
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* read_varint(const char* at, const char* end,
                                                             std::uint64_t& value) noexcept {
    value = detail::byte(at);
    if (COLBLOCK_LIKELY(value < 0x80)) return at + 1;
    const std::uint32_t high = detail::byte(at + 1);
    if (COLBLOCK_LIKELY(high < 0x80)) {
        value = (value & 0x7f) | high << 7;
        return at + 2;
    }
    return detail::read_long_varint(at, end, value);
}

/// Reads a varint of which only the low 32 bits count: int32, uint32 and enums.
template <class Int>
    requires(sizeof(Int) == 4)
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* read_varint(const char* at, const char* end, Int& value) noexcept {
    std::uint64_t wide;
    at = read_varint(at, end, wide);
    value = static_cast<Int>(wide);
    return at;
}

/// Reads a fixed32, fixed64 or double.
template <class T>
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* read_fixed(const char* at, T& value) noexcept {
    value = load<T>(at);
    return at + sizeof(T);
}

/// Reads a length-delimited field. `value` is left as it was if the field crosses the end.
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* read_bytes(const char* at, const char* end,
                                                            byte_view& value) noexcept {
    std::uint64_t len;
    at = read_varint(at, end, len);
    if (COLBLOCK_UNLIKELY(at > end || len > static_cast<std::uint64_t>(end - at))) return past(end);
    value = {at, static_cast<std::size_t>(len)};
    return at + len;
}

/// Reads a nested message: `read(begin, end)` reads its fields and returns where it stopped.
template <class Read>
[[nodiscard]] COLBLOCK_ALWAYS_INLINE const char* read_message(const char* at, const char* end, Read&& read) {
    byte_view message;
    const char* const after = read_bytes(at, end, message);
    if (COLBLOCK_UNLIKELY(after > end)) return after;
    return COLBLOCK_LIKELY(read(message.data(), after) == after) ? after : past(end);
}

/// Passes over the value of a field that is not wanted.
[[nodiscard]] inline const char* skip(const char* at, const char* end, std::uint32_t key) noexcept {
    if (COLBLOCK_UNLIKELY(key < 8)) return past(end);
    switch (key & 7) {
    case varint: {
        std::uint64_t unwanted;
        return read_varint(at, end, unwanted);
    }
    case fixed64: return at + 8;
    case bytes: {
        byte_view unwanted;
        return read_bytes(at, end, unwanted);
    }
    case group: return detail::skip_group(at, end, key);
    case fixed32: return at + 4;
    default: return past(end);
    }
}

}  // namespace colblock::wire::pb
