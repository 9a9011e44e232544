// SPDX-License-Identifier: Apache-2.0
#include "receiver/content_encoding_snappy.hpp"

#include <snappy-c.h>

#include <boost/crc.hpp>

#include "colblock/base/endian.hpp"

namespace colblock::receiver {

// block         := varint decoded-len, elements
// framed stream := identifier chunk*
// identifier    := ff 06 00 00 "sNaPpY"; may come again, as the first chunk of a stream put behind another
// chunk         := type(1) len(3) data
//   00          compressed: masked CRC-32C of the content, block of at most 64 KiB decoded
//   01          uncompressed: masked CRC-32C, content
//   80 .. fe    skipped (fe is padding); 02 .. 7f are an error
//
// A block states its size, but it cannot be larger than 22 times its input (a copy of 64 bytes takes
// three), so a declaration is a lie at worst, and costs what was sent.

namespace {

constexpr std::string_view identifier("\xff\x06\x00\x00sNaPpY", 10);
constexpr std::size_t max_chunk_content_len = std::size_t{64} << 10;

std::uint32_t masked_crc(byte_view content) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(content.data(), content.size());
    const auto value = static_cast<std::uint32_t>(crc.checksum());
    return (value >> 15 | value << 17) + 0xa282ead8u;
}

result<void> decode_block(byte_view block, std::size_t max_len, buffer& out) {
    std::size_t len = 0;
    if (snappy_uncompressed_length(block.data(), block.size(), &len) != SNAPPY_OK) return fail(errc::bad_body_encoding);
    if (len / 22 > block.size()) return fail(errc::bad_body_encoding);
    if (len > max_len - out.size()) return fail(errc::too_large, max_len);
    char* const to = out.reserve(len + 1);
    if (snappy_uncompress(block.data(), block.size(), to, &len) != SNAPPY_OK) return fail(errc::bad_body_encoding);
    out.set_end(to + len);
    return {};
}

result<void> decode_content(byte_view data, bool compressed, std::size_t max_len, buffer& out) {
    if (data.size() < 4) return fail(errc::bad_body_encoding);
    const auto crc = load<std::uint32_t>(data.data());
    const byte_view content = data.substr(4);
    const std::size_t begin = out.size();
    if (compressed) {
        COLBLOCK_TRY(decode_block(content, max_len, out));
    } else {
        if (content.size() > max_len - out.size()) return fail(errc::too_large, max_len);
        out.append(content);
    }
    const byte_view decoded = out.view().substr(begin);
    const bool good = decoded.size() <= max_chunk_content_len && masked_crc(decoded) == crc;
    return good ? result<void>() : fail(errc::bad_body_encoding);
}

result<void> decode_framed(byte_view stream, std::size_t max_len, buffer& out) {
    while (!stream.empty()) {
        if (stream.size() < 4) return fail(errc::bad_body_encoding);
        const auto type = static_cast<unsigned char>(stream[0]);
        const std::size_t len = load<std::uint32_t>(stream.data()) >> 8;
        if (len > stream.size() - 4) return fail(errc::bad_body_encoding);
        const byte_view data = stream.substr(4, len);
        if (type <= 1) {
            COLBLOCK_TRY(decode_content(data, type == 0, max_len, out));
        } else if (type < 0x80 || (type == 0xff && stream.substr(0, 4 + len) != identifier)) {
            return fail(errc::bad_body_encoding);
        }
        stream.remove_prefix(4 + len);
    }
    return {};
}

}  // namespace

result<void> decode_snappy(byte_view body, std::size_t max_len, buffer& out) {
    return body.starts_with(identifier) ? decode_framed(body, max_len, out) : decode_block(body, max_len, out);
}

}  // namespace colblock::receiver
