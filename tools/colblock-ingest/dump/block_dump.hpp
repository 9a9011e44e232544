// SPDX-License-Identifier: Apache-2.0
#pragma once

// The grammar is that of docs/formats/native_block.md.

#include "colblock/base/result.hpp"
#include "colblock/wire/revision.hpp"
#include "dump/annotation.hpp"

namespace colblock::dump {

/// Annotates native blocks, one after the other, to the end of the input. Bytes that cannot be read are annotated as
/// such; the error is what is wrong, with its offset.
result<void> native_blocks(byte_view blocks, wire::revision revision, const annotate& note);

}  // namespace colblock::dump
