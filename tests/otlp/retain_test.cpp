// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/retain.hpp"

#include <gtest/gtest.h>

#include <array>

#include "reference/otlp_records.hpp"
#include "support/decode.hpp"
#include "support/random_message.hpp"

namespace colblock::otlp {
namespace {

using support::records;

using support::append_records;

/// The records of a batch before and after some of them were dropped.
template <class Batch>
void expect_the_rest(Batch& batch, support::random_engine& random, std::size_t& num_kept) {
    records all;
    append_records(batch, all);
    std::array<bool, batch_capacity> stays{};
    records expected;
    const unsigned percent = random() % 3 * 50;
    for (std::size_t i = 0; i != all.size(); ++i) {
        stays[i] = support::chance(random, percent);
        if (stays[i]) expected.push_back(all[i]);
    }
    retain(batch, std::span(stays.data(), batch.num_records));
    records left;
    append_records(batch, left);
    EXPECT_EQ(left, expected);
    std::size_t num_rows = 0;
    for (const source_run& run : batch.runs) {
        EXPECT_NE(run.num_rows, 0u);
        num_rows += run.num_rows;
    }
    EXPECT_EQ(num_rows, expected.size());
    num_kept += expected.size();
}

template <class Decoder, class Request>
std::size_t retain_of_random_requests(auto&& each) {
    std::size_t num_kept = 0;
    for (unsigned seed = 0; seed != 60 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        support::random_engine random(seed);
        Request request;
        support::fill_randomly(request, random, 1 + seed % 4);
        const support::padded_payload payload(request.SerializeAsString());
        Decoder decoder;
        const auto batch = std::make_unique<typename Decoder::batch_type>();
        decoder.start(payload.view());
        while (decoder.fill(*batch)) each(*batch, random, num_kept);
    }
    return num_kept;
}

TEST(Retain, SpansThatStayAreUnchanged) {
    EXPECT_GT((retain_of_random_requests<trace_decoder, reference::trace_request>(expect_the_rest<span_batch>)), 100u);
}

TEST(Retain, LogsThatStayAreUnchanged) {
    EXPECT_GT((retain_of_random_requests<log_decoder, reference::log_request>(expect_the_rest<log_batch>)), 100u);
}

TEST(Retain, PointsThatStayAreUnchanged) {
    const auto each_kind = [](metric_batches& batches, support::random_engine& random, std::size_t& num_kept) {
        for (point_batch& batch : batches.kinds) expect_the_rest(batch, random, num_kept);
    };
    EXPECT_GT((retain_of_random_requests<metric_decoder, reference::metric_request>(each_kind)), 100u);
}

}  // namespace
}  // namespace colblock::otlp
