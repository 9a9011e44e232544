// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/traces.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "support/decode.hpp"
#include "support/wire_bytes.hpp"

namespace colblock::otlp {
namespace {

using namespace std::string_literals;
using namespace support::wire;
using support::padded_payload;
using std::string;

const string trace_id = "0123456789abcdef";
const string span_id = "ABCDEFGH";
const string ids = bytes(1, trace_id) + bytes(2, span_id);

// A request of one resource and one scope around the given spans.
string request(std::initializer_list<string> spans) {
    string scoped;
    for (const string& span : spans) scoped += bytes(2, span);
    return bytes(1, bytes(2, scoped));
}

// The first batch of a payload, and what the decoder says after it.
struct decoded_traces {
    explicit decoded_traces(const string& bytes) : payload(bytes), batch(std::make_unique<span_batch>()) {
        decoder.start(payload.view());
        filled = decoder.fill(*batch);
    }
    padded_payload payload;
    trace_decoder decoder;
    std::unique_ptr<span_batch> batch;
    bool filled;
};

TEST(TraceDecoder, ReadsEveryFieldOfASpan) {
    const string event = fixed64(1, 5) + bytes(2, "exception") + bytes(3, key_value("e", integer(3, 1))) + integer(4, 9);
    const string link = bytes(1, trace_id) + bytes(2, span_id) + bytes(3, "l=1") + bytes(4, key_value("l", integer(2, 1))) +
                        integer(5, 8) + fixed32(6, 257);
    const decoded_traces d(request({ids + bytes(3, "a=b") + bytes(4, "parent!!") + bytes(5, "GET /") + integer(6, 3) +
                                    fixed64(7, 11) + fixed64(8, 22) + bytes(9, key_value("k", bytes(1, "v"))) +
                                    integer(10, 300) + bytes(11, event) + integer(12, 2) + bytes(13, link) + integer(14, 3) +
                                    bytes(15, bytes(2, "bad") + integer(3, 2)) + fixed32(16, 0x101)}));
    ASSERT_TRUE(d.filled);
    const span_batch& b = *d.batch;
    ASSERT_EQ(b.num_records, 1u);
    EXPECT_EQ(b.trace_id[0], trace_id);
    EXPECT_EQ(b.span_id[0], span_id);
    EXPECT_EQ(b.trace_state[0], "a=b");
    EXPECT_EQ(b.parent_span_id[0], "parent!!");
    EXPECT_EQ(b.name[0], "GET /");
    EXPECT_EQ(b.kind[0], 3);
    EXPECT_EQ(b.start_time[0], 11u);
    EXPECT_EQ(b.end_time[0], 22u);
    ASSERT_EQ(b.attributes.size(), 1u);
    EXPECT_EQ(b.attributes[0].key, "k");
    EXPECT_EQ(b.attributes[0].value.text(), "v");
    EXPECT_EQ(b.dropped_attributes_count[0], 300u);
    ASSERT_EQ(b.events.size(), 1u);
    EXPECT_EQ(b.events[0].time, 5u);
    EXPECT_EQ(b.events[0].name, "exception");
    EXPECT_EQ(b.events[0].dropped_attributes_count, 9u);
    EXPECT_EQ(b.events[0].attributes_end, 1u);
    EXPECT_EQ(b.event_attributes[0].value.integer, 1);
    EXPECT_EQ(b.dropped_events_count[0], 2u);
    ASSERT_EQ(b.links.size(), 1u);
    EXPECT_EQ(b.links[0].trace_id, trace_id);
    EXPECT_EQ(b.links[0].span_id, span_id);
    EXPECT_EQ(b.links[0].trace_state, "l=1");
    EXPECT_EQ(b.links[0].dropped_attributes_count, 8u);
    EXPECT_EQ(b.links[0].flags, 257u);
    EXPECT_EQ(b.link_attributes[0].value.kind, value_kind::boolean);
    EXPECT_EQ(b.dropped_links_count[0], 3u);
    EXPECT_EQ(b.status_message[0], "bad");
    EXPECT_EQ(b.status_code[0], 2);
    EXPECT_EQ(b.flags[0], 0x101u);
}

TEST(TraceDecoder, AbsentFieldsAreZeroAndPadded) {
    const decoded_traces d(request({bytes(9, "") + ids}));
    ASSERT_TRUE(d.filled);
    const span_batch& b = *d.batch;
    for (const byte_view text : {b.trace_state[0], b.parent_span_id[0], b.name[0], b.status_message[0],
                                 b.attributes[0].key, b.attributes[0].value.text(), b.scopes[0].name, b.scopes[0].version,
                                 b.scopes[0].schema_url, b.resources[0].schema_url, b.resources[0].service_name.text()}) {
        EXPECT_TRUE(text.empty());
        EXPECT_NE(text.data(), nullptr);
    }
    EXPECT_EQ(b.start_time[0] + b.end_time[0] + b.flags[0] + static_cast<unsigned>(b.kind[0] + b.status_code[0]), 0u);
}

TEST(TraceDecoder, RunsNameResourceAndScopeOfEachRecord) {
    const auto scoped = [](const string& name, int n) {
        string text = bytes(1, bytes(1, name));
        for (int i = 0; i != n; ++i) text += bytes(2, ids);
        return bytes(2, text);
    };
    const auto resource = [](const string& name) { return bytes(1, bytes(1, key_value("service.name", bytes(1, name)))); };
    const decoded_traces d(bytes(1, resource("one") + scoped("a", 2) + scoped("empty", 0) + scoped("b", 1)) +
                           bytes(1, resource("none") + scoped("c", 0)) + bytes(1, resource("two") + scoped("a", 1)));
    ASSERT_TRUE(d.filled);
    const span_batch& b = *d.batch;
    ASSERT_EQ(b.runs.size(), 3u);
    ASSERT_EQ(b.resources.size(), 2u);
    ASSERT_EQ(b.scopes.size(), 3u);
    EXPECT_EQ(b.runs[0].num_rows, 2u);
    EXPECT_EQ(b.resources[b.runs[0].resource].service_name.text(), "one");
    EXPECT_EQ(b.scopes[b.runs[1].scope].name, "b");
    EXPECT_EQ(b.runs[1].resource, b.runs[0].resource);
    EXPECT_EQ(b.resources[b.runs[2].resource].service_name.text(), "two");
    EXPECT_EQ(b.resources[0].identity, bytes(1, key_value("service.name", bytes(1, "one"))));
    EXPECT_EQ(b.scopes[0].identity, bytes(1, "a"));
}

TEST(TraceDecoder, BatchesEndAtTheirCapacityAndKnowTheirSource) {
    string scoped = bytes(1, bytes(1, "scope") + bytes(3, key_value("s", bytes(1, "1"))));
    for (unsigned i = 0; i != 2 * batch_capacity + 1; ++i) scoped += bytes(2, ids + bytes(5, std::to_string(i)));
    const string resource = bytes(1, key_value("service.name", bytes(1, "svc"))) + bytes(1, key_value("a", bytes(5, "")));
    const padded_payload payload(bytes(1, bytes(1, resource) + bytes(2, scoped)));
    trace_decoder decoder;
    const auto batch = std::make_unique<span_batch>();
    decoder.start(payload.view());
    unsigned next = 0;
    for (const std::size_t expected : {batch_capacity, batch_capacity, std::size_t{1}}) {
        ASSERT_TRUE(decoder.fill(*batch));
        ASSERT_EQ(batch->num_records, expected);
        ASSERT_EQ(batch->runs.size(), 1u);
        EXPECT_EQ(batch->runs[0].num_rows, expected);
        EXPECT_EQ(batch->resources.at(0).service_name.text(), "svc");
        EXPECT_EQ(batch->resources[0].attributes_end, 2u);
        EXPECT_EQ(batch->attributes_of_sources[1].value.text(), "[]");
        EXPECT_EQ(batch->scopes.at(0).name, "scope");
        EXPECT_EQ(batch->attributes_of_sources[batch->scopes[0].attributes_begin].key, "s");
        for (std::size_t i = 0; i != expected; ++i) EXPECT_EQ(batch->name[i], std::to_string(next++));
    }
    EXPECT_FALSE(decoder.fill(*batch));
    EXPECT_TRUE(decoder.status().has_value());
    EXPECT_FALSE(decoder.fill(*batch));
}

TEST(TraceDecoder, AFailureSaysWhatAndWhere) {
    const decoded_traces cut(request({ids + "\x2a\x05GET"s}));  // a name of five bytes, three of them there
    EXPECT_FALSE(cut.filled);
    EXPECT_EQ(support::failure_of(cut.decoder.status()), (error{errc::truncated, 4 + 2 + 28 + 2}));
    const decoded_traces zero(request({ids, ids + "\x00"s}));
    EXPECT_EQ(support::failure_of(zero.decoder.status()).code, errc::bad_tag);
    const decoded_traces long_varint("\x0a" + string(11, '\x80'));
    EXPECT_EQ(support::failure_of(long_varint.decoder.status()), (error{errc::varint_overflow, 1}));
}

TEST(TraceDecoder, AFailureStaysUntilTheNextPayload) {
    decoded_traces d("\x0a\x05"s);
    EXPECT_FALSE(d.filled);
    EXPECT_FALSE(d.decoder.fill(*d.batch));
    EXPECT_FALSE(d.decoder.status().has_value());
    const padded_payload good(request({ids}));
    d.decoder.start(good.view());
    EXPECT_TRUE(d.decoder.fill(*d.batch));
    EXPECT_TRUE(d.decoder.status().has_value());
}

// The length crosses the end, and the bytes behind it complete it to 2^64 - 9: position plus length
// is the end again.
TEST(TraceDecoder, ALengthThatWrapsAroundIsRefused) {
    const padded_payload payload("\x0a\xf7"s, "\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
    EXPECT_EQ(support::failure_of(support::decode_traces(payload.view()).status), (error{errc::truncated, 1}));
    const padded_payload name(request({ids + "\x2a\xf7"s}), "\xff\xff\xff\xff\xff\xff\xff\xff\x01"s);
    EXPECT_EQ(support::failure_of(support::decode_traces(name.view()).status), (error{errc::truncated, 6 + 28 + 1}));
}

// An AnyValue of no bytes, before bytes that would make it a short text if one read on.
TEST(TraceDecoder, AnEmptyValueDoesNotBorrowFromTheNextField) {
    const decoded_traces d(request({ids + bytes(9, bytes(1, "k") + bytes(2, "")) + bytes(1, string(254, 'x')) + ids}));
    ASSERT_TRUE(d.filled);
    EXPECT_EQ(d.batch->attributes[0].key, "k");
    EXPECT_EQ(d.batch->attributes[0].value.kind, value_kind::empty);
}

TEST(TraceDecoder, ARejectedSpanLeavesNoTrace) {
    const string full = bytes(9, key_value("k", bytes(1, "v"))) + bytes(11, bytes(3, key_value("e", ""))) +
                        bytes(13, bytes(4, key_value("l", "")));
    const decoded_traces d(request({ids + full, bytes(2, span_id) + full, ids}));
    ASSERT_TRUE(d.filled);
    const span_batch& b = *d.batch;
    EXPECT_EQ(d.decoder.rejected().bad_span_ids, 1u);
    ASSERT_EQ(b.num_records, 2u);
    EXPECT_EQ(b.runs[0].num_rows, 2u);
    EXPECT_EQ(b.attributes.size(), 1u);
    EXPECT_EQ(b.attributes_end[1], 1u);
    EXPECT_EQ(b.events.size(), 1u);
    EXPECT_EQ(b.event_attributes.size(), 1u);
    EXPECT_EQ(b.links.size(), 1u);
    EXPECT_EQ(b.link_attributes.size(), 1u);
}

TEST(TraceDecoder, ASpanWithTooManyAttributesIsLeftOutAlone) {
    string attributes;
    for (std::size_t i = 0; i != limits::max_attributes_per_record; ++i) attributes += bytes(9, "");
    const decoded_traces at_limit(request({ids + attributes}));
    EXPECT_TRUE(at_limit.filled);
    EXPECT_EQ(at_limit.batch->attributes.size(), limits::max_attributes_per_record);

    const padded_payload over(request({ids, ids + attributes + bytes(9, ""), ids}));
    const auto all = support::decode_traces(over.view());
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.records.size(), 2u);
    EXPECT_EQ(all.rejected.too_many_attributes, 1u);

    string very_many = ids;  // more than a batch has room for
    for (int i = 0; i != 20; ++i) very_many += attributes;
    const padded_payload far_over(request({ids, very_many, ids}));
    EXPECT_EQ(support::decode_traces(far_over.view()).records.size(), 2u);
    const padded_payload malformed(request({ids, very_many + "\x00"s, ids}));
    EXPECT_EQ(support::failure_of(support::decode_traces(malformed.view()).status).code, errc::bad_tag);
}

// The limits hold for a record; a batch of such records would still be 256 times as large.
TEST(TraceDecoder, ABatchOfLongSpansEndsEarly) {
    const string long_span = ids + bytes(5, string(300'000, 'n'));
    const padded_payload payload(request({long_span, long_span, long_span, long_span, long_span, long_span}));
    const auto all = support::decode_traces(payload.view());
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.records.size(), 6u);
    EXPECT_EQ(all.num_batches, 2u);
}

// What is left out may be longer than a batch, and must not be taken for the end.
TEST(TraceDecoder, SpansBehindAMegabyteThatIsLeftOutAreKept) {
    const string without_ids = bytes(5, string(limits::max_batch_wire_len, 'n'));
    const padded_payload payload(request({without_ids, ids, without_ids, without_ids, ids, without_ids}));
    const auto all = support::decode_traces(payload.view());
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.records.size(), 2u);
    EXPECT_EQ(all.rejected.bad_span_ids, 4u);
    const padded_payload malformed(request({without_ids, ids + "\x00"s}));
    EXPECT_EQ(support::failure_of(support::decode_traces(malformed.view()).status).code, errc::bad_tag);
}

TEST(TraceDecoder, AResourceOverTheLimitIsRefused) {
    string resource;
    for (std::size_t i = 0; i != limits::max_attributes_per_record + 1; ++i) resource += bytes(1, "");
    const padded_payload payload(bytes(1, bytes(1, resource) + bytes(2, bytes(2, ids))));
    EXPECT_EQ(support::failure_of(support::decode_traces(payload.view()).status).code, errc::too_large);
}

}  // namespace
}  // namespace colblock::otlp
