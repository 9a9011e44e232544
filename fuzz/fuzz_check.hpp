// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// A property that must hold for every input, in every build type.
#define FUZZ_CHECK(condition)                    \
    do {                                         \
        if (!(condition)) __builtin_trap();      \
    } while (false)
