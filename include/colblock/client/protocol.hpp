// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Packets of the native protocol: a varint that names the type, then the body.
//
// docs/formats/native_session.md

namespace colblock::client {

/// What a client may send.
enum class client_packet : std::uint8_t {
    hello = 0,
    query = 1,
    data = 2,
    cancel = 3,
    ping = 4,
};

/// What a server may send.
enum class server_packet : std::uint8_t {
    hello = 0,
    data = 1,
    exception = 2,
    progress = 3,
    pong = 4,
    end_of_stream = 5,
    profile_info = 6,
    totals = 7,
    extremes = 8,
    log = 10,
    table_columns = 11,
    profile_events = 14,
    timezone_update = 17,
};

}  // namespace colblock::client
