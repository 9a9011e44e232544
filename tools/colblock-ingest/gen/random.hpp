// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace colblock::gen {

/// Splitmix64: the same numbers for the same seed on every machine and library, in three
/// multiplications. Nothing secret may depend on it.
class random {
public:
    explicit random(std::uint64_t seed) noexcept : x_state(seed) {}

    std::uint64_t next() noexcept {
        std::uint64_t z = x_state += 0x9e37'79b9'7f4a'7c15;
        z = (z ^ z >> 30) * 0xbf58'476d'1ce4'e5b9;
        z = (z ^ z >> 27) * 0x94d0'49bb'1331'11eb;
        return z ^ z >> 31;
    }
    /// Evenly from [0, bound). The bound is at least 1 and at most 2^32.
    std::uint64_t below(std::uint64_t bound) noexcept { return (next() >> 32) * bound >> 32; }
    /// True `per_mille` times of a thousand.
    bool chance(unsigned per_mille) noexcept { return below(1000) < per_mille; }

private:
    std::uint64_t x_state;
};

/// A number derived from a text: FNV-1a.
[[nodiscard]] constexpr std::uint64_t hash_text(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
    return hash;
}

}  // namespace colblock::gen
