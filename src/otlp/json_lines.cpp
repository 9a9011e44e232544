// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/json_lines.hpp"

#include "otlp/json_scanner.hpp"

namespace colblock::otlp {

namespace {

// The end of the value that begins at `begin`, by its brackets; npos if they do not close.
std::size_t find_end(byte_view text, std::size_t begin) noexcept {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = begin; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\n') return byte_view::npos;
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth < 2) return i + 1;
            --depth;
        }
    }
    return byte_view::npos;
}

}  // namespace

bool json_lines::next() noexcept {
    x_at = x_text.find_first_not_of(" \t\r\n", x_at);
    if (x_at == byte_view::npos) {
        x_at = x_text.size();
        return false;
    }
    const std::size_t begin = x_at;
    std::size_t end = x_by_line || x_text[begin] != '{' ? byte_view::npos : find_end(x_text, begin);
    if (end == byte_view::npos) {
        x_by_line |= x_text[begin] == '{';
        end = x_text.find('\n', begin);
    }
    x_at = end < x_text.size() ? end : x_text.size();
    x_request = x_text.substr(begin, x_at - begin);
    return true;
}

std::optional<signal> signal_of_json(padded_view request) {
    json::scanner in(request.bytes);
    if (request.bytes.starts_with("\xef\xbb\xbf")) in.move_to(in.at() + 3);
    if (!in.take('{')) return std::nullopt;
    for (bool more = true; more;) {
        byte_view key;
        if (!in.read_string(key)) return std::nullopt;
        if (key == "resourceSpans") return signal::traces;
        if (key == "resourceMetrics") return signal::metrics;
        if (key == "resourceLogs") return signal::logs;
        if (!in.take(':') || !in.skip_value() || !in.next_or_close('}', more)) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace colblock::otlp
