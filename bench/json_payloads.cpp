// SPDX-License-Identifier: Apache-2.0
#include "bench/json_payloads.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "colblock/base/json_text.hpp"
#include "colblock/base/number_text.hpp"
#include "opentelemetry/proto/collector/logs/v1/logs_service.pb.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"

namespace colblock::bench {

namespace {

namespace otel = opentelemetry::proto;

class json_writer {
public:
    explicit json_writer(buffer& out) : x_out(out) {}

    void raw(std::string_view text) { x_out.append(text); }
    void string(std::string_view text) { append_json_string(x_out, text); }
    void number(std::int64_t value) {
        char* const to = x_out.reserve(max_number_text_len);
        x_out.set_end(write_number(to, value));
    }
    void number(double value) {
        char* const to = x_out.reserve(max_number_text_len);
        x_out.set_end(write_number(to, value));
    }
    void member(std::string_view begin, std::string_view text) { raw(begin), string(text); }
    void member(std::string_view begin, std::int64_t value) { raw(begin), number(value); }
    void time(std::string_view begin, std::uint64_t nanoseconds) {
        raw(begin), string(std::to_string(nanoseconds));
    }
    void id(std::string_view begin, std::string_view bytes) {
        raw(begin), raw("\"");
        for (const char c : bytes) {
            raw({&"0123456789abcdef"[static_cast<unsigned char>(c) >> 4], 1});
            raw({&"0123456789abcdef"[static_cast<unsigned char>(c) & 15], 1});
        }
        raw("\"");
    }
    template <class List, class Write>
    void list(std::string_view begin, const List& elements, Write&& write) {
        raw(begin), raw("[");
        bool first = true;
        for (const auto& element : elements) {
            if (!first) raw(",");
            first = false;
            write(element);
        }
        raw("]");
    }

    void value(const otel::common::v1::AnyValue& from) {
        using kind = otel::common::v1::AnyValue::ValueCase;
        switch (from.value_case()) {
        case kind::kStringValue: member(R"({"stringValue":)", from.string_value()); break;
        case kind::kIntValue: member(R"({"intValue":)", from.int_value()); break;
        case kind::kArrayValue:
            list(R"({"arrayValue":{"values":)", from.array_value().values(), [&](const auto& v) { value(v); });
            raw("}");
            break;
        default: std::abort();  // the corpora hold no others
        }
        raw("}");
    }
    template <class List>
    void attributes(std::string_view begin, const List& attributes) {
        list(begin, attributes, [&](const otel::common::v1::KeyValue& one) {
            member(R"({"key":)", one.key());
            raw(R"(,"value":)"), value(one.value()), raw("}");
        });
    }

private:
    buffer& x_out;
};

void write(json_writer& to, const otel::trace::v1::Span& span) {
    to.id(R"({"traceId":)", span.trace_id());
    to.id(R"(,"spanId":)", span.span_id());
    if (!span.parent_span_id().empty()) to.id(R"(,"parentSpanId":)", span.parent_span_id());
    to.member(R"(,"name":)", span.name());
    to.member(R"(,"kind":)", span.kind());
    to.time(R"(,"startTimeUnixNano":)", span.start_time_unix_nano());
    to.time(R"(,"endTimeUnixNano":)", span.end_time_unix_nano());
    to.attributes(R"(,"attributes":)", span.attributes());
    to.list(R"(,"droppedAttributesCount":0,"events":)", span.events(), [&](const otel::trace::v1::Span::Event& event) {
        to.attributes(R"({"attributes":)", event.attributes());
        to.member(R"(,"name":)", event.name());
        to.time(R"(,"timeUnixNano":)", event.time_unix_nano());
        to.raw(R"(,"droppedAttributesCount":0})");
    });
    to.member(R"(,"droppedEventsCount":0,"status":{"code":)", span.status().code());
    if (!span.status().message().empty()) to.member(R"(,"message":)", span.status().message());
    to.raw(R"(},"links":[],"droppedLinksCount":0,"flags":257})");
}

void write(json_writer& to, const otel::logs::v1::LogRecord& log) {
    to.time(R"({"timeUnixNano":)", log.time_unix_nano());
    to.time(R"(,"observedTimeUnixNano":)", log.observed_time_unix_nano());
    to.member(R"(,"severityNumber":)", log.severity_number());
    to.member(R"(,"severityText":)", log.severity_text());
    to.raw(R"(,"body":)"), to.value(log.body());
    to.attributes(R"(,"attributes":)", log.attributes());
    to.raw(R"(,"droppedAttributesCount":0)");
    if (!log.trace_id().empty()) {
        to.member(R"(,"flags":)", log.flags());
        to.id(R"(,"traceId":)", log.trace_id());
        to.id(R"(,"spanId":)", log.span_id());
    }
    to.raw("}");
}

template <class Source>
void write_resource(json_writer& to, const Source& source) {
    to.attributes(R"({"resource":{"attributes":)", source.resource().attributes());
    to.raw(R"(,"droppedAttributesCount":0})");
}
template <class Scoped>
void write_scope(json_writer& to, const Scoped& scoped) {
    to.member(R"({"scope":{"name":)", scoped.scope().name());
    to.member(R"(,"version":)", scoped.scope().version());
    to.raw("}");
}

void write(json_writer& to, const otel::collector::trace::v1::ExportTraceServiceRequest& request) {
    to.list(R"({"resourceSpans":)", request.resource_spans(), [&](const auto& source) {
        write_resource(to, source);
        to.list(R"(,"scopeSpans":)", source.scope_spans(), [&](const auto& scoped) {
            write_scope(to, scoped);
            to.list(R"(,"spans":)", scoped.spans(), [&](const auto& span) { write(to, span); });
            to.raw("}");
        });
        to.raw("}");
    });
    to.raw("}");
}

void write(json_writer& to, const otel::collector::logs::v1::ExportLogsServiceRequest& request) {
    to.list(R"({"resourceLogs":)", request.resource_logs(), [&](const auto& source) {
        write_resource(to, source);
        to.list(R"(,"scopeLogs":)", source.scope_logs(), [&](const auto& scoped) {
            write_scope(to, scoped);
            to.list(R"(,"logRecords":)", scoped.log_records(), [&](const auto& log) { write(to, log); });
            to.raw("}");
        });
        to.raw("}");
    });
    to.raw("}");
}

template <class Request>
void convert(const buffer& protobuf, buffer& json) {
    Request request;
    if (!request.ParseFromArray(protobuf.data(), static_cast<int>(protobuf.size()))) std::abort();
    json_writer to(json);
    write(to, request);
}

}  // namespace

corpus as_js_sdk_json(const corpus& protobuf, payload_set which) {
    corpus made;
    made.num_records = protobuf.num_records;
    for (const buffer& payload : protobuf.payloads) {
        buffer& json = made.payloads.emplace_back();
        if (which == payload_set::logs)
            convert<otel::collector::logs::v1::ExportLogsServiceRequest>(payload, json);
        else
            convert<otel::collector::trace::v1::ExportTraceServiceRequest>(payload, json);
        made.wire_len += json.size();
    }
    return made;
}

}  // namespace colblock::bench
