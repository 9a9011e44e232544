// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace colblock::gen {

/// What a program of some language throws.
struct fault {
    std::string_view type;
    std::string_view message;
    std::string_view stack;  ///< its first lines
    std::string_view frame;  ///< a further line, with {} for its number
};

/// The fault of a language as `service::language` names it.
[[nodiscard]] const fault& fault_of(std::string_view language) noexcept;

}  // namespace colblock::gen
