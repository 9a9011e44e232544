// SPDX-License-Identifier: Apache-2.0
#include "colblock/codec/method.hpp"

#include <charconv>
#include <iterator>

namespace colblock::codec {

namespace {

struct named_method {
    std::string_view name;
    compression usual;
    int lowest;
    int highest;
};

constexpr named_method methods[] = {
    {"none", compression::none(), 0, 0},
    {"lz4", compression::lz4(), 1, 65537},
    {"lz4hc", compression::lz4hc(), 2, 12},
    {"zstd", compression::zstd(), -7, 22},
};

}  // namespace

result<compression> parse_compression(std::string_view text) {
    const std::size_t colon = text.find(':');
    for (const named_method& m : methods) {
        if (text.substr(0, colon) != m.name) continue;
        compression how = m.usual;
        if (colon == std::string_view::npos) return how;
        const char* const end = text.data() + text.size();
        const auto [at, problem] = std::from_chars(text.data() + colon + 1, end, how.level);
        const bool in_range = m.lowest != m.highest && how.level >= m.lowest && how.level <= m.highest;
        if (problem != std::errc{} || at != end || !in_range) return fail(errc::invalid_argument, colon + 1);
        return how;
    }
    return fail(errc::invalid_argument);
}

std::string to_text(compression how) {
    for (const named_method& m : methods) {
        if (m.usual.method != how.method || m.usual.high != how.high) continue;
        std::string text(m.name);
        if (m.lowest != m.highest) text.append(1, ':').append(std::to_string(how.level));
        return text;
    }
    return "none";
}

}  // namespace colblock::codec
