// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace colblock::support {

/// Allocations of the whole program so far: operator new, malloc and all that stand on it. Link
/// support/allocation_counter.cpp.
std::size_t num_allocations() noexcept;

}  // namespace colblock::support
