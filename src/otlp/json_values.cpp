// SPDX-License-Identifier: Apache-2.0

// base64 := (character{4})* (character{2} =? =? | character{3} =?)?     RFC 4648 sections 4 and 5

#include "otlp/json_values.hpp"

#include <array>
#include <cstdint>

#include "colblock/base/assume.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::otlp::json {

namespace {

constexpr std::uint8_t none = 0xff;

constexpr std::array<std::uint8_t, 256> hex_digits = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(none);
    for (unsigned i = 0; i != 10; ++i) table['0' + i] = static_cast<std::uint8_t>(i);
    for (unsigned i = 0; i != 6; ++i) table['a' + i] = table['A' + i] = static_cast<std::uint8_t>(10 + i);
    return table;
}();

constexpr std::array<std::uint8_t, 256> base64_digits = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(none);
    for (unsigned i = 0; i != 26; ++i) {
        table['A' + i] = static_cast<std::uint8_t>(i);
        table['a' + i] = static_cast<std::uint8_t>(26 + i);
    }
    for (unsigned i = 0; i != 10; ++i) table['0' + i] = static_cast<std::uint8_t>(52 + i);
    table['+'] = table['-'] = 62;
    table['/'] = table['_'] = 63;
    return table;
}();

unsigned digit(const std::array<std::uint8_t, 256>& table, char c) noexcept {
    return table[static_cast<unsigned char>(c)];
}

}  // namespace

void append_id(buffer& to, byte_view hex) {
    char* const begin = to.reserve(hex.size() / 2);
    char* out = begin;
    std::size_t i = 0;
    std::uint64_t bad = hex.size() % 2;
    for (; i + 8 <= hex.size(); i += 8, out += 4) store(out, bytes_of_hex(load<std::uint64_t>(hex.data() + i), bad));
    for (; i + 2 <= hex.size(); i += 2) {
        const unsigned first = digit(hex_digits, hex[i]);
        const unsigned second = digit(hex_digits, hex[i + 1]);
        bad |= (first | second) & 0xf0;
        *out++ = static_cast<char>(first << 4 | second);
    }
    to.set_end(bad == 0 ? out : begin);
}

bool append_base64(buffer& to, byte_view text) {
    std::size_t num_padding = 0;
    while (num_padding != 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++num_padding;
    }
    const std::size_t rest = text.size() % 4;
    if (rest == 1 || (num_padding != 0 && rest + num_padding != 4)) return false;
    char* out = to.reserve(text.size() / 4 * 3 + 3);
    unsigned bad = 0;
    std::size_t i = 0;
    const auto read = [&](unsigned n) {
        std::uint32_t bits = 0;
        for (unsigned k = 0; k != 4; ++k) {
            const unsigned d = k < n ? digit(base64_digits, text[i + k]) : 0;
            bad |= d;
            bits = bits << 6 | (d & 63);
        }
        for (unsigned k = 0; k + 1 < n; ++k) *out++ = static_cast<char>(bits >> (16 - 8 * k));
    };
    for (; i + 4 <= text.size(); i += 4) read(4);
    if (rest != 0) read(static_cast<unsigned>(rest));
    to.set_end(out);
    return (bad & 0x80) == 0;
}

}  // namespace colblock::otlp::json
