// SPDX-License-Identifier: Apache-2.0

// Records that the JSON reader takes whole. What they are is known from the other way: the same text written down as
// protobuf by the general reader.

#include <gtest/gtest.h>

#include <string>

#include "support/decode.hpp"

namespace colblock {
namespace {

using std::string;
using support::padded_payload;

const string any_trace_id = "5b8efff798038103D269B633813FC60C";

// As the JavaScript SDK writes a span without events and links.
const string js_span = R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173",)"
    R"("name":"GET /items","kind":2,"startTimeUnixNano":"1790000000123456789","endTimeUnixNano":"1790000100123456790",)"
    R"("attributes":[{"key":"http.route","value":{"stringValue":"/items/{id}"}},{"key":"http.status","value":{"intValue":"200"}},)"
    R"({"key":"size","value":{"intValue":-1234567890123}},{"key":"ok","value":{"boolValue":true}},)"
    R"({"key":"ratio","value":{"doubleValue":0.25}}],"droppedAttributesCount":1,"events":[],"droppedEventsCount":22,)"
    R"("status":{"code":2,"message":"refused"},"links":[],"droppedLinksCount":333,"flags":257,"traceState":"a=b"})";
// As programs of Go write one, with the shortest members.
const string go_span = R"({"traceId":")" + any_trace_id + R"(","spanId":"EEE19B7EC3C1B174","traceState":"","parentSpanId":"",)"
    R"("flags":0,"name":"","kind":1,"startTimeUnixNano":"0","endTimeUnixNano":"17","attributes":[],"links":[],"status":{}})";
const string other_span = R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174","name":"a name that is longer than )"
    R"(thirty-two characters, as some are","attributes":[{"key":"","value":{"stringValue":""}},{"key":"a key that is longer than)"
    R"( thirty-two characters","value":{"boolValue":false}}],"status":{"message":"m","code":1}})";
const string js_log = R"({"timeUnixNano":"1790000000123456789","observedTimeUnixNano":"1790000000123456999","severityNumber":9,)"
    R"("severityText":"INFO","body":{"stringValue":"order 17 has been accepted"},"eventName":"order","attributes":[)"
    R"({"key":"thread.id","value":{"intValue":12345678}}],"droppedAttributesCount":0,"flags":1,"traceId":")" + any_trace_id +
    R"(","spanId":"eee19b7ec3c1b174"})";
const string go_log = R"({"observedTimeUnixNano":"1790000000123456999","severityText":"WARN","attributes":[{"key":"k","value":)"
    R"({"stringValue":"v"}}],"traceId":"","spanId":"","eventName":"an event, for which there has to be some text"})";

string trace_request(const string& spans) { return R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + "]}]}]}"; }
string log_request(const string& logs) { return R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)" + logs + "]}]}]}"; }

template <class Protobuf, signal Kind>
struct both_ways {
    // How many records of `json` are taken whole.
    static std::size_t num_ready(const string& json) {
        const padded_payload payload(json, "\"}]0");
        buffer message;
        typename Protobuf::ready ready;
        ready.clear();
        EXPECT_TRUE(otlp::read_json(payload.view(), message, ready).has_value()) << json;
        return ready.records.size();
    }
    static void compare(const string& json, const string& behind = "\"}]0") {
        const padded_payload payload(json, behind);
        const auto ours = support::decode<support::records, otlp::json_decoder<Protobuf, Kind>>(payload.view());
        buffer message;
        const auto written = otlp::json_to_protobuf(Kind, payload.view(), message);
        ASSERT_EQ(ours.status.has_value(), written.has_value()) << json;
        if (!written) {
            ASSERT_EQ(ours.status.error(), written.error()) << json;
            return;
        }
        const auto general = support::decode<support::records, Protobuf>(message.padded());
        ASSERT_EQ(ours.records, general.records) << json;
        ASSERT_EQ(ours.rejected.total(), general.rejected.total()) << json;
    }
    // Text that ends anywhere, with the rest of it where the padding is.
    static void compare_all_cuts(const string& json) {
        for (std::size_t i = 0; i != json.size() && !testing::Test::HasFatalFailure(); ++i) compare(json.substr(0, i), json.substr(i));
    }
    // Each text with one character replaced, inserted or left out, and cut there.
    static void compare_all_near(const string& json) {
        compare(json);
        compare_all_cuts(json);
        for (std::size_t i = 0; i != json.size() && !testing::Test::HasFatalFailure(); ++i) {
            compare(json.substr(0, i));
            compare(json.substr(0, i) + json.substr(i + 1));
            for (const char c : string("\0\x1f \"\\,:{}[]-.0129aAfgn\x7f\x80\xff", 26)) {
                compare(json.substr(0, i) + c + json.substr(i + 1));
                compare(json.substr(0, i) + c + json.substr(i));
            }
        }
    }
};
using spans_both_ways = both_ways<otlp::trace_decoder, signal::traces>;
using logs_both_ways = both_ways<otlp::log_decoder, signal::logs>;

TEST(JsonReady, RecordsOfSdksAreTakenWhole) {
    EXPECT_EQ(spans_both_ways::num_ready(trace_request(js_span + "," + go_span + "," + other_span + "," + js_span)), 4u);
    EXPECT_EQ(logs_both_ways::num_ready(log_request(js_log + "," + go_log)), 2u);
}

TEST(JsonReady, OtherRecordsBetweenThemAreNot) {
    const string event = R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174","events":[{"name":"e"}]})";
    const string json = trace_request(js_span + "," + event + "," + go_span + " ," + js_span + ",null,{}," + js_span);
    EXPECT_EQ(spans_both_ways::num_ready(json), 4u);
    spans_both_ways::compare(json);
}

// Text that goes on where the padding is, for longer than there is padding: a reader that trusts it leaves it.
TEST(JsonReady, NothingIsReadBehindThePadding) {
    const string ids = R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174")";
    const string begin = ids + R"(,"name":"a name with which the record is long enough","endTimeUnixNano":"1790000000123456789")";
    string booleans = begin + R"(,"attributes":[)";
    for (int i = 0; i != 8; ++i) booleans += R"({"key":"a_key_of_thirty_one_characters_","value":{"boolValue":true}},)";
    booleans.back() = ']';
    const string one_attribute = R"(,"attributes":[{"key":"a_key_of_thirty_one_characters_","value":{"stringValue":"a"}}])";
    for (const string& span : {booleans + "}", ids + R"(,"parentSpanId":"")" + one_attribute + "}",
                               begin + R"(,"attributes":[],"events":[],"links":[],"droppedLinksCount":1,"flags":1})",
                               begin + R"(,"attributes":[],"events":[],"status":{},"links":[],"droppedLinksCount":1,"flags":1})"})
        spans_both_ways::compare_all_cuts(trace_request(span + "," + span));
}

TEST(JsonReady, ATimeHasDigitsOnly) {
    for (const char c : string("\0 /:", 4))
        for (const std::size_t len : {1, 8, 11, 19}) {
            string times = js_span;
            times.replace(times.find("1790000000123456789"), len, len, c);
            spans_both_ways::compare(trace_request(times + "," + js_span));
            string second = js_span;
            second.replace(second.find("1790000100123456790"), len, len, c);
            spans_both_ways::compare(trace_request(second + "," + js_span));
        }
}

TEST(JsonReady, WhatIsTakenIsWhatTheGeneralReaderReads) {
    spans_both_ways::compare_all_near(trace_request(js_span + "," + go_span));
    spans_both_ways::compare_all_near(trace_request(other_span + "," + js_span));
    logs_both_ways::compare_all_near(log_request(js_log + "," + go_log));
}

// Keys are guessed from the last record that began alike: those of this one may be others, in all ways.
TEST(JsonReady, KeysMayDifferFromThoseOfAnAlikeRecord) {
    const auto span = [](const string& attributes) {
        return R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174","name":"alike","kind":1,"startTimeUnixNano":)"
               R"("1790000000123456789","endTimeUnixNano":"1790000000123456790","attributes":[)" + attributes + "]}";
    };
    const auto a = [](const string& key) { return R"({"key":")" + key + R"(","value":{"intValue":1}})"; };
    const string long_key(40, 'k');
    const string json = trace_request(span(a("one") + "," + a("two") + "," + a("three")) + "," + span(a("one") + "," + a("three")) + "," +
                                      span("") + "," + span(a("on") + "," + a("threes") + "," + a("x") + "," + a(long_key)) + "," +
                                      span(a("one") + "," + a("two") + "," + a("two") + "," + a(long_key) + "," + a("y")) + "," +
                                      span(a("\\u006fne")) + "," + span(a("one")));
    EXPECT_EQ(spans_both_ways::num_ready(json), 6u);  // one has an escape
    spans_both_ways::compare(json);
}

// One key may stand before values of all kinds. What is guessed of a number must not be taken for the begin of a text.
TEST(JsonReady, AKeyMayHaveValuesOfDifferentKinds) {
    const string values[] = {R"({"intValue":123456789})", R"({"stringValue":"123456789"})", R"({"intValue":"123456789"})",
                             R"({"stringValue":"1234"})", R"({"boolValue":true})", R"({"doubleValue":123456.5})", R"({"intValue":1234})"};
    for (const string key : {"k", "a.key", "a_key_of_thirty_one_characters_"}) {
        string spans;
        const auto add = [&](const string& value) {
            spans += R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174","name":"a name of some length","attributes":[)" +
                     R"({"key":")" + key + R"(","value":)" + value + "}]},";
        };
        for (const string& first : values)
            for (const string& second : values) add(first), add(second);
        spans.pop_back();
        EXPECT_EQ(spans_both_ways::num_ready(trace_request(spans)), 2 * std::size(values) * std::size(values));
        spans_both_ways::compare(trace_request(spans));
    }
}

// Records that are taken whole stand in stretches between others, and in more batches than one.
TEST(JsonReady, StretchesGoOnInTheNextBatch) {
    const string escaped = R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174","name":"\u0061"})";
    string spans = js_span;
    std::size_t num_ready = 1;
    for (int i = 0; i != 1500; ++i) {
        const bool is_plain = i % 7 != 0 || i > 800;
        spans += "," + (!is_plain ? escaped : i % 3 == 0 ? go_span : js_span);
        num_ready += is_plain;
    }
    const string json = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans + R"(]},{"spans":[)" + spans +
                        R"(],"scope":{"name":"s"}}],"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]}},)" +
                        R"({"scopeSpans":[{"spans":[)" + js_span + "]}]}]}";
    EXPECT_EQ(spans_both_ways::num_ready(json), 2 * num_ready + 1);
    spans_both_ways::compare(json);
}

// A batch of records that are taken whole is bounded like any other: longer ones go the general way.
TEST(JsonReady, LongRecordsAreNotTaken) {
    const auto span = [](std::size_t len) {
        return R"({"traceId":")" + any_trace_id + R"(","spanId":"eee19b7ec3c1b174","name":")" + string(len, 'n') + "\"}";
    };
    const string json = trace_request(span(100) + "," + span(3900) + "," + span(5000) + "," + span(100));
    EXPECT_EQ(spans_both_ways::num_ready(json), 3u);
    spans_both_ways::compare(json);
}

// They are left to the general reader, whatever it makes of them.
TEST(JsonReady, RecordsWithIdsOfZerosAreNotTaken) {
    for (const string& id : {any_trace_id, string("eee19b7ec3c1b174"), string("eee19b7ec3c1b173")}) {
        string no_ids = js_span;
        no_ids.replace(no_ids.find(id), id.size(), id.size(), '0');
        EXPECT_EQ(spans_both_ways::num_ready(trace_request(no_ids + "," + js_span)), 1u);
        spans_both_ways::compare(trace_request(no_ids + "," + js_span));
    }
    string no_ids = js_log;
    no_ids.replace(no_ids.find(any_trace_id), 32, 32, '0');
    EXPECT_EQ(logs_both_ways::num_ready(log_request(no_ids + "," + js_log)), 1u);
    logs_both_ways::compare(log_request(no_ids + "," + js_log));
}

TEST(JsonReady, SpansWithoutIdsAreRejected) {
    string no_ids = js_span;
    no_ids.replace(no_ids.find(any_trace_id), 32, 32, '0');
    const padded_payload payload(trace_request(no_ids + "," + js_span));
    const auto decoded = support::decode_json_traces(payload.view());
    EXPECT_EQ(decoded.rejected.bad_span_ids, 1u);
    EXPECT_EQ(decoded.records.size(), 1u);
}

}  // namespace
}  // namespace colblock
