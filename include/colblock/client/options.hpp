// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "colblock/wire/revision.hpp"

namespace colblock::client {

/// A setting of a query. Servers from revision 54429 on take any; an older one would lose its place in
/// the packet over a name it does not know, so it is sent only what is known to exist there.
struct setting {
    std::string name;
    std::string value;
    /// The server refuses the query (code 115) if it does not know the name, instead of ignoring it; and
    /// the request fails before anything is sent if the server is too old to be told.
    bool important = false;
};

/// The value of `{name:Type}` in a query. Plain text: quoting is done here. Servers know them from revision
/// 54459 on; a request with parameters to an older one fails before anything is sent.
struct parameter {
    std::string name;
    std::string value;
};

/// What is waited for, and so what can take too long. Each is a failure of its own.
enum class deadline : std::uint8_t {
    none,
    connect,    ///< name resolution and TCP
    handshake,  ///< from the first byte to an accepted Hello
    send,       ///< nothing moved in either direction while bytes wait to be sent
    receive,    ///< nothing came while an answer is due
};

struct deadlines {
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds send{60'000};
    std::chrono::milliseconds receive{300'000};
};

/// Where to connect and as whom.
struct options {
    std::string host = "localhost";
    std::uint16_t port = 9000;
    std::string database;
    std::string user = "default";
    std::string password;
    std::string client_name = "colblock";
    /// Shown in the server's query log; `connection` fills in the machine's name if it is empty.
    std::string host_name;
    std::string quota_key;
    /// Sent with every query, before the query's own.
    std::vector<setting> settings;
    client::deadlines deadlines;
    /// What we announce. The server answers with its own; the smaller holds.
    wire::revision revision = wire::newest_revision;
};

}  // namespace colblock::client
