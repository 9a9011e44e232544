// SPDX-License-Identifier: Apache-2.0
#pragma once

// The grammar is that of wire/protobuf.hpp, which reads what this file writes.
//
// A nested message is preceded by its length, which is known only afterwards. `open` leaves room
// for it and `close` writes it; when the room was wrong the message moves by the difference, so the
// result is always the canonical, shortest form. A right guess of the length makes it free: the
// default fits messages of less than 128 bytes, a request of half a megabyte says so.

#include <cstdint>
#include <span>

#include "colblock/base/buffer.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/wire/protobuf.hpp"
#include "colblock/wire/varint.hpp"

namespace colblock::wire::pb {

/// Zigzag of sint32 and sint64, the inverse of `zigzag`.
[[nodiscard]] constexpr std::uint64_t to_zigzag(std::int64_t value) noexcept {
    return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

/// Appends protobuf fields to a buffer, in the order of the calls. Writes what it is told: whether a
/// default value is left out is the caller's choice. The buffer is borrowed and must outlive the writer.
///
///     pb::writer out(body);
///     const pb::nested resource = out.open(1);
///     out.bytes(2, "name");
///     out.close(resource);
class writer {
public:
    /// A nested message that was opened and not yet closed.
    struct nested {
        std::size_t length_offset;
        std::size_t room;  // bytes left for the length
    };

    explicit writer(buffer& out) noexcept : x_out(&out) {}

    void varint(std::uint32_t number, std::uint64_t value) {
        char* const to = x_out->reserve(2 * max_varint_len);
        x_out->set_end(write_varint(write_varint(to, key(number, pb::varint)), value));
    }
    /// An int32, int64 or enum: negative values take ten bytes.
    void int64(std::uint32_t number, std::int64_t value) { varint(number, static_cast<std::uint64_t>(value)); }
    /// A sint32 or sint64.
    void sint64(std::uint32_t number, std::int64_t value) { varint(number, to_zigzag(value)); }
    void fixed64(std::uint32_t number, std::uint64_t value) { fixed(key(number, pb::fixed64), value); }
    void fixed32(std::uint32_t number, std::uint32_t value) { fixed(key(number, pb::fixed32), value); }
    void float64(std::uint32_t number, double value) { fixed(key(number, pb::fixed64), value); }

    /// A string, bytes, or a message that is already encoded.
    void bytes(std::uint32_t number, byte_view value) {
        char* const to = x_out->reserve(2 * max_varint_len + value.size());
        char* const after = write_varint(write_varint(to, key(number, pb::bytes)), value.size());
        if (!value.empty()) std::memcpy(after, value.data(), value.size());
        x_out->set_end(after + value.size());
    }
    /// Whole fields that are already encoded.
    void fields(byte_view encoded) { x_out->append(encoded); }

    /// Numbers of fixed width (fixed32, fixed64, double), packed. Nothing is written for none.
    template <class T>
    void packed(std::uint32_t number, std::span<const T> values) {
        if (!values.empty()) bytes(number, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    }
    /// Varints, packed. Nothing is written for none.
    void packed_varints(std::uint32_t number, std::span<const std::uint64_t> values);

    /// Begins a nested message of about `expected_len` bytes.
    [[nodiscard]] nested open(std::uint32_t number, std::size_t expected_len = 0) {
        char* const to = x_out->reserve(2 * max_varint_len);
        char* const length = write_varint(to, key(number, pb::bytes));
        const std::size_t room = varint_len(expected_len);
        x_out->set_end(length + room);
        return {static_cast<std::size_t>(length - x_out->data()), room};
    }
    /// Ends a nested message. Messages are closed in the reverse order of their opening.
    void close(nested message) {
        const std::size_t begin = message.length_offset + message.room;
        COLBLOCK_ASSUME(begin <= x_out->size());
        const std::size_t len = x_out->size() - begin;
        if (COLBLOCK_UNLIKELY(varint_len(len) != message.room)) move_content(message, varint_len(len));
        write_varint(x_out->data() + message.length_offset, len);
    }

    [[nodiscard]] buffer& out() noexcept { return *x_out; }

private:
    template <class T>
    void fixed(std::uint32_t tag, T value) {
        char* const to = write_varint(x_out->reserve(max_varint_len + sizeof(T)), tag);
        store(to, value);
        x_out->set_end(to + sizeof(T));
    }
    void move_content(nested message, std::size_t room);

    buffer* x_out;
};

}  // namespace colblock::wire::pb
