// SPDX-License-Identifier: Apache-2.0
#include "gen/workload.hpp"

#include <algorithm>

namespace colblock::gen {

workload::workload(const workload_options& options)
    : x_options(options),
      x_resources(make_resources(options.resources, options.seed)),
      x_traffic(options.seed),
      x_span_maker(options.spans, x_traffic.journeys(), options.seed),
      x_log_maker(options.seed),
      x_metric_maker(x_resources, options.start_ns, options.seed),
      x_spans(signal::traces, x_resources, span_maker::scopes(), options.records_per_request),
      x_logs(signal::logs, x_resources, log_maker::scopes(), options.records_per_request) {
    // The first signals get what cannot be divided.
    std::uint64_t signals_left = 0;
    for (const bool chosen : options.signals) signals_left += chosen;
    std::uint64_t records_left = options.num_records;
    for (std::size_t s = 0; s != x_left.size(); ++s) {
        if (!options.signals[s]) continue;
        x_left[s] = (records_left + signals_left - 1) / signals_left;
        records_left -= x_left[s];
        --signals_left;
    }
}

bool workload::next(request& out) {
    while (x_ready.empty()) {
        if (x_finished) return false;
        if (x_left[0] + x_left[1] + x_left[2] == 0)
            finish();
        else
            make_trace();
    }
    x_ready.pop(out);
    return true;
}

std::uint64_t workload::now_ns() const noexcept {
    const std::uint64_t rate = x_options.records_per_second;
    return x_options.start_ns + x_num_made / rate * 1'000'000'000 + x_num_made % rate * 1'000'000'000 / rate;
}

// A trace brings as many log records as spans, and as many data points: the signals stay in step.
void workload::make_trace() {
    const std::uint64_t now = now_ns();
    const planned_trace& trace = x_traffic.next(now);
    for (const planned_span& span : trace.spans) {
        const service_index where = span.what->where;
        if (left(signal::traces) != 0) {
            x_span_maker.append(trace, span, x_spans.record(where, span_maker::scope_of(span.what->what)));
            x_spans.added(where, now, x_ready);
            --left(signal::traces);
            ++x_num_made;
        }
        if (left(signal::logs) != 0) {
            x_log_maker.append(trace, span, x_logs.record(where, 0));
            x_logs.added(where, now, x_ready);
            --left(signal::logs);
            ++x_num_made;
        }
    }
    x_spans.send_late(now, x_ready);
    x_logs.send_late(now, x_ready);
    make_metrics(trace);
}

void workload::make_metrics(const planned_trace& trace) {
    const std::uint64_t more = std::min<std::uint64_t>(trace.spans.size(), left(signal::metrics));
    left(signal::metrics) -= more;
    x_num_made += more;
    x_points_due += more;
    const bool is_last = left(signal::metrics) == 0;
    while (x_points_due >= x_options.records_per_request || (is_last && x_points_due != 0)) {
        const auto num = static_cast<std::uint32_t>(std::min<std::uint64_t>(x_points_due, x_options.records_per_request));
        request made{signal::metrics, x_ready.take_buffer(), num};
        x_metric_maker.append(num, {now_ns(), {trace.id, trace.spans.front().id}}, made.body);
        x_ready.push(std::move(made));
        x_points_due -= num;
    }
}

void workload::finish() {
    x_spans.finish(x_ready);
    x_logs.finish(x_ready);
    x_finished = true;
}

}  // namespace colblock::gen
