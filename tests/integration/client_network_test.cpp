// SPDX-License-Identifier: Apache-2.0
// The client on connections that break, stall or are never made.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "integration/client_support.hpp"
#include "support/hex.hpp"

namespace colblock::client {
namespace {

using namespace std::chrono_literals;

/// A port of 127.0.0.1 and whatever the test does with it.
class listener {
public:
    explicit listener(int backlog = 8) : x_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(x_socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
        socklen_t len = sizeof address;
        ::getsockname(x_socket, reinterpret_cast<sockaddr*>(&address), &len);
        x_port = ntohs(address.sin_port);
        ::listen(x_socket, backlog);
    }
    listener(const listener&) = delete;
    ~listener() { close(); }
    void close() {
        if (x_socket >= 0) ::close(x_socket);
        x_socket = -1;
    }
    [[nodiscard]] int accept() const { return ::accept4(x_socket, nullptr, nullptr, SOCK_CLOEXEC); }
    [[nodiscard]] options with() const {
        options o;
        o.host = "127.0.0.1";
        o.port = x_port;
        o.deadlines = {.connect = 300ms, .handshake = 300ms, .send = 300ms, .receive = 300ms};
        return o;
    }

private:
    int x_socket;
    std::uint16_t x_port = 0;
};

const std::string hello_54412 = support::hex("00 0a'ClickHouse' 12 10 8ca903 03'UTC' 04'box1' 01");

/// Reads the client's Hello and answers it. Returns the socket.
int greet(const listener& port) {
    const int peer = port.accept();
    char bytes[1000];
    EXPECT_GT(::read(peer, bytes, sizeof bytes), 0);
    EXPECT_EQ(::write(peer, hello_54412.data(), hello_54412.size()), static_cast<ssize_t>(hello_54412.size()));
    return peer;
}

TEST(ClientNetwork, NamesARefusedConnection) {
    listener port;
    port.close();
    const auto refused = blocking_connection::open(port.with());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, failure::kind::disconnected);
    EXPECT_NE(refused.error().message.find("Connection refused"), std::string::npos) << refused.error().message;
}

TEST(ClientNetwork, NamesAHostThatDoesNotExist) {
    options with;
    with.host = "no-such-host.invalid";
    const auto refused = blocking_connection::open(with);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, failure::kind::disconnected);
    EXPECT_NE(refused.error().message.find("cannot resolve no-such-host.invalid"), std::string::npos);
}

// What is thrown in a coroutine reaches whoever waits for it, instead of leaving them waiting.
TEST(ClientNetwork, PassesOnThatMemoryIsShortAndCloses) {
    listener port;
    std::thread peer([&] { ::close(greet(port)); });
    auto server = blocking_connection::open(port.with());
    ASSERT_TRUE(server) << to_text(server.error());
    const std::string_view endless("SELECT 1", std::size_t{1} << 63);  // is never read: no buffer is so large
    EXPECT_THROW((void)server->execute({.sql = endless}), std::bad_alloc);
    EXPECT_FALSE(server->usable());
    EXPECT_EQ(server->ping().error().what, failure::kind::disconnected);
    peer.join();
}

TEST(ClientNetwork, GivesUpConnectingAtTheDeadline) {
    // A full backlog: the kernel answers no more of the connections that are asked for.
    listener port(0);
    std::vector<int> waiting;
    for (int i = 0; i != 3; ++i) {
        const int one = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port.with().port);
        ::connect(one, reinterpret_cast<sockaddr*>(&address), sizeof address);
        waiting.push_back(one);
    }
    std::this_thread::sleep_for(50ms);
    const auto late = blocking_connection::open(port.with());
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().what, failure::kind::deadline);
    EXPECT_EQ(late.error().expired, deadline::connect);
    for (const int one : waiting) ::close(one);
}

TEST(ClientNetwork, GivesUpTheHandshakeAtTheDeadline) {
    listener port;
    const auto begun = std::chrono::steady_clock::now();
    const auto silent = blocking_connection::open(port.with());
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().what, failure::kind::deadline);
    EXPECT_EQ(silent.error().expired, deadline::handshake);
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 300ms);
}

TEST(ClientNetwork, SaysThatAnHttpPortIsNotTheNativeOne) {
    listener port;
    std::jthread server([&] {
        const int peer = port.accept();
        const std::string answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
        EXPECT_EQ(::write(peer, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
        ::close(peer);
    });
    const auto refused = blocking_connection::open(port.with());
    server.join();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, failure::kind::protocol);
    EXPECT_NE(to_text(refused.error()).find("is this the native port?"), std::string::npos);
}

TEST(ClientNetwork, GivesUpASilentServerAtTheReceiveDeadline) {
    listener port;
    int peer = -1;
    std::jthread server([&] { peer = greet(port); });
    blocking_connection client = must_open(port.with());
    server.join();
    const auto silent = client.ping();
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().what, failure::kind::deadline);
    EXPECT_EQ(silent.error().expired, deadline::receive);
    EXPECT_FALSE(client.usable());
    ::close(peer);
}

TEST(ClientNetwork, GivesUpAServerThatDoesNotReadAtTheSendDeadline) {
    listener port;
    int peer = -1;
    std::jthread server([&] { peer = greet(port); });
    blocking_connection client = must_open(port.with());
    server.join();
    const std::string rows(std::size_t{32} << 20, 'r');
    const byte_view view = rows;
    const std::span<const byte_view> blocks[] = {{&view, 1}};
    const auto stuck = client.insert({.sql = "INSERT"}, blocks, sample_mode::pipeline);
    ASSERT_FALSE(stuck);
    EXPECT_EQ(stuck.error().what, failure::kind::deadline);
    EXPECT_EQ(stuck.error().expired, deadline::send);
    EXPECT_TRUE(stuck.error().rows_in_doubt);
    ::close(peer);
}

TEST(ClientNetwork, ReadsTheReasonBeforeItNoticesTheBrokenPipe) {
    listener port;
    std::jthread server([&] {
        const int peer = greet(port);
        char query[16];
        EXPECT_GT(::read(peer, query, sizeof query), 0);
        const std::string refusal = support::hex("02 3c000000 0d'DB::Exception' 08'no table' 00 00");
        EXPECT_EQ(::write(peer, refusal.data(), refusal.size()), static_cast<ssize_t>(refusal.size()));
        ::shutdown(peer, SHUT_WR);
        std::this_thread::sleep_for(100ms);  // the client is writing by now
        ::close(peer);
    });
    blocking_connection client = must_open(port.with());
    const std::string rows(std::size_t{32} << 20, 'r');
    const byte_view view = rows;
    const std::span<const byte_view> blocks[] = {{&view, 1}};
    const auto refused = client.insert({.sql = "INSERT"}, blocks, sample_mode::pipeline);
    server.join();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, failure::kind::server) << to_text(refused.error());
    EXPECT_EQ(refused.error().code, 60);
}

TEST(ClientNetwork, NoticesAnIdleConnectionThatTheServerHasClosed) {
    listener port;
    std::jthread server([&] { ::close(greet(port)); });
    blocking_connection client = must_open(port.with());
    server.join();
    for (int i = 0; i != 100 && client.usable(); ++i) std::this_thread::sleep_for(10ms);
    EXPECT_FALSE(client.usable());
    EXPECT_EQ(client.ping().error().what, failure::kind::disconnected);
}

class KilledServer : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Servers, KilledServer, testing::Values("engine", "old"),
                         [](const auto& about) { return std::string(about.param); });

TEST_P(KilledServer, IsADisconnectInTheMiddleOfAnInsert) {
    support::server one({GetParam()});
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    ASSERT_TRUE(one.is_up()) << one.why_not();
    blocking_connection server = must_open(one.options());
    must_execute(server, "CREATE TABLE killed (number UInt64) ENGINE = Memory");
    const auto rows = server.query({.sql = "SELECT number FROM numbers(65000)"});
    ASSERT_TRUE(rows);
    const sealed_block sealed =
        seal(rows->back().num_rows != 0 ? rows->back() : rows->front(), server.server(), "none");
    ASSERT_TRUE(server.begin_insert({.sql = "INSERT INTO killed (number) FORMAT Native"}));
    ASSERT_TRUE(server.send_rows(sealed.views()));
    one.kill();
    outcome<void> sent;
    for (int i = 0; i != 1000 && sent; ++i) sent = server.send_rows(sealed.views());
    const failure why = sent ? server.end_insert().error() : sent.error();
    EXPECT_EQ(why.what, failure::kind::disconnected);
    EXPECT_TRUE(why.rows_in_doubt);
    EXPECT_EQ(advice_for(why), retry_advice::retry);
    EXPECT_FALSE(server.usable());
}

}  // namespace
}  // namespace colblock::client
