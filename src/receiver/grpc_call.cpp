// SPDX-License-Identifier: Apache-2.0
#include "receiver/grpc_call.hpp"

#include <algorithm>
#include <charconv>

#include "colblock/base/limits.hpp"
#include "receiver/http_head.hpp"

namespace colblock::receiver {

namespace {

// What HTTP/2 adds to a field's name and value when it counts a header list.
constexpr std::size_t field_overhead_len = 32;

bool is_grpc_protobuf(std::string_view content_type) noexcept {
    constexpr std::string_view essence = "application/grpc";
    if (content_type.size() < essence.size() || !equal_ignoring_case(content_type.substr(0, essence.size()), essence))
        return false;
    content_type.remove_prefix(essence.size());
    if (content_type.starts_with('+')) {
        content_type = content_type.substr(0, content_type.find(';'));
        return equal_ignoring_case(content_type, "+proto");
    }
    return content_type.empty() || content_type.starts_with(';');
}

grpc_response not_grpc(unsigned http_status, std::string why) {
    grpc_response response = refusal(rpc_code::internal, std::move(why));
    response.http_status = http_status;
    return response;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_grpc_timeout(std::string_view text) noexcept {
    using namespace std::chrono;
    if (text.size() < 2 || text.size() > 9) return std::nullopt;
    std::uint32_t value = 0;
    const char* const unit = text.data() + text.size() - 1;
    if (const auto read = std::from_chars(text.data(), unit, value); read.ec != std::errc() || read.ptr != unit)
        return std::nullopt;
    constexpr seconds longest(3'000'000'000);  // 95 years; nanoseconds overflow at three times that
    switch (*unit) {
    case 'H': return std::min<seconds>(hours(value), longest);
    case 'M': return std::min<seconds>(minutes(value), longest);
    case 'S': return std::min<seconds>(seconds(value), longest);
    case 'm': return milliseconds(value);
    case 'u': return microseconds(value);
    case 'n': return nanoseconds(value);
    default: return std::nullopt;
    }
}

void grpc_call::field(std::string_view name, std::string_view value) {
    x_head_len += name.size() + value.size() + field_overhead_len;
    if (x_head_len > x_max_head_len) return;
    if (name == ":path") x_head.path = value;
    else if (name == ":method") x_head.method = value;
    else if (name == "content-type") x_head.content_type = value;
    else if (name == "grpc-encoding") x_head.encoding = value;
    else if (name == "grpc-timeout") x_head.timeout = value;
    else if (name == "authorization") x_head.authorization = value;
}

std::optional<grpc_response> grpc_call::check_head() {
    if (x_head_len > x_max_head_len) return not_grpc(431, "the header fields are over the limit");
    if (!is_grpc_protobuf(x_head.content_type)) return not_grpc(415, "the content-type must be application/grpc");
    if (x_head.method != "POST") return not_grpc(405, "gRPC requests are POST");
    const auto coding = parse_content_encoding(x_head.encoding);
    if (!coding)
        return refusal(rpc_code::unimplemented,
                       "the grpc-encoding must be one of " + std::string(grpc_accepted_encodings));
    x_request.coding = *coding;
    if (x_head.timeout.empty()) return std::nullopt;
    x_timeout = parse_grpc_timeout(x_head.timeout);
    if (!x_timeout) return refusal(rpc_code::internal, "the grpc-timeout is malformed");
    return std::nullopt;
}

std::optional<grpc_response> grpc_call::begin(grpc_service& service) {
    if (auto refused = check_head()) return refused;
    grpc_service::admission decided = service.admit(x_head);
    x_head = {};
    x_request.route = decided.route;
    x_max_message_len = decided.max_message_len;
    return std::move(decided.refusal);
}

std::optional<grpc_response> grpc_call::data(byte_view piece, std::size_t max_in_use_len, buffer& input) {
    const auto appended = x_message.append(piece, x_max_message_len, input);
    if (!appended) {
        drop();
        if (appended.error().code == errc::too_large)
            return refusal(rpc_code::resource_exhausted, "the message is over the limit of " + std::to_string(x_max_message_len) + " bytes");
        return refusal(rpc_code::internal, "the call is not one message with its prefix");
    }
    if (x_pool->in_use_len() <= max_in_use_len) return std::nullopt;
    drop();
    return retry_later("too many requests are being received", {});
}

std::optional<grpc_response> grpc_call::end() {
    if (!x_message.complete()) {
        drop();
        return refusal(rpc_code::internal, x_message.empty() ? "the call has no message" : "the message is cut short");
    }
    if (!x_message.compressed()) {
        x_request.coding = content_encoding::identity;  // legal beside any grpc-encoding
    } else if (x_request.coding == content_encoding::identity) {
        drop();
        return refusal(rpc_code::internal, "the message is flagged as compressed, and there is no grpc-encoding");
    }
    return std::nullopt;
}

void grpc_call::serve(grpc_service& service, const pacing& sender, grpc_responder respond) {
    x_request.bytes = x_message.take();
    x_request.sender = sender;
    service.serve(x_request, std::move(respond));
    x_pool->keep(std::move(x_request.bytes));
}

}  // namespace colblock::receiver
