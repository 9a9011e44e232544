// SPDX-License-Identifier: Apache-2.0
#include "admin_service.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <vector>

namespace colblock::tools {

namespace {

enum route : std::uint32_t { metrics, health, readiness, index_page };

receiver::http_response text(unsigned status, std::string body, std::string_view type = "text/plain; charset=utf-8") {
    return {.status = status, .content_type = type, .body = std::move(body)};
}

std::vector<prometheus::MetricFamily> families(const pipeline::stats& counted) {
    std::vector<prometheus::MetricFamily> all;
    for (const auto& figure : counted.figures()) {
        if (all.empty() || all.back().name != figure.name)
            all.push_back({std::string(figure.name), std::string(figure.sentence),
                           figure.is_gauge ? prometheus::MetricType::Gauge : prometheus::MetricType::Counter, {}});
        prometheus::ClientMetric metric;
        if (!figure.label.empty()) metric.label.push_back({std::string(figure.label), figure.value_of_label});
        if (figure.is_gauge)
            metric.gauge.value = figure.value;
        else
            metric.counter.value = figure.value;
        all.back().metric.push_back(std::move(metric));
    }
    for (const auto& figure : counted.histograms()) {
        prometheus::ClientMetric metric;
        std::uint64_t count = 0;
        for (std::size_t i = 0; i != pipeline::duration_histogram::num_buckets; ++i) {
            count += figure.values->count(i);
            const bool last = i + 1 == pipeline::duration_histogram::num_buckets;
            metric.histogram.bucket.push_back({count, last ? std::numeric_limits<double>::infinity()
                                                           : pipeline::duration_histogram::bounds[i]});
        }
        metric.histogram.sample_count = count;
        metric.histogram.sample_sum = figure.values->sum_seconds();
        all.push_back({std::string(figure.name), std::string(figure.sentence), prometheus::MetricType::Histogram,
                       {std::move(metric)}});
    }
    return all;
}

}  // namespace

receiver::http_service::admission admin_service::admit(const receiver::http_head& head) {
    const std::string_view path = head.target.substr(0, head.target.find('?'));
    admission decided{std::nullopt, index_page, 0};
    if (path == "/metrics") decided.route = metrics;
    else if (path == "/healthz") decided.route = health;
    else if (path == "/readyz") decided.route = readiness;
    else if (path != "/") decided.refusal = text(404, "no such page: see /\n");
    if (!decided.refusal && head.method != "GET" && head.method != "HEAD")
        decided.refusal = text(405, "only GET\n");
    return decided;
}

void admin_service::serve(receiver::http_request& request, receiver::http_responder respond) {
    switch (request.route) {
    case metrics:
        return respond(text(200, prometheus::TextSerializer().Serialize(families(x_stats)),
                            "text/plain; version=0.0.4; charset=utf-8"));
    case health: return respond(text(200, "ok\n"));
    case readiness:
        if (x_status.draining) return respond(text(503, "stopping\n"));
        if (!x_status.ready) return respond(text(503, "not connected to " + x_status.server + "\n"));
        return respond(text(200, "ready: " + x_status.server + "\n"));
    default:
        return respond(text(200, "colblock-ingest " + x_status.version + "\n\nOTLP/HTTP   " + x_status.endpoint +
                                     "\nOTLP/gRPC   " + x_status.grpc_endpoint + "\nrows go to  " + x_status.server + "\nlayout      " + x_status.layout +
                                     "\n\n/metrics    figures for Prometheus\n/healthz    the process lives\n"
                                     "/readyz     it takes telemetry\n"));
    }
}

receiver::http_response admin_service::failure(std::uint32_t, unsigned status, std::string_view why) {
    return text(status, std::string(why) + "\n");
}

}  // namespace colblock::tools
