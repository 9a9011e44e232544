// SPDX-License-Identifier: Apache-2.0
#include <zstd.h>
#include <zstd_errors.h>

#include <new>

#include "receiver/content_encoding.hpp"
#include "receiver/content_encoding_growth.hpp"

namespace colblock::receiver {

// frame := 28 b5 2f fd header block+ [checksum(4)]; the header may state the content's size
//
// Frames are decompressed whole, so the output itself is the window and none is allocated, whatever
// the header asks for (up to 3.75 TiB). A stream decoder would have to be bounded apart from the body.

void body_decoder::free_state::operator()(ZSTD_DCtx_s* state) const noexcept { ZSTD_freeDCtx(state); }

namespace {

// Room behind the content for the decoder's literals: without it they lie in two pieces, which costs up to
// a third of the speed (bench/inflate_bench, rich_spans).
constexpr std::size_t literals_room = std::size_t{256} << 10;

}  // namespace

result<void> body_decoder::decode_zstd(byte_view body, std::size_t max_len, buffer& out) {
    if (!x_zstd) x_zstd.reset(ZSTD_createDCtx());
    if (!x_zstd) throw std::bad_alloc();
    do {
        const std::size_t frame_len = ZSTD_findFrameCompressedSize(body.data(), body.size());
        const unsigned long long declared = ZSTD_getFrameContentSize(body.data(), body.size());
        if (ZSTD_isError(frame_len) || declared == ZSTD_CONTENTSIZE_ERROR) return fail(errc::bad_body_encoding);
        const auto decompress = [&](char* to, std::size_t room, std::size_t& produced) {
            produced = ZSTD_decompressDCtx(x_zstd.get(), to, room, body.data(), frame_len);
            if (!ZSTD_isError(produced)) return attempt::done;
            return ZSTD_getErrorCode(produced) == ZSTD_error_dstSize_tooSmall ? attempt::no_room : attempt::malformed;
        };
        if (declared == ZSTD_CONTENTSIZE_UNKNOWN) {
            COLBLOCK_TRY(decompress_growing(usual_decoded_len(frame_len), max_len, out, decompress));
        } else {
            if (declared > max_len - out.size()) return fail(errc::too_large, max_len);
            const std::size_t room = static_cast<std::size_t>(declared) + literals_room;
            char* const to = out.reserve(room);
            std::size_t produced = 0;  // what was declared, or the decoder fails
            if (decompress(to, room, produced) != attempt::done) return fail(errc::bad_body_encoding);
            out.set_end(to + produced);
        }
        body.remove_prefix(frame_len);
    } while (!body.empty());
    return {};
}

}  // namespace colblock::receiver
