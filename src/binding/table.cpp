// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/table.hpp"

namespace colblock::binding {

std::string_view default_table_name(layout which, table_role role) noexcept {
    const bool collector = which == layout::collector;
    switch (role) {
    case table_role::traces:
        return collector ? "otel_traces" : "traces";
    case table_role::logs:
        return collector ? "otel_logs" : "logs";
    case table_role::metrics:
        return collector ? "" : "metrics";
    case table_role::gauge:
        return collector ? "otel_metrics_gauge" : "";
    case table_role::sum:
        return collector ? "otel_metrics_sum" : "";
    case table_role::histogram:
        return collector ? "otel_metrics_histogram" : "";
    case table_role::exponential_histogram:
        return collector ? "otel_metrics_exponential_histogram" : "";
    case table_role::summary:
        return collector ? "otel_metrics_summary" : "";
    }
    return "";
}

}  // namespace colblock::binding
