// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string_view>

#include "receiver/cors.hpp"
#include "receiver/credentials.hpp"
#include "receiver/http_service.hpp"
#include "receiver/payload_intake.hpp"

namespace colblock::receiver {

/// The form in which a sender can read an answer: a request that is neither protobuf nor JSON gets text.
enum class answer_form : std::uint8_t { protobuf, json, text };

/// The essence of a media type: parameters are dropped, case is ignored.
[[nodiscard]] answer_form form_of(std::string_view content_type) noexcept;

/// The signal that a target's path names: it ends with /v1/traces, /v1/metrics or /v1/logs, because
/// exporters append that to a base URL. The query part is ignored. The target may be a whole URL, as proxies send it.
[[nodiscard]] std::optional<signal> signal_of(std::string_view target) noexcept;

/// The response for what became of a request (status and body of the OTLP/HTTP specification).
[[nodiscard]] http_response response_to(outcome&& o, answer_form form, signal s);

/// OTLP over HTTP: routes requests, undoes their compression and hands payloads to a sink.
/// One a thread.
class otlp_http final : public http_service {
public:
    struct options {
        std::size_t max_payload_len;
        cors_options cors{};
        std::shared_ptr<const credentials> senders{};  ///< null: anybody may send
    };

    otlp_http(const options& how, payload_sink to)
        : x_options(how), x_cors(how.cors), x_intake(how.max_payload_len, std::move(to)) {}

    /// From now on these may send. On the thread that serves.
    void admit_only(std::shared_ptr<const credentials> senders) { x_options.senders = std::move(senders); }

    admission admit(const http_head& head) override;
    void serve(http_request& request, http_responder respond) override;
    http_response failure(std::uint32_t route, unsigned status, std::string_view why) override;
    http_response broken_head(byte_view received, const bad_head& what) override;

private:
    [[nodiscard]] admission route_of(const http_head& head) const;

    options x_options;
    cors_policy x_cors;
    payload_intake x_intake;
};

}  // namespace colblock::receiver
