// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "receiver/session.hpp"
#include "receiver/tls_context.hpp"

namespace colblock::receiver {

/// Told why a handshake failed, in a few words. From the threads of connections.
using tls_failure_log = std::function<void(std::string_view why)>;

/// `inner`, which tells HTTP/1.1 and gRPC apart, over TLS. Who offers both by ALPN gets HTTP/1.1, because
/// clients of gRPC offer HTTP/2 alone, and OTLP/HTTP is not spoken over it here. New connections get the context that `identity` holds then. A handshake has the time
/// that a request's head has. To whom speaks HTTP in the clear, one readable answer is given.
[[nodiscard]] protocol tls_protocol(protocol inner, std::shared_ptr<const tls_identity> identity, tls_failure_log log);

}  // namespace colblock::receiver
