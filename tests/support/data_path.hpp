// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace colblock::support {

/// The path of a file or folder below tests/. Where the checkout lies is compiled into one source, so that
/// a compiler cache serves all others to every checkout.
[[nodiscard]] std::string data_path(std::string_view below_tests);

}  // namespace colblock::support
