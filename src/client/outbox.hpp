// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is to be sent, as packets go over the connection:
//
//   stream := packet*                       not chunked
//   stream := (chunk* end)*                 chunked, from revision 54470 if the server insists
//   chunk  := len:u32 bytes                 len >= 1; a packet may be cut anywhere
//   end    := 0:u32

#include <cstddef>
#include <span>
#include <vector>

#include "colblock/base/bytes.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::client {

/// A queue of byte ranges, some copied, some borrowed from the caller until they are consumed.
class outbox {
public:
    [[nodiscard]] bool empty() const noexcept { return x_pieces.num_pieces() == x_next; }
    /// From now on packets are chunked.
    void start_chunks() noexcept { x_chunked = true; }

    /// Adds bytes outside any packet.
    void add_raw(const wire::segments& bytes);
    /// Adds a packet: `head` is copied, the views of `body` are borrowed.
    void add_packet(const wire::segments& head, std::span<const byte_view> body = {});

    /// What to write next: a few dozen views at most. Valid until the next call.
    [[nodiscard]] std::span<const byte_view> front();
    /// Drops the first `n` bytes of what `front` gave.
    void consume(std::size_t n);
    /// Drops everything.
    void clear() noexcept;

private:
    void add(byte_view bytes, bool borrowed);

    wire::segments x_pieces;
    std::vector<byte_view> x_front;
    std::size_t x_next = 0;      // the first piece that is not consumed
    std::size_t x_consumed = 0;  // bytes of that piece which are
    bool x_chunked = false;
};

}  // namespace colblock::client
