// SPDX-License-Identifier: Apache-2.0
#include "client/inbox.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "colblock/base/endian.hpp"
#include "colblock/base/limits.hpp"
#include "colblock/block/native.hpp"
#include "colblock/codec/frame.hpp"

namespace colblock::client {

namespace {

/// Room that is offered for one read.
constexpr std::size_t read_len = std::size_t{64} << 10;

bool has_block(server_packet type) noexcept {
    switch (type) {
    case server_packet::data:
    case server_packet::totals:
    case server_packet::extremes:
    case server_packet::log:
    case server_packet::profile_events:
        return true;
    default:
        return false;
    }
}

bool is_known(server_packet type) noexcept {
    switch (type) {
    case server_packet::hello:
    case server_packet::exception:
    case server_packet::progress:
    case server_packet::pong:
    case server_packet::end_of_stream:
    case server_packet::profile_info:
    case server_packet::table_columns:
    case server_packet::timezone_update:
        return true;
    default:
        return has_block(type);
    }
}

/// Which bytes of a body may still be missing before it is taken for nonsense.
std::size_t max_body_len(server_packet type) noexcept {
    return has_block(type) ? limits::max_block_len : limits::max_message_len;
}

}  // namespace

std::span<char> inbox::space() {
    if (x_parsed == x_bytes.size()) {
        x_bytes.clear();
        x_parsed = x_ready = 0;
    } else if (x_parsed > x_bytes.capacity() / 2) {
        x_bytes.drop_front(x_parsed);
        x_ready -= x_parsed;
        x_parsed = 0;
    }
    char* const to = x_bytes.reserve(read_len);
    return {to, x_bytes.capacity() - x_bytes.size()};
}

void inbox::received(std::size_t n) {
    x_bytes.extend(n);
    unchunk();
}

void inbox::start_chunks() {
    x_chunked = true;
    x_ready = x_parsed;
    unchunk();
}

void inbox::unchunk() {
    if (!x_chunked) {
        x_ready = x_bytes.size();
        return;
    }
    // Moves the bytes of chunks together; their lengths disappear.
    const char* from = x_bytes.data() + x_ready;
    const char* const end = x_bytes.data() + x_bytes.size();
    char* to = x_bytes.data() + x_ready;
    while (from != end) {
        if (x_chunk_left == 0) {
            if (end - from < 4) break;
            x_chunk_left = load<std::uint32_t>(from);  // 0 ends a packet, which packets tell themselves
            from += 4;
            continue;
        }
        const std::size_t len = std::min(x_chunk_left, static_cast<std::size_t>(end - from));
        std::memmove(to, from, len);
        to += len;
        from += len;
        x_chunk_left -= len;
    }
    const auto left = static_cast<std::size_t>(end - from);
    std::memmove(to, from, left);
    x_ready = static_cast<std::size_t>(to - x_bytes.data());
    x_bytes.truncate(x_ready + left);
}

void inbox::consume(std::size_t n) { x_parsed += n; }

bool inbox::body_is_framed() const noexcept {
    if (!x_framed) return false;
    switch (*x_type) {
    case server_packet::data:
    case server_packet::totals:
    case server_packet::extremes:
        return true;
    case server_packet::log:
    case server_packet::profile_events:
    case server_packet::table_columns:
        return has(x_revision, wire::feature::compressed_logs_and_columns);
    default:
        return false;
    }
}

result<bool> inbox::read_head() {
    if (x_type) return true;
    wire::cursor in(pending());
    const std::uint64_t number = in.varint();
    const auto type = static_cast<server_packet>(number);
    if (in.ok() && (number > 0xff || !is_known(type))) return fail(errc::bad_packet);
    if (in.ok() && has_block(type)) in.string();  // name of an external table: always empty
    if (!in.ok()) {
        if (in.status().error().code != errc::truncated || pending().size() > limits::max_message_len)
            return std::unexpected(in.status().error());
        return false;
    }
    consume(in.offset());
    x_type = type;
    return true;
}

result<bool> inbox::read_frames(bool& complete) {
    wire::cursor in(pending());
    std::uint64_t end = 0;
    while (codec::decode_frame(in, x_body)) end = in.offset();
    consume(end);
    // What follows is no frame: either more bytes are to come, or the body has to end here.
    complete = in.status().error().code != errc::truncated;
    if (complete && x_body.empty()) return std::unexpected(in.status().error());
    return complete || end != 0;
}

void inbox::read_body(wire::cursor& in, packet& out) {
    switch (out.type) {
    case server_packet::hello:
        out.hello = read_server_hello(in, x_revision);
        break;
    case server_packet::exception:
        out.exception = read_exception(in);
        break;
    case server_packet::progress:
        out.progress = read_progress(in, x_revision);
        break;
    case server_packet::profile_info:
        out.profile = read_profile_info(in, x_revision);
        break;
    case server_packet::timezone_update:
        out.timezone = in.string();
        break;
    case server_packet::table_columns:
        in.string();  // table
        in.string();  // description of its columns
        break;
    case server_packet::pong:
    case server_packet::end_of_stream:
        break;
    default:
        if (result<block::block> read = block::read(in, x_revision))
            out.block = *std::move(read);
        else
            in.fail(read.error().code);
    }
}

result<bool> inbox::next(packet& out) {
    const result<bool> head = read_head();
    if (!head || !*head) return head;
    out.type = *x_type;
    const bool framed = body_is_framed();
    bool complete = false;
    if (framed) {
        const result<bool> grown = read_frames(complete);
        if (!grown || !*grown) return grown;
    }
    const byte_view body = framed ? x_body.view() : pending();
    wire::cursor in(body);
    read_body(in, out);
    if (!in.ok()) {
        const error problem = in.status().error();
        const bool may_grow = problem.code == errc::truncated && !complete && body.size() <= max_body_len(out.type);
        if (!may_grow) return std::unexpected(problem);
        return false;
    }
    if (framed && !in.at_end()) return fail(errc::trailing_bytes, in.offset());
    if (framed)
        x_body.clear();
    else
        consume(in.offset());
    x_type.reset();
    return true;
}

}  // namespace colblock::client
