// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_ids.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "codec/lz4_sequence.hpp"
#include "colblock/base/assume.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::codec {

namespace {

using lz4_sequence::max_offset;

// No match starts nearer to the end: LZ4 wants literals there, and a block ends between ids.
constexpr std::size_t tail_len = 96;

/// Bytes of the id at `at`, its length included; 0 if there is none.
std::size_t id_len(const char* at) noexcept {
    const auto num_digits = static_cast<unsigned char>(*at);
    return num_digits == 32 || num_digits == 16 || num_digits == 0 ? num_digits + std::size_t{1} : 0;
}

bool is_digit(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// Whether the ids at `a` and `b`, of which the first has `len` bytes and is not empty, are the same.
COLBLOCK_ALWAYS_INLINE bool is_same(const char* a, const char* b, std::size_t len) noexcept {
    const auto differ = [=](std::size_t at) { return load<std::uint64_t>(a + at) ^ load<std::uint64_t>(b + at); };
    if ((differ(0) | differ(8) | static_cast<std::uint64_t>(a[16] ^ b[16])) != 0) return false;
    return len == 17 || (differ(17) | differ(25)) == 0;
}

/// Where ids were seen last, by their first eight digits.
class last_places {
public:
    /// The place of an id that may be the same as the one at `offset`, which takes its place.
    std::uint32_t exchange(std::uint64_t digits, std::uint32_t offset) noexcept {
        return std::exchange(x_offsets[digits * 0x9e37'79b9'7f4a'7c15 >> (64 - num_bits)], offset);
    }

private:
    static constexpr unsigned num_bits = 12;  // more than there are spans of 33 bytes before max_offset
    std::array<std::uint32_t, std::size_t{1} << num_bits> x_offsets{};
};

}  // namespace

bool is_ids(byte_view raw) noexcept {
    constexpr std::size_t num_samples = 64;
    if (raw.size() < min_ids_len) return false;
    std::size_t num_empty = 0;
    const char* at = raw.data();
    for (std::size_t i = 0; i != num_samples; ++i) {
        const std::size_t len = id_len(at);
        if (len == 0 || !std::all_of(at + 1, at + len, is_digit)) return false;
        num_empty += len == 1 ? 1 : 0;
        at += len;
    }
    return num_empty <= num_samples * 3 / 4;
}

ids_block compress_ids(byte_view raw, std::size_t most, char* to) noexcept {
    const char* const begin = raw.data();
    const bool takes_all = raw.size() <= most;
    const char* const end = begin + std::min(raw.size(), most);
    const char* const last = end - std::min(tail_len, raw.size());
    const char* literals = begin;  // up to `at`: those of the next sequence
    const char* at = begin;
    char* out = to;
    last_places places;
    std::size_t len = 1;
    while (at < last && (len = id_len(at)) != 0) {
        if (len == 1) {
            ++at;
            continue;
        }
        const auto offset = static_cast<std::uint32_t>(at - begin);
        const std::uint32_t place = places.exchange(load<std::uint64_t>(at + 1), offset);
        const std::size_t distance = offset - place;
        if (distance - 1 >= max_offset || !is_same(at, begin + place, len)) {
            at += len;
            continue;
        }
        const char* const match = at;
        do at += len;
        while (at < last && id_len(at) == len && is_same(at, at - distance, len));
        out = lz4_sequence::write(out, {literals, static_cast<std::size_t>(match - literals)}, distance,
                                  static_cast<std::size_t>(at - match));
        literals = at;
    }
    // The rest is literals: to the end, or as many whole ids as there is room for, which are more than LZ4 asks for.
    const char* stop = at;
    while (!takes_all && stop < end && (len = id_len(stop)) != 0 && stop + len <= end) stop += len;
    if (takes_all || len == 0) stop = end;
    out = lz4_sequence::write(out, {literals, static_cast<std::size_t>(stop - literals)}, 0, 0);
    return {static_cast<std::size_t>(stop - begin), static_cast<std::size_t>(out - to)};
}

}  // namespace colblock::codec
