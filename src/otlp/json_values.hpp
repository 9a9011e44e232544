// SPDX-License-Identifier: Apache-2.0
#pragma once

// What JSON strings hold that are not text.

#include "colblock/base/buffer.hpp"
#include "colblock/base/bytes.hpp"

namespace colblock::otlp::json {

/// Appends the bytes that `hex` stands for, two digits of either case a byte. Nothing if it is no hex: an id of a
/// wrong length, which is what the protobuf decoders make of it.
void append_id(buffer& to, byte_view hex);

/// Appends the bytes that `text` stands for: base64 in the standard or the URL alphabet, with or without padding.
/// False if it is neither; some bytes may have been appended then.
bool append_base64(buffer& to, byte_view text);

}  // namespace colblock::otlp::json
