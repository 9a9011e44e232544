// SPDX-License-Identifier: Apache-2.0

// The edges of OTLP/JSON, typed by hand. Numbers in names are those of docs/formats/otlp_mapping.md.

#include "colblock/otlp/json.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

#include "support/decode.hpp"

namespace colblock {
namespace {

using std::string;
using support::padded_payload;

string spans(const string& members) { return R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + members + "}]}]}]}"; }
string log(const string& members) { return R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{)" + members + "}]}]}]}"; }
string point(const string& members) {
    return R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{)" + members + "}]}}]}]}]}";
}
const string ids = R"("traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174")";

// What one batch holds of `json`, which has to be well-formed.
template <class Decoder>
struct decoded_batch {
    padded_payload payload;
    Decoder decoder;
    std::unique_ptr<typename Decoder::batch_type> batch = std::make_unique<typename Decoder::batch_type>();

    explicit decoded_batch(const string& json) : payload(json, "\"}]0") {
        decoder.start(payload.view());
        decoder.fill(*batch);
        EXPECT_TRUE(decoder.status().has_value()) << json << "\n" << message(decoder.status().error().code) << " at "
                                                  << decoder.status().error().offset;
    }
    auto* operator->() { return batch.get(); }
    auto& operator*() { return *batch; }
};
using traces = decoded_batch<otlp::json_trace_decoder>;
using logs = decoded_batch<otlp::json_log_decoder>;
struct points : decoded_batch<otlp::json_metric_decoder> {
    using decoded_batch::decoded_batch;
    otlp::point_batch* operator->() { return batch->kinds.data(); }
};

error failure_of(const string& json) {
    const padded_payload payload(json, "\"}]0");
    return support::failure_of(support::decode_json_traces(payload.view()).status);
}
error log_failure_of(const string& json) {
    const padded_payload payload(json, "\"}]0");
    return support::failure_of(support::decode_json_logs(payload.view()).status);
}
// Where `json`, a log with this body, is refused, counted from the body.
error body_failure_of(const string& body) {
    const string head = log("\"body\":");
    error e = log_failure_of(log("\"body\":" + body));
    if (e.code != errc::invalid_argument) e.offset -= head.find(":}") + 1;
    return e;
}
string body_text(const string& json) {
    logs decoded(log("\"body\":" + json));
    const otlp::any_value& body = decoded->body[0];
    switch (body.kind) {
    case otlp::value_kind::empty: return "(empty)";
    case otlp::value_kind::boolean: return body.integer != 0 ? "(true)" : "(false)";
    case otlp::value_kind::integer: return std::to_string(body.integer);
    case otlp::value_kind::number: return "(double)";
    default: return string(body.text());
    }
}

TEST(OtlpJson, Edge13IdsAreHexOfEitherCase) {
    traces decoded(spans(R"("traceId":"5B8EFFF798038103d269b633813fc60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"0102030405060708")"));
    ASSERT_EQ(decoded->num_records, 1u);
    EXPECT_EQ(decoded->trace_id[0], "\x5b\x8e\xff\xf7\x98\x03\x81\x03\xd2\x69\xb6\x33\x81\x3f\xc6\x0c");
    EXPECT_EQ(decoded->span_id[0], "\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74");
    EXPECT_EQ(decoded->parent_span_id[0], "\1\2\3\4\5\6\7\10");
}

TEST(OtlpJson, Edge13BytesValuesAreBase64OfEitherAlphabet) {
    for (const char* text : {"+/8A", "-_8A"}) EXPECT_EQ(body_text(string(R"({"bytesValue":")") + text + "\"}"), string("\xfb\xff\0", 3));
    for (const char* text : {"AP8=", "AP8"}) EXPECT_EQ(body_text(string(R"({"bytesValue":")") + text + "\"}"), string("\0\xff", 2));
    EXPECT_EQ(body_text(R"({"bytesValue":""})"), "");
    for (const char* text : {"A", "AP8==", "A$8A", "AP8A=", "=", "====", "AAAAA"})
        EXPECT_EQ(body_failure_of(string(R"({"bytesValue":")") + text + "\"}"), (error{errc::bad_base64, 14})) << text;
}

TEST(OtlpJson, Edge14SpansWithBadIdsAreLeftOutAlone) {
    const string good = "{" + ids + "}";
    for (const char* id : {"5b8efff798038103d269b633813fc6", "W47/95gDgQPSabYzgT/GDA==", "5b8efff798038103d269b633813fc60g", "",
                           "00000000000000000000000000000000", "5b8efff798038103d269b633813fc60", "5b8efff798038103d269b633813fc60c5b8efff798038103"}) {
        traces decoded(R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + good + R"(,{"traceId":")" + id +
                       R"(","spanId":"eee19b7ec3c1b174"},)" + good + "]}]}]}");
        EXPECT_EQ(decoded->num_records, 2u) << id;
        EXPECT_EQ(decoded.decoder.rejected().bad_span_ids, 1u) << id;
    }
}

TEST(OtlpJson, Edge14And15LogsWithBadOrNoIdsAreKeptWithoutThem) {
    for (const char* id : {"5b8efff798038103d269b633813fc6", "W47/95gDgQPSabYzgT/GDA==", "5b8efff798038103d269b633813fc6\\u001eg", "",
                           "00000000000000000000000000000000"}) {
        logs decoded(log(string(R"("traceId":")") + id + R"(","spanId":"xyz")"));
        ASSERT_EQ(decoded->num_records, 1u);
        EXPECT_EQ(decoded->trace_id[0], "") << id;
        EXPECT_EQ(decoded->span_id[0], "");
        EXPECT_EQ(decoded.decoder.rejected().total(), 0u);
    }
}

TEST(OtlpJson, Edge16IntegersAreStringsOrNumbersAndNeverDoubles) {
    traces decoded(spans(ids + R"(,"startTimeUnixNano":"1544712660000000001","endTimeUnixNano":1544712660999999999,"kind":"2","flags":"257","droppedLinksCount":1e3)"));
    EXPECT_EQ(decoded->start_time[0], 1544712660000000001u);
    EXPECT_EQ(decoded->end_time[0], 1544712660999999999u);
    EXPECT_EQ(decoded->kind[0], 2);
    EXPECT_EQ(decoded->flags[0], 257u);
    EXPECT_EQ(decoded->dropped_links_count[0], 1000u);
    EXPECT_EQ(body_text(R"({"intValue":9007199254740993})"), "9007199254740993");
    EXPECT_EQ(body_text(R"({"intValue":"-9223372036854775808"})"), "-9223372036854775808");
    EXPECT_EQ(body_text(R"({"intValue":"1e3"})"), "1000");
    EXPECT_EQ(body_text(R"({"intValue":1.0})"), "1");
    EXPECT_EQ(body_text(R"({"intValue":-0})"), "0");
}

TEST(OtlpJson, Edge16WhatIsNoIntegerOfItsFieldIsRefusedWhereItStands) {
    for (const char* value : {"1.5", "\"1.5\"", "9223372036854775808", "-9223372036854775809", "\"\"", "\"0x10\"", "\" 1\"", "\"1 \"",
                              "true", "\"007\"", "{}", "\"1e\"", "+1", ".5"})
        EXPECT_EQ(body_failure_of(string(R"({"intValue":)") + value + "}"), (error{errc::bad_json, 12})) << value;
    EXPECT_EQ(body_failure_of(R"({"intValue":007})"), (error{errc::bad_json, 13}));
    const string head = spans(ids + ",");
    for (const char* member : {R"("flags":4294967296)", R"("droppedEventsCount":-1)", R"("kind":2147483648)", R"("startTimeUnixNano":"-1")"})
        EXPECT_EQ(failure_of(spans(ids + "," + member)), (error{errc::bad_json, head.find(",}") + 1 + string(member).find(':') + 1}));
}

TEST(OtlpJson, Edge17EnumsAreNumbersAndUnknownOnesAreKept) {
    traces decoded(spans(ids + R"(,"kind":77,"status":{"code":-5})"));
    EXPECT_EQ(decoded->kind[0], 77);
    EXPECT_EQ(decoded->status_code[0], -5);
}

TEST(OtlpJson, Edge17EnumsByNameAreReadAllTheSame) {
    traces decoded(spans(ids + R"(,"kind":"SPAN_KIND_SERVER","status":{"code":"STATUS_CODE_ERROR"})"));
    EXPECT_EQ(decoded->kind[0], 2);
    EXPECT_EQ(decoded->status_code[0], 2);
    EXPECT_EQ(logs(log(R"("severityNumber":"SEVERITY_NUMBER_FATAL4")"))->severity_number[0], 24);
    EXPECT_EQ(failure_of(spans(R"("kind":"SPAN_KIND_BOSS")")), (error{errc::bad_json, 51}));
    EXPECT_EQ(failure_of(spans(R"("kind":"server")")), (error{errc::bad_json, 51}));
}

TEST(OtlpJson, Edge18SnakeCaseIsAnUnknownKeyLikeAnyOther) {
    const padded_payload payload(R"({"resource_spans":[{"scope_spans":[]}],"x":{"y":[1,{"z":null}]}})");
    const auto decoded = support::decode_json_traces(payload.view());
    EXPECT_TRUE(decoded.status.has_value());
    EXPECT_TRUE(decoded.records.empty());
    EXPECT_EQ(traces(spans(ids + R"(,"trace_state":"a","Name":"b","name ":"c")"))->name[0], "");
}

TEST(OtlpJson, Edge18WhatIsIgnoredHasToBeJson) {
    for (const char* value : {"", "[1,]", "{\"a\":1,}", "[1 2]", "{\"a\" 1}", "{a:1}", "tru", "nul1", "01", "-", "1.", "1e", "\"\\x\"",
                              "\"\t\"", "]", "'a'", "[}", "{]", "\"\\u12g4\"", "NaN"})
        EXPECT_EQ(failure_of(string("{\"x\":") + value + "}").code, errc::bad_json) << value;
}

TEST(OtlpJson, Edge19InfinitiesAndNaNAreStrings) {
    points decoded(point(R"("asDouble":"NaN"},{"asDouble":"Infinity"},{"asDouble":"-Infinity"},{"asDouble":"1.5"},{"asDouble":-2e3},{"asDouble":null)"));
    ASSERT_EQ(decoded->num_records, 6u);
    EXPECT_NE(decoded->value[0], decoded->value[0]);
    EXPECT_EQ(decoded->value[1], std::numeric_limits<double>::infinity());
    EXPECT_EQ(decoded->value[2], -std::numeric_limits<double>::infinity());
    EXPECT_EQ(decoded->value[3], 1.5);
    EXPECT_EQ(decoded->value[4], -2000);
    EXPECT_EQ(decoded->value_kind[5], otlp::number_kind::none);
    for (const char* value : {"NaN", "Infinity", "1e999", "\"nan\"", "\"1e999\"", "\"\"", "true"})
        EXPECT_EQ(body_failure_of(string(R"({"doubleValue":)") + value + "}"), (error{errc::bad_json, 15})) << value;
}

TEST(OtlpJson, Edge20NullIsAbsent) {
    traces decoded(R"({"resourceSpans":[null,{"resource":null,"schemaUrl":null,"scopeSpans":[{"scope":null,"spans":[{)" + ids +
                   R"(,"parentSpanId":null,"name":null,"kind":null,"startTimeUnixNano":null,"attributes":null,"events":[null],)" +
                   R"("links":null,"status":null,"flags":null},null]}]}]})");
    ASSERT_EQ(decoded->num_records, 1u);
    EXPECT_EQ(decoded->name[0], "");
    EXPECT_EQ(decoded->events.size(), 0u);
    EXPECT_EQ(body_text("null"), "(empty)");
    EXPECT_EQ(body_text(R"({"stringValue":"a","intValue":null})"), "a");
    EXPECT_EQ(body_text(R"({"arrayValue":{"values":[null,{"intValue":1},{}]}})"), "[null,1,null]");
    EXPECT_EQ(failure_of("null"), (error{errc::bad_json, 0}));
}

TEST(OtlpJson, Edge20OfEqualKeysTheLastScalarCountsAndMessagesMerge) {
    EXPECT_EQ(traces(spans(ids + R"(,"name":"a","name":"b","kind":1,"kind":0)"))->name[0], "b");
    EXPECT_EQ(body_text(R"({"stringValue":"a","intValue":"5"})"), "5");
    EXPECT_EQ(body_text(R"({"arrayValue":{"values":[{"intValue":1}]},"arrayValue":{"values":[{"intValue":2}]}})"), "[1,2]");
    traces merged(R"({"resourceSpans":[{"resource":{"droppedAttributesCount":3,"attributes":[{"key":"a","value":{"intValue":1}}]},)"
                  R"("scopeSpans":[{"spans":[{)" + ids + R"(,"status":{"code":2},"status":{"message":"m"}}]}],)"
                  R"("resource":{"attributes":[{"key":"b"}]}}]})");
    ASSERT_EQ(merged->num_records, 1u);
    EXPECT_EQ(merged->status_code[0], 2);
    EXPECT_EQ(merged->status_message[0], "m");
    EXPECT_EQ(merged->attributes_of_sources.size(), 2u);
    EXPECT_EQ(merged->resources[0].dropped_attributes_count, 3u);
}

TEST(OtlpJson, Edge20KeysMayBeEscaped) {
    traces decoded(spans(ids + R"(,"k\u0069nd":3,"\u006e\u0061\u006D\u0065":"n")"));
    EXPECT_EQ(decoded->kind[0], 3);
    EXPECT_EQ(decoded->name[0], "n");
}

TEST(OtlpJson, Edge20EscapesAreTheirCharactersAndLoneSurrogatesAreReplaced) {
    EXPECT_EQ(body_text(R"({"stringValue":"a\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00\u0000z"})"),
              string("a\"\\/\b\f\n\r\t\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\0z", 20));
    EXPECT_EQ(body_text(R"({"stringValue":"\ud83d"})"), "\xef\xbf\xbd");
    EXPECT_EQ(body_text(R"({"stringValue":"\ude00\ud83dx"})"), "\xef\xbf\xbd\xef\xbf\xbdx");
    EXPECT_EQ(body_text(R"({"stringValue":"\ud83d\ud83d\ude00"})"), "\xef\xbf\xbd\xf0\x9f\x98\x80");
    EXPECT_EQ(body_text(R"({"stringValue":"\ud83d\u0041"})"), "\xef\xbf\xbd""A");
    EXPECT_EQ(body_failure_of(R"({"stringValue":"ab\q"})"), (error{errc::bad_json, 19}));
    EXPECT_EQ(body_failure_of(R"({"stringValue":"ab\u00x0"})"), (error{errc::bad_json, 22}));
    EXPECT_EQ(body_failure_of("{\"stringValue\":\"ab\ncd\"}"), (error{errc::bad_json, 18}));
}

TEST(OtlpJson, Edge21ResourceAndScopeMayStandBehindTheirRecords) {
    traces decoded(R"({"resourceSpans":[{"schemaUrl":"r","scopeSpans":[{"schemaUrl":"s","spans":[{)" + ids +
                   R"(}],"scope":{"version":"v","name":"n"}}],"resource":{"attributes":[{"value":{"stringValue":"shop"},"key":"service.name"}]}}]})");
    ASSERT_EQ(decoded->num_records, 1u);
    EXPECT_EQ(decoded->resources[0].service_name.text(), "shop");
    EXPECT_EQ(decoded->resources[0].schema_url, "r");
    EXPECT_EQ(decoded->scopes[0].name, "n");
    EXPECT_EQ(decoded->scopes[0].version, "v");
    EXPECT_EQ(decoded->scopes[0].schema_url, "s");
}

string nested(unsigned depth, const string& inner) {
    string json = inner;
    for (unsigned i = 0; i != depth; ++i) json = R"({"arrayValue":{"values":[)" + json + "]}}";
    return json;
}

TEST(OtlpJson, Edge26ValuesNestAnywhereAsDeepAsTheLimit) {
    EXPECT_EQ(body_text(R"({"kvlistValue":{"values":[{"key":"b","value":{"arrayValue":{"values":[{"bytesValue":"AP8="},{"boolValue":true},{}]}}},{"key":"a"}]}})"),
              R"({"a":null,"b":["AP8=",true,null]})");
    EXPECT_EQ(body_text(nested(63, R"({"intValue":1})")), string(63, '[') + "1" + string(63, ']'));
    EXPECT_EQ(body_failure_of(nested(64, R"({"intValue":1})")), (error{errc::depth_exceeded, 64 * 25}));
    EXPECT_EQ(body_failure_of(nested(64, "null")), (error{errc::depth_exceeded, 64 * 25}));
    EXPECT_EQ(failure_of("{\"x\":" + string(100'000, '[')), (error{errc::depth_exceeded, 5 + 192}));
}

TEST(OtlpJson, Edge26NestedValuesPrintAsThoseOfProtobuf) {
    EXPECT_EQ(body_text(R"({"kvlistValue":{"values":[{"key":"x","value":{"doubleValue":1e21}},{"key":"n","value":{"intValue":"9007199254740993"}},{"key":"x","value":{"doubleValue":0.5}}]}})"),
              R"({"n":9007199254740993,"x":0.5})");
    EXPECT_EQ(body_text(R"({"arrayValue":{"values":[{"stringValue":"\u2028<\ud800"}]}})"), "[\"\\u2028<\xef\xbf\xbd\"]");
    EXPECT_EQ(body_text(R"({"arrayValue":{}})"), "[]");
    EXPECT_EQ(body_text(R"({"kvlistValue":{"values":[]}})"), "{}");
}

TEST(OtlpJson, Edge27AnIndexIntoAStringTableIsNoValue) {
    EXPECT_EQ(body_text(R"({"stringValueStrindex":4})"), "(empty)");
    logs decoded(log(R"("attributes":[{"keyStrindex":4,"value":{"intValue":1}}])"));
    EXPECT_EQ(decoded->attributes[0].key, "");
}

TEST(OtlpJson, Edge28TextThatIsNotUtf8IsKeptAsItIs) {
    EXPECT_EQ(body_text("{\"stringValue\":\"a\xff\xed\xa0\x80\xc3\"}"), "a\xff\xed\xa0\x80\xc3");
    EXPECT_EQ(traces(spans(ids + ",\"name\":\"\xc4\x8d\xe2\x82\""))->name[0], "\xc4\x8d\xe2\x82");
}

TEST(OtlpJson, Edge29UnknownTimesAreZero) {
    logs decoded(log(R"("observedTimeUnixNano":"18446744073709551615")"));
    EXPECT_EQ(decoded->time[0], 0u);
    EXPECT_EQ(decoded->observed_time[0], 18446744073709551615u);
    EXPECT_EQ(logs(log(R"("timeUnixNano":"0")"))->time[0], 0u);
    EXPECT_EQ(logs(log(R"("timeUnixNano":0)"))->time[0], 0u);
}

TEST(OtlpJson, Edge30PresenceOfNumbersIsKept) {
    const padded_payload payload(
        R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"sum":0,"max":null},{"min":"-0"}]}},)"
        R"({"gauge":{"dataPoints":[{"asInt":"0"},{"asDouble":0},{}]}}]}]}]})");
    otlp::json_metric_decoder decoder;
    const auto batch = std::make_unique<otlp::metric_batches>();
    decoder.start(payload.view());
    decoder.fill(*batch);
    ASSERT_TRUE(decoder.status().has_value());
    const auto& histograms = (*batch)[otlp::metric_kind::histogram];
    EXPECT_EQ(histograms.presence[0], otlp::point_batch::has_sum);
    EXPECT_EQ(histograms.presence[1], otlp::point_batch::has_min);
    const auto& gauges = (*batch)[otlp::metric_kind::gauge];
    EXPECT_EQ(gauges.value_kind[0], otlp::number_kind::integer);
    EXPECT_EQ(gauges.value_kind[1], otlp::number_kind::floating);
    EXPECT_EQ(gauges.value_kind[2], otlp::number_kind::none);
}

TEST(OtlpJson, Edge31BucketsNeedNotFitTheirBounds) {
    const padded_payload payload(
        R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"bucketCounts":["1",2,3.0],"explicitBounds":[0.5,"Infinity"]},)"
        R"({"bucketCounts":[7],"explicitBounds":[]}]}},{"exponentialHistogram":{"dataPoints":[{"scale":-3,"positive":{"offset":"-8","bucketCounts":["18446744073709551615",0]}}]}}]}]}]})");
    otlp::json_metric_decoder decoder;
    const auto batch = std::make_unique<otlp::metric_batches>();
    decoder.start(payload.view());
    decoder.fill(*batch);
    ASSERT_TRUE(decoder.status().has_value());
    const auto& histograms = (*batch)[otlp::metric_kind::histogram];
    ASSERT_EQ(histograms.bucket_counts.size(), 4u);
    EXPECT_EQ(histograms.bucket_counts[2], 3u);
    EXPECT_EQ(histograms.explicit_bounds[1], std::numeric_limits<double>::infinity());
    const auto& exponential = (*batch)[otlp::metric_kind::exponential_histogram];
    EXPECT_EQ(exponential.scale[0], -3);
    EXPECT_EQ(exponential.positive_offset[0], -8);
    EXPECT_EQ(exponential.positive_counts[0], 18446744073709551615u);
    EXPECT_EQ(failure_of(R"({"resourceSpans":[null,1]})"), (error{errc::bad_json, 23}));
}

TEST(OtlpJson, WhitespaceAndAByteOrderMarkAreNothing) {
    string json = "\xef\xbb\xbf\r\n" + spans(ids + ",\"name\":\"a b\"") + " \t\r\n";
    for (const char c : {'{', '}', '[', ']', ':', ','})
        for (std::size_t at = json.find(c); at != string::npos; at = json.find(c, at + 3))
            json = json.substr(0, at) + " " + c + "\n" + json.substr(at + 1);
    EXPECT_EQ(traces(json)->name[0], "a b");
    EXPECT_EQ(failure_of("\xef\xbb"), (error{errc::bad_json, 0}));
    EXPECT_EQ(failure_of("{\v}"), (error{errc::bad_json, 1}));
}

TEST(OtlpJson, WhatFollowsTheRequestIsRefused) {
    EXPECT_EQ(failure_of("{} {}"), (error{errc::trailing_bytes, 3}));
    EXPECT_EQ(failure_of(string("{}\0", 3)), (error{errc::trailing_bytes, 2}));
    EXPECT_EQ(failure_of(""), (error{errc::truncated, 0}));
    EXPECT_EQ(failure_of("[]"), (error{errc::bad_json, 0}));
}

TEST(OtlpJson, ValuesOfAnotherKindAreRefusedWhereTheyStand) {
    for (const char* member : {R"("name":5)", R"("name":true)", R"("name":{})", R"("traceId":[91,142])", R"("status":[])", R"("status":"x")",
                               R"("attributes":{})", R"("attributes":["a"])", R"("events":1)"}) {
        const error e = failure_of(spans(member));
        EXPECT_EQ(e.code, errc::bad_json) << member;
        EXPECT_EQ(e.offset, spans("").find("}]}]}]}") + string(member).find(':') + (string(member).find("[\"") != string::npos ? 2 : 1)) << member;
    }
    EXPECT_EQ(body_failure_of(R"({"boolValue":1})"), (error{errc::bad_json, 13}));
    EXPECT_EQ(body_failure_of(R"({"boolValue":"true"})"), (error{errc::bad_json, 13}));
}

TEST(OtlpJson, AnAttributeMayBeLongerThanAShortForm) {
    for (const std::size_t len : {0u, 31u, 32u, 33u, 100u, 101u, 119u, 120u, 127u, 128u, 16'383u, 16'384u, 70'000u}) {
        const string text(len, 'v');
        const string key(len % 130, 'k');
        traces decoded(spans(ids + R"(,"attributes":[{"key":")" + key + R"(","value":{"stringValue":")" + text + R"("}},{"key":"n","value":{"intValue":)" +
                             std::to_string(len) + R"(}},{"key":"q","value":{"intValue":"-7"}}])"));
        ASSERT_EQ(decoded->attributes.size(), 3u);
        EXPECT_EQ(decoded->attributes[0].key, key);
        EXPECT_EQ(decoded->attributes[0].value.text(), text);
        EXPECT_EQ(decoded->attributes[1].value.integer, static_cast<std::int64_t>(len));
        EXPECT_EQ(decoded->attributes[2].value.integer, -7);
    }
}

// As encoders write it, with all that json_plain.hpp reads in one step.
const string plain_span = spans(
    ids + R"(,"parentSpanId":"00f067aa0ba902b7","name":"GET /cart/{id}, as long as names are","kind":2,)"
    R"("startTimeUnixNano":"1795000000123456789","endTimeUnixNano":"1795000000123999999","attributes":[)"
    R"({"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"n","value":{"intValue":443}},)"
    R"({"key":"quoted","value":{"intValue":"70000"}},{"key":"of 33 characters, more than a vec.","value":{"stringValue":""}},)"
    R"({"key":"d","value":{"doubleValue":1.5}},{"key":"last","value":{"stringValue":"x"}}],"droppedAttributesCount":3,)"
    R"("events":[],"droppedEventsCount":0,"status":{"code":1},"links":[],"droppedLinksCount":0,"flags":257)");

// Each place where a step could take what it should not.
TEST(OtlpJson, APlainRequestMayBeWrittenOtherwiseAnywhere) {
    const auto records_of = [](const string& json) {
        const padded_payload payload(json, "\"}]0");
        auto all = support::decode_json_traces(payload.view());
        EXPECT_TRUE(all.status.has_value()) << json;
        return all.records;
    };
    const auto expected = records_of(plain_span);
    ASSERT_EQ(expected.size(), 1u);
    bool in_string = false;
    for (std::size_t i = 0; i != plain_span.size(); ++i) {
        const bool is_quote = plain_span[i] == '"';
        string other = plain_span;
        if (in_string && !is_quote) {
            constexpr char digits[] = "0123456789abcdef";
            const auto c = static_cast<unsigned char>(plain_span[i]);
            other.replace(i, 1, string("\\u00") + digits[c >> 4] + digits[c & 15]);
        } else if (!in_string && (i == 0 || !std::isdigit(static_cast<unsigned char>(plain_span[i - 1])) ||
                                  !std::isdigit(static_cast<unsigned char>(plain_span[i])))) {
            if (plain_span[i] != '.' && plain_span[i == 0 ? 0 : i - 1] != '.') other.insert(i, " ");
        }
        EXPECT_EQ(records_of(other), expected) << i << " " << other;
        in_string ^= is_quote;
    }
}

TEST(OtlpJson, APlainRequestThatIsBrokenAnywhereIsRefused) {
    for (std::size_t i = 0; i != plain_span.size(); ++i) {
        for (const char wrong : {'\x01', '"', '\\'}) {
            const char after = i + 1 == plain_span.size() ? '\0' : plain_span[i + 1];
            if (wrong == plain_span[i] || (wrong == '\\' && string("\"\\/bfnrtu").contains(after))) continue;
            string other = plain_span;
            other[i] = wrong;
            const padded_payload payload(other, "\"}]0");
            EXPECT_FALSE(support::decode_json_traces(payload.view()).status.has_value()) << i << " " << other;
        }
    }
    for (std::size_t len = 0; len != plain_span.size(); ++len)
        EXPECT_EQ(failure_of(plain_span.substr(0, len)), (error{errc::truncated, len}));
}

TEST(OtlpJson, ARecordOverALimitIsLeftOutAlone) {
    string many = "{}";
    for (std::size_t i = 0; i != limits::max_attributes_per_record; ++i) many += ",{}";
    traces decoded(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)" + ids + "},{" + ids + R"(,"attributes":[)" + many + "]},{" + ids + "}]}]}]}");
    EXPECT_EQ(decoded->num_records, 2u);
    EXPECT_EQ(decoded.decoder.rejected().too_many_attributes, 1u);
}

TEST(OtlpJson, NumbersMayNotGrowAPayloadPastTheLimit) {
    string json = R"({"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"explicitBounds":[0)";
    for (std::size_t i = 0; i != limits::max_payload_len / 8; ++i) json += ",0";
    const padded_payload payload(json + "]}]}}]}]}]}");
    EXPECT_EQ(support::failure_of(support::decode_json_metrics(payload.view()).status).code, errc::too_large);
}

TEST(OtlpJson, AFailureLeavesNoTraceInTheMessage) {
    buffer to;
    to.append("before");
    const padded_payload payload(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{},x)");
    EXPECT_EQ(support::failure_of(otlp::json_to_protobuf(signal::traces, payload.view(), to)), (error{errc::bad_json, 46}));
    EXPECT_EQ(to.view(), "before");
}

}  // namespace
}  // namespace colblock
