// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/value_reader.hpp"

#include "colblock/wire/protobuf_read.hpp"
#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

namespace pb = wire::pb;

namespace {

constexpr std::uint32_t string_key = pb::key(1, pb::bytes);
constexpr std::uint32_t bool_key = pb::key(2, pb::varint);
constexpr std::uint32_t int_key = pb::key(3, pb::varint);
constexpr std::uint32_t double_key = pb::key(4, pb::fixed64);
constexpr std::uint32_t array_key = pb::key(5, pb::bytes);
constexpr std::uint32_t list_key = pb::key(6, pb::bytes);
constexpr std::uint32_t bytes_key = pb::key(7, pb::bytes);
constexpr std::uint32_t string_index_key = pb::key(8, pb::varint);

constexpr std::uint32_t key_of_key_value = pb::key(1, pb::bytes);
constexpr std::uint32_t value_of_key_value = pb::key(2, pb::bytes);

}  // namespace

// Nearly every attribute is a message of less than 128 bytes with its key first and a text last:
//
//     len  0a key_len key  12 value_len 0a text_len text
//
// All lengths follow from the first two, so one comparison of four bytes tells whether this is one. The
// position of the next attribute depends on `len` alone. Everything else is read by the general code.
const char* value_reader::read_attributes(const char* at, const char* end, std::uint32_t key,
                                          growing_array<attribute>& to) {
    attribute* out = to.end();
    const attribute* room_end = to.room_end();
    for (;;) {
        if (COLBLOCK_UNLIKELY(out == room_end)) {
            to.set_end(out);
            if (!make_room(to)) return pb::past(end);
            out = to.end();
            room_end = to.room_end();
        }
        const std::uint32_t len = pb::detail::byte(at);
        const std::uint32_t key_len = pb::detail::byte(at + 2);
        const bool is_short = len < 0x80 && static_cast<std::ptrdiff_t>(len) < end - at;
        if (COLBLOCK_LIKELY(is_short && at[1] == 0x0a && key_len + 6 <= len)) {
            const char* const after = at + 1 + len;
            const char* const value = at + 3 + key_len;
            const std::uint32_t value_len = len - key_len - 4;
            const auto head = load<std::uint32_t>(value);
            out->key = {at + 3, key_len};
            if (COLBLOCK_LIKELY(head == (0x0a0012 | value_len << 8 | (value_len - 2) << 24))) {
                out->value.set_text(value_kind::string, {value + 4, value_len - 2});
                at = after;
            } else if ((head & 0xffff) == (0x12 | value_len << 8) && read_short_number(value + 2, after, out->value) == after) {
                at = after;
            } else {
                at = read_attribute(at, end, *out);
            }
        } else {
            at = read_attribute(at, end, *out);
        }
        ++out;
        if (at >= end || pb::detail::byte(at) != key) break;
        ++at;
    }
    to.set_end(out);
    return at;
}

// An AnyValue [at, end) that is one bool, int or double. Null if it is something else.
COLBLOCK_ALWAYS_INLINE const char* value_reader::read_short_number(const char* at, const char* end, any_value& to) const {
    std::uint64_t number;
    switch (pb::detail::byte(at)) {
    case int_key:
        at = pb::read_varint(at + 1, end, number);
        to.kind = value_kind::integer;
        to.integer = static_cast<std::int64_t>(number);
        return at;
    case bool_key:
        at = pb::read_varint(at + 1, end, number);
        to.kind = value_kind::boolean;
        to.integer = number != 0;
        return at;
    case double_key:
        to.kind = value_kind::number;
        return pb::read_fixed(at + 1, to.number);
    default: return nullptr;
    }
}

// Any KeyValue at `at`, behind its tag.
COLBLOCK_NOINLINE const char* value_reader::read_attribute(const char* at, const char* end, attribute& to) {
    byte_view message;
    const char* const after = pb::read_bytes(at, end, message);
    if (after > end) return after;
    to.key = nothing();
    to.value = {};
    byte_view value = nothing();
    return split_key_value(message, to.key, value) && read_value(value, to.value) ? after : pb::past(end);
}

bool value_reader::split_key_value(byte_view message, byte_view& key, byte_view& value) {
    const char* const end = message.data() + message.size();
    const char* at = message.data();
    unsigned num_values = 0;
    while (at < end) {
        std::uint32_t field;
        at = pb::read_key(at, end, field);
        switch (field) {
        case key_of_key_value: at = pb::read_bytes(at, end, key); break;
        case value_of_key_value:
            at = pb::read_bytes(at, end, value);
            ++num_values;
            break;
        default: at = pb::skip(at, end, field);
        }
    }
    return at == end && (num_values < 2 || concatenate(message, value_of_key_value, value));
}

bool value_reader::read_any_value(byte_view message, any_value& value) {
    value.text_begin = x_nothing;
    value.text_len = 0;
    value.kind = value_kind::empty;
    if (message.empty()) return true;
    member found;
    if (!find_member(message, 1, found)) return false;
    switch (found.key) {
    case string_key: value.set_text(value_kind::string, found.text); return true;
    case bytes_key: value.set_text(value_kind::bytes, found.text); return true;
    case bool_key:
        value.kind = value_kind::boolean;
        value.integer = found.number != 0;
        return true;
    case int_key:
        value.kind = value_kind::integer;
        value.integer = static_cast<std::int64_t>(found.number);
        return true;
    case double_key:
        value.kind = value_kind::number;
        value.number = std::bit_cast<double>(found.number);
        return true;
    case array_key:
    case list_key: return read_composite(found, value);
    default: return true;
    }
}

bool value_reader::find_member(byte_view message, unsigned depth, member& found) {
    const auto is_composite = [](std::uint32_t key) { return key == array_key || key == list_key; };
    const char* const end = message.data() + message.size();
    const char* at = message.data();
    const char* pieces_begin = at;  // of the live member
    unsigned num_pieces = 0;
    bool replaced_composite = false;
    while (at < end) {
        const char* const field_begin = at;
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        switch (key) {
        case string_key:
        case bytes_key:
        case array_key:
        case list_key: at = pb::read_bytes(at, end, found.text); break;
        case bool_key:
        case int_key:
        case string_index_key: at = pb::read_varint(at, end, found.number); break;
        case double_key: at = pb::read_fixed(at, found.number); break;
        default: at = pb::skip(at, end, key); continue;
        }
        if (key != found.key) {
            replaced_composite |= is_composite(found.key);
            found.key = key;
            pieces_begin = field_begin;
            num_pieces = 0;
        }
        ++num_pieces;
    }
    if (at != end) return false;
    if (COLBLOCK_UNLIKELY(replaced_composite) && !is_well_formed(shape::any_value, message, depth - 1)) return false;
    if (COLBLOCK_LIKELY(num_pieces < 2) || !is_composite(found.key)) return true;
    return concatenate({pieces_begin, static_cast<std::size_t>(end - pieces_begin)}, found.key, found.text);
}

bool value_reader::concatenate(byte_view message, std::uint32_t key, byte_view& joined) {
    if (message.size() > limits::max_merged_len - x_merged_len) return false;
    x_merged_len += message.size();
    char* to = x_arena->reserve(message.size());
    const char* const end = message.data() + message.size();
    for (const char* at = message.data(); at < end;) {
        std::uint32_t field;
        at = pb::read_key(at, end, field);
        if (field != key) {
            at = pb::skip(at, end, field);
            continue;
        }
        byte_view piece;
        at = pb::read_bytes(at, end, piece);
        if (!piece.empty()) std::memcpy(to, piece.data(), piece.size());
        to += piece.size();
    }
    joined = x_arena->commit(to);
    return true;
}

}  // namespace colblock::otlp
