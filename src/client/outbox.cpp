// SPDX-License-Identifier: Apache-2.0
#include "client/outbox.hpp"

#include <algorithm>
#include <cstdint>

namespace colblock::client {

namespace {

/// One writev takes up to 64 ranges through Asio.
constexpr std::size_t max_front = 64;
constexpr std::size_t max_chunk_len = std::size_t{1} << 30;

}  // namespace

void outbox::add_raw(const wire::segments& bytes) {
    for (std::size_t i = 0; i != bytes.num_pieces(); ++i) x_pieces.copy(bytes[i].bytes);
}

void outbox::add_packet(const wire::segments& head, std::span<const byte_view> body) {
    for (std::size_t i = 0; i != head.num_pieces(); ++i) add(head[i].bytes, false);
    for (const byte_view bytes : body) add(bytes, true);
    if (x_chunked) x_pieces.fixed(std::uint32_t{0});
}

void outbox::add(byte_view bytes, bool borrowed) {
    while (!bytes.empty()) {
        const byte_view chunk = x_chunked ? bytes.substr(0, max_chunk_len) : bytes;
        if (x_chunked) x_pieces.fixed(static_cast<std::uint32_t>(chunk.size()));
        if (borrowed)
            x_pieces.borrow(chunk);
        else
            x_pieces.copy(chunk);
        bytes.remove_prefix(chunk.size());
    }
}

std::span<const byte_view> outbox::front() {
    x_front.clear();
    const std::size_t end = std::min(x_pieces.num_pieces(), x_next + max_front);
    for (std::size_t i = x_next; i != end; ++i) x_front.push_back(x_pieces[i].bytes);
    if (!x_front.empty()) x_front.front().remove_prefix(x_consumed);
    return x_front;
}

void outbox::consume(std::size_t n) {
    while (n != 0) {
        COLBLOCK_ASSUME(!empty());
        const std::size_t left = x_pieces[x_next].bytes.size() - x_consumed;
        if (n < left) {
            x_consumed += n;
            return;
        }
        n -= left;
        ++x_next;
        x_consumed = 0;
    }
    if (empty()) clear();
}

void outbox::clear() noexcept {
    x_pieces.clear();
    x_next = x_consumed = 0;
}

}  // namespace colblock::client
