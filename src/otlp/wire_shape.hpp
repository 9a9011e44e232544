// SPDX-License-Identifier: Apache-2.0
#pragma once

// Walks any OTLP message by its fields, without reading them. The decoders detect that something is wrong and go on no further;
// this walk says what and where. It also checks what they pass over: what a later member of a
// oneof replaced, and what no batch holds.

#include "colblock/base/bytes.hpp"
#include "colblock/base/result.hpp"
#include "otlp/wire_fields.hpp"

namespace colblock::otlp {

/// Whether `message` is well-formed and nests values no deeper than limits::max_value_depth. Offsets in
/// errors count from `origin`; `value_depth` values are open around the message.
result<void> check(shape message_shape, byte_view message, const char* origin, unsigned value_depth = 0);

/// The same, when nobody asks what is wrong.
inline bool is_well_formed(shape message_shape, byte_view message, unsigned value_depth = 0) {
    return check(message_shape, message, message.data(), value_depth).has_value();
}

}  // namespace colblock::otlp
