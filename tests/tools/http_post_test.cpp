// SPDX-License-Identifier: Apache-2.0
#include "gen/http_post.hpp"

#include <gtest/gtest.h>

#include "tools/scripted_server.hpp"

namespace colblock::gen {
namespace {

using namespace std::string_literals;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr post_body hello{"/v1/traces", "hello", false};

// The answer to one post when the server says `text` and closes the connection.
std::expected<http_answer, std::string> answer_to(const std::string& text, bool then_close = true) {
    scripted_server server([&](const seen_request&, std::size_t) { return scripted_reply(text, then_close); });
    const endpoint to = parse_endpoint(server.url()).value();
    return http_connection(to, milliseconds(300)).post(hello);
}

TEST(HttpPost, ReadsEndpoints) {
    const endpoint plain = parse_endpoint("http://receiver").value();
    EXPECT_EQ(plain.host, "receiver");
    EXPECT_EQ(plain.port, "4318");
    EXPECT_EQ(plain.base_path, "");
    const endpoint full = parse_endpoint("http://[::1]:8080/otlp/").value();
    EXPECT_EQ(full.host, "::1");
    EXPECT_EQ(full.port, "8080");
    EXPECT_EQ(full.base_path, "/otlp");
    EXPECT_EQ(full.authority, "[::1]:8080");
    for (const char* wrong : {"", "receiver:4318", "https://receiver", "http://", "http://a:b", "http://a:99999",
                              "http://[::1", "http://a:"})
        EXPECT_FALSE(parse_endpoint(wrong)) << wrong;
}

TEST(HttpPost, SendsOneRequestAsWrittenLiteral) {
    scripted_server server([](const seen_request&, std::size_t) { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"s; });
    const endpoint to = parse_endpoint(server.url() + "/base").value();
    ASSERT_EQ(http_connection(to, milliseconds(300)).post({"/v1/logs", "hello", true})->status, 200);
    const seen_request seen = server.requests().at(0);
    EXPECT_EQ(seen.head, "POST /base/v1/logs HTTP/1.1\r\nHost: " + to.authority +
                             "\r\nUser-Agent: colblock-gen\r\nContent-Type: application/x-protobuf\r\n"
                             "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(seen.body, "hello");
}

TEST(HttpPost, KeepsTheConnectionUntilTheServerClosesIt) {
    scripted_server server([](const seen_request&, std::size_t number) {
        return number == 1 ? "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"s
                           : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"s;
    });
    const endpoint to = parse_endpoint(server.url()).value();
    http_connection connection(to, milliseconds(500));
    const std::string large(300'000, 'x');
    ASSERT_TRUE(connection.post({"/v1/traces", large}));
    ASSERT_TRUE(connection.post(hello));
    EXPECT_EQ(server.num_connections(), 1u);
}

TEST(HttpPost, ReadsBodiesOfBothKindsAndSkipsInterimAnswers) {
    EXPECT_EQ(answer_to("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 No\r\ncontent-length:  3\r\n\r\nbad")->body, "bad");
    EXPECT_EQ(answer_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\n"
                        "Trailer: 1\r\n\r\n")
                  ->body,
              "abc0123456789");
    EXPECT_EQ(answer_to("HTTP/1.1 204 No Content\r\n\r\n")->status, 204);
}

TEST(HttpPost, EveryProperPrefixOfAnAnswerFails) {
    const std::string whole = "HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 2\r\n\r\nno";
    ASSERT_EQ(answer_to(whole)->retry_after, seconds(2));
    for (std::size_t len = 0; len != whole.size(); ++len) EXPECT_FALSE(answer_to(whole.substr(0, len))) << len;
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    ASSERT_TRUE(answer_to(chunked));
    for (std::size_t len = 0; len != chunked.size(); ++len) EXPECT_FALSE(answer_to(chunked.substr(0, len))) << len;
}

TEST(HttpPost, RefusesAnswersThatAreNotHttp) {
    for (const std::string& wrong :
         {"SSH-2.0\r\n\r\n"s, "HTTP/1.1 2x0 OK\r\n\r\n"s, "HTTP/1.1 200 OK\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"s, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"s,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"s, "HTTP/1.1 200 OK\r\n" + std::string(70'000, 'a')})
        EXPECT_FALSE(answer_to(wrong)) << wrong.substr(0, 60);
}

TEST(HttpPost, SaysWhatIsWrongWithTheConnection) {
    const auto silent = answer_to("HTTP", false);
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error(), "no answer within the time limit");
    const auto closed = answer_to("");
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error(), "the receiver closed the connection before it answered");
    const endpoint nowhere = parse_endpoint("http://127.0.0.1:1").value();
    EXPECT_EQ(http_connection(nowhere, milliseconds(300)).post(hello).error(),
              "cannot connect to 127.0.0.1:1: Connection refused");
}

TEST(HttpPost, RetryAfterIsSecondsOrADate) {
    EXPECT_EQ(parse_retry_after("120", 0), seconds(120));
    EXPECT_EQ(parse_retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 20), seconds(40));
    EXPECT_EQ(parse_retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 90), seconds(0));
    EXPECT_EQ(parse_retry_after("soon", 0), std::nullopt);
    EXPECT_EQ(parse_retry_after("-1", 0), std::nullopt);
    EXPECT_EQ(parse_retry_after("1.5", 0), std::nullopt);
}

}  // namespace
}  // namespace colblock::gen
