// SPDX-License-Identifier: Apache-2.0
#pragma once

// Status                          := 1 varint code, 2 string message, 3 Any detail*
// Any                             := 1 string type URL, 2 message RetryInfo | BadRequest
// RetryInfo                       := 1 Duration (1 varint seconds)
// BadRequest                      := 1 FieldViolation (2 string description)
// Export{Trace,Metrics,Logs}ServiceResponse := 1 message PartialSuccess, absent on full success
// PartialSuccess                  := 1 varint rejected, 2 string message
//
// The answers of OTLP, written by hand: a few messages with the same field numbers for every signal.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "receiver/payload.hpp"

namespace colblock::receiver {

/// The codes of google.rpc.Code that we send.
enum class rpc_code : std::uint8_t {
    ok = 0,
    invalid_argument = 3,
    deadline_exceeded = 4,
    not_found = 5,
    resource_exhausted = 8,
    unimplemented = 12,
    internal = 13,
    unavailable = 14,
    unauthenticated = 16,
};

/// A google.rpc.Status.
[[nodiscard]] std::string status_message(encoding form, rpc_code code, std::string_view message);

/// A google.rpc.Status in protobuf that tells the sender to come again after `delay`.
[[nodiscard]] std::string status_with_retry(rpc_code code, std::string_view message, std::chrono::seconds delay);

/// A google.rpc.Status with code invalid_argument and a BadRequest: the request itself is wrong.
[[nodiscard]] std::string status_with_bad_request(encoding form, std::string_view message);

/// The body of a full success: no bytes in protobuf, an empty object in JSON.
[[nodiscard]] std::string_view success_message(encoding form) noexcept;

/// An Export...ServiceResponse with a partial success.
[[nodiscard]] std::string partial_success_message(encoding form, signal s, const outcome& o);

}  // namespace colblock::receiver
