// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <expected>
#include <string>
#include <vector>

#include "colblock/base/limits.hpp"
#include "identity.hpp"
#include "receiver/cors.hpp"
#include "receiver/session.hpp"

namespace colblock::tools {

/// Options of whatever receives from strangers: limits, pages of browsers, TLS and credentials.
struct receiver_flags {
    std::size_t max_body_mib = limits::max_payload_len >> 20;
    std::size_t max_header_kib = limits::max_http_head_len >> 10;
    std::size_t max_connections = limits::max_connections;
    unsigned header_seconds = limits::header_timeout_s;
    unsigned body_seconds = limits::body_timeout_s;
    unsigned idle_seconds = limits::idle_timeout_s;
    receiver::cors_options cors;
    unsigned cors_max_age_seconds = 7200;
    identity_files identity;
};

void add_receiver_flags(CLI::App& sub, receiver_flags& given);

/// What sessions are bounded by.
receiver::session_limits session_limits_of(const receiver_flags& given);
/// Checks what one option says of another. Fails with a sentence for the user.
std::expected<void, std::string> check(const receiver_flags& given);

}  // namespace colblock::tools
