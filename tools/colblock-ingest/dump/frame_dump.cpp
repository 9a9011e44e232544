// SPDX-License-Identifier: Apache-2.0
#include "dump/frame_dump.hpp"

#include <string>

#include "colblock/codec/frame.hpp"

namespace colblock::dump {

namespace {

std::string method_text(std::uint8_t method) {
    switch (static_cast<codec::method>(method)) {
    case codec::method::none: return "none";
    case codec::method::lz4: return "LZ4";
    case codec::method::zstd: return "ZSTD";
    }
    return "unknown";
}

// The head of a frame that decodes, so that it is whole.
void note_frame(wire::cursor& in, std::uint64_t index, std::uint64_t end, const annotate& note) {
    const auto add = [&](std::uint64_t len, unsigned depth, std::string text) {
        note({in.offset() - len, len, depth, std::move(text)});
    };
    in.bytes(codec::frame_checksum_len);
    add(codec::frame_checksum_len, 0, "frame " + std::to_string(index) + ": checksum, which is right");
    const std::uint8_t method = in.u8();
    add(1, 1, "method: " + method_text(method));
    const auto compressed_len = in.fixed<std::uint32_t>();
    add(4, 1, "compressed: " + std::to_string(compressed_len) + ", of which 9 are this head");
    const auto raw_len = in.fixed<std::uint32_t>();
    add(4, 1, "decompressed: " + std::to_string(raw_len));
    const std::uint64_t len = end - in.offset();
    in.bytes(len);
    add(len, 1, "payload of " + count(len, "byte"));
}

}  // namespace

result<void> frames(byte_view bytes, buffer& content, const annotate& note) {
    wire::cursor in(bytes);
    for (std::uint64_t i = 0; !in.at_end() && in.ok(); ++i) {
        wire::cursor frame = in;
        const std::uint64_t begin = in.offset();
        if (const auto decoded = codec::decode_frame(in, content); !decoded) {
            note({begin, bytes.size() - begin, 0, "(not read)"});
            return decoded;
        }
        note_frame(frame, i, in.offset(), note);
    }
    return in.status();
}

}  // namespace colblock::dump
