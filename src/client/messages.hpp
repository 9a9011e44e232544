// SPDX-License-Identifier: Apache-2.0
#pragma once

// The bodies of packets, each written or read by one function; where a field depends on the revision,
// there is one `if`.
//
// docs/formats/native_session.md

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "colblock/client/options.hpp"
#include "colblock/client/summary.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/revision.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::client {

/// The Hello of a server.
struct server_hello {
    server_info about;
    std::string send_mode;     // chunked, notchunked, or either with _optional; empty below 54470
    std::string receive_mode;  // the same, for what the server receives
};

struct server_exception {
    std::int32_t code = 0;
    std::string name;
    std::string message;
};

/// One Query packet. Views are borrowed for the call.
struct query_text {
    std::string_view sql;
    std::string_view query_id;
    std::span<const setting> settings;
    std::span<const parameter> parameters;
    bool compressed = false;
};

/// Whether a packet is cut into chunks, each after its length.
struct chunk_modes {
    bool send = false;
    bool receive = false;
};

void write_hello(wire::segments& out, const options& with);
void write_addendum(wire::segments& out, const options& with, wire::revision revision, chunk_modes chunked);
void write_query(wire::segments& out, const query_text& query, const options& with, wire::revision revision);

/// `announced` is the revision of our Hello. Failures stay in the cursor.
server_hello read_server_hello(wire::cursor& in, wire::revision announced);
/// Follows nested exceptions to their end; the outermost is what is returned.
server_exception read_exception(wire::cursor& in);
/// Increments since the Progress packet before.
progress read_progress(wire::cursor& in, wire::revision revision);
profile_info read_profile_info(wire::cursor& in, wire::revision revision);

void add(progress& sum, const progress& more) noexcept;

/// What we ask for: no chunks, unless the server insists.
chunk_modes negotiate(const server_hello& hello) noexcept;

/// Whether a setting can be told to a server of this revision.
bool can_send(const setting& s, wire::revision revision) noexcept;

}  // namespace colblock::client
