// SPDX-License-Identifier: Apache-2.0
#include "receiver/tcp_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "receiver/http_session.hpp"

namespace colblock::receiver {
namespace {

using namespace std::chrono_literals;

// A blocking client. Reads give up after 10 s, so that a defect fails the test instead of hanging it.
class client {
public:
    explicit client(std::uint16_t port) : x_fd(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{10, 0};
        ::setsockopt(x_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        connected = ::connect(x_fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
    client(const client&) = delete;
    ~client() { ::close(x_fd); }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(x_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    // One response without a body, or what came before the end of the connection.
    std::string response() {
        std::string got;
        char c;
        while (!got.ends_with("\r\n\r\n") && ::recv(x_fd, &c, 1, 0) == 1) got.push_back(c);
        return got;
    }
    [[nodiscard]] bool at_end() {
        char c;
        return ::recv(x_fd, &c, 1, 0) == 0;
    }

    bool connected = false;

private:
    int x_fd;
};

// Keeps responders until told, and echoes nothing.
class holding_service final : public http_service {
public:
    admission admit(const http_head&) override { return {.refusal = std::nullopt, .route = 0, .max_body_len = 1 << 24}; }
    void serve(http_request& request, http_responder respond) override {
        const std::lock_guard lock(mutex);
        lens.push_back(request.body().size());
        pacings.push_back(request.sender);
        if (hold) held.push_back(std::move(respond));
        else respond({});
        changed.notify_all();
    }
    http_response failure(std::uint32_t, unsigned status, std::string_view) override { return {.status = status}; }
    http_response broken_head(byte_view, const bad_head& what) override { return {.status = what.status}; }
    void await_requests(std::size_t n) {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return lens.size() >= n; }));
    }
    void release() {
        const std::lock_guard lock(mutex);
        for (auto& each : held) each({});
        held.clear();
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool hold = false;
    std::vector<std::size_t> lens;
    std::vector<pacing> pacings;
    std::vector<http_responder> held;
};

class TcpServer : public ::testing::Test {
protected:
    std::uint16_t start(tcp_server_options options = {}) {
        server.emplace(loop, http_protocol(service), options);
        const auto port = server->listen();
        EXPECT_TRUE(port) << port.error();
        worker = std::jthread([this] { loop.run(); });
        return port.value_or(0);
    }
    void TearDown() override {
        loop.stop();
        if (worker.joinable()) worker.join();
    }
    void await_connections(std::size_t n) {
        for (int i = 0; i != 2000 && server->num_connections() != n; ++i) std::this_thread::sleep_for(5ms);
        EXPECT_EQ(server->num_connections(), n);
    }

    event_loop loop;
    holding_service service;
    std::optional<tcp_server> server;
    std::jthread worker;
};

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::string post(std::size_t len) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(len) + "\r\n\r\n" + std::string(len, 'x');
}

TEST_F(TcpServer, AnswersManyRequestsOnOneConnection) {
    client c(start());
    for (std::size_t len : {0u, 1u, 150'000u, 5'000'000u}) {
        c.send(post(len));
        EXPECT_EQ(c.response(), ok);
    }
    EXPECT_EQ(service.lens, (std::vector<std::size_t>{0, 1, 150'000, 5'000'000}));
}

TEST_F(TcpServer, AnswersComeFromAnyThread) {
    service.hold = true;
    client a(start());
    a.send(post(10));
    service.await_requests(1);
    service.release();
    EXPECT_EQ(a.response(), ok);
}

TEST_F(TcpServer, PacingTellsHowLongTheSenderPaused) {
    client c(start());
    c.send(post(1));
    EXPECT_EQ(c.response(), ok);
    std::this_thread::sleep_for(20ms);
    c.send(post(1));
    EXPECT_EQ(c.response(), ok);
    ASSERT_EQ(service.pacings.size(), 2u);
    EXPECT_FALSE(service.pacings[0].known);
    EXPECT_TRUE(service.pacings[1].known);
    EXPECT_GE(service.pacings[1].pause, 19ms);
}

TEST_F(TcpServer, SlowHeadsTimeOutHoweverTheyTrickle) {
    tcp_server_options options;
    options.head_timeout = 40ms;
    client c(start(options));
    for (const char each : std::string_view("POST / HTTP/1.1\r\nHost: abcdefgh")) {
        c.send({&each, 1});
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(c.response().substr(0, 12), "HTTP/1.1 408");
    EXPECT_TRUE(c.at_end());
}

TEST_F(TcpServer, IdleConnectionsAreClosedInTheEnd) {
    tcp_server_options options;
    options.idle_timeout = 30ms;
    client c(start(options));
    c.send(post(1));
    EXPECT_EQ(c.response(), ok);
    EXPECT_TRUE(c.at_end());
    await_connections(0);
}

TEST_F(TcpServer, ConnectionsOverTheLimitAreToldSo) {
    tcp_server_options options;
    options.max_connections = 1;
    const std::uint16_t port = start(options);
    client first(port);
    await_connections(1);
    client second(port);
    EXPECT_EQ(second.response().substr(0, 12), "HTTP/1.1 503");
    first.send(post(1));
    EXPECT_EQ(first.response(), ok);
}

TEST_F(TcpServer, ServersMayShareTheLimitOnConnections) {
    tcp_server_options options;
    options.max_connections = 2;
    options.open_connections = std::make_shared<std::atomic<std::size_t>>(1);  // of another server
    const std::uint16_t port = start(options);
    auto first = std::make_unique<client>(port);
    await_connections(1);
    EXPECT_EQ(client(port).response().substr(0, 12), "HTTP/1.1 503");
    EXPECT_EQ(*options.open_connections, 2u);
    first.reset();
    await_connections(0);
    EXPECT_EQ(*options.open_connections, 1u);
    client next(port);
    next.send(post(1));
    EXPECT_EQ(next.response(), ok);
}

TEST_F(TcpServer, StoppingLetsRequestsInFlightFinish) {
    service.hold = true;
    const std::uint16_t port = start();
    client idle(port);
    client busy(port);
    busy.send(post(3));
    service.await_requests(1);
    await_connections(2);
    loop.post([this] { server->stop(); });
    EXPECT_TRUE(idle.at_end());
    service.release();
    EXPECT_EQ(busy.response(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(busy.at_end());
    client late(port);
    late.send(post(1));
    EXPECT_EQ(late.response(), "");
}

TEST_F(TcpServer, SeveralServersShareAPort) {
    const std::uint16_t port = start();
    event_loop other_loop;
    tcp_server_options same;
    same.port = port;
    tcp_server other(other_loop, http_protocol(service), same);
    EXPECT_EQ(other.listen(), port);
}

TEST_F(TcpServer, AnAddressThatCannotBeBoundIsNamed) {
    tcp_server_options elsewhere;
    elsewhere.host = "192.0.2.1";
    tcp_server other(loop, http_protocol(service), elsewhere);
    const auto port = other.listen();
    ASSERT_FALSE(port);
    EXPECT_NE(port.error().find("192.0.2.1:0"), std::string::npos) << port.error();
}

TEST_F(TcpServer, AnswersThatOutliveTheServerAreDropped) {
    service.hold = true;
    client c(start());
    c.send(post(3));
    service.await_requests(1);
    loop.stop();
    worker.join();
    server.reset();
    service.release();
    EXPECT_EQ(c.response(), "");
}

TEST_F(TcpServer, ASenderThatGoesAwayMidBodyLeavesNothing) {
    const std::uint16_t port = start();
    {
        client c(port);
        c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
        await_connections(1);
    }
    await_connections(0);
    EXPECT_TRUE(service.lens.empty());
}

// Says something every time it is asked to, whether or not it still receives.
class talking_session final : public session {
public:
    explicit talking_session(session_host& host) : x_host(&host) {}
    std::span<char> prepare() override { return x_in; }
    void received(std::size_t n) override {
        x_received.append(x_in.data(), n);
        // An answer on its way while the rest of the input has not come.
        std::thread([path = x_host->path, this]() mutable {
            std::move(path).post([this] { x_out += "posted\r\n\r\n"; });
        }).detach();
    }
    void end_of_input() override { x_ended = true; }
    byte_view output() override { return x_out; }
    void sent(std::size_t n) override { x_out.erase(0, n); }
    void tick() override {}
    void finish() override { x_ended = true; }
    wish wants() const noexcept override { return x_ended ? wish::close : wish::input; }

private:
    session_host* x_host;
    std::array<char, 1> x_in{};
    std::string x_received;
    std::string x_out;
    bool x_ended = false;
};

TEST_F(TcpServer, SessionsMaySpeakWhileTheyReceive) {
    server.emplace(loop, protocol{.start = [](session_host& host) { return std::make_unique<talking_session>(host); },
                                  .refusal = {}}, tcp_server_options{});
    const std::uint16_t port = server->listen().value();
    worker = std::jthread([this] { loop.run(); });
    client c(port);
    for (int i = 0; i != 3; ++i) {
        c.send("x");
        EXPECT_EQ(c.response(), "posted\r\n\r\n");
    }
}

}  // namespace
}  // namespace colblock::receiver
