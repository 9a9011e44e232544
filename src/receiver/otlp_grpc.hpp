// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "receiver/credentials.hpp"
#include "receiver/grpc_service.hpp"
#include "receiver/payload_intake.hpp"

namespace colblock::receiver {

/// The signal of a call: "/opentelemetry.proto.collector.trace.v1.TraceService/Export" and so on.
[[nodiscard]] std::optional<signal> signal_of_call(std::string_view path) noexcept;

/// OTLP over gRPC: the three Export services hand payloads to a sink. Beside them Check of the standard
/// health service answers for "" and for each of the three; its Watch is not offered, which clients take
/// as healthy. One a thread.
class otlp_grpc final : public grpc_service {
public:
    struct options {
        std::size_t max_payload_len;
        std::function<bool()> is_serving{};  ///< what health checks are told; empty: always
        std::shared_ptr<const credentials> senders{};  ///< null: anybody may send; health checks need none
    };

    otlp_grpc(options how, payload_sink to) : x_options(std::move(how)), x_intake(x_options.max_payload_len, std::move(to)) {}

    /// From now on these may send. On the thread that serves.
    void admit_only(std::shared_ptr<const credentials> senders) { x_options.senders = std::move(senders); }

    admission admit(const grpc_head& head) override;
    void serve(grpc_request& request, grpc_responder respond) override;

private:
    grpc_response check_health(byte_view request) const;

    options x_options;
    payload_intake x_intake;
};

}  // namespace colblock::receiver
