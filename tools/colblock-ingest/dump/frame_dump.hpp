// SPDX-License-Identifier: Apache-2.0
#pragma once

// The grammar is that of docs/formats/compressed_frame.md.

#include "colblock/base/buffer.hpp"
#include "colblock/base/result.hpp"
#include "dump/annotation.hpp"

namespace colblock::dump {

/// Annotates compressed frames, one after the other, to the end of the input, and appends what they hold to
/// `content`. Bytes that cannot be read are annotated as such; the error is what is wrong, with its offset.
result<void> frames(byte_view bytes, buffer& content, const annotate& note);

}  // namespace colblock::dump
