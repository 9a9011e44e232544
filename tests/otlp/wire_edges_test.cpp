// SPDX-License-Identifier: Apache-2.0

// What receivers get wrong: one test for each edge of the OTLP wire format, from bytes typed by hand. The
// numbers are those of docs/formats/otlp_mapping.md.

#include <gtest/gtest.h>

#include <memory>

#include "support/decode.hpp"
#include "support/hex.hpp"
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

// One payload, decoded into one batch, which must hold all of it.
template <class Decoder>
struct decoded {
    explicit decoded(const string& bytes) : payload(bytes), batch(std::make_unique<typename Decoder::batch_type>()) {
        decoder.start(payload.view());
        filled = decoder.fill(*batch);
        EXPECT_TRUE(decoder.status().has_value()) << message(decoder.status().error().code);
    }
    padded_payload payload;
    Decoder decoder;
    std::unique_ptr<typename Decoder::batch_type> batch;
    bool filled;
};
using traces = decoded<trace_decoder>;
using logs = decoded<log_decoder>;
using metrics = decoded<metric_decoder>;

string of_record(const string& record) { return bytes(1, bytes(2, bytes(2, record))); }
string of_points(unsigned data, const string& point) { return of_record(bytes(1, "m") + bytes(data, bytes(1, point))); }

constexpr unsigned gauge = 5;
constexpr unsigned sum = 7;
constexpr unsigned histogram = 9;
constexpr unsigned exponential = 10;
constexpr unsigned summary = 11;

const point_batch& of(const metrics& m, metric_kind kind) { return (*m.batch)[kind]; }
std::vector<std::uint64_t> list(const growing_array<std::uint64_t>& from) { return {from.begin(), from.end()}; }

// Edge 5.
TEST(OtlpWireEdges, EmptyRequestsAndEnvelopesAreNoError) {
    for (const string& payload : {""s, bytes(1, ""), bytes(1, bytes(2, "")), bytes(1, bytes(1, "") + bytes(2, bytes(1, ""))) +
                                                                                 bytes(1, "")}) {
        EXPECT_FALSE(traces(payload).filled);
        EXPECT_FALSE(logs(payload).filled);
        EXPECT_FALSE(metrics(payload).filled);
    }
    EXPECT_FALSE(metrics(of_record(bytes(1, "no data"))).filled);
    EXPECT_FALSE(metrics(of_record(bytes(gauge, ""))).filled);
}

// Edge 14.
TEST(OtlpWireEdges, ASpanWithAWrongLengthIdIsRejectedAndALogKeepsEmptyIds) {
    const string hex_id(32, 'a');
    for (const string& id : {hex_id, ""s, "short"s}) {
        const padded_payload payload(of_record(bytes(1, id) + bytes(2, span_id)));
        const auto spans = support::decode_traces(payload.view());
        EXPECT_TRUE(spans.records.empty());
        EXPECT_TRUE(spans.status.has_value());
        EXPECT_EQ(spans.rejected.bad_span_ids, 1u);

        const logs log(of_record(bytes(9, id) + bytes(10, id) + bytes(12, "kept")));
        ASSERT_TRUE(log.filled);
        EXPECT_EQ(log.batch->trace_id[0], "");
        EXPECT_EQ(log.batch->span_id[0], "");
        EXPECT_EQ(log.batch->event_name[0], "kept");
    }
    const traces parent(of_record(ids + bytes(4, "seven..")));
    EXPECT_EQ(parent.batch->parent_span_id[0], "");
    const traces link(of_record(ids + bytes(13, bytes(1, hex_id) + bytes(2, span_id))));
    EXPECT_EQ(link.batch->links[0].trace_id, "");
    EXPECT_EQ(link.batch->links[0].span_id, span_id);
}

// Edge 15.
TEST(OtlpWireEdges, AllZeroIdsAreInvalidInSpansAndEmptyElsewhere) {
    const string no_trace(16, '\0');
    const string no_span(8, '\0');
    for (const string& span : {bytes(1, no_trace) + bytes(2, span_id), bytes(1, trace_id) + bytes(2, no_span)}) {
        const padded_payload payload(of_record(span));
        EXPECT_EQ(support::decode_traces(payload.view()).rejected.bad_span_ids, 1u);
    }
    EXPECT_EQ(traces(of_record(ids + bytes(4, no_span))).batch->parent_span_id[0], "");
    EXPECT_EQ(logs(of_record(bytes(9, no_trace) + bytes(10, no_span))).batch->trace_id[0], "");
    const metrics point(of_points(gauge, bytes(5, bytes(4, no_span) + bytes(5, no_trace))));
    EXPECT_EQ(of(point, metric_kind::gauge).exemplars[0].trace_id, "");
    EXPECT_EQ(of(point, metric_kind::gauge).exemplars[0].span_id, "");
}

// Edge 21.
TEST(OtlpWireEdges, FieldsComeInAnyOrder) {
    const string span = fixed32(16, 1) + bytes(5, "late ids") + bytes(9, bytes(2, bytes(1, "v")) + bytes(1, "k")) + bytes(2, span_id) +
                        bytes(1, trace_id);
    const string resource = bytes(1, key_value("service.name", bytes(1, "late")));
    const traces d(bytes(1, bytes(3, "schema") + bytes(2, bytes(2, span) + bytes(1, bytes(2, "2.0") + bytes(1, "late scope"))) +
                                bytes(1, resource)));
    ASSERT_TRUE(d.filled);
    EXPECT_EQ(d.batch->name[0], "late ids");
    EXPECT_EQ(d.batch->flags[0], 1u);
    EXPECT_EQ(d.batch->attributes[0].key, "k");
    EXPECT_EQ(d.batch->attributes[0].value.text(), "v");
    EXPECT_EQ(d.batch->resources[0].service_name.text(), "late");
    EXPECT_EQ(d.batch->resources[0].schema_url, "schema");
    EXPECT_EQ(d.batch->scopes[0].name, "late scope");
    EXPECT_EQ(d.batch->scopes[0].version, "2.0");
    const metrics m(of_record(bytes(sum, bytes(1, fixed64(6, 1)) + integer(3, 1) + integer(2, 2)) + bytes(1, "late name")));
    EXPECT_EQ(of(m, metric_kind::sum).metrics[0].name, "late name");
    EXPECT_EQ(of(m, metric_kind::sum).metrics[0].temporality, 2);
    EXPECT_TRUE(of(m, metric_kind::sum).metrics[0].is_monotonic);
}

// Edge 21.
TEST(OtlpWireEdges, MessagesInPiecesAreMerged) {
    const traces d(bytes(1, bytes(1, bytes(1, key_value("a", bytes(1, "1"))) + integer(2, 7)) + bytes(2, bytes(1, bytes(1, "old")) + bytes(2, ids) +
                                                                                                       bytes(1, bytes(1, "new"))) +
                                bytes(1, bytes(1, key_value("b", bytes(1, "2"))) + integer(2, 8))));
    ASSERT_TRUE(d.filled);
    const resource& r = d.batch->resources[0];
    ASSERT_EQ(r.attributes_end - r.attributes_begin, 2u);
    EXPECT_EQ(d.batch->attributes_of_sources[r.attributes_begin].key, "a");
    EXPECT_EQ(d.batch->attributes_of_sources[r.attributes_begin + 1].key, "b");
    EXPECT_EQ(r.dropped_attributes_count, 8u);
    EXPECT_EQ(r.identity, "");
    EXPECT_EQ(d.batch->scopes[0].name, "new");
    EXPECT_EQ(d.batch->scopes[0].identity, "");

    const traces status(of_record(ids + bytes(15, bytes(2, "message")) + bytes(15, integer(3, 2))));
    EXPECT_EQ(status.batch->status_message[0], "message");
    EXPECT_EQ(status.batch->status_code[0], 2);

    const string one = bytes(5, bytes(1, integer(3, 1)));
    const string two = bytes(5, bytes(1, integer(3, 2)));
    EXPECT_EQ(logs(of_record(bytes(5, one) + bytes(5, two))).batch->body[0].text(), "[1,2]");
    EXPECT_EQ(logs(of_record(bytes(5, one + two))).batch->body[0].text(), "[1,2]");
    EXPECT_EQ(logs(of_record(bytes(5, one) + bytes(5, bytes(1, "text")) + bytes(5, two))).batch->body[0].text(), "[2]");
}

// Edge 21.
TEST(OtlpWireEdges, TheLastOneofMemberWins) {
    const logs body(of_record(bytes(5, bytes(1, "text") + integer(3, 5))));
    EXPECT_EQ(body.batch->body[0].kind, value_kind::integer);
    EXPECT_EQ(body.batch->body[0].integer, 5);
    const metrics point(of_points(gauge, fixed64(6, 7) + fixed64(4, 0x4000000000000000)));
    EXPECT_EQ(of(point, metric_kind::gauge).value_kind[0], number_kind::floating);
    EXPECT_EQ(of(point, metric_kind::gauge).value[0], 2.0);

    const string one = bytes(1, fixed64(6, 1));
    const string two = bytes(1, fixed64(6, 2));
    const metrics again(of_record(bytes(gauge, one) + bytes(sum, one) + bytes(gauge, two) + bytes(gauge, one)));
    EXPECT_EQ(of(again, metric_kind::sum).num_records, 0u);
    ASSERT_EQ(of(again, metric_kind::gauge).num_records, 2u);
    EXPECT_EQ(of(again, metric_kind::gauge).value_integer[0], 2);
    EXPECT_EQ(of(again, metric_kind::gauge).value_integer[1], 1);

    const padded_payload bad(of_record(bytes(sum, bytes(1, "\x31")) + bytes(gauge, one)));  // replaced, but not protobuf
    EXPECT_EQ(support::failure_of(support::decode_metrics(bad.view()).status).code, errc::truncated);
}

// Edge 21.
TEST(OtlpWireEdges, UnknownFieldsAndGroupsAreSkipped) {
    const string unknown = integer(99, 1) + fixed64(98, 1) + fixed32(97, 1) + bytes(96, "?") + support::hex("83 06 8b 06 08 01 8c 06 84 06");
    const traces d(unknown + bytes(1, unknown + bytes(1, unknown) + bytes(2, unknown + bytes(1, unknown) + bytes(2, ids + unknown + bytes(5, "n")))));
    ASSERT_TRUE(d.filled);
    EXPECT_EQ(d.batch->name[0], "n");
}

// Edge 22.
TEST(OtlpWireEdges, AKnownFieldWithTheWrongWireTypeIsUnknown) {
    const traces d(of_record(ids + integer(5, 1) + fixed32(7, 1) + bytes(6, "kind") + fixed64(9, 1) + fixed64(16, 1)));
    ASSERT_TRUE(d.filled);
    EXPECT_EQ(d.batch->name[0], "");
    EXPECT_EQ(d.batch->start_time[0], 0u);
    EXPECT_EQ(d.batch->kind[0], 0);
    EXPECT_EQ(d.batch->attributes.size(), 0u);
    EXPECT_EQ(d.batch->flags[0], 0u);
}

// Edge 23.
TEST(OtlpWireEdges, OverLongVarintsAreLegal) {
    // Lengths of four bytes, as df_engine pads them; a kind of ten bytes; tags of two.
    const string padded_ids = "\x0a\x90\x80\x80\x00"s + trace_id + "\x12\x88\x80\x80\x00"s + span_id;
    const string attribute = "\x0a\x81\x80\x80\x00k"s + "\x12\x83\x80\x80\x00\x0a\x01v"s;
    const string span = padded_ids + "\xb0\x00\x83\x80\x80\x80\x80\x80\x80\x80\x80\x00"s + bytes(9, attribute);
    const traces d("\x0a\xdb\x80\x80\x00"s + "\x12\xd6\x80\x80\x00"s + "\x12\xd1\x80\x80\x00"s + span +
                   string(0x51 - span.size() - 2, 'x').insert(0, "\x1a"s + static_cast<char>(0x51 - span.size() - 2)));
    ASSERT_TRUE(d.filled);
    EXPECT_EQ(d.batch->trace_id[0], trace_id);
    EXPECT_EQ(d.batch->kind[0], 3);
    EXPECT_EQ(d.batch->attributes[0].key, "k");
    EXPECT_EQ(d.batch->attributes[0].value.text(), "v");
}

// Edge 23.
TEST(OtlpWireEdges, ALengthOfFourGigabytesAndOneIsNotOne) {
    const padded_payload payload("\x0a\x81\x80\x80\x80\x10\x00"s);
    EXPECT_EQ(support::failure_of(support::decode_traces(payload.view()).status), (error{errc::truncated, 6}));
}

// Edge 24.
TEST(OtlpWireEdges, RepeatedNumbersArePackedOrNotOrBoth) {
    const string packed = bytes(6, little_endian(1, 8) + little_endian(2, 8));
    const metrics h(of_points(histogram, packed + fixed64(6, 3) + bytes(6, "") + packed + fixed64(7, 0x3ff0000000000000)));
    EXPECT_EQ(list(of(h, metric_kind::histogram).bucket_counts), (std::vector<std::uint64_t>{1, 2, 3, 1, 2}));
    EXPECT_EQ(of(h, metric_kind::histogram).explicit_bounds[0], 1.0);
    const string buckets = bytes(2, varint(1) + varint(300)) + integer(2, 5) + bytes(2, varint(~0ull));
    const metrics e(of_points(exponential, bytes(8, buckets) + bytes(9, integer(2, 9)) + bytes(8, integer(2, 6))));
    EXPECT_EQ(list(of(e, metric_kind::exponential_histogram).positive_counts), (std::vector<std::uint64_t>{1, 300, 5, ~0ull, 6}));
    EXPECT_EQ(list(of(e, metric_kind::exponential_histogram).negative_counts), (std::vector<std::uint64_t>{9}));

    const padded_payload seven(of_points(histogram, bytes(6, "1234567")));
    EXPECT_EQ(support::failure_of(support::decode_metrics(seven.view()).status).code, errc::truncated);
    const padded_payload half(of_points(exponential, bytes(8, bytes(2, "\x01\x80"))));
    EXPECT_EQ(support::failure_of(support::decode_metrics(half.view()).status).code, errc::truncated);
}

// Edge 25.
TEST(OtlpWireEdges, SignedNumbersAreReadAsTheyAreDeclared) {
    const traces kind(of_record(ids + integer(6, ~0ull) + bytes(15, integer(3, ~0ull - 1))));  // ten-byte varints
    EXPECT_EQ(kind.batch->kind[0], -1);
    EXPECT_EQ(kind.batch->status_code[0], -2);
    const traces wide(of_record(ids + integer(6, 0x1'0000'0002)));  // only 32 bits count
    EXPECT_EQ(wide.batch->kind[0], 2);
    const metrics e(of_points(exponential, integer(6, 3) + bytes(8, integer(1, 0xffff'ffff)) + bytes(9, integer(1, 2))));
    EXPECT_EQ(of(e, metric_kind::exponential_histogram).scale[0], -2);  // zigzag
    EXPECT_EQ(of(e, metric_kind::exponential_histogram).positive_offset[0], INT32_MIN);
    EXPECT_EQ(of(e, metric_kind::exponential_histogram).negative_offset[0], 1);
    const metrics n(of_points(sum, fixed64(6, ~0ull)));  // sfixed64: no zigzag
    EXPECT_EQ(of(n, metric_kind::sum).value_integer[0], -1);
    EXPECT_EQ(of(n, metric_kind::sum).value[0], -1.0);
    EXPECT_EQ(logs(of_record(bytes(5, integer(3, ~0ull)))).batch->body[0].integer, -1);
}

// Edge 26.
TEST(OtlpWireEdges, ValuesMayBeEmptyNestedAndRepeated) {
    const string nested = bytes(5, bytes(1, "") + bytes(1, bytes(7, "\xff\x00"s)) + bytes(1, bytes(6, bytes(1, key_value("z", integer(2, 1))) +
                                                                                                          bytes(1, key_value("a", "")))));
    const traces d(of_record(ids + bytes(9, key_value("same", nested)) + bytes(9, key_value("same", bytes(7, "raw"))) + bytes(9, bytes(1, "same")) +
                             bytes(9, "")));
    ASSERT_EQ(d.batch->attributes.size(), 4u);  // duplicates are the sender's
    EXPECT_EQ(d.batch->attributes[0].value.kind, value_kind::array);
    EXPECT_EQ(d.batch->attributes[0].value.text(), R"([null,"/wA=",{"a":null,"z":true}])");
    EXPECT_EQ(d.batch->attributes[1].value.kind, value_kind::bytes);
    EXPECT_EQ(d.batch->attributes[1].value.text(), "raw");
    EXPECT_EQ(d.batch->attributes[2].value.kind, value_kind::empty);
    EXPECT_EQ(d.batch->attributes[3].key, "");
}

// Edge 26.
TEST(OtlpWireEdges, ValuesNestToTheLimitAndNoDeeper) {
    string value = bytes(1, "deep");
    for (unsigned depth = 1; depth != limits::max_value_depth; ++depth) value = bytes(5, bytes(1, value));
    const logs at_limit(of_record(bytes(5, value)));
    EXPECT_EQ(at_limit.batch->body[0].text().size(), 2 * (limits::max_value_depth - 1) + 6);
    const padded_payload over(of_record(bytes(5, bytes(5, bytes(1, value)))));
    EXPECT_EQ(support::failure_of(support::decode_logs(over.view()).status).code, errc::depth_exceeded);
    string bomb;
    for (int depth = 0; depth != 5000; ++depth) bomb = bytes(6, bytes(1, bytes(2, bomb)));
    const padded_payload deep(of_record(ids + bytes(9, bytes(2, bomb))));
    EXPECT_EQ(support::failure_of(support::decode_traces(deep.view()).status).code, errc::depth_exceeded);
}

// Edge 27.
TEST(OtlpWireEdges, StringTableIndexesAreAsGoodAsAbsent) {
    const traces d(of_record(ids + bytes(9, bytes(1, "k") + bytes(2, bytes(1, "text") + integer(8, 4))) + bytes(9, integer(3, 4) + bytes(2, bytes(1, "v")))));
    EXPECT_EQ(d.batch->attributes[0].value.kind, value_kind::empty);
    EXPECT_EQ(d.batch->attributes[1].key, "");
    EXPECT_EQ(d.batch->attributes[1].value.text(), "v");
}

// Edge 28.
TEST(OtlpWireEdges, TextThatIsNotUtf8IsKept) {
    const traces d(of_record(ids + bytes(5, "\xff\xfe"s) + bytes(9, key_value("\x80", bytes(1, "\xc3")))));
    EXPECT_EQ(d.batch->name[0], "\xff\xfe");
    EXPECT_EQ(d.batch->attributes[0].key, "\x80");
    EXPECT_EQ(d.batch->attributes[0].value.text(), "\xc3");
}

// Edge 29.
TEST(OtlpWireEdges, TimesAreKeptAsSent) {
    const traces d(of_record(ids + fixed64(7, ~0ull) + fixed64(8, 1)));
    EXPECT_EQ(d.batch->start_time[0], ~0ull);
    EXPECT_EQ(d.batch->end_time[0], 1u);
    const logs log(of_record(fixed64(11, 5)));
    EXPECT_EQ(log.batch->time[0], 0u);
    EXPECT_EQ(log.batch->observed_time[0], 5u);
}

// Edge 30.
TEST(OtlpWireEdges, AbsentIsNotZero) {
    const metrics none(of_points(histogram, fixed64(4, 1)));
    EXPECT_EQ(of(none, metric_kind::histogram).presence[0], 0);
    const metrics zero(of_points(exponential, fixed64(5, 0) + fixed64(12, 0) + fixed64(13, 0)));
    EXPECT_EQ(of(zero, metric_kind::exponential_histogram).presence[0], 7);
    const metrics total(of_points(summary, ""));
    EXPECT_EQ(of(total, metric_kind::summary).presence[0], point_batch::has_sum);
    const metrics stale(of_points(gauge, integer(8, 1)));
    EXPECT_EQ(of(stale, metric_kind::gauge).value_kind[0], number_kind::none);
    EXPECT_EQ(of(stale, metric_kind::gauge).value[0], 0.0);
    EXPECT_EQ(of(stale, metric_kind::gauge).flags[0], 1u);
}

// Edge 31.
TEST(OtlpWireEdges, MismatchedBucketsDoNotTouchTheirNeighbours) {
    const string odd = bytes(6, little_endian(1, 8)) + bytes(7, little_endian(2, 8) + little_endian(3, 8));
    const string even = bytes(6, little_endian(4, 8));
    const metrics m(of_record(bytes(histogram, bytes(1, odd) + bytes(1, "") + bytes(1, even))));
    const point_batch& b = of(m, metric_kind::histogram);
    ASSERT_EQ(b.num_records, 3u);
    EXPECT_EQ(b.bucket_counts_end[0], 1u);
    EXPECT_EQ(b.explicit_bounds_end[0], 2u);
    EXPECT_EQ(b.bucket_counts_end[1], 1u);
    EXPECT_EQ(b.bucket_counts_end[2], 2u);
    EXPECT_EQ(b.explicit_bounds_end[2], 2u);
    EXPECT_EQ(b.bucket_counts[1], 4u);
}

// Edge 31.
TEST(OtlpWireEdges, OneBucketNeedsNoBounds) {
    const metrics m(of_points(histogram, fixed64(4, 7) + bytes(6, little_endian(7, 8))));
    const point_batch& b = of(m, metric_kind::histogram);
    ASSERT_EQ(b.num_records, 1u);
    EXPECT_EQ(b.count[0], 7u);
    EXPECT_EQ(list(b.bucket_counts), (std::vector<std::uint64_t>{7}));
    EXPECT_EQ(b.explicit_bounds_end[0], 0u);
    // Neither counts nor bounds is as legal.
    const metrics none(of_points(histogram, fixed64(4, 7)));
    EXPECT_EQ(of(none, metric_kind::histogram).bucket_counts_end[0], 0u);
}

// Edge 32.
TEST(OtlpWireEdges, FlagsAreKeptWhole) {
    EXPECT_EQ(traces(of_record(ids + fixed32(16, 0xffff'ff01))).batch->flags[0], 0xffff'ff01u);
    EXPECT_EQ(logs(of_record(fixed32(8, 257))).batch->flags[0], 257u);
    const metrics wide(of_points(gauge, integer(8, 0x1'0000'0001)));
    EXPECT_EQ(of(wide, metric_kind::gauge).flags[0], 1u);
}

}  // namespace
}  // namespace colblock::otlp
