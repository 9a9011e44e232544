// SPDX-License-Identifier: Apache-2.0

// Messages against their bytes: the same request, decoded as a message and as what it serialises to, gives
// the same records, and the same blocks in the tables of both layouts.

#include "colblock/protobuf/message_decoder.hpp"

#include <google/protobuf/arena.h>
#include <gtest/gtest.h>

#include <memory>

#include "colblock/binding/layout_collector.hpp"
#include "colblock/binding/layout_colblock.hpp"
#include "colblock/binding/signal_writer.hpp"
#include "colblock/protobuf/logs.hpp"
#include "colblock/protobuf/metrics.hpp"
#include "colblock/protobuf/traces.hpp"
#include "reference/otlp_records.hpp"
#include "support/decode.hpp"
#include "support/random_message.hpp"

namespace colblock {
namespace {

using namespace std::string_literals;
using support::padded_payload;
using support::random_engine;

constexpr std::uint64_t received = 1'790'000'000'000'000'000;

// Of each kind of request: its decoders, and the tables of its signal.
template <class Request>
struct decoders;
template <>
struct decoders<reference::trace_request> {
    using of_bytes = otlp::trace_decoder;
    using of_message = protobuf::trace_message_decoder<reference::trace_request>;
    using records = support::records;
    static constexpr signal which = signal::traces;
};
template <>
struct decoders<reference::log_request> {
    using of_bytes = otlp::log_decoder;
    using of_message = protobuf::log_message_decoder<reference::log_request>;
    using records = support::records;
    static constexpr signal which = signal::logs;
};
template <>
struct decoders<reference::metric_request> {
    using of_bytes = otlp::metric_decoder;
    using of_message = protobuf::metric_message_decoder<reference::metric_request>;
    using records = std::array<support::records, otlp::num_metric_kinds>;
    static constexpr signal which = signal::metrics;
};
static_assert(protobuf::message_decoder<decoders<reference::trace_request>::of_message, reference::trace_request>);
static_assert(protobuf::message_decoder<decoders<reference::log_request>::of_message, reference::log_request>);
static_assert(protobuf::message_decoder<decoders<reference::metric_request>::of_message, reference::metric_request>);

template <class Request>
using records_of = typename decoders<Request>::records;

using support::append_records;

template <class Request>
support::decoded<records_of<Request>> decode_message(const Request& request) {
    typename decoders<Request>::of_message decoder;
    const auto batch = std::make_unique<typename decoders<Request>::of_message::batch_type>();
    support::decoded<records_of<Request>> all;
    decoder.start(request);
    while (decoder.fill(*batch)) {
        append_records(*batch, all.records);
        ++all.num_batches;
    }
    all.status = decoder.status();
    all.rejected = decoder.rejected();
    return all;
}

template <class Request>
support::decoded<records_of<Request>> decode_bytes(const Request& request) {
    const padded_payload payload(request.SerializeAsString());
    return support::decode<records_of<Request>, typename decoders<Request>::of_bytes>(payload.view());
}

template <class Request>
void expect_same_records(const Request& request) {
    const auto from_message = decode_message(request);
    const auto from_bytes = decode_bytes(request);
    ASSERT_EQ(from_message.status.has_value(), from_bytes.status.has_value());
    EXPECT_EQ(from_message.rejected.bad_span_ids, from_bytes.rejected.bad_span_ids);
    EXPECT_EQ(from_message.rejected.too_many_attributes, from_bytes.rejected.too_many_attributes);
    if (from_bytes.status) {
        EXPECT_EQ(from_message.records, from_bytes.records);
    }
}

std::vector<binding::bound_table> tables_of(binding::layout which, signal of) {
    std::vector<binding::bound_table> all;
    for (const binding::layout_table& each :
         which == binding::layout::colblock ? binding::colblock_tables() : binding::collector_tables({26, 7})) {
        if (each.of != of) continue;
        binding::bound_table table{each.role, {"otel", each.table.name, {}}};
        for (const auto& column : each.table.columns)
            if (column.source == binding::column_source::none || column.source == binding::column_source::fallback)
                table.description.columns.push_back({column.name, std::string(column.type.view()), ""});
        all.push_back(std::move(table));
    }
    return all;
}

// The blocks of all tables, one behind the other.
template <class Writer, class Decoder, class Input>
std::string blocks(binding::layout which, signal of, const Input& input) {
    auto writer = Writer::make(which, tables_of(which, of));
    EXPECT_TRUE(writer.has_value());
    Decoder decoder;
    const auto batch = std::make_unique<typename Decoder::batch_type>();
    decoder.start(input);
    while (decoder.fill(*batch)) writer->append(*batch, received);
    EXPECT_TRUE(decoder.status().has_value());
    std::string all;
    for (std::size_t i = 0; i != writer->num_tables(); ++i) {
        wire::segments block;
        EXPECT_TRUE(writer->table(i).encode(block, wire::newest_revision).has_value());
        buffer bytes;
        block.flatten(bytes);
        all += bytes.view();
    }
    return all;
}

template <class Request>
class MessageDecoder : public testing::Test {};
using requests = testing::Types<reference::trace_request, reference::log_request, reference::metric_request>;
TYPED_TEST_SUITE(MessageDecoder, requests);

TYPED_TEST(MessageDecoder, RandomMessagesDecodeAsTheirBytesDo) {
    std::size_t num_bytes = 0;
    for (unsigned seed = 0; seed != 300 && !this->HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1 + seed % 4);
        num_bytes += request.ByteSizeLong();
        expect_same_records(request);
    }
    EXPECT_GT(num_bytes, 500'000u);
}

TYPED_TEST(MessageDecoder, RandomMessagesGiveTheBlocksOfTheirBytes) {
    using otlp_decoder = typename decoders<TypeParam>::of_bytes;
    using decoder = typename decoders<TypeParam>::of_message;
    using writer = binding::signal_writer<typename decoder::batch_type>;
    constexpr signal which = decoders<TypeParam>::which;
    std::size_t num_bytes = 0;
    for (unsigned seed = 5000; seed != 5100 && !this->HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1 + seed % 4);
        const padded_payload payload(request.SerializeAsString());
        for (const auto layout : {binding::layout::colblock, binding::layout::collector}) {
            const std::string from_message = blocks<writer, decoder>(layout, which, request);
            EXPECT_TRUE((from_message == blocks<writer, otlp_decoder>(layout, which, payload.view())));
            num_bytes += from_message.size();
        }
    }
    EXPECT_GT(num_bytes, 500'000u);
}

TYPED_TEST(MessageDecoder, MessagesOnAnArenaDecodeAlike) {
    google::protobuf::Arena arena;
    auto& request = *google::protobuf::Arena::CreateMessage<TypeParam>(&arena);
    random_engine random(7);
    support::fill_randomly(request, random, 4);
    expect_same_records(request);
}

TYPED_TEST(MessageDecoder, OneDecoderServesManyMessages) {
    typename decoders<TypeParam>::of_message decoder;
    const auto batch = std::make_unique<typename decltype(decoder)::batch_type>();
    for (unsigned seed = 0; seed != 20; ++seed) {
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 3);
        records_of<TypeParam> all;
        decoder.start(request);
        while (decoder.fill(*batch)) append_records(*batch, all);
        EXPECT_EQ(all, decode_message(request).records);
    }
}

TEST(TraceMessageDecoder, ManySpansFillManyBatches) {
    reference::trace_request request;
    for (int r = 0; r != 3; ++r) {
        auto& spans = *request.add_resource_spans()->add_scope_spans();
        for (int i = 0; i != 300; ++i) {
            auto& span = *spans.add_spans();
            span.set_trace_id(std::string(16, 't'));
            span.set_span_id("span" + std::to_string(1000 + i));
            span.set_name("name " + std::to_string(i));
        }
    }
    const auto all = decode_message(request);
    EXPECT_EQ(all.records.size(), 900u);
    EXPECT_EQ(all.num_batches, 4u);
    expect_same_records(request);
}

TEST(TraceMessageDecoder, ASpanWithTooManyAttributesIsRejectedAlone) {
    reference::trace_request request;
    auto& spans = *request.add_resource_spans()->add_scope_spans();
    for (const int num : {1, 65536, 65537}) {
        auto& span = *spans.add_spans();
        span.set_trace_id(std::string(16, 't'));
        span.set_span_id("12345678");
        for (int i = 0; i != num; ++i) span.add_attributes()->set_key("k");
    }
    const auto all = decode_message(request);
    EXPECT_EQ(all.records.size(), 2u);
    EXPECT_EQ(all.rejected.too_many_attributes, 1u);
    expect_same_records(request);
}

TEST(LogMessageDecoder, AResourceWithTooManyAttributesIsAnError) {
    reference::log_request request;
    request.add_resource_logs()->add_scope_logs()->add_log_records();
    auto& logs = *request.add_resource_logs();
    for (int i = 0; i != 65537; ++i) logs.mutable_resource()->add_attributes()->set_key("k");
    logs.add_scope_logs()->add_log_records();
    const auto all = decode_message(request);
    EXPECT_EQ(support::failure_of(all.status), (error{errc::too_large, 1}));
    EXPECT_FALSE(decode_bytes(request).status.has_value());
}

TEST(LogMessageDecoder, AValueThatNestsTooDeepIsAnError) {
    for (const int depth : {62, 63, 64, 65}) {
        reference::log_request request;
        auto* value = request.add_resource_logs()->add_scope_logs()->add_log_records()->mutable_body();
        for (int i = 0; i != depth; ++i) value = value->mutable_array_value()->add_values();
        value->set_bool_value(true);
        SCOPED_TRACE(depth);
        const auto all = decode_message(request);
        EXPECT_EQ(all.status.has_value(), depth <= 63);
        if (!all.status) {
            EXPECT_EQ(all.status.error(), (error{errc::depth_exceeded, 0}));
        }
        EXPECT_EQ(all.status.has_value(), decode_bytes(request).status.has_value());
    }
}

TEST(MetricMessageDecoder, MetricsWithoutDataHaveNoPoints) {
    reference::metric_request request;
    auto& metrics = *request.add_resource_metrics()->add_scope_metrics();
    metrics.add_metrics()->set_name("empty");
    metrics.add_metrics()->mutable_gauge();
    metrics.add_metrics()->mutable_sum()->add_data_points()->set_as_int(7);
    const auto all = decode_message(request);
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.records[1].size(), 1u);
    expect_same_records(request);
}

}  // namespace
}  // namespace colblock
