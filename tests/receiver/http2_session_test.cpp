// SPDX-License-Identifier: Apache-2.0
#include "receiver/http2_session.hpp"

#include <gtest/gtest.h>

#include "colblock/base/limits.hpp"
#include "support/http2_peer.hpp"

namespace colblock::receiver {
namespace {

using namespace colblock::test;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

constexpr std::uint32_t no_error = 0;
constexpr std::uint32_t enhance_your_calm = 11;

TEST(Http2Session, AnnouncesLargeWindowsAndFrames) {
    h2_peer c;
    c.settle();
    // SETTINGS: 1000 streams, 8 MiB a stream, frames of 1 MiB, 32 KiB of fields, no priorities. Then the window of
    // the connection: 64 MiB, that is 0x3ff0001 more than the 65535 that it begins with.
    EXPECT_EQ(c.sent, h2_frame(h2_settings, h2_none, 0,
                               std::string("\x00\x03\x00\x00\x03\xe8" "\x00\x04\x00\x80\x00\x00" "\x00\x05\x00\x10\x00\x00"
                                           "\x00\x06\x00\x00\x80\x00" "\x00\x09\x00\x00\x00\x01", 30)) +
                          h2_frame(h2_window_update, h2_none, 0, std::string("\x03\xff\x00\x01", 4)));
}

TEST(Http2Session, CallsAreTheSameHoweverTheBytesArrive) {
    // Two calls whose messages come in several DATA frames, in turns, with empty ones between.
    const std::string one = grpc_framed("first message");
    const std::string two = grpc_framed("second");
    const std::string input = h2_hello() + h2_call(1) + h2_call(3) + h2_frame(h2_data, 0, 1, one.substr(0, 3)) +
                              h2_frame(h2_data, 0, 3, two.substr(0, 7)) + h2_frame(h2_data, 0, 3) +
                              h2_frame(h2_data, 0, 1, one.substr(3)) + h2_frame(h2_data, h2_end_stream, 3, two.substr(7)) +
                              h2_frame(h2_data, h2_end_stream, 1);
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
        h2_peer c;
        c.max_send_len = piece;
        c.feed(input, piece);
        ASSERT_EQ(c.service.messages, (strings{"second", "first message"})) << piece;
        c.respond(3);
        c.respond(1);
        for (const std::uint32_t stream : {1u, 3u}) {
            EXPECT_EQ(c.on(stream)[":status"], "200");
            EXPECT_EQ(c.on(stream)["content-type"], "application/grpc");
            EXPECT_EQ(c.on(stream).data, std::string(5, '\0')) << "an empty message: partial_success is unset";
            EXPECT_EQ(c.on(stream)["grpc-status"], "0");
            EXPECT_TRUE(c.on(stream).ended);
        }
        EXPECT_EQ(c.session.num_streams(), 0u);
        EXPECT_EQ(c.pool.in_use_len(), 0u) << "an idle connection holds no buffer";
    }
}

TEST(Http2Session, ThePrefixMayBeSplitAnywhere) {
    const std::string framed = grpc_framed("abc");
    for (std::size_t at = 0; at <= framed.size(); ++at) {
        h2_peer c;
        c.feed(h2_hello() + h2_call(1) + h2_frame(h2_data, 0, 1, framed.substr(0, at)) +
               h2_frame(h2_data, h2_end_stream, 1, framed.substr(at)));
        EXPECT_EQ(c.service.messages, strings{"abc"}) << at;
    }
}

TEST(Http2Session, AnswersLeaveWhileOtherCallsAreStillArriving) {
    h2_peer c;
    c.feed(h2_hello() + h2_call(1) + h2_frame(h2_data, 0, 1, grpc_framed("long").substr(0, 6)) + h2_unary(3, "short"));
    ASSERT_EQ(c.service.messages, strings{"short"});
    c.respond(3);
    EXPECT_TRUE(c.on(3).ended);
    EXPECT_FALSE(c.on(1).ended);
    EXPECT_EQ(c.session.wants(), wish::input);
}

// A long message stays in the buffer that it is received into. What else comes must not be lost for it, nor it for that.
TEST(Http2Session, LongMessagesAreTheSameHoweverTheBytesArrive) {
    const auto text = [](std::size_t len, std::size_t seed) {
        std::string made(len, '\0');
        for (std::size_t i = 0; i != len; ++i) made[i] = static_cast<char>((i * 7 + i / 251 + seed) % 253);
        return made;
    };
    const std::string one = text(150'000, 1), three = text(400'000, 3), five = text(70'000, 5), seven = text(10, 7);
    const auto part = [](std::uint32_t stream, const std::string& message, std::size_t at, int flags = 0) {
        return h2_frame(h2_data, flags, stream, grpc_framed(message).substr(at, 16'384));
    };
    std::string input = h2_hello() + h2_call(1) + h2_call(3) + h2_call(5);
    for (std::size_t at = 0; at < three.size() + 5; at += 16'384) {
        if (at < one.size() + 5) input += part(1, one, at, at + 16'384 >= one.size() + 5 ? h2_end_stream : 0);
        if (at == 32'768) input += h2_call(7) + part(7, seven, 0, h2_end_stream) + h2_frame(h2_ping, 0, 0, "pingping");
        if (at < five.size() + 5) input += h2_frame(h2_data, h2_padded, 5, '\3' + grpc_framed(five).substr(at, 16'384) + "pad");
        input += part(3, three, at);
    }
    input += h2_frame(h2_data, h2_end_stream, 5) + h2_frame(h2_data, h2_end_stream, 3);  // both are complete by now
    input += h2_call(9) + part(9, five, 0) + h2_frame(h2_rst_stream, 0, 9, std::string("\0\0\0\10", 4));
    input += h2_call(11) + part(11, five, 0) + h2_frame(h2_data, h2_end_stream, 11);  // cut short
    for (std::size_t at = 0; at < one.size() + 5; at += 16'384) {
        if (at == 0) input += h2_call(13);
        input += part(13, one, at, at + 16'384 >= one.size() + 5 ? h2_end_stream : 0);
    }
    for (const std::size_t piece : {1, 8, 1000, 16'393, 16'400, 65'536, 262'144, 5'000'000}) {
        h2_peer c;
        c.service.max_message_len = 1'000'000;
        c.feed(input, piece);
        ASSERT_TRUE(c.service.messages == (strings{seven, one, five, three, one})) << piece;
        EXPECT_EQ(c.pings.size(), 1u);
        EXPECT_EQ(c.on(11)["grpc-message"], "the message is cut short");
        EXPECT_EQ(c.pool.in_use_len(), 0u);
    }
}

// The memory of one that does not go on is given back while the next input is received, or before.
TEST(Http2Session, LongMessagesThatEndEarlyHoldNothing) {
    const std::string begin = h2_hello() + h2_call(1) + h2_frame(h2_data, 0, 1, std::string("\0\0\2\0\0", 5) + "x");
    const std::string next = h2_call(3) + h2_frame(h2_data, h2_end_stream, 3, grpc_framed(std::string(100'000, 'y')));
    const std::string reset = h2_frame(h2_rst_stream, 0, 1, std::string("\0\0\0\10", 4));
    for (const bool is_late : {false, true}) {
        h2_peer c;
        c.service.max_message_len = 1'000'000;
        c.feed(begin);
        EXPECT_EQ(c.pool.in_use_len(), buffer_pool::usual_len);
        if (is_late) {
            ASSERT_FALSE(c.session.prepare().empty());  // the buffer is the session's when the stream gives up
            c.wait(c.limits.body_timeout);
        }
        c.feed((is_late ? "" : reset) + next);
        EXPECT_EQ(c.service.messages, strings{std::string(100'000, 'y')});
        EXPECT_EQ(c.pool.in_use_len(), 0u);
    }
    h2_peer c;
    c.feed(begin);
    c.end();
    EXPECT_EQ(c.pool.in_use_len(), 0u);
}

TEST(Http2Session, MessagesLargerThanTheBufferGrowIt) {
    h2_peer c;
    c.service.max_message_len = 10'000'000;
    c.service.keep_bytes = true;
    const std::string message(5'000'000, 'm');
    std::string input = h2_hello() + h2_call(1);
    const std::string framed = grpc_framed(message);
    for (std::size_t at = 0; at < framed.size(); at += 16'384)
        input += h2_frame(h2_data, at + 16'384 >= framed.size() ? h2_end_stream : 0, 1, framed.substr(at, 16'384));
    c.feed(input, 100'000);
    ASSERT_EQ(c.service.messages.size(), 1u);
    EXPECT_TRUE(c.service.messages[0] == message);
    EXPECT_EQ(c.pool.in_use_len(), 0u);
}

TEST(Http2Session, AnAnnouncedLengthIsOnlyAClaim) {
    h2_peer c;
    c.service.max_message_len = std::size_t{64} << 20;
    c.feed(h2_hello() + h2_call(1) + h2_frame(h2_data, 0, 1, std::string("\0\x03\xff\xff\xff", 5) + "x"));
    EXPECT_EQ(c.pool.in_use_len(), buffer_pool::usual_len) << "of 64 MiB";
    c.feed(h2_frame(h2_data, 0, 1, std::string(300'000, 'x')));
    EXPECT_LE(c.pool.in_use_len(), 600'000u);
}

TEST(Http2Session, MetadataOfTheCallReachesTheService) {
    h2_peer c;
    c.feed(h2_hello() + h2_call(1, logs_export, {{"grpc-encoding", "gzip"}, {"grpc-timeout", "9999m"}}) +
           h2_frame(h2_data, h2_end_stream, 1, grpc_framed("z", 1)) +
           h2_call(3, logs_export, {{"grpc-encoding", "gzip"}}) + h2_frame(h2_data, h2_end_stream, 3, grpc_framed("plain", 0)));
    EXPECT_EQ(c.service.paths, (strings{logs_export, logs_export}));
    EXPECT_EQ(c.service.codings, (std::vector{content_encoding::gzip, content_encoding::identity}))
        << "flag 0 means identity, whatever grpc-encoding says";
}

struct refused_call {
    const char* what;
    std::string input;
    std::string status;  // grpc-status, or an HTTP status if it is no gRPC
};

const refused_call refused_calls[] = {
    {"no such method", h2_call(1, "/refused"), "12"},
    {"an encoding that is not offered", h2_call(1, logs_export, {{"grpc-encoding", "br"}}), "12"},
    {"a malformed timeout", h2_call(1, logs_export, {{"grpc-timeout", "5x"}}), "13"},
    {"a flag that does not exist", h2_call(1) + h2_frame(h2_data, 0, 1, grpc_framed("x", 2)), "13"},
    {"compressed, but not how", h2_call(1) + h2_frame(h2_data, h2_end_stream, 1, grpc_framed("x", 1)), "13"},
    {"a second message", h2_call(1) + h2_frame(h2_data, 0, 1, grpc_framed("x") + grpc_framed("y")), "13"},
    {"no message", h2_call(1) + h2_frame(h2_data, h2_end_stream, 1), "13"},
    {"half a prefix", h2_call(1) + h2_frame(h2_data, h2_end_stream, 1, std::string(3, '\0')), "13"},
    {"half a message", h2_call(1) + h2_frame(h2_data, h2_end_stream, 1, grpc_framed("xyz").substr(0, 6)), "13"},
    {"over the limit, before it arrives", h2_call(1) + h2_frame(h2_data, 0, 1, std::string("\0\0\0\x03\xe9", 5)), "8"},
    {"another media type",
     h2_frame(h2_headers, h2_end_headers, 1,
              h2_block({{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/v1/logs"}, {"content-type", "application/json"}})),
     "HTTP 415"},
    {"gRPC-Web", h2_frame(h2_headers, h2_end_headers, 1,
                          h2_block({{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", logs_export},
                                    {"content-type", "application/grpc-web+proto"}})),
     "HTTP 415"},
    {"a GET", h2_frame(h2_headers, h2_end_headers | h2_end_stream, 1,
                       h2_block({{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", logs_export}, {"content-type", "application/grpc"}})),
     "HTTP 405"},
    {"too many header fields", h2_call(1, logs_export, {{"x", std::string(20'000, 'x')}, {"y", std::string(13'000, 'y')}}), "HTTP 431"},
};

TEST(Http2Session, TheLimitOnHeaderFieldsIsTheHosts) {
    session_limits less;
    less.max_head_len = 1'000;
    h2_peer c(less);
    c.settle();
    EXPECT_NE(c.sent.find(std::string("\x00\x06\x00\x00\x03\xe8", 6)), std::string::npos) << "SETTINGS say so";
    c.feed(h2_hello() + h2_call(1, logs_export, {{"x", std::string(800, 'x')}}));
    EXPECT_EQ(c.on(1)[":status"], "431");
    c.feed(h2_unary(3, "next"));
    EXPECT_EQ(c.service.messages, strings{"next"});
}

TEST(Http2Session, EveryRefusalIsATrailersOnlyAnswerAndTheConnectionGoesOn) {
    for (const auto& [what, input, status] : refused_calls) {
        h2_peer c;
        c.feed(h2_hello() + input);
        const h2_heard& heard = c.on(1);
        const std::string got = heard[":status"] == "200" ? heard["grpc-status"] : "HTTP " + heard[":status"];
        EXPECT_EQ(got, status) << what;
        EXPECT_TRUE(heard.ended) << what;
        EXPECT_EQ(heard["grpc-status-details-bin"], "") << what << ": no RetryInfo, so it is not sent again";
        if (heard[":status"] == "200") {
            EXPECT_EQ(heard.data, "") << what;
            EXPECT_NE(heard["grpc-message"], "") << what;
            EXPECT_EQ(heard["grpc-accept-encoding"], "identity,gzip,zstd,deflate,snappy,lz4");
        }
        EXPECT_TRUE(c.service.messages.empty()) << what;
        EXPECT_EQ(c.session.num_streams(), 0u) << what;
        EXPECT_EQ(c.pool.in_use_len(), 0u) << what;
        c.feed(h2_frame(h2_data, h2_end_stream, 1, "late") + h2_unary(3, "next"));
        EXPECT_EQ(c.service.messages, strings{"next"}) << what;
    }
}

TEST(Http2Session, WhoIsRefusedMidCallIsToldToStop) {
    h2_peer c;
    c.feed(h2_hello() + h2_call(1, "/refused"));
    EXPECT_TRUE(c.on(1).ended);
    EXPECT_EQ(c.on(1).reset, static_cast<int>(no_error));
    h2_peer whole;
    whole.feed(h2_hello() + h2_call(1) + h2_frame(h2_data, h2_end_stream, 1));
    EXPECT_EQ(whole.on(1).reset, -1);
}

TEST(Http2Session, FailuresCarryMessageAndDetails) {
    h2_peer c;
    c.feed(h2_hello() + h2_unary(1, "x"));
    c.respond(1, {.code = rpc_code::unavailable, .message = "100% na\xc3\xafve\n", .details = "abcd"});
    EXPECT_EQ(c.on(1)["grpc-status"], "14");
    EXPECT_EQ(c.on(1)["grpc-message"], "100%25 na%C3%AFve%0A");
    EXPECT_EQ(c.on(1)["grpc-status-details-bin"], "YWJjZA");
    EXPECT_EQ(c.on(1).data, "");
}

TEST(Http2Session, TooMuchInUseIsOverloadAndTheSenderComesAgain) {
    h2_peer c(buffer_pool::usual_len);  // the receive buffer is the limit, and the first message stays in it
    c.service.max_message_len = 1'000'000;
    const std::string begin = std::string("\0\0\x01\0\0", 5) + std::string(100, 'x');
    c.feed(h2_hello() + h2_call(1) + h2_frame(h2_data, 0, 1, begin) + h2_call(3) + h2_frame(h2_data, 0, 3, begin));
    EXPECT_EQ(c.on(1)["grpc-status"], "");
    EXPECT_EQ(c.on(3)["grpc-status"], "14");
    EXPECT_NE(c.on(3)["grpc-status-details-bin"], "");
    EXPECT_EQ(c.pool.in_use_len(), buffer_pool::usual_len);
}

TEST(Http2Session, PingsAreAnswered) {
    h2_peer c;
    c.feed(h2_hello() + h2_frame(h2_ping, 0, 0, "12345678"));
    EXPECT_EQ(c.pings, strings{"12345678"});
}

TEST(Http2Session, FloodsAreAnsweredByEnhanceYourCalm) {
    const std::string cancelled_call = h2_call(1) + h2_frame(h2_rst_stream, 0, 1, h2_number(8));
    for (const auto& [what, frame] : {std::pair{"PING", h2_frame(h2_ping, 0, 0, "12345678")},
                                      {"SETTINGS", h2_frame(h2_settings, 0, 0)},
                                      {"empty DATA", h2_frame(h2_data, 0, 1)},
                                      {"WINDOW_UPDATE", h2_frame(h2_window_update, 0, 0, h2_number(1))}}) {
        h2_peer c;
        c.feed(h2_hello() + h2_call(1));
        for (std::size_t i = 0; i != 1900; ++i) c.feed(frame);
        EXPECT_TRUE(c.goaways.empty()) << what;
        for (std::size_t i = 0; i != 200; ++i) c.feed(frame);
        ASSERT_EQ(c.goaways, std::vector{enhance_your_calm}) << what;
        EXPECT_EQ(c.session.wants(), wish::linger) << what;
    }
    h2_peer resetting;
    resetting.feed(h2_hello());
    for (std::uint32_t id = 1; id != 4201; id += 2)
        resetting.feed(h2_call(id) + h2_frame(h2_rst_stream, 0, id, h2_number(8)));
    EXPECT_EQ(resetting.goaways, std::vector{enhance_your_calm}) << "rapid reset";
    EXPECT_EQ(resetting.session.num_streams(), 0u);
}

TEST(Http2Session, TheFloodGuardForgivesWithTimeAndForWork) {
    h2_peer c;
    c.feed(h2_hello());
    const std::string ping = h2_frame(h2_ping, 0, 0, "12345678");
    for (std::size_t i = 0; i != 10'000; ++i) {
        c.host.now += 10ms;  // 100 a second
        c.feed(ping);
    }
    EXPECT_TRUE(c.goaways.empty());
    h2_peer busy;
    busy.feed(h2_hello());
    for (std::uint32_t id = 1; id != 8001; id += 2) {
        busy.feed(h2_unary(id, "x") + ping);
        busy.respond(static_cast<std::int32_t>(id));
    }
    EXPECT_TRUE(busy.goaways.empty());
}

TEST(Http2Session, StreamsOverTheLimitAreRefused) {
    constexpr std::uint32_t one_more = 2 * limits::max_http2_streams + 1;
    for (const bool knows_the_limit : {false, true}) {
        h2_peer c;
        c.feed(std::string(http2_preface) + h2_frame(h2_settings, h2_none, 0));
        if (knows_the_limit) c.feed(h2_frame(h2_settings, h2_ack, 0));
        for (std::uint32_t id = 1; id != one_more; id += 2) c.feed(h2_call(id));
        EXPECT_EQ(c.session.num_streams(), limits::max_http2_streams);
        c.feed(h2_call(one_more));
        EXPECT_EQ(c.on(one_more).reset, knows_the_limit ? -1 : 7) << "REFUSED_STREAM: safe to send again";
        EXPECT_EQ(c.goaways, knows_the_limit ? std::vector<std::uint32_t>{1} : std::vector<std::uint32_t>{});
    }
}

TEST(Http2Session, ACallThatIsCancelledGetsNoAnswer) {
    h2_peer c;
    c.feed(h2_hello() + h2_unary(1, "x") + h2_frame(h2_rst_stream, 0, 1, h2_number(8)));
    EXPECT_EQ(c.session.num_streams(), 0u);
    c.respond(1);
    EXPECT_FALSE(c.on(1).ended);
}

TEST(Http2Session, DrainingLetsCallsInFlightFinish) {
    h2_peer idle;
    idle.feed(h2_hello());
    idle.finish();
    EXPECT_EQ(idle.goaways, std::vector{no_error});
    EXPECT_EQ(idle.session.wants(), wish::linger);

    h2_peer busy;
    busy.feed(h2_hello() + h2_unary(1, "x"));
    busy.finish();
    EXPECT_EQ(busy.last_streams, std::vector{0x7fff'ffffu}) << "a notice: nothing is refused yet";
    busy.feed(h2_unary(3, "was on its way"));
    busy.wait(1ms);
    EXPECT_EQ(busy.last_streams, (std::vector{0x7fff'ffffu, 3u}));
    busy.feed(h2_unary(5, "too late"));
    EXPECT_EQ(busy.service.messages, (strings{"x", "was on its way"}));
    busy.respond(1);
    EXPECT_EQ(busy.session.wants(), wish::input);
    busy.respond(3);
    EXPECT_EQ(busy.on(1)["grpc-status"], "0");
    EXPECT_EQ(busy.on(3)["grpc-status"], "0");
    EXPECT_EQ(busy.session.wants(), wish::linger);
}

TEST(Http2Session, IdleConnectionsEndWithGoaway) {
    h2_peer c;
    c.feed(h2_hello() + h2_unary(1, "x"));
    c.wait(c.limits.idle_timeout);
    EXPECT_TRUE(c.goaways.empty()) << "a call is waiting";
    c.respond(1);
    c.wait(c.limits.idle_timeout);
    EXPECT_EQ(c.goaways, std::vector{no_error});
    EXPECT_EQ(c.session.wants(), wish::linger);
    c.wait(c.limits.linger_timeout);
    EXPECT_EQ(c.session.wants(), wish::close);
}

TEST(Http2Session, SlowSendersAreEnded) {
    h2_peer body;
    body.feed(h2_hello() + h2_call(1) + h2_frame(h2_data, 0, 1, "\0"));
    body.wait(body.limits.body_timeout);
    EXPECT_EQ(body.on(1)["grpc-status"], "4");
    EXPECT_EQ(body.session.num_streams(), 0u);

    h2_peer head;  // HEADERS without END_HEADERS
    head.feed(h2_hello() + h2_frame(h2_headers, 0, 1, h2_block({{":method", "POST"}})));
    head.wait(head.limits.head_timeout);
    EXPECT_EQ(head.goaways, std::vector{enhance_your_calm});

    h2_peer silent;
    silent.feed(http2_preface);
    silent.wait(silent.limits.head_timeout);
    EXPECT_EQ(silent.goaways, std::vector{no_error});
}

TEST(Http2Session, ExpiredCallsHoldNothing) {
    h2_peer arriving;
    arriving.feed(h2_hello() + h2_call(1, logs_export, {{"grpc-timeout", "50m"}}) +
                  h2_frame(h2_data, 0, 1, grpc_framed("xyz").substr(0, 6)));
    arriving.wait(50ms);
    EXPECT_EQ(arriving.on(1)["grpc-status"], "4");
    EXPECT_EQ(arriving.pool.in_use_len(), 0u);
    h2_peer waiting;
    waiting.feed(h2_hello() + h2_unary(1, "x", logs_export, {{"grpc-timeout", "1S"}}));
    waiting.wait(999ms);
    EXPECT_FALSE(waiting.on(1).ended);
    waiting.wait(1ms);
    EXPECT_EQ(waiting.on(1)["grpc-status"], "4");
    waiting.respond(1);
    EXPECT_EQ(waiting.session.num_streams(), 0u);
}

TEST(Http2Session, AnswersThatNobodyTakesAreGivenUp) {
    h2_peer c;  // SETTINGS_INITIAL_WINDOW_SIZE 0
    c.feed(std::string(http2_preface) + h2_frame(h2_settings, 0, 0, std::string("\0\x04\0\0\0\0", 6)) + h2_unary(1, "x"));
    c.respond(1);
    EXPECT_EQ(c.on(1).data, "");
    c.wait(c.limits.body_timeout);
    EXPECT_EQ(c.on(1).reset, 8);
    EXPECT_EQ(c.session.num_streams(), 0u);
}

TEST(Http2Session, APeerThatSendsNoMoreStillGetsItsAnswers) {
    h2_peer c;
    c.feed(h2_hello() + h2_unary(1, "x") + h2_call(3));
    c.end();
    EXPECT_EQ(c.session.wants(), wish::nothing);
    EXPECT_EQ(c.session.num_streams(), 1u);
    c.respond(1);
    EXPECT_EQ(c.on(1)["grpc-status"], "0");
    EXPECT_EQ(c.session.wants(), wish::close);
}

TEST(Http2Session, WhatIsNoHttp2EndsTheConnection) {
    for (const std::string& input :
         {std::string(http2_preface) + h2_frame(h2_ping, 0, 0, "12345678"),         // no SETTINGS first
          h2_hello() + h2_frame(h2_data, 0, 1, "x"),                                 // DATA on an idle stream
          h2_hello() + h2_frame(h2_headers, h2_end_headers, 1, "\xff\xff\xff\xff"),  // HPACK nonsense
          h2_hello() + h2_frame(h2_window_update, 0, 0, h2_number(0)), h2_hello() + h2_call(2)}) {
        h2_peer c;
        c.feed(input);
        ASSERT_EQ(c.goaways.size(), 1u);
        EXPECT_NE(c.goaways[0], no_error);
        EXPECT_EQ(c.session.wants(), wish::linger);
        c.feed("more");
        c.end();
        EXPECT_EQ(c.session.wants(), wish::close);
    }
}

TEST(Http2Session, LingeringIsBounded) {
    h2_peer c;
    c.feed(h2_hello() + h2_call(2));
    ASSERT_EQ(c.session.wants(), wish::linger);
    c.feed(std::string(17'000'000, 'x'));
    EXPECT_EQ(c.session.wants(), wish::close);
    EXPECT_EQ(c.pool.in_use_len(), 0u);
}

TEST(Http2Session, PacingTellsWaitAndPauseOfTheConnection) {
    h2_peer c;
    c.feed(h2_hello() + h2_unary(1, "x"));
    c.host.now += 30ms;
    c.respond(1);
    c.host.now += 7ms;
    c.feed(h2_call(3));
    c.host.now += 100ms;
    c.feed(h2_frame(h2_data, h2_end_stream, 3, grpc_framed("y")));
    ASSERT_EQ(c.service.pacings.size(), 2u);
    EXPECT_FALSE(c.service.pacings[0].known);
    EXPECT_TRUE(c.service.pacings[1].known);
    EXPECT_EQ(c.service.pacings[1].last_wait, 30ms);
    EXPECT_EQ(c.service.pacings[1].pause, 7ms);
}

// Every step fails once: input ends after each prefix, with and without an answer on its way.
TEST(Http2Session, EveryProperPrefixEndsQuietly) {
    const std::string input = h2_hello() + h2_call(1) + h2_frame(h2_data, 0, 1, grpc_framed("hello").substr(0, 4)) +
                              h2_unary(3, "x") + h2_frame(h2_data, h2_end_stream, 1, grpc_framed("hello").substr(4)) +
                              h2_frame(h2_ping, 0, 0, "12345678");
    for (std::size_t len = 0; len != input.size(); ++len)
        for (const bool answered : {false, true}) {
            h2_peer c;
            c.feed(std::string_view(input).substr(0, len));
            if (answered) c.respond(3);
            c.end();
            c.respond(3);
            c.respond(1);
            EXPECT_EQ(c.session.wants(), wish::close) << len;
            EXPECT_EQ(c.pool.in_use_len(), 0u) << len;
        }
}

}  // namespace
}  // namespace colblock::receiver
