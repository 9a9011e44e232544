// SPDX-License-Identifier: Apache-2.0
// A compressed body decodes exactly if zlib can inflate all of it, and then to the same bytes; never to more
// than the limit, whatever it declares. What zlib compressed comes back. A deflate body that does not begin
// like a zlib stream is a bare one. libdeflate is laxer than zlib about Huffman codes that no compressor writes, those
// for which RFC 1951 has no use and tables that are not complete or too long, and passes over the checksum of a gzip
// header; what it makes of them is within the limit, and has the checksum of the data where there is one.
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

/// What zlib calls a format: the size of the window, with a sign or an offset.
enum class format { bare = -15, zlib = 15, gzip = 15 + 16 };

/// What zlib says about that on which the two disagree.
bool is_about_odd_bits(std::string_view message) {
    return message == "invalid literal/length code" || message == "invalid distance code" ||
           message == "invalid bit length repeat" || message == "too many length or distance symbols" ||
           message == "invalid code lengths set" || message == "invalid literal/lengths set" ||
           message == "invalid distances set" || message == "invalid code -- missing end-of-block" ||
           message == "header crc mismatch";
}

/// All members of a gzip body, or the one stream of a deflate body. Nothing: malformed or over the limit; then
/// `met_odd_bits` says whether it was for those.
std::optional<std::string> inflate_with_zlib(format how, std::string_view body, bool& met_odd_bits) {
    met_odd_bits = false;
    std::string out;
    do {
        z_stream z{};
        FUZZ_CHECK(inflateInit2(&z, static_cast<int>(how)) == Z_OK);
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
        met_odd_bits = status == Z_DATA_ERROR && is_about_odd_bits(z.msg);
        inflateEnd(&z);
        if (status != Z_STREAM_END || out.size() > max_len) return {};
    } while (how == format::gzip && !body.empty());
    if (!body.empty()) return {};
    return out;
}

/// RFC 1950, 2.2: method 8, a window of at most 32 KiB, and a check on both bytes.
bool begins_like_zlib(std::string_view body) {
    if (body.size() < 2) return false;
    const unsigned cmf = static_cast<std::uint8_t>(body[0]);
    const unsigned flg = static_cast<std::uint8_t>(body[1]);
    return cmf % 16 == 8 && cmf / 16 <= 7 && (cmf * 256 + flg) % 31 == 0;
}

std::string deflate_with_zlib(format how, std::string_view text) {
    z_stream z{};
    FUZZ_CHECK(deflateInit2(&z, 6, Z_DEFLATED, static_cast<int>(how), 8, Z_DEFAULT_STRATEGY) == Z_OK);
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
    const bool gzip = input.choice(2) == 0;
    const std::string_view body = input.rest();
    const auto how = gzip ? content_encoding::gzip : content_encoding::deflate;
    const auto zlib_format = gzip ? format::gzip : format::zlib;
    const auto body_format = gzip || begins_like_zlib(body) ? zlib_format : format::bare;
    buffer out;
    const auto decoded = decoder.decode(how, body, max_len, out);
    bool met_odd_bits;
    const auto expected = inflate_with_zlib(body_format, body, met_odd_bits);
    if (expected) FUZZ_CHECK(decoded && out.view() == *expected);
    if (decoded) FUZZ_CHECK(expected || met_odd_bits);
    FUZZ_CHECK(out.size() <= max_len);

    const std::string compressed = deflate_with_zlib(zlib_format, body);
    const auto back = decoder.decode(how, compressed, max_len, out);
    FUZZ_CHECK(back.has_value() == (body.size() <= max_len));
    if (back) FUZZ_CHECK(out.view() == body);
    return 0;
}
