// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/detect_signal.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "reference/otlp_records.hpp"
#include "support/random_message.hpp"
#include "support/data_path.hpp"

namespace colblock {
namespace {

using std::string;

string field(unsigned number, const string& content) {
    return string(1, static_cast<char>(number << 3 | 2)) + static_cast<char>(content.size()) + content;
}
string request_of(const string& record) { return field(1, field(2, field(2, record))); }

TEST(DetectSignal, AnEmptyRequestIsOfNone) {
    EXPECT_EQ(otlp::detect_signal(""), std::nullopt);
    EXPECT_EQ(otlp::detect_signal(field(1, field(2, ""))), std::nullopt);
}

TEST(DetectSignal, WhatIsNoRequestIsOfNone) {
    EXPECT_EQ(otlp::detect_signal("{\"resourceSpans\":[]}"), std::nullopt);
    EXPECT_EQ(otlp::detect_signal(string(100, '\xff')), std::nullopt);
}

TEST(DetectSignal, ASpanOfIdsAndANameIsASpan) {
    EXPECT_EQ(otlp::detect_signal(request_of(field(1, string(16, 'i')) + field(2, string(8, 'i')) + field(5, "GET /"))),
              signal::traces);
}

TEST(DetectSignal, AMetricWhoseTextsAreAsLongAsIdsIsAMetric) {
    const string point = field(1, "\x19" + string(8, 't') + "\x21" + string(8, 'v'));
    EXPECT_EQ(otlp::detect_signal(request_of(field(1, "sixteen.bytes.id") + field(2, "eight by") + field(5, point))),
              signal::metrics);
}

TEST(DetectSignal, ALogOfABodyAloneIsALog) {
    EXPECT_EQ(otlp::detect_signal(request_of(field(5, field(1, "text")))), signal::logs);
}

TEST(DetectSignal, AMetricWithoutDataIsAMetric) {
    EXPECT_EQ(otlp::detect_signal(request_of(field(1, "queue.size") + field(3, "1"))), signal::metrics);
}

TEST(DetectSignal, RecordedRequestsAreTold) {
    unsigned num_files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(support::data_path("golden/otlp"))) {
        const string name = entry.path().stem().string();
        if (entry.path().extension() != ".pb") continue;
        SCOPED_TRACE(name);
        std::ifstream file(entry.path(), std::ios::binary);
        const string bytes{std::istreambuf_iterator<char>(file), {}};
        const signal expected = name.ends_with("traces") ? signal::traces
                                : name.ends_with("logs") ? signal::logs
                                                         : signal::metrics;
        EXPECT_EQ(otlp::detect_signal(bytes), expected);
        // Cut off, but behind the first record.
        EXPECT_EQ(otlp::detect_signal(std::string_view(bytes).substr(0, bytes.size() - bytes.size() / 10)), expected);
        ++num_files;
    }
    EXPECT_GE(num_files, 12u);
}

template <class Request>
void expect_told(signal expected) {
    unsigned num_told = 0;
    for (unsigned seed = 0; seed != 200; ++seed) {
        support::random_engine random(seed);
        Request request;
        support::fill_randomly(request, random, 2);
        if constexpr (std::is_same_v<Request, reference::metric_request>)
            for (auto& resource : *request.mutable_resource_metrics())
                for (auto& scope : *resource.mutable_scope_metrics())
                    for (auto& metric : *scope.mutable_metrics()) {
                        metric.set_name("a name is required");
                        if (metric.data_case() == 0) metric.mutable_gauge();
                    }
        const auto told = otlp::detect_signal(request.SerializeAsString());
        if (!told) continue;  // no records
        EXPECT_EQ(*told, expected) << seed;
        ++num_told;
    }
    EXPECT_GT(num_told, 150u);
}

TEST(DetectSignal, RandomRequestsAreTold) {
    expect_told<reference::trace_request>(signal::traces);
    expect_told<reference::metric_request>(signal::metrics);
    expect_told<reference::log_request>(signal::logs);
}

}  // namespace
}  // namespace colblock
