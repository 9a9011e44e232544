// SPDX-License-Identifier: Apache-2.0
#include "receiver/chunked_body.hpp"

#include <algorithm>
#include <cstring>

#include "colblock/base/limits.hpp"

namespace colblock::receiver {

namespace {

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

void chunked_body::start(std::size_t offset) noexcept {
    *this = {};
    x_data_begin = x_data_end = x_next = offset;
}

result<void> chunked_body::size_char(char c) {
    if (const int digit = hex_value(c); digit >= 0) {
        if (x_remaining >> 58 != 0) return fail(errc::too_large, x_next);
        x_remaining = x_remaining << 4 | static_cast<std::uint64_t>(digit);
        x_any_digit = true;
        return {};
    }
    if (!x_any_digit) return fail(errc::trailing_bytes, x_next);
    if (c == '\r') {
        x_state = state::size_lf;
    } else if (c == ';' || c == ' ' || c == '\t') {
        x_state = state::extension;
    } else {
        return fail(errc::trailing_bytes, x_next);
    }
    return {};
}

// Everything but data: one byte at a time, a few dozen a chunk.
result<void> chunked_body::framing_char(char c, std::size_t max_len, bool discard) {
    const bool in_trailer = x_state == state::trailer || x_state == state::trailer_lf;
    if (++x_line_len > (in_trailer ? limits::max_trailer_len : limits::max_chunk_line_len))
        return fail(errc::too_large, x_next);
    switch (x_state) {
    case state::size: return size_char(c);
    case state::extension:
        if (c == '\r') x_state = state::size_lf;
        if (c == '\n') return fail(errc::trailing_bytes, x_next);
        return {};
    case state::size_lf:
        if (c != '\n') return fail(errc::trailing_bytes, x_next);
        x_line_len = 0;
        x_total += x_remaining;
        if (x_total > max_len && !discard) return fail(errc::too_large, x_next);
        x_state = x_remaining == 0 ? state::trailer : state::data;
        return {};
    case state::data_cr:
        x_state = state::data_lf;
        return c == '\r' ? result<void>() : fail(errc::trailing_bytes, x_next);
    case state::data_lf:
        x_state = state::size;
        x_any_digit = false;
        x_line_len = 0;
        return c == '\n' ? result<void>() : fail(errc::trailing_bytes, x_next);
    case state::trailer:
        if (c == '\r') x_state = state::trailer_lf;
        else x_line_empty = false;
        return c == '\n' ? fail(errc::trailing_bytes, x_next) : result<void>();
    case state::trailer_lf:
        x_state = x_line_empty ? state::done : state::trailer;
        x_line_empty = true;
        return c == '\n' ? result<void>() : fail(errc::trailing_bytes, x_next);
    case state::data:
    case state::done: break;
    }
    return {};
}

void chunked_body::take_data(char* memory, std::size_t available, bool discard) noexcept {
    const std::size_t len = static_cast<std::size_t>(std::min<std::uint64_t>(x_remaining, available));
    if (!discard) {
        if (x_data_begin == x_data_end) x_data_begin = x_data_end = x_next;
        if (x_data_end != x_next) std::memmove(memory + x_data_end, memory + x_next, len);
        x_data_end += len;
    }
    x_next += len;
    x_remaining -= len;
    if (x_remaining == 0) x_state = state::data_cr;
}

result<void> chunked_body::resume(char* memory, std::size_t len, std::size_t max_len, bool discard) {
    while (x_next != len && x_state != state::done) {
        if (x_state == state::data) {
            take_data(memory, len - x_next, discard);
        } else {
            COLBLOCK_TRY(framing_char(memory[x_next], max_len, discard));
            ++x_next;
        }
    }
    return {};
}

}  // namespace colblock::receiver
