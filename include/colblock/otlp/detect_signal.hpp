// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "colblock/base/bytes.hpp"
#include "colblock/base/signal.hpp"

namespace colblock::otlp {

/// Which signal a protobuf request is of. The three requests have no mark, and the same fields down to
/// their records; a record is of the signal in which the fewest of its fields, and of those inside it,
/// have a wrong type, are unknown or are missing. The first records are looked at. Nothing if there is no record;
/// a request that is cut off or damaged further behind is told all the same.
[[nodiscard]] std::optional<signal> detect_signal(byte_view request);

}  // namespace colblock::otlp
