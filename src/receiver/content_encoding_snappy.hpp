// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/base/buffer.hpp"
#include "colblock/base/result.hpp"

namespace colblock::receiver {

/// Appends what `body`, a snappy block or a framed snappy stream, decompresses to. Fails as
/// body_decoder::decode does.
result<void> decode_snappy(byte_view body, std::size_t max_len, buffer& out);

}  // namespace colblock::receiver
