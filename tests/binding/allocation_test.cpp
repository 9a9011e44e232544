// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "bench/path.hpp"
#include "bench/tables.hpp"
#include "colblock/otlp/logs.hpp"
#include "colblock/otlp/metrics.hpp"
#include "colblock/otlp/traces.hpp"
#include "support/allocation_counter.hpp"

namespace colblock {
namespace {

template <class Decoder, class Writer>
void expect_no_allocation(bench::payload_set which, const std::vector<binding::bound_table>& tables) {
    const bench::corpus data = bench::make_corpus(which, 8);
    const std::size_t before_all = support::num_allocations();
    bench::path<Decoder, Writer> p(tables);
    const auto run = [&] {
        p.run(data, [&](binding::open_block& table) { p.seal(table), table.clear(); });
        EXPECT_EQ(p.num_rows, data.num_records);
    };
    run();
    run();
    const std::size_t before = support::num_allocations();
    EXPECT_GT(before, before_all);  // the counter counts
    for (int round = 0; round != 5; ++round) run();
    EXPECT_EQ(support::num_allocations() - before, 0u);
}

TEST(PathAllocation, FurtherSpansBecomeFramesWithoutAllocating) {
    using bench::payload_set;
    for (const payload_set which : {payload_set::js_spans, payload_set::rich_spans, payload_set::tiny_spans})
        expect_no_allocation<otlp::trace_decoder, binding::trace_writer>(which, bench::collector_traces());
}
TEST(PathAllocation, FurtherLogsBecomeFramesWithoutAllocating) {
    expect_no_allocation<otlp::log_decoder, binding::log_writer>(bench::payload_set::logs, bench::collector_logs());
}
TEST(PathAllocation, FurtherPointsBecomeFramesWithoutAllocating) {
    expect_no_allocation<otlp::metric_decoder, binding::metric_writer>(bench::payload_set::points, bench::collector_metrics());
}

}  // namespace
}  // namespace colblock
