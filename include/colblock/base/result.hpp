// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>

#include "colblock/base/error.hpp"

namespace colblock {

/// A value, or what is wrong with the input.
template <class T>
using result = std::expected<T, error>;

/// The failing half of a result.
inline std::unexpected<error> fail(errc code, std::uint64_t offset = 0) noexcept {
    return std::unexpected(error{code, offset});
}

}  // namespace colblock

/// Returns the error of `expression` from the enclosing function, if it has one.
#define COLBLOCK_TRY(expression)                                     \
    do {                                                             \
        if (auto colblock_try_result = (expression); !colblock_try_result) \
            return std::unexpected(colblock_try_result.error());     \
    } while (false)
