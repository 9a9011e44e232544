// SPDX-License-Identifier: Apache-2.0
#include "pipeline/frame_pool.hpp"

#include <algorithm>
#include <utility>

namespace colblock::pipeline {

namespace {

// Blocks of one table differ in length by a few per cent: rounding makes them fit each other's memory.
constexpr std::size_t granularity = std::size_t{64} << 10;
constexpr std::size_t rounded(std::size_t len) noexcept { return (len + granularity - 1) / granularity * granularity; }

// Memory that is larger than this for what it has to hold stays idle.
constexpr std::size_t most_for(std::size_t len) noexcept { return len + len / 4 + granularity; }

}  // namespace

buffer frame_pool::copy(byte_view frames) {
    buffer to;
    {
        const std::lock_guard lock(x_mutex);
        const auto fitting = std::ranges::find_if(x_idle, [&](const buffer& each) {
            return each.capacity() >= frames.size() && each.capacity() <= most_for(frames.size());
        });
        if (fitting != x_idle.end()) {
            std::swap(*fitting, x_idle.back());
            to = std::move(x_idle.back());
            x_idle.pop_back();
            x_idle_len -= to.capacity();
        }
    }
    if (to.capacity() < frames.size()) to.reserve(rounded(frames.size() + read_padding) - read_padding);
    to.append(frames);
    return to;
}

void frame_pool::give(buffer&& used) {
    buffer mine = std::move(used);
    mine.clear();
    const std::lock_guard lock(x_mutex);
    if (mine.capacity() == 0 || x_idle_len + mine.capacity() > max_idle_len) return;
    x_idle_len += mine.capacity();
    x_idle.push_back(std::move(mine));
}

}  // namespace colblock::pipeline
