// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/payload_reader.hpp"
#include "colblock/otlp/value_reader.hpp"

namespace colblock::otlp {

/// Appends a data point of the batch's kind to `batch`, but for metric_of. A point that is left out leaves
/// no trace.
payload_reader::outcome append_point(point_batch& batch, value_reader& values, byte_view point);

}  // namespace colblock::otlp
