// SPDX-License-Identifier: Apache-2.0
#include "otlp/wire_shape.hpp"

#include "colblock/base/limits.hpp"
#include "colblock/wire/protobuf.hpp"

namespace colblock::otlp {

namespace {

namespace pb = wire::pb;
using enum shape;

result<void> check_packed(shape numbers, byte_view bytes, const char* origin) {
    const auto offset = static_cast<std::uint64_t>(bytes.data() - origin);
    if (numbers != varints) {
        if (bytes.size() % 8 != 0) return fail(errc::truncated, offset + bytes.size() / 8 * 8);
        return {};
    }
    const char* const end = bytes.data() + bytes.size();
    for (const char* at = bytes.data(); at != end;) {
        std::uint64_t unwanted;
        const char* const after = wire::read_varint(at, end, unwanted);
        if (after == nullptr) {
            const bool fits = static_cast<std::size_t>(end - at) < wire::max_varint_len;
            return fail(fits ? errc::truncated : errc::varint_overflow, static_cast<std::uint64_t>(at - origin));
        }
        at = after;
    }
    return {};
}

}  // namespace

// Recursive: messages nest as deep as the schema, and values at most max_value_depth times.
result<void> check(shape message_shape, byte_view message, const char* origin, unsigned value_depth) {
    if (message_shape == fixed64s || message_shape == doubles || message_shape == varints) return check_packed(message_shape, message, origin);
    if (message_shape == any_value && ++value_depth > limits::max_value_depth)
        return fail(errc::depth_exceeded, static_cast<std::uint64_t>(message.data() - origin));
    pb::cursor fields(message, origin);
    while (fields.next()) {
        const wire_field* const field = find_field(message_shape, fields.key() >> 3);
        if (field == nullptr || field->child == none || (fields.key() & 7) != pb::bytes) {
            fields.skip();
            continue;
        }
        const byte_view child = fields.bytes();
        if (fields.ok()) COLBLOCK_TRY(check(field->child, child, origin, value_depth));
    }
    return fields.status();
}

}  // namespace colblock::otlp
