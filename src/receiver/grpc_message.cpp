// SPDX-License-Identifier: Apache-2.0
#include "receiver/grpc_message.hpp"

#include <algorithm>
#include <cstring>

namespace colblock::receiver {

namespace {

// Below this a message gets memory of its own: many small streams would otherwise hold a pool's buffer each.
constexpr std::size_t min_pooled_len = buffer_pool::usual_len / 4;

}  // namespace

result<void> grpc_message::append(byte_view piece, std::size_t max_len, buffer& input) {
    if (x_prefix_len != prefix_len) {
        for (; x_prefix_len != prefix_len && !piece.empty(); piece.remove_prefix(1))
            x_prefix[x_prefix_len++] = static_cast<unsigned char>(piece.front());
        if (x_prefix_len != prefix_len) return {};
        if (auto begun = begin(max_len); !begun) return begun;
    }
    if (piece.size() > x_missing_len) {
        drop();
        return fail(errc::bad_body_encoding);
    }
    if (piece.empty()) return {};
    if (x_bytes.capacity() == 0 && x_missing_len >= min_pooled_len && input.empty()) x_in_input = true;
    if (x_in_input) {
        char* const to = input.data() + input.size();
        if (to != piece.data()) std::memmove(to, piece.data(), piece.size());
        input.set_end(to + piece.size());
    } else {
        make_room(piece.size());
        x_bytes.append(piece);
    }
    x_missing_len -= piece.size();
    return {};
}

result<void> grpc_message::begin(std::size_t max_len) {
    if (x_prefix[0] > 1) return fail(errc::bad_body_encoding);
    std::size_t len = 0;
    for (std::size_t i = 1; i != prefix_len; ++i) len = len << 8 | x_prefix[i];
    if (len > max_len) return fail(errc::too_large, max_len);
    x_missing_len = len;
    return {};
}

// An announced length is only a claim: it is followed in steps that the bytes received so far justify.
void grpc_message::make_room(std::size_t len) {
    if (x_bytes.capacity() == 0 && x_missing_len >= min_pooled_len) x_bytes = x_pool->take();
    const std::size_t before = x_bytes.capacity();
    if (before - x_bytes.size() >= len) return;
    const std::size_t justified = std::max({len, x_bytes.size(), min_pooled_len});
    x_bytes.reserve(std::max(len, std::min(x_missing_len, justified)));
    x_pool->note_growth(before, x_bytes.capacity());
}

void grpc_message::settle(buffer input) noexcept {
    x_bytes = std::move(input);
    x_in_input = false;
}

void grpc_message::copy_from(const buffer& input) {
    x_in_input = false;
    make_room(input.size());
    x_bytes.append(input.view());
}

buffer grpc_message::lend() {
    make_room(min_pooled_len);
    x_in_input = true;
    return std::move(x_bytes);
}

buffer grpc_message::take() {
    x_pool->forget(x_bytes.capacity());
    return std::move(x_bytes);
}

void grpc_message::drop() noexcept {
    x_in_input = false;
    if (x_bytes.capacity() != 0) x_pool->give(std::move(x_bytes));
}

}  // namespace colblock::receiver
