// SPDX-License-Identifier: Apache-2.0
#include "colblock/codec/cityhash128.hpp"

// CityHash128, version 1.0.2. Three ranges of length, one finish:
//
//   hash(s) := n >= 16  ->  seeded(s[16..], seed from s[0..16))
//              n >= 8   ->  seeded(empty,   seed from s[0..8) and s[n-8..n))
//              else     ->  seeded(s,       (k0, k1))
//   seeded(s, seed) := n < 128 -> murmur(s, seed), else 128 bytes a step, then the tail backwards
//                      in 32-byte steps that may reach back into bytes already hashed
//
// docs/formats/compressed_frame.md

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "colblock/base/endian.hpp"

namespace colblock::codec {

namespace {

using u64 = std::uint64_t;

constexpr u64 k0 = 0xc3a5c85c97cb3127;
constexpr u64 k1 = 0xb492b66fbe98f273;
constexpr u64 k2 = 0x9ae16a3b2f90404f;
constexpr u64 k3 = 0xc949d7c7509e6557;
constexpr u64 k_mul = 0x9ddfea08eb382d69;

struct pair {
    u64 first;
    u64 second;
};

u64 fetch64(const char* from) noexcept { return load<u64>(from); }
u64 fetch32(const char* from) noexcept { return load<std::uint32_t>(from); }
u64 rotate(u64 value, std::size_t bits) noexcept { return std::rotr(value, static_cast<int>(bits)); }
u64 shift_mix(u64 value) noexcept { return value ^ (value >> 47); }

u64 hash_16(u64 u, u64 v) noexcept {
    const u64 a = shift_mix((u ^ v) * k_mul);
    return shift_mix((v ^ a) * k_mul) * k_mul;
}

u64 hash_up_to_16(const char* s, std::size_t n) noexcept {
    if (n > 8) {
        const u64 a = fetch64(s);
        const u64 b = fetch64(s + n - 8);
        return hash_16(a, rotate(b + n, n)) ^ b;
    }
    if (n >= 4) return hash_16(n + (fetch32(s) << 3), fetch32(s + n - 4));
    if (n == 0) return k2;
    const auto byte = [s](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[i])); };
    const std::uint32_t y = byte(0) + (byte(n / 2) << 8);
    const std::uint32_t z = static_cast<std::uint32_t>(n) + (byte(n - 1) << 2);
    return shift_mix(y * k2 ^ z * k3) * k2;
}

/// Folds 32 bytes into two words.
pair weak_hash_32(const char* s, u64 a, u64 b) noexcept {
    const u64 z = fetch64(s + 24);
    a += fetch64(s);
    b = rotate(b + a + z, 21);
    const u64 c = a;
    a += fetch64(s + 8) + fetch64(s + 16);
    b += rotate(a, 44);
    return {a + z, b + c};
}

hash128 murmur(const char* s, std::size_t n, pair seed) noexcept {
    u64 a = seed.first;
    u64 b = seed.second;
    u64 c;
    u64 d;
    if (n <= 16) {
        a = shift_mix(a * k1) * k1;
        c = b * k1 + hash_up_to_16(s, n);
        d = shift_mix(a + (n >= 8 ? fetch64(s) : c));
    } else {
        c = hash_16(fetch64(s + n - 8) + k1, a);
        d = hash_16(b + n, c + fetch64(s + n - 16));
        a += d;
        std::size_t left = n - 16;
        do {
            a = (a ^ shift_mix(fetch64(s) * k1) * k1) * k1;
            b ^= a;
            c = (c ^ shift_mix(fetch64(s + 8) * k1) * k1) * k1;
            d ^= c;
            s += 16;
            left = left > 16 ? left - 16 : 0;
        } while (left != 0);
    }
    a = hash_16(a, c);
    b = hash_16(d, b);
    return {a ^ b, hash_16(b, a)};
}

struct state {
    u64 x;
    u64 y;
    u64 z;
    pair v;
    pair w;

    void absorb_64(const char* s) noexcept {
        x = rotate(x + y + v.first + fetch64(s + 16), 37) * k1;
        y = rotate(y + v.second + fetch64(s + 48), 42) * k1;
        x ^= w.second;
        y ^= v.first;
        z = rotate(z ^ w.first, 33);
        v = weak_hash_32(s, v.second * k1, x + w.first);
        w = weak_hash_32(s + 32, z + w.second, y);
        std::swap(z, x);
    }
};

hash128 seeded(const char* s, std::size_t n, pair seed) noexcept {
    if (n < 128) return murmur(s, n, seed);
    state h{.x = seed.first, .y = seed.second, .z = n * k1, .v = {}, .w = {}};
    h.v.first = rotate(h.y ^ k1, 49) * k1 + fetch64(s);
    h.v.second = rotate(h.v.first, 42) * k1 + fetch64(s + 8);
    h.w.first = rotate(h.y + h.z, 35) * k1 + h.x;
    h.w.second = rotate(h.x + fetch64(s + 88), 53) * k1;
    for (; n >= 128; n -= 128, s += 128) {
        h.absorb_64(s);
        h.absorb_64(s + 64);
    }
    h.y += rotate(h.w.first, 37) * k0 + h.z;
    h.x += rotate(h.v.first + h.z, 49) * k0;
    for (std::size_t done = 0; done < n;) {
        done += 32;
        const char* const tail = s + n - done;  // before s in the last step, never before the input
        h.y = rotate(h.y - h.x, 42) * k0 + h.v.second;
        h.w.first += fetch64(tail + 16);
        h.x = rotate(h.x, 49) * k0 + h.w.first;
        h.w.first += h.v.first;
        h.v = weak_hash_32(tail, h.v.first, h.v.second);
    }
    h.x = hash_16(h.x, h.v.first);
    h.y = hash_16(h.y, h.w.first);
    return {hash_16(h.x + h.v.second, h.w.second) + h.y, hash_16(h.x + h.w.second, h.y + h.v.second)};
}

}  // namespace

hash128 cityhash128(byte_view bytes) noexcept {
    const char* const s = bytes.data();
    const std::size_t n = bytes.size();
    if (n >= 16) return seeded(s + 16, n - 16, {fetch64(s) ^ k3, fetch64(s + 8)});
    if (n >= 8) return seeded(nullptr, 0, {fetch64(s) ^ (n * k0), fetch64(s + n - 8) ^ k1});
    return seeded(s, n, {k0, k1});
}

}  // namespace colblock::codec
