// SPDX-License-Identifier: Apache-2.0
#include "receiver/grpc_response.hpp"

#include <algorithm>

#include "colblock/base/base64.hpp"

namespace colblock::receiver {

namespace {

// Senders that are told to come again without a time do so after this.
constexpr std::chrono::seconds usual_delay{1};

// Peers bound the header fields that they take at 8 KiB; a server's exception may be longer than that.
constexpr std::size_t max_message_len = 1024;

}  // namespace

grpc_response grpc_response::given_up() { return retry_later("the request was given up", usual_delay); }

grpc_response refusal(rpc_code code, std::string message) { return {.code = code, .message = std::move(message)}; }

grpc_response retry_later(std::string message, std::chrono::seconds delay) {
    if (delay.count() <= 0) delay = usual_delay;
    message.resize(std::min(message.size(), max_message_len));
    grpc_response response = refusal(rpc_code::unavailable, std::move(message));
    response.details = status_with_retry(response.code, response.message, delay);
    return response;
}

grpc_response grpc_response_to(outcome&& o, signal s) {
    using kind = outcome::kind;
    o.message.resize(std::min(o.message.size(), max_message_len));
    switch (o.what) {
    case kind::stored: return {};
    case kind::partially_stored: return {.body = partial_success_message(encoding::protobuf, s, o)};
    case kind::bad_data: {
        grpc_response response = refusal(rpc_code::invalid_argument, std::move(o.message));
        response.details = status_with_bad_request(encoding::protobuf, response.message);
        return response;
    }
    case kind::too_large: return refusal(rpc_code::resource_exhausted, std::move(o.message));
    case kind::overloaded:
    case kind::unavailable: return retry_later(std::move(o.message), o.retry_after);
    case kind::internal: break;
    }
    return refusal(rpc_code::internal, std::move(o.message));
}

std::string grpc_message_value(std::string_view message) {
    constexpr char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : message) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte <= 0x7e && c != '%') {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back(hex[byte >> 4]);
            out.push_back(hex[byte & 15]);
        }
    }
    return out;
}

std::string grpc_details_value(std::string_view details) {
    std::string out(base64_len(details.size()), '\0');
    write_base64(out.data(), details);
    while (out.ends_with('=')) out.pop_back();
    return out;
}

}  // namespace colblock::receiver
