// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a server sends:
//
//   packet := type:varint body
//   body   := data, totals, extremes, log, profile events:  name:string block*
//             table columns:                                 (table:string description:string)*
//             others: client/messages.hpp
//   *      := as it is, or as frames if the query asked for compression; log, profile events and table
//             columns are framed only from revision 54481 on
//
// There is no length in a packet, so a packet is parsed again from its start (a framed body from what
// is already decompressed) when it turns out that bytes are missing. Bytes that follow a frame directly
// and decode as a frame belong to the same body: between two bodies lie a packet type and a name.

#include <cstddef>
#include <optional>
#include <span>

#include "client/messages.hpp"
#include "colblock/base/buffer.hpp"
#include "colblock/base/result.hpp"
#include "colblock/block/block.hpp"
#include "colblock/client/protocol.hpp"

namespace colblock::client {

/// One packet. Only what its type says is meaningful.
struct packet {
    server_packet type{};
    server_hello hello;
    server_exception exception;
    client::progress progress;  // increments
    profile_info profile;
    block::block block;
    std::string timezone;
};

/// Received bytes and the packets in them.
class inbox {
public:
    explicit inbox(wire::revision announced) : x_revision(announced) {}

    /// Room for received bytes; say `received(n)` after writing to it.
    [[nodiscard]] std::span<char> space();
    /// Takes `n` bytes written to `space`. A failure (chunks that make no sense) stays.
    void received(std::size_t n);

    /// What both sides speak, once Hello was read.
    void set_revision(wire::revision revision) noexcept { x_revision = revision; }
    /// From now on packets come in chunks; bytes that are already here are taken for such.
    void start_chunks();
    /// Whether bodies of the answers to come are framed.
    void expect_frames(bool framed) noexcept { x_framed = framed; }

    /// Reads the next packet into `out`. False: bytes are missing. Failures are final.
    result<bool> next(packet& out);

private:
    result<bool> read_head();
    /// Decompresses what is there; `complete`: what follows is no frame. False: nothing new to read.
    result<bool> read_frames(bool& complete);
    void read_body(wire::cursor& in, packet& out);
    [[nodiscard]] bool body_is_framed() const noexcept;
    [[nodiscard]] byte_view pending() const noexcept { return x_bytes.view().substr(x_parsed, x_ready - x_parsed); }
    void consume(std::size_t n);
    void unchunk();

    buffer x_bytes;            // as received; [x_ready, end) still has its chunk lengths
    std::size_t x_parsed = 0;  // before it everything is done with
    std::size_t x_ready = 0;   // before it there are only packet bytes
    wire::revision x_revision;
    bool x_framed = false;
    bool x_chunked = false;
    std::size_t x_chunk_left = 0;         // of the chunk that x_ready is in
    std::optional<server_packet> x_type;  // the head was read, the body was not
    buffer x_body;                        // decompressed so far
};

}  // namespace colblock::client
