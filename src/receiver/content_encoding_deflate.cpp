// SPDX-License-Identifier: Apache-2.0
#include <libdeflate.h>

#include <new>

#include "colblock/base/endian.hpp"
#include "receiver/content_encoding.hpp"
#include "receiver/content_encoding_growth.hpp"

namespace colblock::receiver {

namespace {

// member      := 1f 8b 08 flags(1) time(4) extra(1) os(1) optional-fields deflate crc32(4) len(4)
// zlib stream := CMF(1) FLG(1) deflate adler32(4)
//                CMF := 8 + 16 * window, window <= 7; 256 * CMF + FLG is a multiple of 31

// The size that a gzip stream declares in its last four bytes: true for one member, a hint otherwise.
std::size_t declared_len(byte_view rest) noexcept {
    const std::size_t usual = usual_decoded_len(rest.size());
    if (rest.size() < 18) return usual;
    const auto declared = load<std::uint32_t>(rest.data() + rest.size() - 4);
    // Deflate cannot exceed 1032:1, so a larger declaration is a lie.
    return declared != 0 && declared / 1032 <= rest.size() ? declared : usual;
}

// A bare deflate stream that looks like this begins with a stored block whose padding is not zero,
// which no compressor writes.
bool is_zlib(byte_view body) noexcept {
    if (body.size() < 2) return false;
    const auto first = static_cast<unsigned char>(body[0]);
    const auto second = static_cast<unsigned char>(body[1]);
    return (first & 0x0f) == 8 && first >> 4 <= 7 && (first * 256u + second) % 31 == 0;
}

attempt outcome_of(libdeflate_result status) noexcept {
    if (status == LIBDEFLATE_SUCCESS) return attempt::done;
    return status == LIBDEFLATE_INSUFFICIENT_SPACE ? attempt::no_room : attempt::malformed;
}

}  // namespace

void body_decoder::free_state::operator()(libdeflate_decompressor* state) const noexcept {
    libdeflate_free_decompressor(state);
}

libdeflate_decompressor& body_decoder::inflater() {
    if (!x_inflater) x_inflater.reset(libdeflate_alloc_decompressor());
    if (!x_inflater) throw std::bad_alloc();
    return *x_inflater;
}

result<void> body_decoder::decode_gzip(byte_view body, std::size_t max_len, buffer& out) {
    do {
        std::size_t consumed = 0;
        const auto inflate = [&](char* to, std::size_t room, std::size_t& produced) {
            return outcome_of(libdeflate_gzip_decompress_ex(&inflater(), body.data(), body.size(), to, room, &consumed,
                                                            &produced));
        };
        COLBLOCK_TRY(decompress_growing(declared_len(body), max_len, out, inflate));
        body.remove_prefix(consumed);
    } while (!body.empty());
    return {};
}

result<void> body_decoder::decode_deflate(byte_view body, std::size_t max_len, buffer& out) {
    const auto decompress = is_zlib(body) ? &libdeflate_zlib_decompress_ex : &libdeflate_deflate_decompress_ex;
    std::size_t consumed = 0;
    const auto inflate = [&](char* to, std::size_t room, std::size_t& produced) {
        return outcome_of(decompress(&inflater(), body.data(), body.size(), to, room, &consumed, &produced));
    };
    COLBLOCK_TRY(decompress_growing(usual_decoded_len(body.size()), max_len, out, inflate));
    return consumed == body.size() ? result<void>() : fail(errc::bad_body_encoding);
}

}  // namespace colblock::receiver
