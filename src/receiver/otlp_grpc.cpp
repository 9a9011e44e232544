// SPDX-License-Identifier: Apache-2.0
#include "receiver/otlp_grpc.hpp"

// HealthCheckRequest  := 1 string service
// HealthCheckResponse := 1 varint status    1 serving, 2 not serving

#include <array>

namespace colblock::receiver {

namespace {

constexpr std::string_view package = "opentelemetry.proto.collector.";
constexpr std::string_view export_method = "/Export";
constexpr std::array<std::string_view, 3> services{"trace.v1.TraceService", "metrics.v1.MetricsService",
                                                   "logs.v1.LogsService"};
static_assert(static_cast<int>(signal::traces) == 0 && static_cast<int>(signal::metrics) == 1 &&
              static_cast<int>(signal::logs) == 2);

constexpr std::string_view health_check = "/grpc.health.v1.Health/Check";
constexpr std::uint32_t health_route = 1000;
constexpr std::size_t max_health_request_len = 1024;

std::optional<signal> signal_of_service(std::string_view name) noexcept {
    if (!name.starts_with(package)) return std::nullopt;
    name.remove_prefix(package.size());
    for (std::size_t i = 0; i != services.size(); ++i)
        if (name == services[i]) return static_cast<signal>(i);
    return std::nullopt;
}

// The service that a health check asks for; nullopt if the request is not the one field.
std::optional<std::string_view> asked_service(byte_view request) noexcept {
    if (request.empty()) return std::string_view();
    if (request.size() < 2 || request[0] != 0x0a || static_cast<unsigned char>(request[1]) != request.size() - 2)
        return std::nullopt;
    return request.substr(2);
}

}  // namespace

std::optional<signal> signal_of_call(std::string_view path) noexcept {
    if (!path.starts_with('/') || !path.ends_with(export_method)) return std::nullopt;
    path.remove_prefix(1);
    path.remove_suffix(export_method.size());
    return signal_of_service(path);
}

grpc_service::admission otlp_grpc::admit(const grpc_head& head) {
    if (head.path == health_check)
        return {.refusal = std::nullopt, .route = health_route, .max_message_len = max_health_request_len};
    if (x_options.senders && !x_options.senders->admit(head.authorization))
        return {.refusal = refusal(rpc_code::unauthenticated,
                                   head.authorization.empty() ? "the authorization metadata is missing"
                                                              : "the authorization metadata holds nothing that is known here")};
    const auto what = signal_of_call(head.path);
    if (!what)
        return {.refusal = refusal(rpc_code::unimplemented,
                                   "the methods are Export of TraceService, MetricsService and LogsService")};
    return {.refusal = std::nullopt,
            .route = static_cast<std::uint32_t>(*what),
            .max_message_len = x_intake.max_payload_len()};
}

void otlp_grpc::serve(grpc_request& request, grpc_responder respond) {
    if (request.route == health_route) {
        if (request.coding == content_encoding::identity) return respond(check_health(request.bytes.view()));
        return respond(refusal(rpc_code::unimplemented, "health checks are not taken compressed"));
    }
    payload taken;
    taken.signal = static_cast<signal>(request.route);
    taken.form = encoding::protobuf;
    taken.sender = request.sender;
    taken.bytes.swap(request.bytes);
    taken.answer = reply([s = taken.signal, send = std::move(respond)](outcome&& o) mutable {
        send(grpc_response_to(std::move(o), s));
    });
    x_intake.take(taken, request.coding);
    taken.bytes.swap(request.bytes);  // what is left is reused
}

grpc_response otlp_grpc::check_health(byte_view request) const {
    const auto service = asked_service(request);
    if (!service) return refusal(rpc_code::invalid_argument, "the request is no HealthCheckRequest");
    if (!service->empty() && !signal_of_service(*service))
        return refusal(rpc_code::not_found, "no such service is served here");
    const bool serving = !x_options.is_serving || x_options.is_serving();
    return {.body = serving ? "\x08\x01" : "\x08\x02"};
}

}  // namespace colblock::receiver
