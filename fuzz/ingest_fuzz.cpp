// SPDX-License-Identifier: Apache-2.0
// A payload that is refused leaves every column of every table as it was, byte for byte; one that is accepted
// becomes blocks that are read back with as many rows as there were records, and taking it back leaves no
// trace either. In both layouts and both forms, for all three signals, behind the rows of an earlier payload.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "colblock/binding/schema.hpp"
#include "colblock/binding/signal_writer.hpp"
#include "colblock/block/native.hpp"
#include "colblock/otlp/json.hpp"
#include "fuzz_check.hpp"
#include "fuzz_input.hpp"
#include "pipeline/ingest.hpp"
#include "support/encoded.hpp"
#include "support/padded_payload.hpp"

using namespace colblock;
using binding::table_role;

namespace {

constexpr std::uint64_t receive_time = 1'790'000'000'000'000'000;

/// The tables that a layout creates, as a server would describe them.
std::vector<binding::bound_table> tables_of(binding::layout which) {
    binding::schema_options options;
    options.tables = which;
    const auto schema = binding::make_schema(options, {26, 7});
    FUZZ_CHECK(schema.has_value());
    std::vector<binding::bound_table> tables;
    for (std::size_t i = 0; i != binding::num_table_roles; ++i) {
        const auto role = static_cast<table_role>(i);
        const auto found = std::ranges::find(schema->tables, default_table_name(which, role), &binding::table_definition::name);
        if (found == schema->tables.end()) continue;
        binding::bound_table table{role, {"d", found->name, {}}};
        for (const binding::column_definition& column : found->columns)
            if (column.source == binding::column_source::none || column.source == binding::column_source::fallback)
                table.description.columns.push_back({column.name, std::string(column.type.view()), ""});
        tables.push_back(std::move(table));
    }
    return tables;
}

template <class Decoder, class JsonDecoder, class Writer>
std::unique_ptr<pipeline::ingest> make_ingest(binding::layout which) {
    auto writer = Writer::make(which, tables_of(which));
    FUZZ_CHECK(writer.has_value());
    return std::make_unique<pipeline::ingest_of<Decoder, JsonDecoder, Writer>>(std::move(*writer));
}

/// One a signal and layout, for the whole run.
pipeline::ingest& ingest_for(std::size_t signal, std::size_t layout) {
    static const auto all = [] {
        std::array<std::array<std::unique_ptr<pipeline::ingest>, 2>, 3> made;
        for (const auto which : {binding::layout::colblock, binding::layout::collector}) {
            const auto i = static_cast<std::size_t>(which);
            made[0][i] = make_ingest<otlp::trace_decoder, otlp::json_trace_decoder, binding::trace_writer>(which);
            made[1][i] = make_ingest<otlp::metric_decoder, otlp::json_metric_decoder, binding::metric_writer>(which);
            made[2][i] = make_ingest<otlp::log_decoder, otlp::json_log_decoder, binding::log_writer>(which);
        }
        return made;
    }();
    return *all[signal][layout];
}

std::vector<std::string> contents(pipeline::ingest& in) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i != in.num_tables(); ++i) {
        wire::segments out;
        FUZZ_CHECK(in.table(i).encode(out, wire::newest_revision).has_value());
        all.push_back(support::flat(out));
    }
    return all;
}

std::size_t num_rows(const std::vector<std::string>& blocks) {
    std::size_t rows = 0;
    for (const std::string& bytes : blocks) {
        wire::cursor in(bytes);
        const auto read = block::read(in, wire::newest_revision);
        FUZZ_CHECK(read.has_value() && in.at_end());
        rows += read->num_rows;
    }
    return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    const std::size_t which = input.choice(12);
    const auto form = which < 6 ? receiver::encoding::protobuf : receiver::encoding::json;
    pipeline::ingest& in = ingest_for(which % 3, which / 3 % 2);
    for (std::size_t i = 0; i != in.num_tables(); ++i) in.table(i).clear();
    const std::string_view earlier = input.bytes(input.byte());
    static_cast<void>(in.write(receiver::encoding::protobuf, support::padded_payload(earlier).view(), receive_time));

    const std::vector<std::string> before = contents(in);
    const std::size_t rows_before = num_rows(before);
    const support::padded_payload payload(input.rest());
    const auto written = in.write(form, payload.view(), receive_time);
    if (written) {
        FUZZ_CHECK(num_rows(contents(in)) == rows_before + written->num_records);
        in.undo();
    }
    FUZZ_CHECK(contents(in) == before);
    return 0;
}
