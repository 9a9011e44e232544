// SPDX-License-Identifier: Apache-2.0
#include "receiver/cors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::receiver {
namespace {

http_head preflight_from(std::string_view origin) {
    http_head head;
    head.method = "OPTIONS";
    head.target = "/v1/traces";
    head.origin = origin;
    head.wanted_method = "POST";
    return head;
}

http_head post_from(std::string_view origin) {
    http_head head;
    head.method = "POST";
    head.origin = origin;
    return head;
}

bool allowed(const cors_policy& policy, std::string_view origin) {
    const auto answer = policy.preflight(preflight_from(origin));
    EXPECT_TRUE(answer && (answer->status == 204 || answer->status == 403));
    return answer && answer->status == 204;
}

TEST(Cors, IsOffByDefault) {
    const cors_policy off({});
    EXPECT_FALSE(off.preflight(preflight_from("https://shop.example.com")));
    EXPECT_EQ(off.response_fields(post_from("https://shop.example.com")), "");
}

TEST(Cors, APreflightIsAnsweredWithWhatThePageMayDo) {
    const cors_policy policy({{"https://shop.example.com"}, {"Content-Type", "X-Team"}, std::chrono::seconds(600)});
    const auto answer = policy.preflight(preflight_from("https://shop.example.com"));
    ASSERT_TRUE(answer);
    std::string bytes;
    write_response(*answer, true, bytes);
    EXPECT_EQ(bytes,
              "HTTP/1.1 204 No Content\r\n"
              "Access-Control-Allow-Origin: https://shop.example.com\r\n"
              "Access-Control-Allow-Credentials: true\r\n"
              "Access-Control-Allow-Methods: POST\r\n"
              "Access-Control-Allow-Headers: Content-Type, X-Team\r\n"
              "Access-Control-Max-Age: 600\r\n"
              "Vary: Origin\r\n\r\n");
}

TEST(Cors, OtherOriginsAreRefused) {
    const cors_policy policy({{"https://shop.example.com"}});
    EXPECT_TRUE(allowed(policy, "https://shop.example.com"));
    EXPECT_TRUE(allowed(policy, "https://SHOP.example.com"));
    for (const char* other : {"http://shop.example.com", "https://shop.example.com:8443", "https://shop.example.com.evil.test",
                              "https://evil.test", "null"})
        EXPECT_FALSE(allowed(policy, other)) << other;
    EXPECT_EQ(policy.response_fields(post_from("https://evil.test")), "Vary: Origin\r\n");
}

TEST(Cors, AStarStandsForAnyText) {
    const cors_policy some({{"https://*.example.com", "http://localhost:*"}});
    EXPECT_TRUE(allowed(some, "https://a.example.com"));
    EXPECT_TRUE(allowed(some, "https://a.b.example.com"));
    EXPECT_TRUE(allowed(some, "http://localhost:3000"));
    EXPECT_FALSE(allowed(some, "https://example.com"));
    EXPECT_FALSE(allowed(some, "https://a.example.com.evil.test"));
    EXPECT_FALSE(allowed(cors_policy({{"ab*ba"}}), "aba")) << "both ends need their own text";
    const cors_policy any({{"*"}});
    EXPECT_TRUE(allowed(any, "https://evil.test"));
}

TEST(Cors, AnswersLetThePageReadThem) {
    const cors_policy policy({{"*"}});
    EXPECT_EQ(policy.response_fields(post_from("https://a.test")),
              "Access-Control-Allow-Origin: https://a.test\r\nAccess-Control-Allow-Credentials: true\r\n"
              "Access-Control-Expose-Headers: Retry-After\r\nVary: Origin\r\n");
    EXPECT_EQ(policy.response_fields(post_from("")), "") << "no page sent it";
}

TEST(Cors, OptionsWithoutItsFieldsIsNoPreflight) {
    const cors_policy policy({{"*"}});
    http_head head = preflight_from("https://a.test");
    head.wanted_method = "";
    EXPECT_FALSE(policy.preflight(head));
    EXPECT_FALSE(policy.preflight(preflight_from("")));
    http_head post = preflight_from("https://a.test");
    post.method = "POST";
    EXPECT_FALSE(policy.preflight(post));
}

}  // namespace
}  // namespace colblock::receiver
