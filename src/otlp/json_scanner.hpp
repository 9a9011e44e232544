// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON text (RFC 8259), read once from left to right:
//
// value   := object | array | string | number | true | false | null
// object  := { }  |  { member (, member)* }          member := string : value
// array   := [ ]  |  [ value (, value)* ]
// string  := " (character | \ escape)* "              no control characters
// escape  := " | \ | / | b | f | n | r | t | u XXXX   a surrogate without its other half is U+FFFD
// number  := -? (0 | [1-9] digit*) (. digit+)? ([eE] [+-]? digit+)?
//
// Text is not checked to be UTF-8: what a sender puts into a string reaches the table as it is, as it does from
// protobuf.

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>

#include "colblock/base/assume.hpp"
#include "colblock/base/buffer.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/base/result.hpp"

namespace colblock::otlp::json {

#if defined(__SSE2__)
COLBLOCK_ALWAYS_INLINE __m128i load_16(const char* at) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
#endif

/// Whether `literal` stands at `at`, a word at a time, the last one over the one before it. Reads as many bytes as it has.
template <std::size_t N>
COLBLOCK_ALWAYS_INLINE bool is(const char* at, const char (&literal)[N]) noexcept {
    constexpr std::size_t len = N - 1;
#if defined(__SSE2__)
    if constexpr (len >= 32) {
        __m128i equal = _mm_cmpeq_epi8(load_16(at + len - 16), load_16(literal + len - 16));
        for (std::size_t i = 0; i + 16 < len; i += 16) equal = _mm_and_si128(equal, _mm_cmpeq_epi8(load_16(at + i), load_16(literal + i)));
        return _mm_movemask_epi8(equal) == 0xffff;
    }
#endif
    if constexpr (len >= 8) {
        std::uint64_t differences = load<std::uint64_t>(at + len - 8) ^ load<std::uint64_t>(literal + len - 8);
        for (std::size_t i = 0; i + 8 < len; i += 8) differences |= load<std::uint64_t>(at + i) ^ load<std::uint64_t>(literal + i);
        return differences == 0;
    } else if constexpr (len >= 4) {
        return ((load<std::uint32_t>(at) ^ load<std::uint32_t>(literal)) |
                (load<std::uint32_t>(at + len - 4) ^ load<std::uint32_t>(literal + len - 4))) == 0;
    } else if constexpr (len >= 2) {
        return ((load<std::uint16_t>(at) ^ load<std::uint16_t>(literal)) |
                (load<std::uint16_t>(at + len - 2) ^ load<std::uint16_t>(literal + len - 2))) == 0;
    } else {
        static_assert(len == 1);
        return *at == *literal;
    }
}

#if defined(__SSE2__)
/// A bit for each of 16 characters that is one of them.
COLBLOCK_ALWAYS_INLINE unsigned special_of_16(const char* at) noexcept {
    const __m128i bytes = load_16(at);
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, backslashes), controls)));
}
/// The first quote, backslash or control character from `at` on, if there is one before `end`; else that or what
/// comes behind it. Up to 31 bytes behind `end` are read.
COLBLOCK_ALWAYS_INLINE const char* find_special(const char* at, const char* end) noexcept {
    for (; at < end; at += 32) {
        const unsigned found = special_of_16(at) | special_of_16(at + 16) << 16;
        if (COLBLOCK_LIKELY(found != 0)) return at + static_cast<unsigned>(std::countr_zero(found));
    }
    return at;
}
#else
inline const char* find_special(const char* at, const char* end) noexcept {
    while (at < end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
    return at;
}
#endif

/// A position in JSON text, and the first thing that was wrong. Every call moves past what it read, and returns
/// false where the text is not what was asked for; `status` then says what and where, and the scanner is not to be
/// used again. The text is padded: up to 32 bytes behind its end are read, and never taken for part of it.
class scanner {
public:
    explicit scanner(byte_view text) noexcept
        : x_begin(text.data()), x_at(text.data()), x_end(text.data() + text.size()) {}

    [[nodiscard]] const char* at() const noexcept { return x_at; }
    [[nodiscard]] const char* end() const noexcept { return x_end; }
    /// Takes what stands before `to` as read.
    void move_to(const char* to) noexcept { x_at = to; }
    [[nodiscard]] result<void> status() const noexcept {
        if (!x_failed) return {};
        return fail(x_code, static_cast<std::uint64_t>(x_at - x_begin));
    }

    /// The next character that is no whitespace, which is not passed; 0 at the end.
    COLBLOCK_ALWAYS_INLINE char peek() noexcept {
        if (COLBLOCK_LIKELY(x_at < x_end && static_cast<unsigned char>(*x_at) > ' ')) return *x_at;
        return peek_past_space();
    }
    /// Passes the character `c`, which has to be the next one.
    COLBLOCK_ALWAYS_INLINE bool take(char c) noexcept {
        if (COLBLOCK_UNLIKELY(peek() != c)) return refuse();
        ++x_at;
        return true;
    }
    /// Passes the comma before the next element or the bracket behind the last one; says which in `more`.
    COLBLOCK_ALWAYS_INLINE bool next_or_close(char bracket, bool& more) noexcept {
        const char c = peek();
        more = c == ',';
        if (COLBLOCK_UNLIKELY(!more && c != bracket)) return refuse();
        ++x_at;
        return true;
    }

    /// Reads a string. `text` is a view into the JSON text, or where it has escapes into memory that lives until
    /// the next string is read; padded in both cases.
    COLBLOCK_ALWAYS_INLINE bool read_string(byte_view& text) {
        if (COLBLOCK_UNLIKELY(peek() != '"')) return refuse();
        ++x_at;
        const char* const special = find_special(x_at, x_end);
        if (COLBLOCK_UNLIKELY(special >= x_end || *special != '"')) return read_escaped(special, text);
        text = {x_at, static_cast<std::size_t>(special - x_at)};
        x_at = special + 1;
        return true;
    }

    /// Reads true, false or null, of which the first character is known.
    bool read_word(byte_view word) noexcept;
    /// Reads a number; `text` is a view of it.
    bool read_number(byte_view& text) noexcept;
    /// Passes a value of any kind. Nesting is limited: limits::max_value_depth values, each three brackets deep.
    bool skip_value();

    /// Refuses what stands at the position: it is not what has to be there, or the text ends.
    COLBLOCK_NOINLINE bool refuse(errc why = errc::bad_json) noexcept {
        if (x_at >= x_end) {
            x_at = x_end;
            why = errc::truncated;
        }
        x_code = why;
        x_failed = true;
        return false;
    }
    /// The same at an earlier position.
    bool refuse_at(const char* at, errc why = errc::bad_json) noexcept {
        x_at = at;
        return refuse(why);
    }

private:
    char peek_past_space() noexcept;
    bool read_escaped(const char* special, byte_view& text);
    bool read_escape(const char*& at, char*& to);
    bool skip_scalar(char first);

    const char* x_begin;
    const char* x_at;
    const char* x_end;
    buffer x_unescaped;
    errc x_code{};
    bool x_failed = false;
};

}  // namespace colblock::otlp::json
