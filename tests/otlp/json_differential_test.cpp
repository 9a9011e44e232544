// SPDX-License-Identifier: Apache-2.0

// OTLP/JSON against protobuf: random requests, written as JSON by descriptor, plainly and oddly, are decoded and
// compared with a slow reading of the messages themselves.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "colblock/otlp/json_lines.hpp"
#include "reference/otlp_json_oracle.hpp"
#include "reference/otlp_records.hpp"
#include "support/data_path.hpp"
#include "support/decode.hpp"
#include "support/otlp_json_text.hpp"

namespace colblock {
namespace {

using support::padded_payload;
using support::random_engine;

auto decode(const reference::trace_request&, padded_view json) { return support::decode_json_traces(json); }
auto decode(const reference::log_request&, padded_view json) { return support::decode_json_logs(json); }
auto decode(const reference::metric_request&, padded_view json) { return support::decode_json_metrics(json); }

std::size_t num_records(const support::records& all) { return all.size(); }
std::size_t num_records(const std::array<support::records, 5>& all) {
    std::size_t n = 0;
    for (const support::records& kind : all) n += kind.size();
    return n;
}

std::string first_difference(const support::records& ours, const support::records& expected) {
    for (std::size_t i = 0; i != std::min(ours.size(), expected.size()); ++i)
        if (ours[i] != expected[i]) return "ours:\n" + ours[i] + "\nexpected:\n" + expected[i] + "\n";
    return std::to_string(ours.size()) + " records instead of " + std::to_string(expected.size()) + "\n";
}
std::string first_difference(const std::array<support::records, 5>& ours, const std::array<support::records, 5>& expected) {
    for (std::size_t k = 0; k != 5; ++k)
        if (ours[k] != expected[k]) return first_difference(ours[k], expected[k]);
    return "";
}

template <class Request>
auto expected_of(const Request& request, std::size_t& num_rejected) {
    if constexpr (std::is_same_v<Request, reference::trace_request>)
        return reference::records_of(request, num_rejected);
    else
        return reference::records_of(request);
}

template <class Request>
class OtlpJsonDifferential : public testing::Test {
protected:
    std::size_t x_num_records = 0;

    void expect_same(const Request& request, const std::string& json) {
        std::size_t num_rejected = 0;
        const auto expected = expected_of(request, num_rejected);
        const padded_payload payload(json, "0}]\"");
        const auto ours = decode(request, payload.view());
        ASSERT_TRUE(ours.status.has_value()) << message(ours.status.error().code) << " at " << ours.status.error().offset
                                             << "\n" << json.substr(0, ours.status.error().offset + 20);
        EXPECT_EQ(ours.rejected.bad_span_ids, num_rejected);
        EXPECT_TRUE(ours.records == expected) << first_difference(ours.records, expected) << json;
        x_num_records += num_records(ours.records);
    }
};
using requests = testing::Types<reference::trace_request, reference::log_request, reference::metric_request>;
TYPED_TEST_SUITE(OtlpJsonDifferential, requests);

TYPED_TEST(OtlpJsonDifferential, RandomRequestsAreTheSameRecordsInJson) {
    for (unsigned seed = 0; seed != 150 && !this->HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1 + seed % 4);
        support::drop_nan_payloads(request);
        this->expect_same(request, support::otlp_json(request));
    }
    EXPECT_GT(this->x_num_records, 500u);
}

TYPED_TEST(OtlpJsonDifferential, OddlyWrittenRequestsAreTheSameRecords) {
    for (unsigned seed = 1000; seed != 1300 && !this->HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1 + seed % 3);
        support::drop_nan_payloads(request);
        this->expect_same(request, support::odd_otlp_json(request, random));
    }
    EXPECT_GT(this->x_num_records, 500u);
}

// Behind each prefix stand the bytes that were cut off: whoever reads past the end finds what it hopes for.
TYPED_TEST(OtlpJsonDifferential, EveryProperPrefixIsTruncatedAtItsEnd) {
    std::size_t num_prefixes = 0;
    for (unsigned seed = 2000; seed != 2006 && !this->HasFailure(); ++seed) {
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1);
        const std::string whole = support::odd_otlp_json(request, random);
        const std::string json = whole.substr(0, 3000);
        for (std::size_t len = 0; len < json.size() && !this->HasFailure(); ++len) {
            ++num_prefixes;
            const padded_payload payload(json.substr(0, len), whole.substr(len) + " ");
            const result<void> status = decode(request, payload.view()).status;
            ASSERT_EQ(support::failure_of(status), (error{errc::truncated, len}));
        }
    }
    EXPECT_GT(num_prefixes, 5000u);
}

// What the JavaScript SDK sent, against libprotobuf's JSON parser.
TYPED_TEST(OtlpJsonDifferential, RecordedRequestsAreReadAsLibprotobufReadsThem) {
    constexpr signal s = std::is_same_v<TypeParam, reference::trace_request> ? signal::traces
                         : std::is_same_v<TypeParam, reference::log_request> ? signal::logs
                                                                             : signal::metrics;
    std::ifstream file(support::data_path("golden/otlp/js_" + std::string(name(s)) + ".jsonl"), std::ios::binary);
    buffer text;
    text.append(std::string{std::istreambuf_iterator<char>(file), {}});
    for (otlp::json_lines in(text.padded()); in.next();) {
        EXPECT_EQ(otlp::signal_of_json(in.request()), s);
        const auto message = reference::protobuf_of_json(s, in.request().bytes);
        ASSERT_TRUE(message.has_value());
        TypeParam request;
        ASSERT_TRUE(reference::parse(*message, request));
        this->expect_same(request, std::string(in.request().bytes));
    }
    EXPECT_GT(this->x_num_records, 30u);
}

// Where the rules agree: see fuzz/json_vs_protobuf_fuzz.cpp.
TYPED_TEST(OtlpJsonDifferential, OddlyWrittenRequestsAreReadAsLibprotobufReadsThem) {
    constexpr signal s = std::is_same_v<TypeParam, reference::trace_request> ? signal::traces
                         : std::is_same_v<TypeParam, reference::log_request> ? signal::logs
                                                                             : signal::metrics;
    unsigned num_compared = 0;
    for (unsigned seed = 4000; seed != 4400 && !this->HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        random_engine random(seed);
        TypeParam made;
        support::fill_randomly(made, random, 1);
        const std::string json = support::odd_otlp_json(made, random);
        const auto message = reference::protobuf_of_json(s, json);  // most have text that is not UTF-8
        if (!message) continue;
        ++num_compared;
        TypeParam request;
        ASSERT_TRUE(reference::parse(*message, request));
        this->expect_same(request, json);
    }
    EXPECT_GT(num_compared, 10u);
}

}  // namespace
}  // namespace colblock
