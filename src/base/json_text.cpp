// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/json_text.hpp"

#include <array>
#include <cstdint>

namespace colblock {

namespace {

unsigned byte_at(byte_view text, std::size_t i) noexcept {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;  // 0 continues no sequence
}

// Length of the valid UTF-8 sequence that begins with the byte >= 0x80 at `i`, or 0. The second byte
// carries all restrictions: no over-long forms, no surrogates, nothing past U+10FFFF.
std::size_t sequence_len(byte_view text, std::size_t i) noexcept {
    const unsigned first = byte_at(text, i);
    const unsigned second = byte_at(text, i + 1);
    const auto continues = [&](std::size_t k) { return (byte_at(text, i + k) & 0xc0) == 0x80; };
    if (first < 0xc2 || first > 0xf4 || !continues(1)) return 0;
    if (first < 0xe0) return 2;
    if (!continues(2)) return 0;
    if (first < 0xf0) return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ? 0 : 3;
    if (!continues(3)) return 0;
    return (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) ? 0 : 4;
}

// What a byte becomes: 0 itself, 'u' a \u escape, 'x' the start of a sequence, else a backslash and this letter.
constexpr std::array<char, 256> escapes = [] {
    std::array<char, 256> table{};
    for (unsigned c = 0; c != 0x20; ++c) table[c] = 'u';
    for (unsigned c = 0x80; c != 0x100; ++c) table[c] = 'x';
    table['"'] = '"';
    table['\\'] = '\\';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    return table;
}();

char* put(char* to, byte_view text) noexcept {
    for (const char c : text) *to++ = c;
    return to;
}

// Writes what stands for the character at `i`, at most six bytes, and moves `i` past it.
char* write_escaped(char* to, byte_view text, std::size_t& i) noexcept {
    const unsigned first = byte_at(text, i);
    const char how = escapes[first];
    if (how == 'u') {
        ++i;
        to = put(to, first < 0x10 ? "\\u000" : "\\u001");
        *to++ = "0123456789abcdef"[first & 15];
        return to;
    }
    if (how != 'x') {
        ++i;
        *to++ = '\\';
        *to++ = how;
        return to;
    }
    const std::size_t len = sequence_len(text, i);
    const byte_view sequence = text.substr(i, len);
    i += len == 0 ? 1 : len;
    if (len == 0) return put(to, "\\ufffd");
    if (sequence == "\xe2\x80\xa8") return put(to, "\\u2028");
    if (sequence == "\xe2\x80\xa9") return put(to, "\\u2029");
    return put(to, sequence);
}

}  // namespace

void append_json_string(buffer& to, byte_view text) {
    constexpr std::size_t max_escape_len = 6;
    constexpr std::size_t step = 1024;  // characters for which room is made at a time
    to.push_back('"');
    for (std::size_t i = 0; i < text.size();) {
        char* out = to.reserve(step * max_escape_len);
        const char* const enough = out + (step - 1) * max_escape_len;
        while (i < text.size() && out <= enough) {
            if (escapes[static_cast<unsigned char>(text[i])] == 0)
                *out++ = text[i++];
            else
                out = write_escaped(out, text, i);
        }
        to.set_end(out);
    }
    to.push_back('"');
}

}  // namespace colblock
