// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "colblock/base/buffer.hpp"

namespace colblock::receiver {

/// Receive buffers of one thread. Idle connections hold none, so ten thousand of them cost nothing;
/// a buffer that was just consumed is still in cache when the next connection receives into it.
/// `in_use_len` is what bounds the memory of bodies on their way in.
class buffer_pool {
public:
    /// A body of 150 KB and its head fit; larger ones grow.
    static constexpr std::size_t usual_len = std::size_t{256} << 10;
    static constexpr std::size_t max_kept = 8;
    static constexpr std::size_t max_kept_len = std::size_t{4} << 20;

    /// An empty buffer with room for `usual_len` bytes.
    [[nodiscard]] buffer take() {
        if (x_free.empty()) {
            buffer fresh(usual_len);
            x_in_use_len += fresh.capacity();
            return fresh;
        }
        buffer kept = std::move(x_free.back());
        x_free.pop_back();
        x_in_use_len += kept.capacity();
        return kept;
    }
    /// Takes a buffer back, whatever is left of it.
    void give(buffer used) {
        x_in_use_len -= used.capacity();
        keep(std::move(used));
    }
    /// Takes a forgotten buffer, or any other, for later use.
    void keep(buffer used) {
        used.clear();
        if (x_free.size() < max_kept && used.capacity() >= usual_len && used.capacity() <= max_kept_len)
            x_free.push_back(std::move(used));
    }
    /// A taken buffer grew.
    void note_growth(std::size_t from, std::size_t to) noexcept { x_in_use_len += to - from; }
    /// A taken buffer of `capacity` went to somebody who may keep it.
    void forget(std::size_t capacity) noexcept { x_in_use_len -= capacity; }

    /// Bytes of all buffers that were taken and not given back.
    [[nodiscard]] std::size_t in_use_len() const noexcept { return x_in_use_len; }

private:
    std::vector<buffer> x_free;
    std::size_t x_in_use_len = 0;
};

}  // namespace colblock::receiver
