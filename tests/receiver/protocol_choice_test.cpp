// SPDX-License-Identifier: Apache-2.0
#include "receiver/protocol_choice.hpp"

#include <gtest/gtest.h>

#include "receiver/otlp_grpc.hpp"
#include "receiver/otlp_http.hpp"
#include "support/http2_frames.hpp"

namespace colblock::receiver {
namespace {

using namespace colblock::test;
using namespace std::chrono_literals;

struct connection {
    void feed(std::string_view input, std::size_t piece = 1'000'000) {
        while (!input.empty() && session.wants() == wish::input) {
            const std::span<char> room = session.prepare();
            const std::size_t n = std::min({piece, room.size(), input.size()});
            std::copy_n(input.data(), n, room.data());
            input.remove_prefix(n);
            session.received(n);
            for (byte_view rest = session.output(); !rest.empty(); rest = session.output()) {
                sent += rest;
                session.sent(rest.size());
            }
        }
    }

    int num_taken = 0;
    otlp_http http{{.max_payload_len = 1000}, [this](payload&) { ++num_taken; }};
    otlp_grpc grpc{{.max_payload_len = 1000}, [this](payload&) { ++num_taken; }};
    buffer_pool pool;
    session_limits limits;
    session_host host{pool, limits};
    protocol_choice session{http, grpc, host};
    std::string sent;
};

TEST(ProtocolChoice, BothProtocolsAreTakenHoweverTheBytesArrive) {
    const std::string http = "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1\r\n\r\nx";
    const std::string grpc = h2_hello() + h2_unary(1, "x");
    for (const std::string& input : {http, grpc})
        for (std::size_t piece = 1; piece <= input.size(); ++piece) {
            connection c;
            c.feed(input, piece);
            EXPECT_EQ(c.num_taken, 1) << piece;
        }
}

TEST(ProtocolChoice, APrefaceThatGoesWrongIsABadHttpRequest) {
    const std::string preface(http2_preface);
    for (std::size_t at = 1; at != preface.size(); ++at) {
        connection c;
        c.feed(preface.substr(0, at) + "!\r\n\r\n\r\n");
        EXPECT_TRUE(c.sent.starts_with("HTTP/1.1 ")) << at;
        EXPECT_EQ(c.session.wants(), wish::linger) << at;
    }
    connection tls;
    tls.feed(std::string("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10));
    EXPECT_TRUE(tls.sent.starts_with("HTTP/1.1 400"));
}

TEST(ProtocolChoice, WhoSaysNothingOrTooLittleIsClosed) {
    connection silent;
    silent.session.tick();
    silent.host.now += silent.limits.idle_timeout;
    silent.session.tick();
    EXPECT_EQ(silent.session.wants(), wish::close);
    connection slow;
    slow.feed("PRI");
    slow.session.tick();
    slow.host.now += slow.limits.head_timeout;
    slow.session.tick();
    EXPECT_EQ(slow.session.wants(), wish::close);
    connection gone;
    gone.session.end_of_input();
    EXPECT_EQ(gone.session.wants(), wish::close);
    connection stopped;
    stopped.session.finish();
    EXPECT_EQ(stopped.session.wants(), wish::close);
    EXPECT_EQ(stopped.pool.in_use_len(), 0u);
}

}  // namespace
}  // namespace colblock::receiver
