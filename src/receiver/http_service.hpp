// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "colblock/base/buffer.hpp"
#include "receiver/http_head.hpp"
#include "receiver/http_response.hpp"
#include "receiver/payload.hpp"
#include "receiver/responder.hpp"

namespace colblock::receiver {

using http_responder = responder<http_response>;

/// A complete request: head and body lie in one piece of memory, which the service may keep.
struct http_request {
    std::uint32_t route = 0;  ///< what http_service::admit said
    buffer bytes;             ///< ends with the body
    std::size_t body_offset = 0;
    std::size_t target_offset = 0;
    std::size_t target_len = 0;
    pacing sender;

    [[nodiscard]] std::string_view target() const noexcept { return bytes.view().substr(target_offset, target_len); }
    [[nodiscard]] byte_view body() const noexcept { return bytes.view().substr(body_offset); }
};

/// What a server does with requests. Called by the server's thread only.
class http_service {
public:
    /// What is decided on the head alone, before any of the body is read.
    struct admission {
        std::optional<http_response> refusal;  ///< set: the body is skipped and this is the answer
        std::uint32_t route = 0;               ///< handed back with the request
        std::size_t max_body_len = 0;          ///< a longer body is answered by failure()
        std::string fields{};                  ///< header fields of every answer to this request, each with its CR LF
    };

    virtual ~http_service() = default;
    virtual admission admit(const http_head& head) = 0;
    /// Takes a complete request; must not block. What is left in `request.bytes` afterwards is reused.
    virtual void serve(http_request& request, http_responder respond) = 0;
    /// The answer to a body over its limit, and to one that cannot be read: status 400, 408, 413 or 503.
    virtual http_response failure(std::uint32_t route, unsigned status, std::string_view why) = 0;
    /// The answer to a head that is malformed, too long or too slow; `received` is what there is of it.
    virtual http_response broken_head(byte_view received, const bad_head& what);
};

}  // namespace colblock::receiver
