// SPDX-License-Identifier: Apache-2.0
#include "receiver/otlp_grpc.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <string>

namespace colblock::receiver {
namespace {

std::string gzip(std::string_view text) {
    libdeflate_compressor* const with = libdeflate_alloc_compressor(6);
    std::string out(libdeflate_gzip_compress_bound(with, text.size()), '\0');
    out.resize(libdeflate_gzip_compress(with, text.data(), text.size(), out.data(), out.size()));
    libdeflate_free_compressor(with);
    return out;
}

class OtlpGrpc : public ::testing::Test {
protected:
    grpc_response call(const std::string& path, std::string_view message,
                       content_encoding coding = content_encoding::identity) {
        grpc_head head;
        head.path = path;
        auto admitted = service.admit(head);
        if (admitted.refusal) return std::move(*admitted.refusal);
        grpc_request request;
        request.route = admitted.route;
        request.coding = coding;
        request.bytes.append(message);
        grpc_response got;
        service.serve(request, grpc_responder([&got](grpc_response&& r) { got = std::move(r); }));
        left = request.bytes.size();
        return got;
    }

    outcome fate;
    bool serving = true;
    std::vector<std::pair<signal, std::string>> taken;
    std::size_t left = 0;
    otlp_grpc service{{.max_payload_len = 1000, .is_serving = [this] { return serving; }}, [this](payload& p) {
        taken.emplace_back(p.signal, p.body().bytes);
        EXPECT_EQ(p.form, encoding::protobuf);
        outcome o = fate;
        p.answer(std::move(o));
    }};
};

const std::string base = "/opentelemetry.proto.collector.";

TEST_F(OtlpGrpc, EachExportServiceIsItsSignal) {
    call(base + "trace.v1.TraceService/Export", "a");
    call(base + "metrics.v1.MetricsService/Export", "bc");
    call(base + "logs.v1.LogsService/Export", "");
    EXPECT_EQ(taken, (std::vector<std::pair<signal, std::string>>{
                         {signal::traces, "a"}, {signal::metrics, "bc"}, {signal::logs, ""}}));
}

TEST_F(OtlpGrpc, OtherMethodsAreUnimplemented) {
    for (const std::string& path :
         {base + "trace.v1.TraceService/Other", base + "trace.v1.TraceService", base + "trace.v2.TraceService/Export",
          "x" + base + "trace.v1.TraceService/Export", base + "profiles.v1development.ProfilesService/Export",
          std::string("/grpc.health.v1.Health/Watch"), std::string("/"), std::string()})
        EXPECT_EQ(call(path, "").code, rpc_code::unimplemented) << path;
    EXPECT_TRUE(taken.empty());
}

TEST_F(OtlpGrpc, WithoutCredentialsOnlyHealthIsAnswered) {
    const auto known = std::make_shared<credentials>();
    ASSERT_TRUE(known->add_tokens("a-token\n"));
    service.admit_only(known);
    grpc_head head;
    head.path = base + "trace.v1.TraceService/Export";
    EXPECT_EQ(service.admit(head).refusal.value().code, rpc_code::unauthenticated);
    head.authorization = "Bearer another";
    EXPECT_EQ(service.admit(head).refusal.value().code, rpc_code::unauthenticated);
    head.authorization = "Bearer a-token";
    EXPECT_FALSE(service.admit(head).refusal);
    EXPECT_EQ(call("/grpc.health.v1.Health/Check", "").body, "\x08\x01");
}

TEST_F(OtlpGrpc, CompressedMessagesAreUndoneWithinTheLimit) {
    const std::string path = base + "trace.v1.TraceService/Export";
    EXPECT_EQ(call(path, gzip("hello"), content_encoding::gzip).code, rpc_code::ok);
    EXPECT_EQ(taken.back().second, "hello");
    EXPECT_EQ(call(path, gzip(std::string(1000, 'x')), content_encoding::gzip).code, rpc_code::ok);
    const grpc_response bomb = call(path, gzip(std::string(1001, 'x')), content_encoding::gzip);
    EXPECT_EQ(bomb.code, rpc_code::resource_exhausted);
    EXPECT_EQ(bomb.details, "") << "no RetryInfo: it must not be sent again";
    EXPECT_EQ(call(path, "no gzip", content_encoding::gzip).code, rpc_code::invalid_argument);
    EXPECT_EQ(taken.size(), 2u);
}

TEST_F(OtlpGrpc, WhatTheSinkLeavesIsReused) {
    call(base + "trace.v1.TraceService/Export", "abc");
    EXPECT_EQ(left, 3u);
    const std::string packed = gzip("hello");
    call(base + "trace.v1.TraceService/Export", packed, content_encoding::gzip);
    EXPECT_EQ(left, packed.size());
}

TEST_F(OtlpGrpc, TheOutcomeIsTheAnswer) {
    fate = {outcome::kind::partially_stored, 2, {}, "two"};
    EXPECT_EQ(call(base + "trace.v1.TraceService/Export", "").body, "\x0a\x07\x08\x02\x12\x03two");
    fate = {outcome::kind::overloaded, 0, {}, "full"};
    EXPECT_EQ(call(base + "trace.v1.TraceService/Export", "").code, rpc_code::unavailable);
}

TEST_F(OtlpGrpc, HealthIsCheckedForAllAndForEach) {
    const std::string check = "/grpc.health.v1.Health/Check";
    EXPECT_EQ(call(check, "").body, "\x08\x01");
    const std::string name = "opentelemetry.proto.collector.logs.v1.LogsService";
    EXPECT_EQ(call(check, "\x0a" + std::string(1, static_cast<char>(name.size())) + name).body, "\x08\x01");
    EXPECT_EQ(call(check, "\x0a\x03" "abc").code, rpc_code::not_found);
    EXPECT_EQ(call(check, "\x0a\x09" "abc").code, rpc_code::invalid_argument);
    serving = false;
    EXPECT_EQ(call(check, "").body, "\x08\x02");
}

}  // namespace
}  // namespace colblock::receiver
