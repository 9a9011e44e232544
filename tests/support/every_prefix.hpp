// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace colblock::support {

/// Calls `check(prefix)` with every proper prefix of `input`, shortest first. Each lies in memory of its
/// own that ends where it ends, so that AddressSanitizer sees a read past it.
template <class Check>
void for_every_prefix(std::string_view input, Check&& check) {
    for (std::size_t len = 0; len != input.size(); ++len) {
        const auto copy = std::make_unique_for_overwrite<char[]>(len);
        std::memcpy(copy.get(), input.data(), len);
        check(std::string_view(copy.get(), len));
    }
}

}  // namespace colblock::support
