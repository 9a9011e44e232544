// SPDX-License-Identifier: Apache-2.0
#include "bench/payloads.hpp"

#include <array>
#include <string>
#include <string_view>

#include "opentelemetry/proto/collector/logs/v1/logs_service.pb.h"
#include "opentelemetry/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"

namespace colblock::bench {

namespace {

namespace otel = opentelemetry::proto;
using std::string;
using std::to_string;
using attributes = google::protobuf::RepeatedPtrField<otel::common::v1::KeyValue>;

// splitmix64: the same numbers with every compiler and library.
class random_source {
public:
    explicit random_source(std::uint64_t seed) : x_state(seed) {}
    std::uint64_t next() {
        std::uint64_t z = x_state += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return z ^ z >> 31;
    }
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    bool chance(unsigned percent) { return below(100) < percent; }
    template <std::size_t N>
    string pick(const std::array<const char*, N>& from) {
        return from[below(N)];
    }
    string id(std::size_t len) {
        string bytes(len, '\0');
        for (char& c : bytes) c = static_cast<char>(next());
        return bytes;
    }
    string hex(std::size_t len) {
        string text(len, '0');
        for (char& c : text) c = "0123456789abcdef"[next() & 15];
        return text;
    }

private:
    std::uint64_t x_state;
};

constexpr std::array methods = {"GET", "GET", "GET", "POST", "PUT", "DELETE"};
constexpr std::array routes = {"/api/v1/orders/:id", "/api/v1/carts/:cart/items", "/api/v1/products", "/login",
                               "/api/v1/users/:user/addresses", "/healthz", "/api/v2/search"};
constexpr std::array services = {"checkout", "cart",     "catalogue", "payment", "shipping", "currency", "email", "ads",
                                 "search",   "frontend", "gateway",   "auth",    "ledger",   "stock",    "pricing", "review"};
constexpr std::array middlewares = {"query", "expressInit", "jsonParser", "session", "router - /api", "corsMiddleware"};
constexpr std::array tables = {"orders", "cart_items", "users", "products", "shipments"};
constexpr std::array agents = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "curl/8.5.0",
    "Go-http-client/2.0", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4"};
constexpr std::array<int, 6> status_codes = {200, 200, 200, 201, 404, 500};

void add(attributes* to, string key, string value) {
    auto* kv = to->Add();
    kv->set_key(std::move(key));
    kv->mutable_value()->set_string_value(std::move(value));
}
void add(attributes* to, string key, std::uint64_t value) {
    auto* kv = to->Add();
    kv->set_key(std::move(key));
    kv->mutable_value()->set_int_value(static_cast<std::int64_t>(value));
}

// The detectors of an SDK: process, host and container; one array, two integers.
void add_resource(attributes* to, const string& service, random_source& random) {
    add(to, "service.name", service);
    add(to, "service.version", "1.14." + to_string(random.below(9)));
    add(to, "service.namespace", "shop");
    add(to, "service.instance.id", random.hex(36));
    add(to, "deployment.environment.name", "production");
    add(to, "telemetry.sdk.language", "nodejs");
    add(to, "telemetry.sdk.name", "opentelemetry");
    add(to, "telemetry.sdk.version", "2.1.0");
    add(to, "process.pid", 1000 + random.below(30000));
    add(to, "process.executable.name", "node");
    add(to, "process.executable.path", "/usr/local/bin/node");
    add(to, "process.command", "/srv/app/server.js");
    add(to, "process.runtime.version", "22.11.0");
    add(to, "process.runtime.name", "nodejs");
    add(to, "process.runtime.description", "Node.js");
    add(to, "process.owner", "app");
    auto* arguments = to->Add();
    arguments->set_key("process.command_args");
    for (const char* argument : {"/usr/local/bin/node", "--require", "./tracing.js", "/srv/app/server.js"})
        arguments->mutable_value()->mutable_array_value()->add_values()->set_string_value(argument);
    add(to, "host.name", service + "-7d9c" + random.hex(6));
    add(to, "host.arch", "amd64");
    add(to, "host.id", random.hex(32));
    add(to, "host.cpu.count", 8);
    add(to, "os.type", "linux");
    add(to, "os.version", "6.1.0-18-cloud-amd64");
    add(to, "container.id", random.hex(64));
    add(to, "k8s.namespace.name", "shop");
    add(to, "k8s.pod.name", service + "-7d9c8b6f5-" + random.hex(5));
    add(to, "k8s.node.name", "node-" + to_string(random.below(40)));
}

// What every span has. A trace is a handful of spans running.
struct trace_state {
    string trace_id;
    string parent;
    std::uint64_t now = 1'790'000'000'000'000'000;
};

void begin_span(otel::trace::v1::Span* span, trace_state& trace, random_source& random) {
    if (trace.trace_id.empty() || random.chance(15)) {
        trace.trace_id = random.id(16);
        trace.parent.clear();
    }
    trace.now += random.below(2'000'000);
    span->set_trace_id(trace.trace_id);
    span->set_span_id(random.id(8));
    if (!trace.parent.empty()) span->set_parent_span_id(trace.parent);
    if (trace.parent.empty() || random.chance(30)) trace.parent = span->span_id();
    span->set_start_time_unix_nano(trace.now);
    span->set_end_time_unix_nano(trace.now + 10'000 + random.below(50'000'000));
    span->set_flags(257);
    span->mutable_status();
}

void add_http(attributes* to, random_source& random, int status) {
    add(to, "http.request.method", random.pick(methods));
    add(to, "url.path", "/api/v1/orders/" + to_string(random.below(1'000'000)));
    add(to, "http.response.status_code", static_cast<std::uint64_t>(status));
    add(to, "server.address", "shop.example.com");
    add(to, "server.port", 443);
    add(to, "network.peer.address", "10.2." + to_string(random.below(256)) + "." + to_string(random.below(256)));
}

void js_span(otel::trace::v1::Span* span, trace_state& trace, random_source& random) {
    begin_span(span, trace, random);
    attributes* to = span->mutable_attributes();
    const int status = status_codes[random.below(status_codes.size())];
    switch (random.below(5)) {
    case 0:
        span->set_kind(otel::trace::v1::Span::SPAN_KIND_SERVER);
        span->set_name(random.pick(methods));
        add_http(to, random, status);
        add(to, "http.route", random.pick(routes));
        add(to, "user_agent.original", random.pick(agents));
        add(to, "network.protocol.version", "1.1");
        if (status >= 500) span->mutable_status()->set_code(otel::trace::v1::Status::STATUS_CODE_ERROR);
        break;
    case 1:
        span->set_kind(otel::trace::v1::Span::SPAN_KIND_CLIENT);
        span->set_name(random.pick(methods));
        add_http(to, random, status);
        add(to, "url.full", "https://payments.internal.example.com/v1/charges/" + random.hex(24));
        break;
    case 2:
        span->set_kind(otel::trace::v1::Span::SPAN_KIND_CLIENT);
        span->set_name("pg.query:SELECT shop");
        add(to, "db.system", "postgresql");
        add(to, "db.name", "shop");
        add(to, "db.statement", "SELECT id, total FROM " + random.pick(tables) + " WHERE id = $1");
        add(to, "net.peer.name", "db.internal");
        add(to, "net.peer.port", 5432);
        break;
    case 3:
        span->set_kind(otel::trace::v1::Span::SPAN_KIND_INTERNAL);
        span->set_name("middleware - " + random.pick(middlewares));
        add(to, "express.name", random.pick(middlewares));
        add(to, "express.type", "middleware");
        add(to, "http.route", random.pick(routes));
        break;
    default:
        span->set_kind(otel::trace::v1::Span::SPAN_KIND_INTERNAL);
        span->set_name("fs readFile");
        add(to, "code.function.name", "loadTemplate");
        add(to, "file.path", "/srv/app/templates/" + random.pick(tables) + "/" + random.hex(8) + ".html");
        if (random.chance(50)) add(to, "file.size", random.below(1'000'000));
    }
}

void rich_span(otel::trace::v1::Span* span, trace_state& trace, random_source& random) {
    begin_span(span, trace, random);
    attributes* to = span->mutable_attributes();
    const int status = status_codes[random.below(status_codes.size())];
    const bool is_server = random.chance(50);
    span->set_kind(is_server ? otel::trace::v1::Span::SPAN_KIND_SERVER : otel::trace::v1::Span::SPAN_KIND_CLIENT);
    if (is_server) {
        span->set_name(random.pick(methods) + " " + random.pick(routes));
        add_http(to, random, status);
        add(to, "url.scheme", "https");
        add(to, "url.query", "page=" + to_string(random.below(100)) + "&session=" + random.hex(32));
        add(to, "http.route", random.pick(routes));
        add(to, "user_agent.original", random.pick(agents));
        add(to, "client.address", "203.0.113." + to_string(random.below(256)));
        add(to, "network.protocol.version", "2");
        if (random.chance(60)) add(to, "enduser.id", "user-" + to_string(random.below(1'000'000)));
    } else {
        const string table = random.pick(tables);
        span->set_name("SELECT " + table);
        add(to, "db.system.name", "postgresql");
        add(to, "db.namespace", "shop");
        add(to, "db.operation.name", "SELECT");
        add(to, "db.collection.name", table);
        add(to, "db.query.text",
            "SELECT o.id, o.total, o.currency, i.sku, i.quantity FROM " + table +
                " o JOIN order_items i ON i.order_id = o.id WHERE o.customer_id = $1 AND o.created_at > $2 ORDER BY o.created_at");
        add(to, "server.address", "orders-db-" + to_string(random.below(4)) + ".internal");
        add(to, "server.port", 5432);
        add(to, "db.response.returned_rows", random.below(500));
        add(to, "thread.id", random.below(64));
        add(to, "thread.name", "pool-3-thread-" + to_string(random.below(64)));
        add(to, "code.function.name", "com.example.shop.orders.OrderRepository.findRecent");
    }
    if (!random.chance(5)) return;
    auto* event = span->add_events();
    event->set_time_unix_nano(span->end_time_unix_nano());
    event->set_name("exception");
    add(event->mutable_attributes(), "exception.type", "java.sql.SQLTransientConnectionException");
    add(event->mutable_attributes(), "exception.message", "pool-1 - Connection is not available, request timed out after 30000ms");
    string stack;
    for (int i = 0; i != 12; ++i) stack += "\tat com.example.shop.orders.Frame" + to_string(i) + ".call(Frame.java:" + to_string(random.below(900)) + ")\n";
    add(event->mutable_attributes(), "exception.stacktrace", stack);
    span->mutable_status()->set_code(otel::trace::v1::Status::STATUS_CODE_ERROR);
    span->mutable_status()->set_message("Connection is not available");
}

void tiny_span(otel::trace::v1::Span* span, trace_state& trace, random_source& random) {
    begin_span(span, trace, random);
    span->set_kind(otel::trace::v1::Span::SPAN_KIND_CLIENT);
    span->set_name(random.chance(50) ? "lets-go" : "okey-dokey-0");
    add(span->mutable_attributes(), "network.peer.address", "1.2.3.4");
    add(span->mutable_attributes(), "peer.service", random.chance(50) ? "telemetrygen-server" : "telemetrygen-client");
}

string make_spans(payload_set which, random_source& random) {
    otel::collector::trace::v1::ExportTraceServiceRequest request;
    const std::size_t num_resources = which == payload_set::rich_spans ? 4 : 1;
    trace_state trace;
    trace.now += random.below(1'000'000'000'000);
    for (std::size_t r = 0; r != num_resources; ++r) {
        auto* of_resource = request.add_resource_spans();
        attributes* to = of_resource->mutable_resource()->mutable_attributes();
        if (which == payload_set::tiny_spans)
            add(to, "service.name", "telemetrygen");
        else
            add_resource(to, random.pick(services), random);
        auto* of_scope = of_resource->add_scope_spans();
        of_scope->mutable_scope()->set_name("@opentelemetry/instrumentation-http");
        of_scope->mutable_scope()->set_version("0.203.0");
        for (std::size_t i = 0; i != records_per_payload / num_resources; ++i) {
            auto* span = of_scope->add_spans();
            if (which == payload_set::js_spans) js_span(span, trace, random);
            if (which == payload_set::rich_spans) rich_span(span, trace, random);
            if (which == payload_set::tiny_spans) tiny_span(span, trace, random);
        }
    }
    return request.SerializeAsString();
}

string make_logs(random_source& random) {
    otel::collector::logs::v1::ExportLogsServiceRequest request;
    auto* of_resource = request.add_resource_logs();
    add_resource(of_resource->mutable_resource()->mutable_attributes(), random.pick(services), random);
    auto* of_scope = of_resource->add_scope_logs();
    of_scope->mutable_scope()->set_name("winston");
    std::uint64_t now = 1'790'000'000'000'000'000 + random.below(1'000'000'000'000);
    for (std::size_t i = 0; i != records_per_payload; ++i) {
        auto* log = of_scope->add_log_records();
        now += random.below(5'000'000);
        log->set_time_unix_nano(now);
        log->set_observed_time_unix_nano(now + random.below(1'000'000));
        const bool is_error = random.chance(10);
        log->set_severity_number(is_error ? otel::logs::v1::SEVERITY_NUMBER_ERROR : otel::logs::v1::SEVERITY_NUMBER_INFO);
        log->set_severity_text(is_error ? "ERROR" : "INFO");
        log->mutable_body()->set_string_value("order " + to_string(random.below(100'000'000)) + " for customer " + random.hex(12) +
                                              (is_error ? " was refused by the payment provider, retrying later"
                                                        : " has been accepted, total " + to_string(random.below(100'000)) + " cents"));
        attributes* to = log->mutable_attributes();
        add(to, "logger.name", "shop.orders." + random.pick(tables));
        add(to, "thread.id", random.below(64));
        add(to, "code.file.path", "/srv/app/orders/" + random.pick(tables) + ".js");
        add(to, "code.line.number", random.below(2000));
        add(to, "request.id", random.hex(16));
        add(to, "enduser.id", "user-" + to_string(random.below(1'000'000)));
        if (random.chance(70)) {
            log->set_trace_id(random.id(16));
            log->set_span_id(random.id(8));
            log->set_flags(1);
        }
    }
    return request.SerializeAsString();
}

string make_points(random_source& random) {
    otel::collector::metrics::v1::ExportMetricsServiceRequest request;
    auto* of_resource = request.add_resource_metrics();
    add_resource(of_resource->mutable_resource()->mutable_attributes(), random.pick(services), random);
    auto* of_scope = of_resource->add_scope_metrics();
    of_scope->mutable_scope()->set_name("@opentelemetry/instrumentation-http");
    const std::uint64_t start = 1'790'000'000'000'000'000;
    const std::uint64_t now = start + random.below(1'000'000'000'000);
    for (std::size_t m = 0; m != records_per_payload / 8; ++m) {
        auto* metric = of_scope->add_metrics();
        const bool is_sum = random.chance(50);
        metric->set_name((is_sum ? "http.server.request.count." : "process.memory.usage.") + to_string(random.below(100)));
        metric->set_unit(is_sum ? "{request}" : "By");
        metric->set_description("what it counts, in one sentence");
        if (is_sum) {
            metric->mutable_sum()->set_is_monotonic(true);
            metric->mutable_sum()->set_aggregation_temporality(otel::metrics::v1::AGGREGATION_TEMPORALITY_CUMULATIVE);
        }
        for (int i = 0; i != 8; ++i) {
            auto* point = is_sum ? metric->mutable_sum()->add_data_points() : metric->mutable_gauge()->add_data_points();
            if (is_sum) point->set_start_time_unix_nano(start);
            point->set_time_unix_nano(now);
            if (random.chance(50))
                point->set_as_int(static_cast<std::int64_t>(random.below(1'000'000)));
            else
                point->set_as_double(static_cast<double>(random.below(1'000'000'000)) / 1000);
            attributes* to = point->mutable_attributes();
            add(to, "http.request.method", random.pick(methods));
            add(to, "http.route", random.pick(routes));
            add(to, "http.response.status_code", static_cast<std::uint64_t>(status_codes[random.below(status_codes.size())]));
            if (random.chance(50)) add(to, "url.scheme", "https");
        }
    }
    return request.SerializeAsString();
}

}  // namespace

corpus make_corpus(payload_set which, std::size_t num_payloads) {
    random_source random(0x0c01b10c + static_cast<std::uint64_t>(which));
    corpus made;
    for (std::size_t i = 0; i != num_payloads; ++i) {
        const string bytes = which == payload_set::logs     ? make_logs(random)
                             : which == payload_set::points ? make_points(random)
                                                            : make_spans(which, random);
        made.payloads.emplace_back().append(bytes);
        made.num_records += records_per_payload;
        made.wire_len += bytes.size();
    }
    return made;
}

}  // namespace colblock::bench
