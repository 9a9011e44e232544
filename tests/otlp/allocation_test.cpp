// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_counter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "reference/otlp_records.hpp"
#include "support/decode.hpp"
#include "support/random_message.hpp"

namespace colblock {
namespace {

// Requests with everything in them: nested values, split messages, unknown fields.
template <class Request>
std::vector<support::padded_payload> make_payloads() {
    std::vector<support::padded_payload> payloads;
    for (unsigned seed = 1; seed != 20; ++seed) {
        support::random_engine random(seed);
        Request request;
        support::fill_randomly(request, random, 4);
        payloads.emplace_back(support::serialize_oddly(request, random));
    }
    return payloads;
}

template <class Decoder, class Request>
void expect_no_allocation_after_the_first_time() {
    const auto payloads = make_payloads<Request>();
    Decoder decoder;
    const auto batch = std::make_unique<typename Decoder::batch_type>();
    const auto decode_all = [&] {
        const std::size_t before = support::num_allocations();
        for (const auto& payload : payloads) {
            decoder.start(payload.view());
            while (decoder.fill(*batch)) {
            }
            EXPECT_TRUE(decoder.status().has_value());
        }
        return support::num_allocations() - before;
    };
    EXPECT_GT(decode_all(), 0u);  // the counter counts
    for (int round = 0; round != 100; ++round) ASSERT_EQ(decode_all(), 0u) << round;
}

TEST(OtlpAllocation, EveryFurtherRoundOfSpansAllocatesNothing) {
    expect_no_allocation_after_the_first_time<otlp::trace_decoder, reference::trace_request>();
}
TEST(OtlpAllocation, EveryFurtherRoundOfLogsAllocatesNothing) {
    expect_no_allocation_after_the_first_time<otlp::log_decoder, reference::log_request>();
}
TEST(OtlpAllocation, EveryFurtherRoundOfPointsAllocatesNothing) {
    expect_no_allocation_after_the_first_time<otlp::metric_decoder, reference::metric_request>();
}

}  // namespace
}  // namespace colblock
