// SPDX-License-Identifier: Apache-2.0
#pragma once

/// States what colblock itself guarantees, never what input looks like. Checked in developer
/// builds (no NDEBUG), a hint to the optimiser otherwise.
#ifdef NDEBUG
#define COLBLOCK_ASSUME(condition) \
    do {                           \
        if (!(condition)) __builtin_unreachable(); \
    } while (false)
#else
#define COLBLOCK_ASSUME(condition) \
    do {                           \
        if (!(condition)) __builtin_trap(); \
    } while (false)
#endif

#define COLBLOCK_ALWAYS_INLINE [[gnu::always_inline]] inline
#define COLBLOCK_NOINLINE [[gnu::noinline]]
#define COLBLOCK_LIKELY(x) __builtin_expect(!!(x), 1)
#define COLBLOCK_UNLIKELY(x) __builtin_expect(!!(x), 0)
