// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "colblock/base/buffer.hpp"
#include "receiver/content_encoding.hpp"
#include "receiver/grpc_response.hpp"
#include "receiver/payload.hpp"
#include "receiver/responder.hpp"

namespace colblock::receiver {

using grpc_responder = responder<grpc_response>;

/// What a server needs to know of a call before its message.
struct grpc_head {
    std::string method;
    std::string path;
    std::string content_type;
    std::string encoding;       ///< grpc-encoding, as sent
    std::string timeout;        ///< grpc-timeout, as sent
    std::string authorization;
};

/// A complete call.
struct grpc_request {
    std::uint32_t route = 0;  ///< what grpc_service::admit said
    buffer bytes;             ///< the message, still compressed by `coding`
    content_encoding coding = content_encoding::identity;
    pacing sender;
};

/// What a server does with calls. Called by the server's thread only.
class grpc_service {
public:
    struct admission {
        std::optional<grpc_response> refusal;  ///< set: this is the answer, and the message is not waited for
        std::uint32_t route = 0;               ///< handed back with the call
        std::size_t max_message_len = 0;
    };

    virtual ~grpc_service() = default;
    virtual admission admit(const grpc_head& head) = 0;
    /// Takes a complete call; must not block. What is left in `request.bytes` afterwards is reused.
    virtual void serve(grpc_request& request, grpc_responder respond) = 0;
};

}  // namespace colblock::receiver
