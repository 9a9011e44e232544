// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <colblock/binding/signal_writer.hpp>
#include <colblock/otlp/traces.hpp>
#include <iostream>
#include <iterator>
#include <memory>

using namespace colblock;

// The table as its server describes it (DESCRIBE TABLE): any columns, any type that fits.
const binding::bound_table spans = {binding::table_role::traces,
                                    {"otel",
                                     "spans",
                                     {{"timestamp", "DateTime64(9, 'UTC')", ""},
                                      {"trace_id", "FixedString(32)", ""},
                                      {"service_name", "LowCardinality(String)", ""},
                                      {"span_name", "String", ""},
                                      {"duration_ns", "UInt64", ""},
                                      {"resource_attributes", "Map(String, String)", ""}}}};

// Appends the spans of an ExportTraceServiceRequest; a malformed one leaves no trace in `table`.
result<void> append(binding::trace_writer& table, padded_view request, std::uint64_t now) {
    otlp::trace_decoder decoder;
    const auto batch = std::make_unique<otlp::span_batch>();
    table.mark();
    decoder.start(request);
    while (decoder.fill(*batch)) table.append(*batch, now);
    if (!decoder.status()) table.rollback();
    return decoder.status();
}

int main() {
    const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
    buffer request;  // a buffer is padded, a std::string is not
    request.append(input);

    auto writer = binding::trace_writer::make(binding::layout::colblock, {&spans, 1});
    if (!writer) return std::cerr << writer.error().text() << '\n', 1;
    const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
    if (auto read = append(*writer, request.padded(), static_cast<std::uint64_t>(now.count())); !read)
        return std::cerr << message(read.error().code) << " at byte " << read.error().offset << '\n', 1;

    const binding::open_block& table = writer->table(0);
    wire::segments block;
    if (!table.encode(block, wire::native_file_revision)) return 1;
    buffer out;
    block.flatten(out);
    std::cerr << table.num_rows() << " rows for " << table.insert_statement() << '\n';
    std::cout << out.view();
}
