// SPDX-License-Identifier: Apache-2.0
#include "receiver/http_head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::receiver {
namespace {

const std::string js_sdk =
    "POST /v1/traces HTTP/1.1\r\nHost: localhost:4318\r\nUser-Agent: OTel-OTLP-Exporter-JavaScript/0.57.0\r\n"
    "Content-Type: application/x-protobuf\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
    "Connection: keep-alive\r\n\r\n";

unsigned refused(const std::string& head) {
    const auto parsed = parse_head(head);
    return parsed ? 0 : parsed.error().status;
}

// A head with one field line (or several) of the test's choice.
std::string with(const std::string& lines) { return "POST /v1/logs HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n"; }

TEST(HttpHead, ReadsWhatTheJavaScriptSdkSends) {
    const auto head = parse_head(js_sdk);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->method, "POST");
    EXPECT_EQ(head->target, "/v1/traces");
    EXPECT_EQ(head->content_type, "application/x-protobuf");
    EXPECT_EQ(head->content_encoding, "gzip");
    EXPECT_TRUE(head->chunked);
    EXPECT_TRUE(head->keep_alive);
    EXPECT_FALSE(head->content_length);
    EXPECT_EQ(head->len, js_sdk.size());
}

TEST(HttpHead, NoProperPrefixIsComplete) {
    for (std::size_t len = 0; len != js_sdk.size(); ++len)
        EXPECT_EQ(find_head_end(std::string_view(js_sdk).substr(0, len), 0), 0u) << len;
    EXPECT_EQ(find_head_end(js_sdk + "body", 0), js_sdk.size());
}

TEST(HttpHead, EndIsFoundWhereverTheSearchStoppedBefore) {
    for (std::size_t searched = 0; searched != js_sdk.size(); ++searched)
        EXPECT_EQ(find_head_end(js_sdk, searched), js_sdk.size()) << searched;
}

TEST(HttpHead, NamesAndTokensIgnoreCase) {
    const std::string text = with("CONTENT-LENGTH: 12\r\ncOnNeCtIoN: foo , CLOSE\r\nExpect: 100-Continue");
    const auto head = parse_head(text);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->content_length, 12u);
    EXPECT_FALSE(head->keep_alive);
    EXPECT_TRUE(head->expects_continue);
}

TEST(HttpHead, ReadsWhatBrowsersAndAuthenticationNeed) {
    const std::string text = with("Origin: https://a.test\r\nauthorization: Bearer x\r\nAccess-Control-Request-Method: POST");
    const auto head = parse_head(text);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->origin, "https://a.test");
    EXPECT_EQ(head->authorization, "Bearer x");
    EXPECT_EQ(head->wanted_method, "POST");
    for (const char* name : {"Origin", "Authorization", "Access-Control-Request-Method", "Content-Encoding"})
        EXPECT_EQ(refused(with(std::string(name) + ": a\r\n" + name + ": a")), 400u) << name;
}

TEST(HttpHead, FieldsAreFoundInBrokenHeads) {
    const std::string text = "GET  HTTP/9\r\nHost\r\nContent-type:\tapplication/json \r\nX: unfinish";
    EXPECT_EQ(find_field(text, "Content-Type"), "application/json");
    EXPECT_EQ(find_field(text, "x"), "") << "the line may go on";
    EXPECT_EQ(find_field(text, "Accept"), "");
    EXPECT_EQ(find_field("", "Accept"), "");
}

TEST(HttpHead, ValuesLoseSurroundingSpaceOnly) {
    const std::string text = with("Content-Type: \t application/json; charset=utf-8 \t");
    const auto head = parse_head(text);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->content_type, "application/json; charset=utf-8");
}

TEST(HttpHead, OneEmptyLineBeforeTheRequestIsForgiven) {
    EXPECT_TRUE(parse_head("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_EQ(refused("\r\n\r\n"), 400u);
}

TEST(HttpHead, OldVersionClosesAndOtherVersionsAreRefused) {
    const auto old = parse_head("GET / HTTP/1.0\r\n\r\n");
    ASSERT_TRUE(old);
    EXPECT_FALSE(old->keep_alive);
    EXPECT_EQ(refused("PRI * HTTP/2.0\r\n\r\n"), 505u);
    EXPECT_EQ(refused("GET / FTP/1.1\r\n\r\n"), 400u);
}

TEST(HttpHead, MalformedRequestLinesAreRefused) {
    for (const char* line : {"POST", "POST /v1/traces", "POST  HTTP/1.1", " / HTTP/1.1", "PO ST / / HTTP/1.1",
                             "POST /a b HTTP/1.1", "P@ST / HTTP/1.1", "POST /\x01 HTTP/1.1"})
        EXPECT_EQ(refused(std::string(line) + "\r\nHost: a\r\n\r\n"), 400u) << line;
}

TEST(HttpHead, WhatSmugglersSendIsRefused) {
    for (const char* lines :
         {"Content-Length: 1\r\nContent-Length: 1", "Content-Length: 1, 1", "Content-Length: +1", "Content-Length: -1",
          "Content-Length: 0x10", "Content-Length: ", "Content-Length: 99999999999999999999",
          "Content-Length: 1\r\nTransfer-Encoding: chunked", "Transfer-Encoding : chunked", "X: a\n\tb",
          "X: a\r\n folded", ": no name", "no colon", "X: nul\x01", "Host: b", "X: a\rb"})
        EXPECT_EQ(refused(with(lines)), 400u) << lines;
    EXPECT_EQ(refused(with(std::string("X: \0", 4))), 400u);
    EXPECT_EQ(refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400u);
    EXPECT_EQ(refused("POST / HTTP/1.1\r\n\r\n"), 400u) << "Host is missing";
}

TEST(HttpHead, UnknownCodingsAndExpectationsHaveTheirStatus) {
    EXPECT_EQ(refused(with("Transfer-Encoding: gzip, chunked")), 501u);
    EXPECT_EQ(refused(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")), 501u);
    EXPECT_EQ(refused(with("Expect: a-miracle")), 417u);
}

}  // namespace
}  // namespace colblock::receiver
