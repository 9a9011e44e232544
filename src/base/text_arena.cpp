// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/text_arena.hpp"

#include <algorithm>

namespace colblock {

char* text_arena::reserve(std::size_t n) {
    constexpr std::size_t chunk_len = std::size_t{64} << 10;
    while (x_current < x_chunks.size()) {
        buffer& chunk = x_chunks[x_current];
        if (chunk.capacity() - chunk.size() >= n) return chunk.reserve(n);
        ++x_current;
    }
    return x_chunks.emplace_back(std::max(n, chunk_len)).reserve(n);
}

byte_view text_arena::commit(const char* end) noexcept {
    buffer& chunk = x_chunks[x_current];
    const char* const begin = chunk.data() + chunk.size();
    chunk.set_end(end);
    return {begin, static_cast<std::size_t>(end - begin)};
}

byte_view text_arena::copy(byte_view text) {
    char* to = reserve(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return commit(to + text.size());
}

void text_arena::clear() noexcept {
    for (buffer& chunk : x_chunks) chunk.clear();
    x_current = 0;
}

}  // namespace colblock
