// SPDX-License-Identifier: Apache-2.0
#pragma once

// response      := response-head length-prefixed-message trailers | trailers-only
// trailers      := "grpc-status" "grpc-message"? "grpc-status-details-bin"?
// grpc-message  := percent-encoded text: what is not printable ASCII, and "%", as %XX
// ...-bin       := base64 without padding
//
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md

#include <chrono>
#include <string>
#include <string_view>

#include "receiver/payload.hpp"
#include "receiver/rpc_status.hpp"

namespace colblock::receiver {

/// An answer to a call, before it is frames.
struct grpc_response {
    rpc_code code = rpc_code::ok;
    std::string message{};      ///< for the caller's log; of any bytes
    std::string body{};         ///< the response message, if ok
    std::string details{};      ///< a google.rpc.Status; empty: none
    unsigned http_status = 200; ///< else the request was no gRPC: the answer is this, with `message` as text

    /// The answer to a call that nobody answered.
    [[nodiscard]] static grpc_response given_up();
};

/// A failure that the sender must not repeat, and one that it shall repeat after `delay`.
[[nodiscard]] grpc_response refusal(rpc_code code, std::string message);
[[nodiscard]] grpc_response retry_later(std::string message, std::chrono::seconds delay);

/// The response for what became of a request (the failure tables of the OTLP/gRPC specification).
[[nodiscard]] grpc_response grpc_response_to(outcome&& o, signal s);

/// The values of the trailers of the same name.
[[nodiscard]] std::string grpc_message_value(std::string_view message);
[[nodiscard]] std::string grpc_details_value(std::string_view details);

}  // namespace colblock::receiver
