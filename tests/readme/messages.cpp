// SPDX-License-Identifier: Apache-2.0
#include <colblock/binding/signal_writer.hpp>
#include <colblock/protobuf/traces.hpp>
#include <iostream>
#include <memory>
#include <opentelemetry/proto/collector/trace/v1/trace_service.pb.h>

using namespace colblock;
using request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;

const binding::bound_table spans = {binding::table_role::traces,
                                    {"otel",
                                     "spans",
                                     {{"timestamp", "DateTime64(9, 'UTC')", ""},
                                      {"trace_id", "FixedString(32)", ""},
                                      {"span_name", "LowCardinality(String)", ""}}}};

request made_elsewhere() {
    request made;
    auto& span = *made.add_resource_spans()->add_scope_spans()->add_spans();
    span.set_trace_id("0123456789abcdef");
    span.set_span_id("01234567");
    span.set_name("GET /cart");
    span.set_start_time_unix_nano(1'790'000'000'000'000'000);
    return made;
}

int main() {
    auto table = binding::trace_writer::make(binding::layout::colblock, {&spans, 1});
    if (!table) return std::cerr << table.error().text() << '\n', 1;

    const request spans_of_mine = made_elsewhere();
    protobuf::trace_message_decoder<request> decoder;
    const auto batch = std::make_unique<otlp::span_batch>();
    decoder.start(spans_of_mine);
    while (decoder.fill(*batch)) table->append(*batch, 0);
    if (auto read = decoder.status(); !read) return std::cerr << message(read.error().code) << '\n', 1;

    wire::segments block;
    if (!table->table(0).encode(block, wire::native_file_revision)) return 1;
    buffer out;
    block.flatten(out);
    std::cerr << table->table(0).num_rows() << " rows for " << table->table(0).insert_statement() << '\n';
    std::cout << out.view();
}
