// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "colblock/base/buffer.hpp"
#include "colblock/base/signal.hpp"
#include "gen/key_value.hpp"
#include "gen/shop.hpp"

namespace colblock::gen {

/// The body of one export: an ExportTraceServiceRequest, ExportMetricsServiceRequest or
/// ExportLogsServiceRequest.
struct request {
    signal kind{};
    buffer body;
    std::uint32_t num_records = 0;  ///< spans, log records or data points
};

/// Finished requests, first in, first out. Buffers that are handed back are used again.
class request_queue {
public:
    [[nodiscard]] bool empty() const noexcept { return x_first == x_requests.size(); }
    /// An empty buffer for the next body.
    [[nodiscard]] buffer take_buffer();
    void push(request&& finished) { x_requests.push_back(std::move(finished)); }
    /// Moves the oldest request into `out`, whose buffer is taken back. The queue is not empty.
    void pop(request& out);

private:
    std::vector<request> x_requests;
    std::size_t x_first = 0;
    std::vector<buffer> x_spare;
};

/// Gathers spans or log records of all services into requests of one service each, as the SDKs in
/// the services do: a request leaves when it is full or its oldest record has waited 5 s.
class batcher {
public:
    /// `resources` are those of make_resources and must outlive the batcher; `scopes` are names of
    /// instrumentation scopes.
    batcher(signal kind, std::span<const std::string> resources, std::span<const std::string_view> scopes,
            std::uint32_t records_per_request);

    /// Where the next record of this service and scope is appended, as field 2 of its scope message.
    [[nodiscard]] buffer& record(service_index where, std::size_t scope) {
        return x_pending[where].scopes[scope];
    }
    /// Says that it has been, at a time of the records' own clock.
    void added(service_index where, std::uint64_t time_ns, request_queue& out) {
        pending& p = x_pending[where];
        if (p.num_records++ == 0) p.oldest_ns = time_ns;
        if (p.num_records == x_records_per_request) seal_one(where, out);
    }
    /// Sends one service's records if they have waited long enough; a different service each time.
    void send_late(std::uint64_t now_ns, request_queue& out);
    /// Sends what is left, several services in a request as a gateway does.
    void finish(request_queue& out);

private:
    struct pending {
        std::vector<buffer> scopes;
        std::uint32_t num_records = 0;
        std::uint64_t oldest_ns = 0;
    };
    void seal_one(service_index where, request_queue& out);
    void append_service(service_index where, buffer& body);

    signal x_kind;
    std::span<const std::string> x_resources;
    std::vector<std::string> x_scopes;  // whole encoded fields 1 of ScopeSpans
    std::uint32_t x_records_per_request;
    std::vector<pending> x_pending;     // by service
    service_index x_next_late = 0;
};

/// Sent as schema_url of every resource and scope.
inline constexpr std::string_view schema_url = "https://opentelemetry.io/schemas/1.27.0";

/// An InstrumentationScope as field 1 of its scope message.
[[nodiscard]] std::string encode_scope(std::string_view name);

}  // namespace colblock::gen
