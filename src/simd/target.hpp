// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which CPU features a tier needs, stated once: the literal that opens a tier's target region is also
// parsed, at compile time, into the mask that the CPU must have. A name that the parser does not know
// fails to compile.
//
// CMake passes no ISA flags: one file compiled with -mavx2 puts AVX code into weak std:: functions,
// any of which the linker may pick for the whole program. A region covers our own functions only.
//
//     #include <everything>                         before the region
//     COLBLOCK_TARGET_REGION_BEGIN(COLBLOCK_AVX2)
//     namespace { ... }                             no lambdas, no vector constants, no std templates
//     COLBLOCK_TARGET_REGION_END

#include <cstdint>
#include <string_view>

#define COLBLOCK_AVX2 "avx2,bmi,bmi2,lzcnt,popcnt"

#define COLBLOCK_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define COLBLOCK_TARGET_REGION_BEGIN(features) \
    COLBLOCK_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define COLBLOCK_TARGET_REGION_END _Pragma("clang attribute pop")
#else
#define COLBLOCK_TARGET_REGION_BEGIN(features) \
    _Pragma("GCC push_options") COLBLOCK_PRAGMA(GCC target(features))
#define COLBLOCK_TARGET_REGION_END _Pragma("GCC pop_options")
#endif

namespace colblock::simd {

/// CPU features as bits, in the order of `feature_names`.
using feature_mask = std::uint32_t;

inline constexpr std::string_view feature_names[] = {"ssse3", "sse4.1", "sse4.2", "popcnt", "avx",
                                                     "avx2",  "bmi",    "bmi2",   "lzcnt"};

consteval feature_mask feature_bit(std::string_view name) {
    feature_mask bit = 1;
    for (const std::string_view known : feature_names) {
        if (known == name) return bit;
        bit <<= 1;
    }
    throw "a feature string names a feature that target.hpp does not know";
}

/// The mask of a comma-separated feature string.
consteval feature_mask features_of(std::string_view list) {
    feature_mask mask = 0;
    while (true) {
        const std::size_t comma = list.find(',');
        mask |= feature_bit(list.substr(0, comma));
        if (comma == std::string_view::npos) return mask;
        list.remove_prefix(comma + 1);
    }
}

/// What this CPU has and the operating system saves on a context switch.
[[nodiscard]] feature_mask detect_features() noexcept;

struct kernel_set;
extern const kernel_set scalar_kernels;
#if defined(__x86_64__)
extern const kernel_set avx2_kernels;
#endif

}  // namespace colblock::simd
