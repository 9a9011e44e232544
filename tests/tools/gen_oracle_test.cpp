// SPDX-License-Identifier: Apache-2.0
// What the generator writes by hand, as libprotobuf reads it.
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <numeric>
#include <set>

#include "gen/workload.hpp"
#include "opentelemetry_bytes/proto/collector/logs/v1/logs_service.pb.h"
#include "opentelemetry_bytes/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry_bytes/proto/collector/trace/v1/trace_service.pb.h"

namespace colblock::gen {
namespace {

namespace otlp_pb = opentelemetry_bytes::proto;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool knows_every_field(const Message& message) {
    const auto* reflection = message.GetReflection();
    if (!reflection->GetUnknownFields(message).empty()) return false;
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
        const int num = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
        for (int i = 0; i != num; ++i)
            if (!knows_every_field(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                                        : reflection->GetMessage(message, field)))
                return false;
    }
    return true;
}

// Parses the bodies of one signal and calls use(request) for each.
template <class Request, class Use>
void for_each_parsed(signal kind, profile detail, const Use& use) {
    workload_options options;
    options.num_records = 12'000;
    options.spans = options.resources = detail;
    options.start_ns = 1'700'000'000'000'000'000;
    workload shop(options);
    std::size_t num = 0;
    for (request made; shop.next(made);) {
        if (made.kind != kind) continue;
        Request parsed;
        ASSERT_TRUE(parsed.ParseFromArray(made.body.data(), static_cast<int>(made.body.size())));
        ASSERT_TRUE(knows_every_field(parsed));
        // Nothing twice, no default values written, no length longer than it must be.
        ASSERT_EQ(parsed.ByteSizeLong(), made.body.size());
        use(parsed);
        ++num;
    }
    EXPECT_GT(num, 5u);
}

class GenOracle : public testing::TestWithParam<profile> {};

TEST_P(GenOracle, SpansAreAsLibprotobufWouldWriteThem) {
    std::size_t num_failed = 0, num_spans = 0;
    for_each_parsed<otlp_pb::collector::trace::v1::ExportTraceServiceRequest>(
        signal::traces, GetParam(), [&](const auto& parsed) {
            for (const auto& resource : parsed.resource_spans())
                for (const auto& scope : resource.scope_spans())
                    for (const auto& span : scope.spans()) {
                        ++num_spans;
                        num_failed += span.status().code() == otlp_pb::trace::v1::Status::STATUS_CODE_ERROR;
                        ASSERT_GT(span.start_time_unix_nano(), 1'699'999'999'000'000'000u);
                        ASSERT_NE(span.flags() & 0x100u, 0u);
                        for (const auto& event : span.events()) ASSERT_EQ(event.attributes_size(), 3);
                    }
        });
    EXPECT_EQ(num_spans, 4'000u);
    EXPECT_GT(num_failed, 100u);
}

TEST_P(GenOracle, LogRecordsAreAsLibprotobufWouldWriteThem) {
    std::set<std::string> severities;
    for_each_parsed<otlp_pb::collector::logs::v1::ExportLogsServiceRequest>(
        signal::logs, GetParam(), [&](const auto& parsed) {
            for (const auto& resource : parsed.resource_logs())
                for (const auto& scope : resource.scope_logs())
                    for (const auto& record : scope.log_records()) {
                        severities.insert(record.severity_text());
                        ASSERT_TRUE(record.body().has_string_value());
                        ASSERT_LT(record.time_unix_nano(), record.observed_time_unix_nano());
                    }
        });
    EXPECT_EQ(severities, (std::set<std::string>{"DEBUG", "ERROR", "INFO", "WARN"}));
}

struct metric_checker {
    std::array<std::size_t, otlp::num_metric_kinds> points{};

    void check(const otlp_pb::metrics::v1::Metric& metric) {
        for (const auto& point : metric.gauge().data_points()) {
            ++points[0];
            ASSERT_NE(point.value_case(), point.VALUE_NOT_SET);
        }
        points[1] += static_cast<std::size_t>(metric.sum().data_points_size());
        for (const auto& point : metric.histogram().data_points()) {
            ++points[2];
            ASSERT_EQ(point.bucket_counts_size(), point.explicit_bounds_size() + 1);
            ASSERT_EQ(std::accumulate(point.bucket_counts().begin(), point.bucket_counts().end(), 0ull), point.count());
        }
        for (const auto& point : metric.exponential_histogram().data_points()) {
            ++points[3];
            const auto& counts = point.positive().bucket_counts();
            ASSERT_EQ(std::accumulate(counts.begin(), counts.end(), point.zero_count()), point.count());
            ASSERT_EQ(point.scale(), 3);
            ASSERT_EQ(point.positive().offset(), -60);
        }
        for (const auto& point : metric.summary().data_points()) {
            ++points[4];
            ASSERT_EQ(point.quantile_values_size(), 4);
        }
    }
};

TEST(GenMetricsOracle, MetricsAreOfAllFiveKindsAndAddUp) {
    metric_checker checker;
    for_each_parsed<otlp_pb::collector::metrics::v1::ExportMetricsServiceRequest>(
        signal::metrics, profile::rich, [&](const auto& parsed) {
            for (const auto& resource : parsed.resource_metrics())
                for (const auto& scope : resource.scope_metrics())
                    for (const auto& metric : scope.metrics()) checker.check(metric);
        });
    EXPECT_EQ(std::accumulate(checker.points.begin(), checker.points.end(), std::size_t{0}), 4'000u);
    for (const std::size_t num : checker.points) EXPECT_GT(num, 100u);
}

// A cumulative stream never shrinks, whatever series its point belongs to.
TEST(GenMetricsOracle, CumulativeSumsNeverDecrease) {
    std::map<std::string, std::int64_t> last;
    for_each_parsed<otlp_pb::collector::metrics::v1::ExportMetricsServiceRequest>(
        signal::metrics, profile::tiny, [&](const auto& parsed) {
            for (const auto& resource : parsed.resource_metrics())
                for (const auto& scope : resource.scope_metrics())
                    for (const auto& metric : scope.metrics()) {
                        if (metric.name() != "http.server.request.count") continue;
                        for (const auto& point : metric.sum().data_points()) {
                            std::string series = resource.resource().SerializeAsString();
                            for (const auto& attribute : point.attributes()) series += attribute.SerializeAsString();
                            std::int64_t& before = last[series];
                            ASSERT_GE(point.as_int(), before);
                            before = point.as_int();
                        }
                    }
        });
    EXPECT_EQ(last.size(), 13u * 6 * 3);
}

INSTANTIATE_TEST_SUITE_P(Profiles, GenOracle, testing::Values(profile::tiny, profile::js, profile::rich));

}  // namespace
}  // namespace colblock::gen
