// SPDX-License-Identifier: Apache-2.0
#include <lz4frame.h>

#include <algorithm>
#include <new>

#include "receiver/content_encoding.hpp"

namespace colblock::receiver {

// frame := 04 22 4d 18 flags(1) block-size(1) [content-size(8)] [dictionary(4)] checksum(1)
//          (len(4) block [checksum(4)])* 00 00 00 00 [checksum(4)]
//
// The decoder keeps one block of at most 4 MiB besides; output grows as it comes, so nothing is
// decompressed twice.

namespace {

constexpr std::size_t least_room = std::size_t{64} << 10;

}  // namespace

void body_decoder::free_state::operator()(LZ4F_dctx_s* state) const noexcept { LZ4F_freeDecompressionContext(state); }

result<void> body_decoder::decode_lz4(byte_view body, std::size_t max_len, buffer& out) {
    if (!x_lz4) {
        LZ4F_dctx* fresh = nullptr;
        if (LZ4F_isError(LZ4F_createDecompressionContext(&fresh, LZ4F_VERSION))) throw std::bad_alloc();
        x_lz4.reset(fresh);
    }
    LZ4F_resetDecompressionContext(x_lz4.get());
    std::size_t expected = 1;  // bytes of input that the decoder waits for; 0 at the end of a frame
    while (true) {
        // One byte beyond the limit shows that there is more.
        const std::size_t limit = max_len + 1 - out.size();
        std::size_t room = std::min(std::max(out.size(), least_room), limit);
        std::size_t consumed = body.size();
        char* const to = out.reserve(room);
        expected = LZ4F_decompress(x_lz4.get(), to, &room, body.data(), &consumed, nullptr);
        if (LZ4F_isError(expected)) return fail(errc::bad_body_encoding);
        out.set_end(to + room);
        body.remove_prefix(consumed);
        if (out.size() > max_len) return fail(errc::too_large, max_len);
        if (expected == 0 && body.empty()) return {};
        if (consumed == 0 && room == 0) return fail(errc::bad_body_encoding);
    }
}

}  // namespace colblock::receiver
