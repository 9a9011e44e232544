// SPDX-License-Identifier: Apache-2.0
#include "receiver/content_encoding.hpp"

#include "receiver/content_encoding_snappy.hpp"
#include "receiver/http_head.hpp"

namespace colblock::receiver {

namespace {

struct coding_name {
    std::string_view name;
    content_encoding coding;
};
// RFC 9110 has the x- form of gzip; zlib and x-snappy-framed are the OpenTelemetry Collector's names.
constexpr coding_name names[] = {
    {"identity", content_encoding::identity}, {"gzip", content_encoding::gzip},
    {"x-gzip", content_encoding::gzip},       {"deflate", content_encoding::deflate},
    {"zlib", content_encoding::deflate},      {"zstd", content_encoding::zstd},
    {"lz4", content_encoding::lz4},           {"snappy", content_encoding::snappy},
    {"x-snappy-framed", content_encoding::snappy},
};

std::optional<content_encoding> parse_coding(std::string_view name) noexcept {
    for (const coding_name& each : names)
        if (equal_ignoring_case(name, each.name)) return each.coding;
    return std::nullopt;
}

}  // namespace

// A list of codings is undone from its end. One that names two compressions is refused: nobody sends
// it, and each further layer would multiply what a bomb can do.
std::optional<content_encoding> parse_content_encoding(std::string_view value) noexcept {
    auto found = content_encoding::identity;
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const std::string_view name = trim_spaces(value.substr(0, comma));
        value.remove_prefix(std::min(comma + 1, value.size()));
        if (name.empty()) continue;  // empty elements of a list are ignored (RFC 9110, 5.6.1)
        const auto coding = parse_coding(name);
        if (!coding) return std::nullopt;
        if (*coding == content_encoding::identity) continue;
        if (found != content_encoding::identity) return std::nullopt;
        found = *coding;
    }
    return found;
}

result<void> body_decoder::decode(content_encoding how, byte_view body, std::size_t max_len, buffer& out) {
    out.clear();
    switch (how) {
    case content_encoding::gzip: return decode_gzip(body, max_len, out);
    case content_encoding::deflate: return decode_deflate(body, max_len, out);
    case content_encoding::zstd: return decode_zstd(body, max_len, out);
    case content_encoding::lz4: return decode_lz4(body, max_len, out);
    case content_encoding::snappy: return decode_snappy(body, max_len, out);
    case content_encoding::identity: break;
    }
    if (body.size() > max_len) return fail(errc::too_large, max_len);
    out.append(body);
    return {};
}

}  // namespace colblock::receiver
