// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/protobuf_read.hpp"

namespace colblock::wire::pb::detail {

const char* read_long_varint(const char* at, const char* end, std::uint64_t& value) noexcept {
    const char* const after = wire::detail::read_long_varint(at, at + max_varint_len, value);
    return after != nullptr ? after : past(end);
}

const char* read_long_key(const char* at, const char* end, std::uint32_t& key) noexcept {
    std::uint64_t wide = 0;
    at = read_long_varint(at, end, wide);
    if (at > end || wide > 0xffff'ffffu) {
        key = 0;
        return past(end);
    }
    key = static_cast<std::uint32_t>(wide);
    return at;
}

const char* skip_group(const char* at, const char* end, std::uint32_t key) noexcept {
    if (at > end) return at;
    cursor group({at, static_cast<std::size_t>(end - at)});
    group.skip_group(key >> 3);
    return group.ok() ? group.rest().data() : past(end);
}

}  // namespace colblock::wire::pb::detail
