// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_words.hpp"

#include <bit>
#include <cstdint>

#include "codec/lz4_sequence.hpp"
#include "colblock/base/assume.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::codec {

namespace {

using lz4_sequence::between;

constexpr std::size_t word_len = 8;

/// Words that differ in their lowest bytes only, so that what they share is long enough for a match.
bool differ_by_little(std::uint64_t difference) noexcept { return difference - 1 < 0xffff'ffff; }

unsigned changed_bytes(std::uint64_t difference) noexcept {
    return (71 - static_cast<unsigned>(std::countl_zero(difference))) / 8;
}

}  // namespace

bool is_words(byte_view raw) noexcept {
    constexpr std::size_t num_samples = 64;
    if (raw.size() < min_words_len || raw.size() % word_len != 0) return false;
    const std::size_t step = (raw.size() / word_len - 1) / num_samples * word_len;
    std::size_t found = 0;
    for (const char* at = raw.data(); at != raw.data() + num_samples * step; at += step)
        found += differ_by_little(load<std::uint64_t>(at) ^ load<std::uint64_t>(at + word_len)) ? 1 : 0;
    return found >= num_samples * 3 / 4;
}

std::size_t compress_words(byte_view raw, char* to) noexcept {
    COLBLOCK_ASSUME(raw.size() % word_len == 0 && !raw.empty());
    const char* const end = raw.data() + raw.size();
    const char* const last = raw.size() > 2 * word_len ? end - 2 * word_len : raw.data();  // no match starts here or later
    const char* at = raw.data() + word_len;
    const char* literals = raw.data();  // up to `at`: those of the next sequence
    char* out = to;
    std::uint64_t before = load<std::uint64_t>(raw.data());
    while (at < last) {
        const auto word = load<std::uint64_t>(at);
        const std::uint64_t difference = word ^ before;
        before = word;
        if (COLBLOCK_LIKELY(differ_by_little(difference))) {
            const unsigned changed = changed_bytes(difference);
            if (COLBLOCK_LIKELY(literals == at)) {
                // The lowest bytes of a word come first: what is stored behind them is overwritten.
                *out = static_cast<char>(changed << 4 | (word_len - changed - lz4_sequence::shortest_match));
                store(out + 1, word);
                store(out + 1 + changed, static_cast<std::uint16_t>(word_len));
                out += 3 + changed;
            } else {
                out = lz4_sequence::write(out, between(literals, at + changed), word_len, word_len - changed);
            }
            at += word_len;
            literals = at;
        } else if (difference == 0) {
            const char* const begin = at;
            while (at < last && load<std::uint64_t>(at) == word) at += word_len;
            out = lz4_sequence::write(out, between(literals, begin), word_len, static_cast<std::size_t>(at - begin));
            literals = at;
        } else {
            at += word_len;
        }
    }
    out = lz4_sequence::write(out, between(literals, end), 0, 0);
    return static_cast<std::size_t>(out - to);
}

}  // namespace colblock::codec
