// SPDX-License-Identifier: Apache-2.0
#include "receiver/grpc_message.hpp"

#include <algorithm>

namespace colblock::receiver {

namespace {

// Below this a message gets memory of its own: many small streams would otherwise hold a pool's buffer each.
constexpr std::size_t min_pooled_len = buffer_pool::usual_len / 4;

}  // namespace

result<void> grpc_message::append(byte_view piece, std::size_t max_len) {
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
    make_room(piece.size());
    x_bytes.append(piece);
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
void grpc_message::make_room(std::size_t piece_len) {
    if (x_bytes.capacity() == 0 && x_missing_len >= min_pooled_len) x_bytes = x_pool->take();
    const std::size_t before = x_bytes.capacity();
    if (before - x_bytes.size() >= piece_len) return;
    const std::size_t justified = std::max({piece_len, x_bytes.size(), min_pooled_len});
    x_bytes.reserve(std::max(piece_len, std::min(x_missing_len, justified)));
    x_pool->note_growth(before, x_bytes.capacity());
}

buffer grpc_message::take() {
    x_pool->forget(x_bytes.capacity());
    return std::move(x_bytes);
}

void grpc_message::drop() noexcept {
    if (x_bytes.capacity() != 0) x_pool->give(std::move(x_bytes));
}

}  // namespace colblock::receiver
