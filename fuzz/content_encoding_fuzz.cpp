// SPDX-License-Identifier: Apache-2.0
// A compressed body decodes exactly if zlib can inflate all of it, and then to the same bytes; never to more
// than the limit, whatever it declares. What zlib compressed comes back.
#include <zlib.h>

#include <optional>
#include <string>

#include "fuzz_check.hpp"
#include "fuzz_input.hpp"
#include "receiver/content_encoding.hpp"

using namespace colblock;
using receiver::content_encoding;

namespace {

constexpr std::size_t max_len = 100'000;

/// All members of a gzip body, or the one zlib stream of a deflate body. Nothing: malformed or over the limit.
std::optional<std::string> inflate_with_zlib(content_encoding how, std::string_view body) {
    std::string out;
    do {
        z_stream z{};
        FUZZ_CHECK(inflateInit2(&z, how == content_encoding::gzip ? 15 + 16 : 15) == Z_OK);
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
        z.avail_in = static_cast<uInt>(body.size());
        int status = Z_OK;
        char piece[4096];
        while (status == Z_OK && out.size() <= max_len) {
            z.next_out = reinterpret_cast<Bytef*>(piece);
            z.avail_out = sizeof piece;
            status = inflate(&z, Z_NO_FLUSH);
            out.append(piece, sizeof piece - z.avail_out);
        }
        body.remove_prefix(body.size() - z.avail_in);
        inflateEnd(&z);
        if (status != Z_STREAM_END || out.size() > max_len) return {};
    } while (how == content_encoding::gzip && !body.empty());
    if (!body.empty()) return {};
    return out;
}

std::string deflate_with_zlib(content_encoding how, std::string_view text) {
    z_stream z{};
    FUZZ_CHECK(deflateInit2(&z, 6, Z_DEFLATED, how == content_encoding::gzip ? 15 + 16 : 15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&z, static_cast<uLong>(text.size())), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    FUZZ_CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
    out.resize(out.size() - z.avail_out);
    deflateEnd(&z);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static receiver::body_decoder decoder;
    fuzz::fuzz_input input(data, size);
    const auto how = input.choice(2) == 0 ? content_encoding::gzip : content_encoding::deflate;
    const std::string_view body = input.rest();
    buffer out;
    const auto decoded = decoder.decode(how, body, max_len, out);
    const auto expected = inflate_with_zlib(how, body);
    FUZZ_CHECK(decoded.has_value() == expected.has_value());
    if (decoded) FUZZ_CHECK(out.view() == *expected);

    const std::string compressed = deflate_with_zlib(how, body);
    const auto back = decoder.decode(how, compressed, max_len, out);
    FUZZ_CHECK(back.has_value() == (body.size() <= max_len));
    if (back) FUZZ_CHECK(out.view() == body);
    return 0;
}
