// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace colblock {

/// The release these headers belong to. A test holds it to the version of the CMake project.
inline constexpr std::string_view version = "0.1.0";

}  // namespace colblock
