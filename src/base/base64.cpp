// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/base64.hpp"

#include <cstdint>

namespace colblock {

char* write_base64(char* to, byte_view bytes) noexcept {
    static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
    const auto put = [&](std::uint32_t bits, unsigned n) {
        for (unsigned i = 0; i != 4; ++i) *to++ = i < n ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) put(byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2), 4);
    if (i + 1 == bytes.size()) put(byte(i) << 16, 2);
    if (i + 2 == bytes.size()) put(byte(i) << 16 | byte(i + 1) << 8, 3);
    return to;
}

}  // namespace colblock
