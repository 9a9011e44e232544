// SPDX-License-Identifier: Apache-2.0
#include "receiver/grpc_call.hpp"

#include <gtest/gtest.h>

namespace colblock::receiver {
namespace {

using namespace std::chrono_literals;

TEST(GrpcCall, TimeoutsHaveEightDigitsAndAUnit) {
    EXPECT_EQ(parse_grpc_timeout("9999m"), 9999ms);
    EXPECT_EQ(parse_grpc_timeout("1H"), 1h);
    EXPECT_EQ(parse_grpc_timeout("2M"), 2min);
    EXPECT_EQ(parse_grpc_timeout("3S"), 3s);
    EXPECT_EQ(parse_grpc_timeout("4u"), 4us);
    EXPECT_EQ(parse_grpc_timeout("0n"), 0ns);
    EXPECT_EQ(parse_grpc_timeout("99999999S"), 99'999'999s);
    EXPECT_GT(parse_grpc_timeout("99999999H"), 24h * 365 * 50) << "11,400 years are more than nanoseconds count";
    for (const char* wrong : {"", "m", "1", "1x", "1 S", "-1S", "+1S", "1.5S", "999999999S", "0x1S"})
        EXPECT_FALSE(parse_grpc_timeout(wrong)) << wrong;
}

}  // namespace
}  // namespace colblock::receiver
