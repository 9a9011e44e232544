// SPDX-License-Identifier: Apache-2.0
#include "codec/compressor.hpp"

#include <lz4.h>
#include <lz4hc.h>
#include <zstd.h>

#include <cstdlib>
#include <new>

namespace colblock::codec {

namespace {

void* allocate(std::size_t len) {
    void* memory = std::malloc(len);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

}  // namespace

std::size_t compressor::bound(std::size_t raw_len) const noexcept {
    switch (x_how.method) {
    case method::lz4:
        return static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(raw_len)));
    case method::zstd:
        return ZSTD_compressBound(raw_len);
    case method::none:
        break;
    }
    return raw_len;
}

std::size_t compressor::compress(byte_view raw, char* to) {
    switch (x_how.method) {
    case method::lz4:
        return x_how.high ? compress_lz4hc(raw, to) : compress_lz4(raw, to);
    case method::zstd:
        return compress_zstd(raw, to);
    case method::none:
        break;
    }
    return 0;
}

std::size_t compressor::compress_lz4(byte_view raw, char* to) {
    if (x_state == nullptr) x_state = state(allocate(static_cast<std::size_t>(LZ4_sizeofState())), &std::free);
    const int raw_len = static_cast<int>(raw.size());
    return static_cast<std::size_t>(
        LZ4_compress_fast_extState(x_state.get(), raw.data(), to, raw_len, LZ4_compressBound(raw_len), x_how.level));
}

std::size_t compressor::compress_lz4hc(byte_view raw, char* to) {
    if (x_state == nullptr) x_state = state(allocate(static_cast<std::size_t>(LZ4_sizeofStateHC())), &std::free);
    const int raw_len = static_cast<int>(raw.size());
    return static_cast<std::size_t>(
        LZ4_compress_HC_extStateHC(x_state.get(), raw.data(), to, raw_len, LZ4_compressBound(raw_len), x_how.level));
}

std::size_t compressor::compress_zstd(byte_view raw, char* to) {
    if (x_state == nullptr)
        x_state = state(ZSTD_createCCtx(), [](void* context) { ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(context)); });
    if (x_state == nullptr) throw std::bad_alloc();
    const std::size_t len = ZSTD_compressCCtx(static_cast<ZSTD_CCtx*>(x_state.get()), to,
                                              ZSTD_compressBound(raw.size()), raw.data(), raw.size(), x_how.level);
    return ZSTD_isError(len) != 0 ? 0 : len;
}

}  // namespace colblock::codec
