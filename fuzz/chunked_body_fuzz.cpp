// SPDX-License-Identifier: Apache-2.0
// Any bytes are a chunked body to our parser exactly if they are one to a parser that sees them all at once,
// and then both find the same data and the same end, however the bytes are cut up on their way. No more
// data is kept than the limit allows.
#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "colblock/base/limits.hpp"
#include "fuzz_check.hpp"
#include "fuzz_input.hpp"
#include "receiver/chunked_body.hpp"

using namespace colblock;

namespace {

constexpr std::size_t max_len = 1000;

struct parsed {
    std::string data;
    std::size_t len = 0;  // of the framing and the data
};

std::size_t hex_digits(std::string_view line) {
    std::size_t n = 0;
    while (n != line.size() && std::string_view("0123456789abcdefABCDEF").find(line[n]) != std::string_view::npos) ++n;
    return n;
}

/// The whole body, or nothing if it is incomplete, malformed or over a limit.
std::optional<parsed> reference(std::string_view input) {
    parsed body;
    std::string_view rest = input;
    const auto line_of = [&rest](std::size_t most) -> std::optional<std::string_view> {
        const std::size_t end = rest.find('\r');
        if (end == rest.npos || rest.substr(0, end).find('\n') != rest.npos || rest.substr(end, 2) != "\r\n") return {};
        if (end + 2 > most) return {};
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        return line;
    };
    for (;;) {
        const auto line = line_of(limits::max_chunk_line_len);
        if (!line) return {};
        const std::size_t digits = hex_digits(*line);
        const bool extended = digits != line->size();
        if (digits == 0 || (extended && std::string_view("; \t").find((*line)[digits]) == std::string_view::npos)) return {};
        std::string number(line->substr(0, digits));
        number.erase(0, std::min(number.find_first_not_of('0'), number.size()));
        const std::size_t chunk = number.empty() ? 0 : number.size() > 8 ? max_len + 1 : std::stoull(number, nullptr, 16);
        if (body.data.size() + chunk > max_len) return {};
        if (chunk == 0) break;
        if (rest.size() < chunk + 2 || rest.substr(chunk, 2) != "\r\n") return {};
        body.data += rest.substr(0, chunk);
        rest.remove_prefix(chunk + 2);
    }
    const std::size_t trailer_begin = input.size() - rest.size();
    for (;;) {
        const auto line = line_of(limits::max_trailer_len);
        if (!line || input.size() - rest.size() - trailer_begin > limits::max_trailer_len) return {};
        if (line->empty()) break;
    }
    body.len = input.size() - rest.size();
    return body;
}

std::optional<parsed> ours(std::string_view input, std::string_view cuts) {
    std::string memory = "head";  // a body does not begin where the memory does
    receiver::chunked_body body;
    body.start(memory.size());
    std::size_t given = 0;
    std::size_t squeezed = 0;  // framing that was forgotten
    for (std::size_t cut = 0; given != input.size() && !body.done(); ++cut) {
        const std::size_t piece = cuts.empty() ? input.size() : 1u + static_cast<unsigned char>(cuts[cut % cuts.size()]) % 32u;
        const std::string_view next = input.substr(given, piece);
        memory += next;
        given += next.size();
        if (!body.resume(memory.data(), memory.size(), max_len)) return {};
        FUZZ_CHECK(body.data_end() - body.data_begin() <= max_len);
        FUZZ_CHECK(body.next() == memory.size() || body.done());
        if (body.done()) break;
        const std::size_t before = memory.size();
        memory.resize(body.squeeze());
        squeezed += before - memory.size();
    }
    if (!body.done()) return {};
    return parsed{memory.substr(body.data_begin(), body.data_end() - body.data_begin()),
                  body.next() + squeezed - std::string_view("head").size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    const std::string_view cuts = input.bytes(1 + input.choice(8));
    const auto expected = reference(input.rest());
    for (const std::string_view how : {std::string_view(), cuts, std::string_view("\0", 1)}) {
        const auto got = ours(input.rest(), how);
        FUZZ_CHECK(got.has_value() == expected.has_value());
        if (got) FUZZ_CHECK(got->data == expected->data && got->len == expected->len);
    }
    return 0;
}
