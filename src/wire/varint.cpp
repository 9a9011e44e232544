// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/varint.hpp"

namespace colblock::wire::detail {

const char* read_long_varint(const char* from, const char* end, std::uint64_t& value) noexcept {
    value = 0;
    const char* const last = end - from > static_cast<std::ptrdiff_t>(max_varint_len)
                                 ? from + max_varint_len
                                 : end;
    for (unsigned shift = 0; from != last; shift += 7) {
        const auto byte = static_cast<unsigned char>(*from++);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return from;
    }
    return nullptr;
}

}  // namespace colblock::wire::detail
