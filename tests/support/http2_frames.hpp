// SPDX-License-Identifier: Apache-2.0
#pragma once

// frame := length (24 bits) type flags stream (31 bits) payload
//
// Frames of HTTP/2 typed by hand, for tests of the server's side. Header fields are literals without indexing
// and without Huffman codes (RFC 7541 section 6.2.2): 0x00, length, name, length, value.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace colblock::test {

inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum http2_type : std::uint8_t {
    h2_data = 0, h2_headers = 1, h2_priority = 2, h2_rst_stream = 3, h2_settings = 4, h2_ping = 6, h2_goaway = 7,
    h2_window_update = 8, h2_continuation = 9,
};
enum http2_flag : std::uint8_t { h2_none = 0, h2_end_stream = 1, h2_ack = 1, h2_end_headers = 4, h2_padded = 8 };

inline std::string h2_number(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

inline std::string h2_frame(http2_type type, int flags, std::uint32_t stream, std::string_view payload = {}) {
    std::string out = h2_number(static_cast<std::uint32_t>(payload.size())).substr(1);
    out.push_back(static_cast<char>(type));
    out.push_back(static_cast<char>(flags));
    out += h2_number(stream);
    out += payload;
    return out;
}

using h2_fields = std::vector<std::pair<std::string, std::string>>;

inline std::string h2_text(std::string_view text) {
    std::string out;
    if (text.size() < 127) {
        out.push_back(static_cast<char>(text.size()));
    } else {  // a 7-bit prefix, then 7 bits a byte
        out.push_back(127);
        std::size_t rest = text.size() - 127;
        for (; rest >= 128; rest >>= 7) out.push_back(static_cast<char>(rest | 128));
        out.push_back(static_cast<char>(rest));
    }
    out += text;
    return out;
}

inline std::string h2_block(const h2_fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        out.push_back('\0');
        out += h2_text(name);
        out += h2_text(value);
    }
    return out;
}

inline const std::string logs_export = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

/// HEADERS of a call; `more` fields follow.
inline std::string h2_call(std::uint32_t stream, const std::string& path = logs_export, const h2_fields& more = {}) {
    h2_fields all{{":method", "POST"}, {":scheme", "http"}, {":path", path}, {":authority", "localhost:4317"},
                  {"content-type", "application/grpc"}, {"te", "trailers"}};
    all.insert(all.end(), more.begin(), more.end());
    return h2_frame(h2_headers, h2_end_headers, stream, h2_block(all));
}

/// A message behind its five bytes.
inline std::string grpc_framed(std::string_view message, char compressed = 0) {
    return compressed + h2_number(static_cast<std::uint32_t>(message.size())) + std::string(message);
}

/// A call whose message comes in one DATA frame.
inline std::string h2_unary(std::uint32_t stream, std::string_view message, const std::string& path = logs_export,
                            const h2_fields& more = {}) {
    return h2_call(stream, path, more) + h2_frame(h2_data, h2_end_stream, stream, grpc_framed(message));
}

/// The preface, SETTINGS, and the acknowledgement of the server's.
inline std::string h2_hello() {
    return std::string(http2_preface) + h2_frame(h2_settings, h2_none, 0) + h2_frame(h2_settings, h2_ack, 0);
}

}  // namespace colblock::test
