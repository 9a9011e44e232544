// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/detect.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace colblock::binding {
namespace {

using names = std::vector<std::string>;

TEST(Detect, TakesTheLayoutWhoseTablesAreThere) {
    EXPECT_EQ(detect(names{}, std::nullopt), layout::colblock);
    EXPECT_EQ(detect(names{"orders", "users"}, std::nullopt), layout::colblock);
    EXPECT_EQ(detect(names{"orders", "logs"}, std::nullopt), layout::colblock);
    EXPECT_EQ(detect(names{"otel_logs", "orders"}, std::nullopt), layout::collector);
    EXPECT_EQ(detect(names{"otel_metrics_exp_histogram"}, std::nullopt), layout::collector);
}

TEST(Detect, AsksWhereBothAreThere) {
    const auto both = detect(names{"metrics", "otel_traces", "otel_logs"}, std::nullopt);
    ASSERT_FALSE(both.has_value());
    EXPECT_EQ(both.error().text(),
              "layout: the database holds 'metrics' of the layout colblock and 'otel_traces' of the layout collector; "
              "set it to colblock or collector");
}

TEST(Detect, FollowsWhatIsConfigured) {
    EXPECT_EQ(detect(names{"metrics", "otel_traces"}, layout::collector), layout::collector);
    EXPECT_EQ(detect(names{"otel_traces"}, layout::colblock), layout::colblock);
    EXPECT_EQ(detect(names{}, layout::collector), layout::collector);
}

TEST(FindTable, AcceptsTheOtherNameOfExponentialHistogramsWhereOnlyThatIsThere) {
    constexpr auto role = table_role::exponential_histogram;
    EXPECT_EQ(find_table(layout::collector, role, names{}), "otel_metrics_exponential_histogram");
    EXPECT_EQ(find_table(layout::collector, role, names{"otel_metrics_exp_histogram"}), "otel_metrics_exp_histogram");
    EXPECT_EQ(
        find_table(layout::collector, role, names{"otel_metrics_exp_histogram", "otel_metrics_exponential_histogram"}),
        "otel_metrics_exponential_histogram");
    EXPECT_EQ(find_table(layout::colblock, role, names{}), "");
    EXPECT_EQ(find_table(layout::colblock, table_role::logs, names{}), "logs");
}

}  // namespace
}  // namespace colblock::binding
