// SPDX-License-Identifier: Apache-2.0
#include <colblock/protobuf/traces.hpp>
#include <memory>
#include <opentelemetry/proto/trace/v1/trace.pb.h>

int main() {
    using namespace colblock;
    opentelemetry::proto::trace::v1::TracesData spans;
    auto& span = *spans.add_resource_spans()->add_scope_spans()->add_spans();
    span.set_trace_id("0123456789abcdef");
    span.set_span_id("01234567");
    span.set_name("GET /");

    protobuf::trace_message_decoder<opentelemetry::proto::trace::v1::TracesData> decoder;
    const auto batch = std::make_unique<otlp::span_batch>();
    decoder.start(spans);
    return decoder.fill(*batch) && batch->num_records == 1 && batch->name[0] == "GET /" ? 0 : 1;
}
