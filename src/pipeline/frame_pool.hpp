// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "colblock/base/buffer.hpp"

namespace colblock::pipeline {

/// Memory of sealed blocks, used again: lanes copy their frames in, and the committer gives them back once the rows
/// are stored. A block is thus held in hardly more than its own length (the encoder works in memory for the
/// worst case), and its pages are not faulted in anew for every block. Thread-safe.
class frame_pool {
public:
    /// A buffer that holds `frames`.
    [[nodiscard]] buffer copy(byte_view frames);
    /// Takes memory back; keeps little of it.
    void give(buffer&& used);

private:
    // Idle memory: about a group of blocks, the most that is given back at once.
    static constexpr std::size_t max_idle_len = std::size_t{16} << 20;

    std::mutex x_mutex;
    std::vector<buffer> x_idle;
    std::size_t x_idle_len = 0;
};

}  // namespace colblock::pipeline
