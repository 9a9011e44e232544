// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "colblock/client/options.hpp"
#include "receiver/tcp_server.hpp"

namespace colblock::tools {

/// How an address of ClickHouse is written, for help texts.
inline constexpr const char* clickhouse_form = "tcp://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE]";

/// Reads `tcp://[user[:password]@]host[:port][/database]`; user and password may be percent-encoded. Fails
/// with a sentence that never repeats the password.
std::expected<client::options, std::string> parse_clickhouse(std::string_view url);

/// Reads `host:port` or `[ipv6]:port` into `to`.
std::expected<void, std::string> parse_listen(std::string_view text, receiver::tcp_server_options& to);

}  // namespace colblock::tools
