// SPDX-License-Identifier: Apache-2.0
#include "codec/lz4_runs.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "codec/lz4_sequence.hpp"
#include "colblock/base/endian.hpp"

namespace colblock::codec {

namespace {

using lz4_sequence::last_literals;

/// Writes one sequence; the last one of a block has no match (offset 0).
void write_sequence(buffer& out, byte_view literals, std::size_t offset, std::size_t match_len) {
    char* const to = out.reserve(lz4_sequence::bound(literals.size(), match_len));
    out.set_end(lz4_sequence::write(to, literals, offset, match_len));
}

/// Bytes that `a` and `b` have in common at their start, at most `limit`.
std::size_t common_head(byte_view a, byte_view b, std::size_t limit) noexcept {
    std::size_t len = 0;
    for (; limit - len >= 8; len += 8) {
        const std::uint64_t difference = load<std::uint64_t>(a.data() + len) ^ load<std::uint64_t>(b.data() + len);
        if (difference != 0) return len + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
    }
    while (len != limit && a[len] == b[len]) ++len;
    return len;
}

/// Bytes that `a` and `b` have in common at their end, at most `limit`.
std::size_t common_tail(byte_view a, byte_view b, std::size_t limit) noexcept {
    const char* const a_end = a.data() + a.size();
    const char* const b_end = b.data() + b.size();
    std::size_t len = 0;
    for (; limit - len >= 8; len += 8) {
        const std::uint64_t difference = load<std::uint64_t>(a_end - len - 8) ^ load<std::uint64_t>(b_end - len - 8);
        if (difference != 0) return len + static_cast<std::size_t>(std::countl_zero(difference)) / 8;
    }
    while (len != limit && a_end[-1 - static_cast<std::ptrdiff_t>(len)] == b_end[-1 - static_cast<std::ptrdiff_t>(len)])
        ++len;
    return len;
}

}  // namespace

void lz4_run_writer::begin_match(std::size_t offset, std::size_t len, buffer& out) {
    if (x_offset != 0) write_sequence(out, x_before.view(), x_offset, x_match_len);
    x_before.swap(x_after);
    x_after.clear();
    x_offset = offset;
    x_match_len = len;
    x_since += len;
    x_raw_len += len;
}

void lz4_run_writer::value(byte_view bytes, buffer& out) {
    const std::size_t offset = x_since + x_value.size();  // back to the last copy of the value before
    const std::size_t shorter = std::min(bytes.size(), x_value.size());
    if (shorter < min_match_len || x_since + std::max(bytes.size(), x_value.size()) > max_value_len)
        return literals(bytes);
    const std::size_t head = common_head(bytes, x_value, shorter);
    const std::size_t tail = common_tail(bytes, x_value, shorter - head);
    const std::size_t matched_head = head < min_match_len ? 0 : head;
    const std::size_t matched_tail = tail < min_match_len ? 0 : tail;
    const std::size_t tail_offset = x_since + bytes.size();
    if (matched_head != 0) begin_match(offset, matched_head, out);
    literals(bytes.substr(matched_head, bytes.size() - matched_head - matched_tail));
    if (matched_tail != 0) begin_match(tail_offset, matched_tail, out);
}

void lz4_run_writer::repeat(byte_view value_bytes, std::uint64_t repeat, buffer& out) {
    COLBLOCK_ASSUME(!value_bytes.empty() && value_bytes.size() <= max_value_len);
    const std::size_t match_len = value_bytes.size() * (repeat - 1);
    if (match_len < min_match_len) {
        for (std::uint64_t i = 0; i != repeat; ++i) literals(value_bytes);
        return;
    }
    value(value_bytes, out);
    begin_match(value_bytes.size(), match_len, out);
    x_value = value_bytes;
    x_since = 0;
}

void lz4_run_writer::finish(buffer& out) {
    if (x_offset != 0) {
        // The match repeats whole values, so it ends as the value ends.
        char tail[last_literals + last_literals];
        const std::size_t given = last_literals - std::min(last_literals, x_after.size());
        for (std::size_t i = 0; i != given; ++i) tail[i] = x_value[(x_match_len - given + i) % x_value.size()];
        if (given != 0 && !x_after.empty()) std::memcpy(tail + given, x_after.data(), x_after.size());
        write_sequence(out, x_before.view(), x_offset, x_match_len - given);
        write_sequence(out, given != 0 ? byte_view(tail, last_literals) : x_after.view(), 0, 0);
    } else {
        write_sequence(out, x_after.view(), 0, 0);
    }
    x_before.clear();
    x_after.clear();
    x_offset = x_match_len = x_since = x_raw_len = 0;
    x_value = {};
}

}  // namespace colblock::codec
