// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "colblock/base/buffer.hpp"

namespace colblock {

/// Bump storage for text that had to be made (unescaped JSON, nested values printed as JSON). Views
/// stay valid until `clear`, and are padded: growing adds a chunk and never moves what is there.
class text_arena {
public:
    /// Writable memory for `n` bytes (plus padding); `commit` what was used.
    char* reserve(std::size_t n);
    /// Ends the text begun by the last `reserve` at `end`; returns it.
    byte_view commit(const char* end) noexcept;
    /// Copies `text`.
    byte_view copy(byte_view text);
    void clear() noexcept;

private:
    std::vector<buffer> x_chunks;
    std::size_t x_current = 0;
};

}  // namespace colblock
