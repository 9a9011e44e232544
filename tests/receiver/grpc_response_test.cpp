// SPDX-License-Identifier: Apache-2.0
#include "receiver/grpc_response.hpp"

#include <gtest/gtest.h>

namespace colblock::receiver {
namespace {

using kind = outcome::kind;
using namespace std::string_literals;

grpc_response response(kind what, std::string message = {}, std::uint64_t rejected = 0, int retry = 0) {
    return grpc_response_to({what, rejected, std::chrono::seconds(retry), std::move(message)}, signal::logs);
}

TEST(GrpcResponse, FullSuccessIsAnEmptyMessage) {
    const grpc_response r = response(kind::stored);
    EXPECT_EQ(r.code, rpc_code::ok);
    EXPECT_EQ(r.body, "");
}

TEST(GrpcResponse, PartialSuccessIsOkWithCountAndText) {
    const grpc_response r = response(kind::partially_stored, "bad id", 300);
    EXPECT_EQ(r.code, rpc_code::ok);
    EXPECT_EQ(r.body, "\x0a\x0b" "\x08\xac\x02" "\x12\x06" "bad id");
}

TEST(GrpcResponse, BadDataIsInvalidArgumentWithBadRequest) {
    const grpc_response r = response(kind::bad_data, "no");
    EXPECT_EQ(r.code, rpc_code::invalid_argument);
    // Status{3, "no", Any{".../google.rpc.BadRequest", BadRequest{FieldViolation{description "no"}}}}
    EXPECT_EQ(r.details, "\x08\x03\x12\x02no\x1a\x33\x0a\x29type.googleapis.com/google.rpc.BadRequest"
                         "\x12\x06\x0a\x04\x12\x02no");
}

TEST(GrpcResponse, OverloadAndUnavailabilityCarryRetryInfo) {
    for (const kind what : {kind::overloaded, kind::unavailable}) {
        const grpc_response r = response(what, "full", 0, 7);
        EXPECT_EQ(r.code, rpc_code::unavailable);
        EXPECT_EQ(r.details, "\x08\x0e\x12\x04" "full\x1a\x30\x0a\x28type.googleapis.com/google.rpc.RetryInfo"
                             "\x12\x04\x0a\x02\x08\x07");
    }
    EXPECT_TRUE(response(kind::overloaded).details.ends_with("\x0a\x02\x08\x01")) << "one second if unstated";
    EXPECT_EQ(grpc_response::given_up().code, rpc_code::unavailable);
}

TEST(GrpcResponse, TooLargeIsResourceExhaustedWithoutRetryInfo) {
    const grpc_response r = response(kind::too_large, "big");
    EXPECT_EQ(r.code, rpc_code::resource_exhausted);
    EXPECT_EQ(r.details, "");
    EXPECT_EQ(response(kind::internal, "oops").code, rpc_code::internal);
}

TEST(GrpcResponse, LongMessagesAreCutBecausePeersBoundHeaders) {
    EXPECT_EQ(response(kind::unavailable, std::string(100'000, 'x')).message.size(), 1024u);
}

TEST(GrpcResponse, MessagesArePercentEncoded) {
    EXPECT_EQ(grpc_message_value("plain ~ text"), "plain ~ text");
    EXPECT_EQ(grpc_message_value("100%\r\n\x7f\xc3\xa9\0"s), "100%25%0D%0A%7F%C3%A9%00");
}

TEST(GrpcResponse, DetailsAreBase64WithoutPadding) {
    EXPECT_EQ(grpc_details_value(""), "");
    EXPECT_EQ(grpc_details_value("f"), "Zg");
    EXPECT_EQ(grpc_details_value("fo"), "Zm8");
    EXPECT_EQ(grpc_details_value("foo"), "Zm9v");
}

}  // namespace
}  // namespace colblock::receiver
