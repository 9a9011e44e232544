// SPDX-License-Identifier: Apache-2.0
#pragma once

// length-prefixed-message := compressed-flag length bytes
// compressed-flag         := 0 | 1        one byte
// length                  := 4 bytes, big-endian
//
// The stream of DATA frames has no relation to it: a prefix may be split anywhere.

#include <array>
#include <cstdint>

#include "colblock/base/result.hpp"
#include "receiver/buffer_pool.hpp"

namespace colblock::receiver {

/// The one message of a unary call, put together from whatever pieces it comes in.
///
/// A long message is not copied out of the buffer that it is received into: its pieces are moved together at the begin
/// of that, over what stood between them. While input is read, the content of its buffer is such a message, or nothing.
///
///     message.settle(input)      when all input has been read: takes the buffer over
///     message.copy_from(input)   before that: takes a copy
///     input = message.lend()     before the next input, which is then received right behind the message
class grpc_message {
public:
    static constexpr std::size_t prefix_len = 5;

    explicit grpc_message(buffer_pool& pool) : x_pool(&pool) {}
    grpc_message(const grpc_message&) = delete;
    grpc_message& operator=(const grpc_message&) = delete;
    ~grpc_message() { drop(); }

    /// `piece` lies in `input` behind its content, or elsewhere. Fails with too_large for a message that is longer than
    /// `max_len` by its own account, with bad_body_encoding for an unknown flag and for what follows the message. A failed
    /// message holds nothing.
    result<void> append(byte_view piece, std::size_t max_len, buffer& input);
    /// Whether the content of the input is this message.
    [[nodiscard]] bool in_input() const noexcept { return x_in_input; }
    /// Takes over the input that it is in.
    void settle(buffer input) noexcept;
    /// Copies itself out of the input, for there is more to be read behind it.
    void copy_from(const buffer& input);
    /// Whether more of a long message is to come.
    [[nodiscard]] bool can_lend() const noexcept {
        return x_missing_len != 0 && x_bytes.capacity() >= buffer_pool::usual_len;
    }
    /// Its buffer, with room for more, to be the input.
    [[nodiscard]] buffer lend();

    [[nodiscard]] bool complete() const noexcept { return x_prefix_len == prefix_len && x_missing_len == 0; }
    [[nodiscard]] bool empty() const noexcept { return x_prefix_len == 0; }
    [[nodiscard]] bool compressed() const noexcept { return x_prefix[0] != 0; }
    /// Hands the bytes over; the pool forgets them. What is not needed goes to buffer_pool::keep.
    [[nodiscard]] buffer take();
    /// Gives the memory back.
    void drop() noexcept;

private:
    result<void> begin(std::size_t max_len);
    void make_room(std::size_t len);

    buffer_pool* x_pool;
    std::array<unsigned char, prefix_len> x_prefix{};
    std::size_t x_prefix_len = 0;   // received
    std::size_t x_missing_len = 0;  // of the message
    buffer x_bytes;                 // from the pool, or small and counted there
    bool x_in_input = false;        // and not in x_bytes
};

}  // namespace colblock::receiver
