// SPDX-License-Identifier: Apache-2.0
#pragma once

// call         := request-head DATA* END_STREAM
// request-head := ":method" POST, ":path" "/" service "/" method, "content-type" "application/grpc" ["+proto"],
//                 ["grpc-encoding" coding], ["grpc-timeout" timeout], ...
// timeout      := digit{1,8} ("H" | "M" | "S" | "m" | "u" | "n")

#include <optional>
#include <string_view>

#include "receiver/grpc_message.hpp"
#include "receiver/grpc_service.hpp"

namespace colblock::receiver {

/// What grpc-encoding may be, for grpc-accept-encoding.
inline constexpr std::string_view grpc_accepted_encodings = "identity,gzip,zstd,deflate,snappy,lz4";

/// Reads a grpc-timeout; nullopt: it is malformed.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view text) noexcept;

/// One unary call on its way in, whatever HTTP/2 it comes over. A step that gives a response refuses the
/// call: it is the answer, and the call holds no memory from then on.
class grpc_call {
public:
    /// `max_head_len`: of the header fields, as SETTINGS_MAX_HEADER_LIST_SIZE counts.
    grpc_call(buffer_pool& pool, std::size_t max_head_len)
        : x_pool(&pool), x_max_head_len(max_head_len), x_message(pool) {}

    /// One header field. Those that are not known here are only counted.
    void field(std::string_view name, std::string_view value);
    /// The head is complete.
    [[nodiscard]] std::optional<grpc_response> begin(grpc_service& service);
    /// A piece of the stream's data, as grpc_message::append has it; none is taken while more than `max_in_use_len` bytes
    /// are in use.
    [[nodiscard]] std::optional<grpc_response> data(byte_view piece, std::size_t max_in_use_len, buffer& input);
    /// The stream has ended: without a response, the call is complete and is to be served.
    [[nodiscard]] std::optional<grpc_response> end();
    void serve(grpc_service& service, const pacing& sender, grpc_responder respond);
    void drop() noexcept { x_message.drop(); }
    [[nodiscard]] grpc_message& message() noexcept { return x_message; }

    /// How long the caller waits, from the head on; nullopt: for ever.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> timeout() const noexcept { return x_timeout; }

private:
    std::optional<grpc_response> check_head();

    buffer_pool* x_pool;
    grpc_head x_head;
    std::size_t x_max_head_len;
    std::size_t x_head_len = 0;
    std::optional<std::chrono::nanoseconds> x_timeout;
    std::size_t x_max_message_len = 0;
    grpc_message x_message;
    grpc_request x_request;
};

}  // namespace colblock::receiver
