// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "colblock/otlp/batch.hpp"

namespace colblock::otlp {

/// Leaves in `batch` only the records i with `stays[i]`, in their order; runs that lose all their records go
/// too, resources, scopes and metrics stay. `stays` has one entry a record.
void retain(span_batch& batch, std::span<const bool> stays);
void retain(log_batch& batch, std::span<const bool> stays);
void retain(point_batch& batch, std::span<const bool> stays);

}  // namespace colblock::otlp
