// SPDX-License-Identifier: Apache-2.0
#include "receiver/otlp_http.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "colblock/base/limits.hpp"

namespace colblock::receiver {
namespace {

using namespace std::string_literals;

constexpr const char* protobuf_type = "application/x-protobuf";

http_head head_of(std::string_view target, std::string_view content_type = protobuf_type) {
    http_head head;
    head.method = "POST";
    head.target = target;
    head.content_type = content_type;
    head.content_length = 1;
    return head;
}

struct taken {
    signal what;
    encoding form;
    std::string body;
};

class OtlpHttp : public ::testing::Test {
protected:
    http_service::admission admit(const http_head& head) { return service.admit(head); }
    unsigned refused(const http_head& head) {
        const auto admitted = service.admit(head);
        return admitted.refusal ? admitted.refusal->status : 0;
    }
    // The response to `body` sent as `head` says.
    http_response respond_to(const http_head& head, const std::string& body) {
        const auto admitted = service.admit(head);
        http_request request;
        request.route = admitted.route;
        request.bytes.append("HEAD" + body);
        request.body_offset = 4;
        http_response got{.status = 0};
        service.serve(request, http_responder([&got](http_response&& r) { got = std::move(r); }));
        return got;
    }

    outcome answer;
    std::vector<taken> payloads;
    otlp_http service{{.max_payload_len = 1000}, [this](payload& p) {
                          payloads.push_back({p.signal, p.form, std::string(p.body().bytes)});
                          p.answer(outcome(answer));
                      }};
};

TEST_F(OtlpHttp, PathsNameSignalsBehindAnyPrefix) {
    EXPECT_EQ(signal_of("/v1/traces"), signal::traces);
    EXPECT_EQ(signal_of("/v1/metrics"), signal::metrics);
    EXPECT_EQ(signal_of("/v1/logs"), signal::logs);
    EXPECT_EQ(signal_of("/tenant/otlp/v1/logs?x=/v1/traces"), signal::logs);
    EXPECT_EQ(signal_of("http://collector:4318/v1/logs"), signal::logs) << "absolute-form, through a proxy";
    EXPECT_EQ(signal_of("http://v1/traces"), std::nullopt) << "that is a host";
    EXPECT_EQ(signal_of("/http://a/v1/traces"), signal::traces);
    for (const char* other : {"/", "/v1/trace", "/v1/traces/", "/V1/traces", "v1/traces", "/v1development/profiles"})
        EXPECT_EQ(signal_of(other), std::nullopt) << other;
}

TEST_F(OtlpHttp, MediaTypesIgnoreCaseAndParameters) {
    EXPECT_EQ(form_of("application/x-protobuf"), answer_form::protobuf);
    EXPECT_EQ(form_of("Application/X-Protobuf ; charset=utf-8"), answer_form::protobuf);
    EXPECT_EQ(form_of("application/json;charset=utf-8"), answer_form::json);
    EXPECT_EQ(form_of("application/jsonp"), answer_form::text);
    EXPECT_EQ(form_of(""), answer_form::text);
}

TEST_F(OtlpHttp, HeadsAreRefusedWithTheirStatus) {
    EXPECT_EQ(refused(head_of("/v1/traces")), 0u);
    EXPECT_EQ(refused(head_of("/v1/profiles")), 404u);
    EXPECT_EQ(refused(head_of("/v1/traces", "text/xml")), 415u);
    EXPECT_FALSE(admit(head_of("/v1/traces", "application/json")).refusal.has_value());
    http_head get = head_of("/v1/traces");
    get.method = "GET";
    EXPECT_EQ(refused(get), 405u);
    EXPECT_EQ(admit(get).refusal->fields, "Allow: POST\r\n");
    http_head brotli = head_of("/v1/traces");
    brotli.content_encoding = "br";
    EXPECT_EQ(refused(brotli), 415u);
    EXPECT_EQ(admit(brotli).refusal->fields, "Accept-Encoding: gzip, zstd, deflate, lz4, snappy, identity\r\n");
    http_head endless = head_of("/v1/traces");
    endless.content_length.reset();
    EXPECT_EQ(refused(endless), 411u);
    endless.chunked = true;
    EXPECT_EQ(refused(endless), 0u);
}

TEST_F(OtlpHttp, StrangersAreRefusedBeforeAnythingElse) {
    credentials who;
    ASSERT_TRUE(who.add_tokens("s3cret"));
    otlp_http closed({.max_payload_len = 1000, .senders = std::make_shared<credentials>(who)}, [](payload&) {});
    http_head head = head_of("/nowhere", "application/json");
    const auto missing = closed.admit(head).refusal;
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->status, 401u);
    EXPECT_EQ(missing->fields, "WWW-Authenticate: Bearer realm=\"colblock\"\r\n");
    EXPECT_EQ(missing->body, R"({"code":16,"message":"the Authorization field is missing"})");
    head.authorization = "Bearer s3cre";
    EXPECT_EQ(closed.admit(head).refusal->body,
              R"({"code":16,"message":"the Authorization field holds nothing that is known here"})");
    head.authorization = "Bearer s3cret";
    EXPECT_EQ(closed.admit(head).refusal->status, 404u);
    closed.admit_only(nullptr);
    head.authorization = "";
    EXPECT_EQ(closed.admit(head).refusal->status, 404u) << "anybody may send again";
}

TEST_F(OtlpHttp, BrokenHeadsAreAnsweredInTheEncodingTheyName) {
    const bad_head late{408, "late"};
    EXPECT_EQ(service.broken_head("POST / HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nX", late).body,
              "\x08\x0e\x12\x04late");
    EXPECT_EQ(service.broken_head("POST / HTTP/1.1\r\nContent-Type: application/json\r\n", late).body,
              R"({"code":14,"message":"late"})");
    EXPECT_EQ(service.broken_head("POST", late).body, "late\n");
}

TEST_F(OtlpHttp, PreflightsAreAnsweredAndPagesMayReadAnswers) {
    otlp_http open({.max_payload_len = 1000, .cors = {.origins = {"*"}}}, [](payload&) {});
    http_head head = head_of("/v1/traces");
    head.origin = "https://a.test";
    EXPECT_TRUE(open.admit(head).fields.starts_with("Access-Control-Allow-Origin: https://a.test\r\n"));
    head.target = "/nowhere";
    EXPECT_TRUE(open.admit(head).fields.starts_with("Access-Control-Allow-Origin: https://a.test\r\n"));
    head.method = "OPTIONS";
    head.wanted_method = "POST";
    EXPECT_EQ(open.admit(head).refusal->status, 204u);
    EXPECT_EQ(service.admit(head).refusal->status, 404u) << "CORS is off";
}

TEST_F(OtlpHttp, ErrorBodiesAreAStatusInTheEncodingOfTheRequest) {
    const auto protobuf = admit(head_of("/nowhere")).refusal;
    EXPECT_EQ(protobuf->content_type, protobuf_type);
    EXPECT_EQ(protobuf->body, "\x08\x0c\x12\x32the paths are /v1/traces, /v1/metrics and /v1/logs"s);
    const auto json = admit(head_of("/nowhere", "application/json")).refusal;
    EXPECT_EQ(json->content_type, "application/json");
    EXPECT_EQ(json->body, R"({"code":12,"message":"the paths are /v1/traces, /v1/metrics and /v1/logs"})");
    const auto text = admit(head_of("/nowhere", "")).refusal;
    EXPECT_EQ(text->content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(text->body, "the paths are /v1/traces, /v1/metrics and /v1/logs\n");
}

TEST_F(OtlpHttp, StoredIsAnEmptyMessage) {
    const auto response = respond_to(head_of("/v1/metrics"), "abc");
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.content_type, protobuf_type);
    EXPECT_EQ(response.body, "");
    ASSERT_EQ(payloads.size(), 1u);
    EXPECT_EQ(payloads[0].what, signal::metrics);
    EXPECT_EQ(payloads[0].form, encoding::protobuf);
    EXPECT_EQ(payloads[0].body, "abc");
}

TEST_F(OtlpHttp, OutcomesHaveTheStatusThatSendersActOn) {
    using kind = outcome::kind;
    const auto status = [this](kind what) {
        answer = {what, 1, std::chrono::seconds(2), "why"};
        return respond_to(head_of("/v1/traces"), "x").status;
    };
    EXPECT_EQ(status(kind::stored), 200u);
    EXPECT_EQ(status(kind::partially_stored), 200u);
    EXPECT_EQ(status(kind::bad_data), 400u);
    EXPECT_EQ(status(kind::too_large), 413u);
    EXPECT_EQ(status(kind::overloaded), 503u);
    EXPECT_EQ(status(kind::unavailable), 503u);
    EXPECT_EQ(status(kind::internal), 500u);
}

TEST_F(OtlpHttp, PartialSuccessCountsInABody) {
    answer = {outcome::kind::partially_stored, 2, {}, "ids"};
    EXPECT_EQ(respond_to(head_of("/v1/traces"), "x").body, "\x0a\x07\x08\x02\x12\x03ids");
}

TEST_F(OtlpHttp, OverloadSaysWhenToComeBack) {
    answer = {outcome::kind::overloaded, 0, std::chrono::seconds(3), "full"};
    const auto response = respond_to(head_of("/v1/traces"), "x");
    EXPECT_EQ(response.retry_after, std::chrono::seconds(3));
    std::string bytes;
    write_response(response, true, bytes);
    EXPECT_NE(bytes.find("\r\nRetry-After: 3\r\n"), std::string::npos);
}

TEST_F(OtlpHttp, CompressedBodiesAreDecodedAndLimitedAfterwards) {
    http_head gzip = head_of("/v1/logs");
    gzip.content_encoding = "gzip";
    // gzip of "hello hello hello hello"
    const std::string body = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x01"
                             "\xe3\x51\x3d\x8d\x17\x00\x00\x00"s;
    EXPECT_EQ(respond_to(gzip, body).status, 200u);
    EXPECT_EQ(payloads.back().body, "hello hello hello hello");
    EXPECT_EQ(respond_to(gzip, "not gzip").status, 400u);
    EXPECT_EQ(payloads.size(), 1u);
}

TEST_F(OtlpHttp, ARequestThatIsGivenUpIsSentAgain) {
    otlp_http forgetful({.max_payload_len = 1000}, [](payload& p) { payload(std::move(p)); });
    http_request request;
    request.bytes.append("x");
    request.route = forgetful.admit(head_of("/v1/traces")).route;
    http_response got{.status = 0};
    forgetful.serve(request, http_responder([&got](http_response&& r) { got = std::move(r); }));
    EXPECT_EQ(got.status, 503u);
}

}  // namespace
}  // namespace colblock::receiver
