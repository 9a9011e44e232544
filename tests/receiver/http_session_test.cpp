// SPDX-License-Identifier: Apache-2.0
#include "receiver/http_session.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "colblock/base/limits.hpp"

namespace colblock::receiver {
namespace {

using phase = http_session::phase;

// Takes everything up to 100 bytes, except on /refused; remembers bodies.
class recording_service final : public http_service {
public:
    admission admit(const http_head& head) override {
        if (head.target == "/refused") return {.refusal = http_response{.status = 404}, .fields = fields};
        return {.refusal = std::nullopt, .route = 7, .max_body_len = max_body_len, .fields = fields};
    }
    void serve(http_request& request, http_responder respond) override {
        EXPECT_EQ(request.route, 7u);
        bodies.emplace_back(request.body());
        targets.emplace_back(request.target());
        pacings.push_back(request.sender);
        if (keep_bytes) request.bytes = buffer();
        responders.push_back(std::move(respond));
    }
    http_response failure(std::uint32_t, unsigned status, std::string_view) override { return {.status = status}; }

    http_response broken_head(byte_view received, const bad_head& what) override {
        broken.emplace_back(received);
        return http_service::broken_head(received, what);
    }

    std::size_t max_body_len = 100;
    std::string fields;
    std::vector<std::string> broken;
    bool keep_bytes = false;
    std::vector<std::string> bodies;
    std::vector<std::string> targets;
    std::vector<pacing> pacings;
    std::vector<http_responder> responders;
};

// A connection in which both directions are strings.
class connection {
public:
    explicit connection(std::size_t max_in_use = std::size_t{1} << 30) : limits{.max_in_use_len = max_in_use} {}

    // Receives `input` in pieces of `piece` bytes, answers every request with 200.
    void feed(std::string_view input, std::size_t piece = 1'000'000) {
        while (!input.empty() && !closed) {
            const std::span<char> room = session.prepare();
            const std::size_t n = std::min({piece, room.size(), input.size()});
            std::memcpy(room.data(), input.data(), n);
            input.remove_prefix(n);
            session.received(n);
            settle();
        }
    }
    void end() {
        session.end_of_input();
        settle();
    }
    // Two looks at the clock: a deadline begins with the first.
    void wait(std::chrono::milliseconds time) {
        session.tick();
        host.now += time;
        session.tick();
        settle();
    }
    void settle() {
        while (true) {
            for (byte_view rest = session.output(); !rest.empty(); rest = session.output()) {
                const std::size_t n = std::min(rest.size(), max_send_len);
                sent += rest.substr(0, n);
                session.sent(n);
            }
            if (!answer_at_once || session.where() != phase::waiting) break;
            session.respond({});
        }
        lingering = session.wants() == wish::linger;
        closed = session.wants() == wish::close;
    }
    // Status lines of everything sent.
    [[nodiscard]] std::vector<unsigned> statuses() const {
        std::vector<unsigned> all;
        for (std::size_t at = sent.find("HTTP/1.1 "); at != std::string::npos; at = sent.find("HTTP/1.1 ", at + 1))
            all.push_back(static_cast<unsigned>(std::stoul(sent.substr(at + 9, 3))));
        return all;
    }

    recording_service service;
    buffer_pool pool;
    session_limits limits;
    session_host host{pool, limits};
    http_session session{service, host};
    std::string sent;
    bool lingering = false;
    bool closed = false;
    bool answer_at_once = true;
    std::size_t max_send_len = 1'000'000;
};

using statuses = std::vector<unsigned>;

std::string post(const std::string& body, const std::string& more = {}) {
    return "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more +
           "\r\n" + body;
}

std::string post_chunked(const std::string& body) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx", body.size());
    return "POST /v1/logs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(size) + "\r\n" +
           body + "\r\n0\r\n\r\n";
}

TEST(HttpSession, RequestsAreTheSameHoweverTheyArrive) {
    const std::string input = post("one") + post_chunked("second") + post("") + post("fourth", "X: y\r\n");
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
        connection c;
        c.feed(input, piece);
        EXPECT_EQ(c.service.bodies, (std::vector<std::string>{"one", "second", "", "fourth"})) << piece;
        EXPECT_EQ(c.statuses(), (statuses{200, 200, 200, 200})) << piece;
        EXPECT_EQ(c.service.targets.back(), "/v1/logs");
        EXPECT_EQ(c.session.where(), phase::idle);
        EXPECT_EQ(c.pool.in_use_len(), 0u) << "an idle connection holds no buffer";
    }
}

TEST(HttpSession, ResponsesSayTheirLength) {
    connection c;
    c.feed(post("x"));
    EXPECT_EQ(c.sent, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpSession, BodiesLargerThanTheBufferGrowIt) {
    connection c;
    c.service.max_body_len = 10'000'000;
    const std::string body(5'000'000, 'b');
    c.feed(post(body), 100'000);
    c.feed(post_chunked(body), 100'000);
    ASSERT_EQ(c.service.bodies.size(), 2u);
    EXPECT_TRUE(c.service.bodies[0] == body);
    EXPECT_TRUE(c.service.bodies[1] == body);
    EXPECT_EQ(c.pool.in_use_len(), 0u);
}

TEST(HttpSession, AServiceMayKeepTheBytes) {
    connection c;
    c.service.keep_bytes = true;
    c.feed(post("one") + post("two"));
    EXPECT_EQ(c.statuses(), (statuses{200, 200}));
    EXPECT_EQ(c.pool.in_use_len(), 0u);
}

TEST(HttpSession, PipelinedRequestsWaitForTheAnswerBefore) {
    connection c;
    c.answer_at_once = false;
    c.feed(post("one") + post("two"));
    EXPECT_EQ(c.service.bodies.size(), 1u);
    c.session.respond({});
    c.settle();
    EXPECT_EQ(c.service.bodies.size(), 2u);
}

TEST(HttpSession, ConnectionCloseIsHonouredAfterTheAnswer) {
    connection c;
    c.feed(post("x", "Connection: close\r\n"));
    EXPECT_NE(c.sent.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_TRUE(c.lingering);
    c.end();
    EXPECT_TRUE(c.closed);
}

TEST(HttpSession, ContinueIsSentOnceAndOnlyToWhoWaits) {
    const std::string request = post("body!", "Expect: 100-continue\r\n");
    connection waiting;
    waiting.feed(std::string_view(request).substr(0, request.size() - 5));
    EXPECT_EQ(waiting.sent, "HTTP/1.1 100 Continue\r\n\r\n");
    waiting.feed("body!", 1);
    EXPECT_EQ(waiting.statuses(), (statuses{100, 200}));
    connection impatient;
    impatient.feed(request);
    EXPECT_EQ(impatient.statuses(), (statuses{200}));
}

TEST(HttpSession, ARefusedBodyIsSkippedAndTheConnectionGoesOn) {
    for (const char* framing : {"Content-Length: 11\r\n\r\nhello world",
                                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"})
        for (std::size_t piece : {1u, 7u, 1000u}) {
            connection c;
            c.feed("POST /refused HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + post("next"), piece);
            EXPECT_EQ(c.statuses(), (statuses{404, 200})) << framing;
            EXPECT_EQ(c.service.bodies, (std::vector<std::string>{"next"}));
            EXPECT_EQ(c.pool.in_use_len(), 0u);
        }
}

TEST(HttpSession, ARefusalOfWhoExpectsToContinueEndsTheConnection) {
    connection c;
    c.feed("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(c.statuses(), (statuses{404}));
    EXPECT_TRUE(c.lingering);
}

TEST(HttpSession, BodiesOverTheLimitAreAnsweredBeforeTheyArrive) {
    connection announced;
    announced.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n");
    EXPECT_EQ(announced.statuses(), (statuses{413}));
    EXPECT_TRUE(announced.lingering);
    connection chunked;
    chunked.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n");
    EXPECT_EQ(chunked.statuses(), (statuses{413}));
}

TEST(HttpSession, LingeringIsBounded) {
    connection c;
    c.feed("BAD\r\n\r\n");
    ASSERT_TRUE(c.lingering);
    EXPECT_EQ(c.statuses(), (statuses{400}));
    const std::string more(1'000'000, 'x');
    for (int i = 0; i != 16; ++i) c.feed(more);
    EXPECT_FALSE(c.closed);
    for (int i = 0; i != 2; ++i) c.feed(more);
    EXPECT_TRUE(c.closed);
    EXPECT_EQ(c.pool.in_use_len(), 0u);
}

TEST(HttpSession, EndlessHeadsAreRefused) {
    connection c;
    c.feed("GET / HTTP/1.1\r\nX: " + std::string(limits::max_http_head_len, 'x'), 100);
    EXPECT_EQ(c.statuses(), (statuses{431}));
}

TEST(HttpSession, TheLimitOfHeadsCanBeChosen) {
    connection c;
    c.limits.max_head_len = 60;
    c.feed(post("x"));
    c.feed("POST /v1/logs HTTP/1.1\r\nHost: a\r\nX: 12345678901234567890123456789\r\n");
    EXPECT_EQ(c.statuses(), (statuses{200, 431}));
}

TEST(HttpSession, TheServiceAnswersBrokenHeads) {
    connection c;
    c.service.fields = "X: not of a head that was never admitted\r\n";
    c.feed("BAD\r\n\r\n");
    EXPECT_EQ(c.service.broken, (std::vector<std::string>{"BAD\r\n\r\n"}));
    EXPECT_EQ(c.sent, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 30\r\n"
                      "Connection: close\r\n\r\nthe request line is malformed\n");
}

TEST(HttpSession, EveryAnswerToARequestHasItsFields) {
    const std::string refused = "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";
    const std::string endless = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n";
    for (const std::string& request : {post("x"), refused, endless}) {
        connection c;
        c.service.fields = "Vary: Origin\r\n";
        c.feed(request);
        EXPECT_NE(c.sent.find("\r\nVary: Origin\r\n"), std::string::npos) << request;
    }
    connection next;
    next.service.fields = "Vary: Origin\r\n";
    next.feed(post("x"));
    next.sent.clear();
    next.feed("BAD\r\n\r\n");
    EXPECT_EQ(next.sent.find("Vary"), std::string::npos) << "they are of the request before";
}

TEST(HttpSession, BadChunksAreAnsweredAndEndTheConnection) {
    connection c;
    c.feed("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    EXPECT_EQ(c.statuses(), (statuses{400}));
    EXPECT_TRUE(c.lingering);
}

TEST(HttpSession, ResponsesToHeadHaveNoBody) {
    connection c;
    c.answer_at_once = false;
    c.feed("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    c.session.respond({.status = 200, .content_type = "text/plain", .body = "12345"});
    c.settle();
    EXPECT_EQ(c.sent, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
}

TEST(HttpSession, BodiesAreRefusedWhileTooMuchIsInFlight) {
    connection c(buffer_pool::usual_len);  // one buffer is the limit
    const buffer another = c.pool.take();
    c.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
    EXPECT_EQ(c.statuses(), (statuses{503}));
    EXPECT_TRUE(c.lingering);
}

TEST(HttpSession, SlowSendersAreToldWhereARequestHasBegun) {
    connection silent;
    silent.wait(silent.limits.head_timeout);
    EXPECT_TRUE(silent.closed);
    EXPECT_EQ(silent.sent, "");
    connection idle;
    idle.feed(post("x"));
    idle.wait(idle.limits.head_timeout);
    EXPECT_FALSE(idle.closed);
    idle.wait(idle.limits.idle_timeout);
    EXPECT_TRUE(idle.closed);
    EXPECT_EQ(idle.statuses(), (statuses{200}));
    for (const char* part : {"POST / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"}) {
        connection c;
        c.feed(part);
        c.wait(c.limits.body_timeout);
        EXPECT_EQ(c.statuses(), (statuses{408})) << part;
    }
}

TEST(HttpSession, DeadlinesAreForOneRequest) {
    connection c;
    for (int i = 0; i != 3; ++i) {
        c.feed("POST / HT");
        c.wait(c.limits.head_timeout - std::chrono::milliseconds(1));
        c.feed("TP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    }
    EXPECT_EQ(c.statuses(), (statuses{200, 200, 200}));
}

TEST(HttpSession, PacingTellsWaitAndPauseOfTheConnection) {
    using namespace std::chrono_literals;
    connection c;
    c.answer_at_once = false;
    c.feed(post("x"));
    c.host.now += 30ms;
    c.session.respond({});
    c.settle();
    c.host.now += 7ms;
    c.feed("POST / HTTP/1.1\r\n");
    c.host.now += 100ms;
    c.feed("Host: a\r\nContent-Length: 0\r\n\r\n");
    ASSERT_EQ(c.service.pacings.size(), 2u);
    EXPECT_FALSE(c.service.pacings[0].known);
    EXPECT_TRUE(c.service.pacings[1].known);
    EXPECT_EQ(c.service.pacings[1].last_wait, 30ms);
    EXPECT_EQ(c.service.pacings[1].pause, 7ms);
}

TEST(HttpSession, ResponsesAreSentHoweverLittleThePeerTakes) {
    connection c;
    c.max_send_len = 1;
    c.feed(post("one") + post("two"));
    EXPECT_EQ(c.statuses(), (statuses{200, 200}));
    EXPECT_EQ(c.session.wants(), wish::input);
}

TEST(HttpSession, FinishingServesWhatHasBegun) {
    connection idle;
    idle.session.finish();
    EXPECT_EQ(idle.session.wants(), wish::close);
    connection busy;
    const std::string request = post("body!");
    busy.feed(std::string_view(request).substr(0, request.size() - 1));
    busy.session.finish();
    EXPECT_EQ(busy.session.wants(), wish::input);
    busy.feed("!");
    EXPECT_EQ(busy.statuses(), (statuses{200}));
    EXPECT_NE(busy.sent.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(busy.lingering);
}

TEST(HttpSession, EveryProperPrefixEndsQuietly) {
    const std::string input = post_chunked("hello") + post("x");
    for (std::size_t len = 0; len != input.size(); ++len) {
        connection c;
        c.feed(std::string_view(input).substr(0, len));
        c.end();
        EXPECT_TRUE(c.closed);
        EXPECT_LE(c.service.bodies.size(), 1u);
        EXPECT_EQ(c.pool.in_use_len(), 0u);
    }
}

}  // namespace
}  // namespace colblock::receiver
