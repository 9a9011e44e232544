// SPDX-License-Identifier: Apache-2.0
#include "otlp/json_scanner.hpp"

#include <bitset>
#include <cstring>

#include "colblock/base/limits.hpp"

namespace colblock::otlp::json {

namespace {

constexpr std::uint32_t replacement = 0xfffd;

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

char* write_utf8(char* to, std::uint32_t c) noexcept {
    const auto put = [&](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | c >> 6);
        put(0x80 | (c & 0x3f));
    } else if (c < 0x1'0000) {
        put(0xe0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3f));
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    }
    return to;
}

// Four hex digits at `at`, all before `end`. The position of the first that is none, or null.
const char* read_hex4(const char* at, const char* end, std::uint32_t& value) noexcept {
    value = 0;
    for (const char* const after = at + 4; at != after; ++at) {
        if (at >= end) return end;
        const char c = *at;
        const auto letter = static_cast<unsigned char>((c | 0x20) - 'a');
        if (!is_digit(c) && letter >= 6) return at;
        value = value << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : letter + 10);
    }
    return nullptr;
}

}  // namespace

COLBLOCK_NOINLINE char scanner::peek_past_space() noexcept {
    while (x_at < x_end && (*x_at == ' ' || *x_at == '\n' || *x_at == '\r' || *x_at == '\t')) ++x_at;
    return x_at < x_end ? *x_at : '\0';
}

// A string of which a part is not what it means: the text is made anew. `special` is its first odd character.
COLBLOCK_NOINLINE bool scanner::read_escaped(const char* special, byte_view& text) {
    x_unescaped.clear();
    for (const char* at = x_at;;) {
        if (special >= x_end) return refuse_at(x_end);
        const auto len = static_cast<std::size_t>(special - at);
        char* to = x_unescaped.reserve(len + 4);
        if (len != 0) std::memcpy(to, at, len);
        to += len;
        if (*special == '"') {
            x_unescaped.set_end(to);
            text = x_unescaped.view();
            x_at = special + 1;
            return true;
        }
        if (*special != '\\') return refuse_at(special);
        at = special;
        if (!read_escape(at, to)) return false;
        x_unescaped.set_end(to);
        special = find_special(at, x_end);
    }
}

bool scanner::read_escape(const char*& at, char*& to) {
    if (++at >= x_end) return refuse_at(x_end);
    static constexpr char letters[] = "\"\\/bfnrt";
    static constexpr char meanings[] = "\"\\/\b\f\n\r\t";
    const char c = *at++;
    if (c != 'u') {
        const char* const found = c == '\0' ? nullptr : std::strchr(letters, c);
        if (found == nullptr) return refuse_at(at - 1);
        *to++ = meanings[found - letters];
        return true;
    }
    std::uint32_t code;
    if (const char* const wrong = read_hex4(at, x_end, code)) return refuse_at(wrong);
    at += 4;
    if (code >= 0xd800 && code < 0xe000) {
        const bool is_high = code < 0xdc00;
        std::uint32_t low;
        if (is_high && x_end - at >= 6 && at[0] == '\\' && at[1] == 'u' && read_hex4(at + 2, x_end, low) == nullptr &&
            low >= 0xdc00 && low < 0xe000) {
            code = 0x1'0000 + ((code - 0xd800) << 10 | (low - 0xdc00));
            at += 6;
        } else {
            code = replacement;
        }
    }
    to = write_utf8(to, code);
    return true;
}

bool scanner::read_word(byte_view word) noexcept {
    for (const char c : word) {
        if (x_at >= x_end || *x_at != c) return refuse();
        ++x_at;
    }
    return true;
}

bool scanner::read_number(byte_view& text) noexcept {
    const char* const begin = x_at;
    const auto digits = [&] {
        if (x_at >= x_end || !is_digit(*x_at)) return refuse();
        while (x_at < x_end && is_digit(*x_at)) ++x_at;
        return true;
    };
    const auto has = [&](char c) { return x_at < x_end && *x_at == c; };
    if (has('-')) ++x_at;
    if (has('0')) {
        ++x_at;
    } else if (!digits()) {
        return false;
    }
    if (has('.')) {
        ++x_at;
        if (!digits()) return false;
    }
    if (has('e') || has('E')) {
        ++x_at;
        if (has('+') || has('-')) ++x_at;
        if (!digits()) return false;
    }
    text = {begin, static_cast<std::size_t>(x_at - begin)};
    return true;
}

bool scanner::skip_scalar(char first) {
    byte_view unwanted;
    switch (first) {
    case '"': return read_string(unwanted);
    case 't': return read_word("true");
    case 'f': return read_word("false");
    case 'n': return read_word("null");
    default: return read_number(unwanted);
    }
}

bool scanner::skip_value() {
    constexpr std::size_t max_depth = 3 * limits::max_value_depth;
    std::bitset<max_depth> is_object;  // of the brackets that are open, outermost first
    std::size_t depth = 0;
    for (;;) {
        const char c = peek();
        bool closes = false;
        if (c == '{' || c == '[') {
            if (depth == max_depth) return refuse(errc::depth_exceeded);
            is_object[depth++] = c == '{';
            ++x_at;
            closes = peek() == (c == '{' ? '}' : ']');
        } else if (!skip_scalar(c)) {
            return false;
        }
        const bool opened = !closes && (c == '{' || c == '[');
        // Behind a value: the brackets that close here, then a comma.
        for (bool more = opened; !more;) {
            if (depth == 0) return true;
            if (!next_or_close(is_object[depth - 1] ? '}' : ']', more)) return false;
            if (!more) --depth;
        }
        if (!is_object[depth - 1]) continue;
        byte_view key;
        if (!read_string(key) || !take(':')) return false;
    }
}

}  // namespace colblock::otlp::json
