// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <cstdlib>
#include <iterator>

#include "colblock/base/assume.hpp"
#include "colblock/simd/kernels.hpp"
#include "simd/target.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace colblock::simd {

#if defined(__x86_64__)

namespace {

// XGETBV 0: which registers the operating system saves. Read as bytes because the intrinsic needs a
// target region of its own.
std::uint32_t saved_registers() noexcept {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    __asm__ volatile(".byte 0x0f, 0x01, 0xd0" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

}  // namespace

feature_mask detect_features() noexcept {
    unsigned a = 0, b = 0, c = 0, d = 0;
    feature_mask mask = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0) return mask;
    if (c & bit_SSSE3) mask |= feature_bit("ssse3");
    if (c & bit_SSE4_1) mask |= feature_bit("sse4.1");
    if (c & bit_SSE4_2) mask |= feature_bit("sse4.2");
    if (c & bit_POPCNT) mask |= feature_bit("popcnt");
    constexpr std::uint32_t xmm_and_ymm = 6;
    const bool ymm_saved = (c & bit_OSXSAVE) && (saved_registers() & xmm_and_ymm) == xmm_and_ymm;
    if (ymm_saved && (c & bit_AVX)) mask |= feature_bit("avx");
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0) {
        if (ymm_saved && (b & bit_AVX2)) mask |= feature_bit("avx2");
        if (b & bit_BMI) mask |= feature_bit("bmi");
        if (b & bit_BMI2) mask |= feature_bit("bmi2");
    }
    constexpr unsigned bit_lzcnt = 1u << 5;
    if (__get_cpuid(0x80000001, &a, &b, &c, &d) != 0 && (c & bit_lzcnt)) mask |= feature_bit("lzcnt");
    return mask;
}

#else

feature_mask detect_features() noexcept { return 0; }

#endif

namespace {

constexpr const kernel_set* tiers[] = {
    &scalar_kernels,
#if defined(__x86_64__)
    &avx2_kernels,
#endif
};

template <class Function>
void inherit(Function*& slot, Function* below) noexcept {
    if (slot == nullptr) slot = below;
}

kernel_set compose(kernel_set tier, const kernel_set& below) noexcept {
    inherit(tier.hex_ids, below.hex_ids);
    inherit(tier.write_strings, below.write_strings);
    inherit(tier.narrow_to_u8, below.narrow_to_u8);
    inherit(tier.narrow_to_u16, below.narrow_to_u16);
    inherit(tier.widen_u8_to_u16, below.widen_u8_to_u16);
    inherit(tier.widen_u16_to_u32, below.widen_u16_to_u32);
    inherit(tier.write_offsets, below.write_offsets);
    inherit(tier.write_differences, below.write_differences);
    inherit(tier.range_of, below.range_of);
    return tier;
}

/// What this machine can run and what the environment asked for; made once.
struct choice {
    std::array<kernel_set, std::size(tiers)> sets;
    std::size_t num_sets = 0;
    std::string_view ignored;
    std::atomic<const kernel_set*> active;

    choice() noexcept {
        const feature_mask features = detect_features();
        for (const kernel_set* tier : tiers) {
            if ((tier->features & ~features) != 0) break;  // tiers build on the one below
            sets[num_sets] = num_sets == 0 ? *tier : compose(*tier, sets[num_sets - 1]);
            ++num_sets;
        }
        active = &sets[num_sets - 1];
        const char* const wanted = std::getenv("COLBLOCK_TARGET");
        if (wanted == nullptr || *wanted == '\0') return;
        ignored = wanted;
        for (std::size_t i = 0; i != num_sets; ++i) {
            if (sets[i].name != ignored) continue;
            active = &sets[i];
            ignored = {};
            return;
        }
    }
};

choice& the_choice() noexcept {
    static choice made;
    return made;
}

}  // namespace

const kernel_set& active() noexcept { return *the_choice().active.load(std::memory_order_relaxed); }

std::span<const kernel_set> available() noexcept { return {the_choice().sets.data(), the_choice().num_sets}; }

std::string_view ignored_target() noexcept { return the_choice().ignored; }

scoped_override::scoped_override(const kernel_set& set) noexcept
    : x_before(the_choice().active.exchange(&set)) {}

scoped_override::~scoped_override() { the_choice().active.store(x_before); }

}  // namespace colblock::simd
