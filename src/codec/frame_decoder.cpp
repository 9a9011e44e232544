// SPDX-License-Identifier: Apache-2.0
#include <lz4.h>
#include <zstd.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>

#include "colblock/base/limits.hpp"
#include "colblock/codec/cityhash128.hpp"
#include "colblock/codec/frame.hpp"

namespace colblock::codec {

namespace {

constexpr std::uint32_t sizes_len = frame_header_len - frame_checksum_len;

/// What an incompressible payload may take more than its raw bytes, by either library's own bound.
constexpr std::uint64_t max_compressed_len = limits::max_frame_len + limits::max_frame_len / 128 + 1024;

/// An LZ4 match costs a byte for every 255, so no honest block expands further. Checked before memory
/// is asked for on a stranger's word.
constexpr std::uint64_t max_lz4_ratio = 256;

/// One a thread. Making one asks the processor what it can do, and where a hypervisor has to answer that takes longer than
/// decompressing a short frame.
ZSTD_DCtx* zstd_context() {
    thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    if (!context) throw std::bad_alloc();
    return context.get();
}

bool decompress(method how, byte_view payload, char* to, std::size_t raw_len) {
    switch (how) {
    case method::none:
        if (payload.size() != raw_len) return false;
        std::memcpy(to, payload.data(), raw_len);
        return true;
    case method::lz4:
        return LZ4_decompress_safe(payload.data(), to, static_cast<int>(payload.size()), static_cast<int>(raw_len)) ==
               static_cast<int>(raw_len);
    case method::zstd:
        return ZSTD_decompressDCtx(zstd_context(), to, raw_len, payload.data(), payload.size()) == raw_len;
    }
    return false;
}

/// Reads the frame and moves `in` past it, or says what is wrong with it.
std::optional<errc> decode(wire::cursor& in, buffer& out) {
    const hash128 checksum{in.fixed<std::uint64_t>(), in.fixed<std::uint64_t>()};
    wire::cursor sizes = in;
    const auto how = static_cast<method>(sizes.u8());
    const auto compressed_len = sizes.fixed<std::uint32_t>();
    const auto raw_len = sizes.fixed<std::uint32_t>();
    if (!sizes.ok()) return errc::truncated;
    if (compressed_len > max_compressed_len || raw_len > limits::max_frame_len) return errc::too_large;
    if (compressed_len <= sizes_len || raw_len == 0) return errc::bad_frame;

    const byte_view checked = in.bytes(compressed_len);
    if (!in.ok()) return errc::truncated;
    if (cityhash128(checked) != checksum) return errc::bad_checksum;
    if (how != method::none && how != method::lz4 && how != method::zstd) return errc::bad_codec;
    const byte_view payload = checked.substr(sizes_len);
    if (how == method::lz4 && raw_len / max_lz4_ratio > payload.size()) return errc::bad_frame;
    const std::size_t size_before = out.size();
    if (decompress(how, payload, out.extend(raw_len), raw_len)) return std::nullopt;
    out.truncate(size_before);
    return errc::bad_frame;
}

}  // namespace

result<void> decode_frame(wire::cursor& in, buffer& out) {
    wire::cursor frame = in;
    if (const std::optional<errc> problem = decode(frame, out)) {
        in.fail(*problem);  // at the frame's first byte
        return in.status();
    }
    in = frame;
    return {};
}

}  // namespace colblock::codec
