// SPDX-License-Identifier: Apache-2.0
#include "receiver/rpc_status.hpp"

#include <gtest/gtest.h>

namespace colblock::receiver {
namespace {

TEST(RpcStatus, ProtobufLiteral) {
    EXPECT_EQ(status_message(encoding::protobuf, rpc_code::invalid_argument, "bad"), "\x08\x03\x12\x03"
                                                                                     "bad");
    EXPECT_EQ(status_message(encoding::protobuf, rpc_code::unavailable, ""), "\x08\x0e");
}

TEST(RpcStatus, LongMessagesHaveTwoByteLengths) {
    const std::string message(300, 'm');
    EXPECT_EQ(status_message(encoding::protobuf, rpc_code::internal, message), "\x08\x0d\x12\xac\x02" + message);
}

TEST(RpcStatus, JsonEscapesWhatJsonForbids) {
    EXPECT_EQ(status_message(encoding::json, rpc_code::invalid_argument, "a \"b\" \\ \n\xff"),
              R"({"code":3,"message":"a \"b\" \\ \u000a\u00ff"})");
}

TEST(RpcStatus, BadRequestNamesTheViolationInEitherForm) {
    EXPECT_EQ(status_with_bad_request(encoding::protobuf, "no"),
              "\x08\x03\x12\x02no\x1a\x33\x0a\x29type.googleapis.com/google.rpc.BadRequest\x12\x06\x0a\x04\x12\x02no");
    EXPECT_EQ(status_with_bad_request(encoding::json, "a \"b\""),
              R"({"code":3,"message":"a \"b\"","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
              R"("fieldViolations":[{"description":"a \"b\""}]}]})");
}

TEST(RpcStatus, PartialSuccessLiteral) {
    const outcome o{outcome::kind::partially_stored, 300, {}, "ids"};
    // 1: PartialSuccess of 8 bytes { 1: 300, 2: "ids" }
    EXPECT_EQ(partial_success_message(encoding::protobuf, signal::traces, o), "\x0a\x08\x08\xac\x02\x12\x03ids");
    EXPECT_EQ(partial_success_message(encoding::json, signal::traces, o),
              R"({"partialSuccess":{"rejectedSpans":"300","errorMessage":"ids"}})");
    EXPECT_EQ(partial_success_message(encoding::json, signal::metrics, o),
              R"({"partialSuccess":{"rejectedDataPoints":"300","errorMessage":"ids"}})");
    EXPECT_EQ(partial_success_message(encoding::json, signal::logs, o),
              R"({"partialSuccess":{"rejectedLogRecords":"300","errorMessage":"ids"}})");
}

TEST(RpcStatus, FullSuccessIsEmpty) {
    EXPECT_EQ(success_message(encoding::protobuf), "");
    EXPECT_EQ(success_message(encoding::json), "{}");
}

}  // namespace
}  // namespace colblock::receiver
