// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>

#include "pipeline/stats.hpp"
#include "receiver/http_service.hpp"

namespace colblock::tools {

/// What the admin pages say beside figures.
struct service_status {
    std::string version;
    std::string server;    ///< for people: where rows go, and loudly so if it is the embedded engine
    std::string layout;
    std::string endpoint;       ///< where OTLP/HTTP is received
    std::string grpc_endpoint;  ///< where OTLP/gRPC is received; the same if it has no port of its own
    std::atomic<bool> ready{false};
    std::atomic<bool> draining{false};
};

/// The admin port: /metrics (Prometheus), /healthz, /readyz and a page that lists them.
class admin_service final : public receiver::http_service {
public:
    /// Both must outlive the service.
    admin_service(const service_status& status, const pipeline::stats& counted)
        : x_status(status), x_stats(counted) {}

    admission admit(const receiver::http_head& head) override;
    void serve(receiver::http_request& request, receiver::http_responder respond) override;
    receiver::http_response failure(std::uint32_t route, unsigned status, std::string_view why) override;

private:
    const service_status& x_status;
    const pipeline::stats& x_stats;
};

}  // namespace colblock::tools
