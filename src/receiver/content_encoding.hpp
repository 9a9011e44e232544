// SPDX-License-Identifier: Apache-2.0
#pragma once

// gzip    := member+                  RFC 1952; several members are one body
// deflate := zlib stream | deflate stream
//                                     RFC 1950 as HTTP means it, or RFC 1951 as some clients send it
// zstd    := frame+                   RFC 8878; skippable frames are skipped, dictionaries are not known
// lz4     := frame+                   the LZ4 frame format
// snappy  := block | framed stream    told apart by the identifier that a framed stream begins with
//
// Content-Encoding := coding ("," coding)*, of which one at most is not identity
//
// Memory never exceeds the limit, whatever sizes a body declares. Where the size is not known, output
// grows by doubling and starts again, so a bomb costs at most twice the limit in work.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "colblock/base/buffer.hpp"
#include "colblock/base/result.hpp"

struct libdeflate_decompressor;
struct ZSTD_DCtx_s;
struct LZ4F_dctx_s;

namespace colblock::receiver {

enum class content_encoding : std::uint8_t { identity, gzip, deflate, zstd, lz4, snappy };

/// What parse_content_encoding takes, as the value of an Accept-Encoding field.
inline constexpr std::string_view accepted_content_encodings = "gzip, zstd, deflate, lz4, snappy, identity";

/// Reads a Content-Encoding value, in any case; empty is identity. nullopt: not offered here.
[[nodiscard]] std::optional<content_encoding> parse_content_encoding(std::string_view value) noexcept;

/// Undoes the compression of bodies. One a thread: it keeps the state of its decompressors, each from
/// the first body that needs it.
class body_decoder {
public:
    /// Writes what `body` decompresses to over `out`. Fails with too_large if that is more than `max_len`
    /// bytes, with bad_body_encoding if it does not decompress; `out` is unspecified then.
    result<void> decode(content_encoding how, byte_view body, std::size_t max_len, buffer& out);

private:
    struct free_state {
        void operator()(libdeflate_decompressor* state) const noexcept;
        void operator()(ZSTD_DCtx_s* state) const noexcept;
        void operator()(LZ4F_dctx_s* state) const noexcept;
    };

    result<void> decode_gzip(byte_view body, std::size_t max_len, buffer& out);
    result<void> decode_deflate(byte_view body, std::size_t max_len, buffer& out);
    result<void> decode_zstd(byte_view body, std::size_t max_len, buffer& out);
    result<void> decode_lz4(byte_view body, std::size_t max_len, buffer& out);
    libdeflate_decompressor& inflater();

    std::unique_ptr<libdeflate_decompressor, free_state> x_inflater;
    std::unique_ptr<ZSTD_DCtx_s, free_state> x_zstd;
    std::unique_ptr<LZ4F_dctx_s, free_state> x_lz4;
};

}  // namespace colblock::receiver
