// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_texts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#include "codec/lz4_sequence.hpp"
#include "colblock/base/assume.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::codec {

namespace {

using lz4_sequence::between;
using lz4_sequence::max_offset;

constexpr std::size_t word_len = 8;

/// Literals are copied by so many bytes, whatever their number.
constexpr std::size_t copy_len = 16;

/// No match starts nearer to the end: LZ4 wants literals there, and words and copies reach beyond what they are of.
constexpr std::size_t tail_len = 32;

/// After so many words in vain the next is looked for a byte farther on, after as many again two, and so on.
constexpr std::size_t patience = 64;

/// Where words were seen last.
class last_places {
public:
    explicit last_places(const char* begin) noexcept : x_begin(begin) {}

    /// Where the word at `at` was before, near enough for a match; null if it is not known. It is at `at` from now on.
    const char* exchange(const char* at) noexcept {
        const auto word = load<std::uint64_t>(at);
        const auto place = static_cast<std::uint32_t>(at - x_begin);
        const std::uint32_t found = std::exchange(x_places[word * 0x9e37'79b1'85eb'ca87 >> (64 - num_bits)], place);
        const char* const match = x_begin + found;
        return load<std::uint64_t>(match) == word && place - found <= max_offset ? match : nullptr;
    }

private:
    static constexpr unsigned num_bits = 12;  // half of a first level cache; 11 is 3 % faster and 4 % longer
    const char* x_begin;
    std::array<std::uint32_t, std::size_t{1} << num_bits> x_places{};
};

/// The first byte from `a` on that differs from its counterpart from `b` on; at most `stop`, behind which is a word.
COLBLOCK_ALWAYS_INLINE const char* end_of_match(const char* a, const char* b, const char* stop) noexcept {
    const auto differ = [&](std::size_t offset) { return load<std::uint64_t>(a + offset) ^ load<std::uint64_t>(b + offset); };
    for (std::size_t num_words = 0; a < stop; a += word_len, b += word_len) {
        if (const std::uint64_t differing = differ(0); differing != 0) return std::min(stop, a + std::countr_zero(differing) / 8);
        if (COLBLOCK_LIKELY(++num_words != 4)) continue;
        // It is long: what repeats is mostly the same for a while.
        for (; stop - a > 40 && (differ(8) | differ(16) | differ(24) | differ(32)) == 0; a += 4 * word_len) b += 4 * word_len;
    }
    return stop;
}

COLBLOCK_ALWAYS_INLINE char* write_sequence(char* to, byte_view literals, std::size_t offset, std::size_t match_len) noexcept {
    using lz4_sequence::nibble_max;
    const std::size_t coded_match = match_len - lz4_sequence::shortest_match;
    *to++ = static_cast<char>(std::min(literals.size(), nibble_max) << 4 | std::min(coded_match, nibble_max));
    to = lz4_sequence::write_more(to, literals.size());
    std::size_t copied = 0;
    do std::memcpy(to + copied, literals.data() + copied, copy_len);
    while ((copied += copy_len) < literals.size());
    to += literals.size();
    store(to, static_cast<std::uint16_t>(offset));
    return lz4_sequence::write_more(to + sizeof(std::uint16_t), coded_match);
}

}  // namespace

std::size_t compress_texts(byte_view raw, char* to) noexcept {
    COLBLOCK_ASSUME(!raw.empty());
    const char* const end = raw.data() + raw.size();
    const char* const last = end - std::min(tail_len, raw.size());
    const char* const stop = end - std::min(word_len, raw.size());
    last_places places(raw.data());
    const char* literals = raw.data();  // up to `at`: those of the next sequence
    const char* at = raw.data() + 1;
    char* out = to;
    std::size_t num_misses = patience;
    while (at < last) {
        const char* match = places.exchange(at);
        if (match == nullptr) {
            at += num_misses++ / patience;
            continue;
        }
        num_misses = patience;
        while (at != literals && match != raw.data() && at[-1] == match[-1]) --at, --match;
        do {  // often one match follows the other
            const char* const match_end = end_of_match(at + word_len, match + word_len, stop);
            out = write_sequence(out, between(literals, at), static_cast<std::size_t>(at - match),
                                 static_cast<std::size_t>(match_end - at));
            literals = at = match_end;
            if (at >= last) break;
            places.exchange(at - 2);
            match = places.exchange(at);
        } while (match != nullptr);
        ++at;
    }
    out = lz4_sequence::write(out, between(literals, end), 0, 0);
    return static_cast<std::size_t>(out - to);
}

}  // namespace colblock::codec
