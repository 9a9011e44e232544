// SPDX-License-Identifier: Apache-2.0
#pragma once

// message := field*
// field   := tag value
// tag     := varint (field number << 3 | wire type)
// value   := varint                 wire type 0
//          | 8 bytes                wire type 1
//          | varint length, bytes   wire type 2
//          | field* end-group tag   wire type 3 (groups are skipped, never read)
//          | 4 bytes                wire type 5

#include <cstdint>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/base/result.hpp"
#include "colblock/wire/varint.hpp"

namespace colblock::wire::pb {

enum wire_type : std::uint32_t { varint = 0, fixed64 = 1, bytes = 2, group = 3, end_group = 4, fixed32 = 5 };

/// Field number and wire type together: what a decoder switches on, so that a known field with an
/// unexpected wire type is skipped like an unknown one.
[[nodiscard]] constexpr std::uint32_t key(std::uint32_t number, wire_type type) noexcept {
    return number << 3 | type;
}

/// The fields of one message, in order. Sticky like wire::cursor: a failure ends the loop, reads
/// return zero or empty, and `status()` is taken once at the end.
///
///     for (pb::cursor m(bytes); m.next();)
///         switch (m.key()) {
///         case pb::key(1, pb::fixed64): time = m.fixed64(); break;
///         case pb::key(5, pb::bytes):   body = m.bytes(); break;
///         default:                      m.skip();
///         }
///
/// After next() returned true exactly one of the reads or skip() must be called, the one that the
/// wire type in key() names. Offsets in errors count from `origin`.
class cursor {
public:
    explicit cursor(byte_view message) noexcept : cursor(message, message.data()) {}
    /// A message inside a larger input that starts at `origin`.
    cursor(byte_view message, const char* origin) noexcept
        : x_at(message.data()), x_end(message.data() + message.size()), x_origin(origin) {}

    /// Moves to the next field. False at the end of the message and after a failure.
    COLBLOCK_ALWAYS_INLINE bool next() noexcept {
        if (x_at == x_end) return false;
        std::uint64_t tag = 0;
        const char* const after = read_varint(x_at, x_end, tag);
        if (COLBLOCK_UNLIKELY(after == nullptr || tag < 8 || tag > 0xffff'ffffu)) {
            fail_tag(after);
            return false;
        }
        x_key = static_cast<std::uint32_t>(tag);
        x_at = after;
        return true;
    }
    [[nodiscard]] std::uint32_t key() const noexcept { return x_key; }

    COLBLOCK_ALWAYS_INLINE std::uint64_t varint() noexcept {
        std::uint64_t value = 0;
        const char* const after = read_varint(x_at, x_end, value);
        if (COLBLOCK_UNLIKELY(after == nullptr)) {
            fail_varint();
            return 0;
        }
        x_at = after;
        return value;
    }
    COLBLOCK_ALWAYS_INLINE std::uint64_t fixed64() noexcept { return take<std::uint64_t>(); }
    COLBLOCK_ALWAYS_INLINE std::uint32_t fixed32() noexcept { return take<std::uint32_t>(); }
    COLBLOCK_ALWAYS_INLINE double float64() noexcept { return take<double>(); }

    /// The bytes of a length-delimited field: a string, bytes, packed numbers or a message.
    COLBLOCK_ALWAYS_INLINE byte_view bytes() noexcept {
        const std::uint64_t len = varint();
        if (COLBLOCK_UNLIKELY(len > static_cast<std::uint64_t>(x_end - x_at))) {
            fail(errc::truncated);
            return {x_end, 0};
        }
        const char* const from = x_at;
        x_at += len;
        return {from, static_cast<std::size_t>(len)};
    }
    /// A cursor over a nested message.
    COLBLOCK_ALWAYS_INLINE cursor message() noexcept { return cursor(bytes(), x_origin); }

    /// Passes over the current field, whatever it is. Groups may nest to limits::max_value_depth.
    void skip() noexcept;
    /// Passes over what is left of group `number`, whose tag has been read, and over its end.
    void skip_group(std::uint32_t number) noexcept;

    /// Records a failure found by the caller. The first one is kept.
    void fail(errc code) noexcept {
        if (x_failed) return;
        x_error = {code, static_cast<std::uint64_t>(x_at - x_origin)};
        x_failed = true;
        x_at = x_end;
    }
    /// Takes over the failure of a nested cursor.
    void merge(const cursor& nested) noexcept {
        if (COLBLOCK_UNLIKELY(nested.x_failed) && !x_failed) {
            x_error = nested.x_error;
            x_failed = true;
            x_at = x_end;
        }
    }
    [[nodiscard]] bool ok() const noexcept { return !x_failed; }
    [[nodiscard]] result<void> status() const noexcept {
        if (x_failed) return std::unexpected(x_error);
        return {};
    }
    [[nodiscard]] const char* origin() const noexcept { return x_origin; }
    /// What has not been read yet.
    [[nodiscard]] byte_view rest() const noexcept {
        return {x_at, static_cast<std::size_t>(x_end - x_at)};
    }

private:
    template <class T>
    COLBLOCK_ALWAYS_INLINE T take() noexcept {
        if (COLBLOCK_UNLIKELY(static_cast<std::size_t>(x_end - x_at) < sizeof(T))) {
            fail(errc::truncated);
            return T{};
        }
        const T value = load<T>(x_at);
        x_at += sizeof(T);
        return value;
    }
    void fail_tag(const char* after) noexcept;
    void fail_varint() noexcept;

    const char* x_at;
    const char* x_end;
    const char* x_origin;
    std::uint32_t x_key = 0;
    bool x_failed = false;
    error x_error{};
};

/// Zigzag of sint32 and sint64.
[[nodiscard]] constexpr std::int64_t zigzag(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

}  // namespace colblock::wire::pb
