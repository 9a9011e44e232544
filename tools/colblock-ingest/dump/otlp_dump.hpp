// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/base/result.hpp"
#include "colblock/base/signal.hpp"
#include "dump/annotation.hpp"

namespace colblock::dump {

/// Annotates a protobuf request, field by field. Bytes that cannot be read are annotated as such, up to the
/// end of the input; the error is the first thing that is wrong, with its offset.
result<void> otlp_request(byte_view request, signal kind, const annotate& note);

}  // namespace colblock::dump
