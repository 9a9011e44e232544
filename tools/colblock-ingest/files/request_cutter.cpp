// SPDX-License-Identifier: Apache-2.0
#include "files/request_cutter.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "colblock/base/endian.hpp"
#include "colblock/wire/varint.hpp"
#include "files/byte_source.hpp"

namespace colblock::files {

namespace {

constexpr byte_view blanks = " \t\r\n";
constexpr std::size_t length_len = 4;

// Whether a document goes on over several lines: tools that indent JSON end its first line so. Anything
// else is taken for JSON lines, of which the first may be damaged.
bool is_indented(byte_view first_line) {
    constexpr std::size_t longest = 200;
    const std::size_t last = first_line.find_last_not_of(blanks);
    return first_line.size() < longest && last != byte_view::npos &&
           byte_view("{[,:").find(first_line[last]) != byte_view::npos;
}

bool is_delimited_request(byte_view content) {
    std::uint64_t len = 0;
    const char* const end = content.data() + content.size();
    const char* const request = wire::read_varint(content.data(), end, len);
    return request != nullptr && request != end && len > 1 && *request == 0x0a;
}

std::string too_long(std::string_view what, std::size_t max_len) {
    return std::string(what) + " is longer than " + std::to_string(max_len) + " bytes";
}

}  // namespace

// A brace, and behind it a key or nothing. Behind the tag of a request, which is a line feed, a length may
// look like a brace, but then no key follows.
bool is_json(byte_view content) noexcept {
    const std::size_t brace = content.find_first_not_of(blanks);
    if (brace == byte_view::npos || content[brace] != '{') return false;
    const std::size_t inner = content.find_first_not_of(blanks, brace + 1);
    if (inner == byte_view::npos || content[inner] == '}') return true;
    return content[inner] == '"' && (inner + 1 == content.size() || static_cast<unsigned char>(content[inner + 1]) >= 0x20);
}

// False: more content is needed to tell.
bool request_cutter::find_form(bool at_end) {
    constexpr std::size_t enough = 64;
    const byte_view content = rest();
    if (content.size() < enough && !at_end) return false;
    if (content.empty()) return false;
    if (is_json(content)) {
        const std::size_t brace = content.find('{');
        const std::size_t newline = content.find('\n', brace);
        if (newline == byte_view::npos && !at_end && content.size() <= x_max_len) return false;
        x_form = newline != byte_view::npos && is_indented(content.substr(0, newline)) ? form::document : form::lines;
    } else if (content.front() == 0x0a) {
        x_form = form::whole;
    } else if (static_cast<unsigned char>(content.front()) < 0x08) {
        x_form = form::lengths;
    } else {
        x_form = is_delimited_request(content) ? form::varint_lengths : form::unusable;
    }
    return true;
}

request_cutter::step request_cutter::next(bool at_end) {
    drop_consumed();
    if (x_form == form::unknown && !find_form(at_end)) return step::more;
    switch (x_form) {
    case form::whole:
    case form::document: return next_whole(at_end);
    case form::lengths:
    case form::varint_lengths: return next_delimited(at_end);
    case form::lines: return next_line(at_end);
    case form::unusable:
        if (!rest().empty() && x_failure.what.empty()) return fail("is neither an OTLP request in protobuf nor in JSON");
        break;
    case form::unknown: break;
    }
    x_at = x_content.size();
    return step::more;
}

request_cutter::step request_cutter::next_whole(bool at_end) {
    if (rest().size() > x_max_len) {
        x_form = form::unusable;
        return fail(too_long("the request", x_max_len));
    }
    if (!at_end || rest().empty()) return step::more;
    return found(0, rest().size(), x_form == form::whole ? receiver::encoding::protobuf : receiver::encoding::json);
}

request_cutter::step request_cutter::next_delimited(bool at_end) {
    const byte_view content = rest();
    if (content.empty()) return step::more;
    std::uint64_t len = 0;
    const char* from = content.data();
    if (x_form == form::lengths) {
        if (content.size() >= length_len) {
            len = std::byteswap(load<std::uint32_t>(from));
            from += length_len;
        }
    } else {
        const char* const after = wire::read_varint(from, from + content.size(), len);
        if (after != nullptr) from = after;
        else if (content.size() >= wire::max_varint_len) len = ~std::uint64_t{0};
    }
    if (len > x_max_len) {
        x_form = form::unusable;
        return fail(too_long("the length of the next request says that it", x_max_len));
    }
    const auto head_len = static_cast<std::size_t>(from - content.data());
    if (head_len != 0 && len <= content.size() - head_len) {
        return found_delimited(head_len, content.substr(head_len, len));
    }
    if (!at_end) return step::more;
    x_form = form::unusable;
    return fail(head_len == 0 ? "the content ends inside the length of a request"
                              : "the content ends inside a request: " + std::to_string(len) + " bytes are announced, " +
                                    std::to_string(content.size() - head_len) + " are there");
}

// The Collector compresses each request by itself.
request_cutter::step request_cutter::found_delimited(std::size_t head_len, byte_view request) {
    buffer content;
    const auto decompressed = decompress(request, x_max_len, content);
    if (!decompressed) {
        const step failed = fail("the request " + decompressed.error());
        x_at += head_len + request.size();
        return failed;
    }
    const byte_view read = *decompressed ? content.view() : request;
    const auto how = is_json(read) ? receiver::encoding::json : receiver::encoding::protobuf;
    const step one = found(head_len, request.size(), how);
    if (*decompressed) x_request.bytes.swap(content);
    return one;
}

request_cutter::step request_cutter::next_line(bool at_end) {
    for (;;) {
        const byte_view content = rest();
        const std::size_t newline = content.find('\n', std::min(x_searched, content.size()));
        const bool ended = newline != byte_view::npos;
        const byte_view line = content.substr(0, newline);
        if (!ended && !at_end && line.size() <= x_max_len) {
            x_searched = content.size();
            return step::more;
        }
        x_searched = 0;
        const std::size_t taken = line.size() + (ended ? 1 : 0);
        if (x_skips_line || line.size() > x_max_len) {
            const bool is_new = !std::exchange(x_skips_line, !ended);
            if (is_new) {
                const step failed = fail(too_long("the line", x_max_len));
                x_at += taken;
                x_line += ended;
                return failed;
            }
            x_at += taken;
            x_line += ended;
        } else if (line.find_first_not_of(blanks) != byte_view::npos) {
            const step request = found(0, line.size(), receiver::encoding::json);
            x_at += ended;
            x_line += ended;
            return request;
        } else {
            x_at += taken;
            x_line += ended;
        }
        if (!ended) return step::more;
        drop_consumed();
    }
}

request_cutter::step request_cutter::found(std::size_t skip, std::size_t len, receiver::encoding how) {
    x_request.offset = offset() + skip;
    x_request.line = line();
    x_request.form = how;
    x_request.bytes.clear();
    if (x_at == 0 && skip == 0 && len == x_content.size()) {
        x_request.bytes.swap(x_content);  // the whole of a file: not copied
        x_content.clear();
        x_offset += len;
    } else {
        x_request.bytes.append(rest().substr(skip, len));
        x_at += skip + len;
    }
    return step::request;
}

request_cutter::step request_cutter::fail(std::string what) {
    x_failure = {offset(), line(), std::move(what)};
    return step::failure;
}

// Moves what is left to the front when that is little, so that nothing is moved twice.
void request_cutter::drop_consumed() {
    if (x_at < x_content.size() / 2 && x_at < x_content.size()) return;
    x_offset += x_at;
    x_content.drop_front(x_at);
    x_at = 0;
}

}  // namespace colblock::files
