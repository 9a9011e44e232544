// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/protobuf.hpp"

#include "colblock/base/limits.hpp"

namespace colblock::wire::pb {

void cursor::fail_tag(const char* after) noexcept {
    if (after == nullptr)
        fail_varint();
    else
        fail(errc::bad_tag);
}

void cursor::fail_varint() noexcept {
    fail(static_cast<std::size_t>(x_end - x_at) >= max_varint_len ? errc::varint_overflow
                                                                  : errc::truncated);
}

void cursor::skip() noexcept {
    switch (x_key & 7) {
    case pb::varint: varint(); break;
    case pb::fixed64: fixed64(); break;
    case pb::bytes: bytes(); break;
    case pb::group: skip_group(x_key >> 3); break;
    case pb::fixed32: fixed32(); break;
    default: fail(errc::bad_tag);
    }
}

// Iterative, with the open groups' numbers on a small stack: nesting is the sender's choice.
void cursor::skip_group(std::uint32_t number) noexcept {
    std::uint32_t open[limits::max_value_depth];
    unsigned depth = 0;
    open[depth++] = number;
    while (depth != 0) {
        if (!next()) {
            fail(errc::truncated);
            return;
        }
        const std::uint32_t type = x_key & 7;
        if (type == pb::end_group) {
            if (x_key >> 3 != open[--depth]) fail(errc::bad_tag);
        } else if (type == pb::group) {
            if (depth == limits::max_value_depth) return fail(errc::depth_exceeded);
            open[depth++] = x_key >> 3;
        } else {
            skip();
        }
    }
}

}  // namespace colblock::wire::pb
