// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "colblock/otlp/batch.hpp"
#include "support/record_text.hpp"

namespace colblock::support {

/// Appends the records of a batch as text.
void append_records(const otlp::span_batch& batch, records& to);
void append_records(const otlp::log_batch& batch, records& to);
void append_records(const otlp::point_batch& batch, records& to);

}  // namespace colblock::support
