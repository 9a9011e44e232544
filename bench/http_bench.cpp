// SPDX-License-Identifier: Apache-2.0

// CPU of a server process per OTLP/HTTP request, on loopback: ours against Boost.Beast's parser with a
// body that appends to the same buffer. The sink looks at nothing, so this is the cost of receiving.
//
//   http_bench [ours|beast] [body bytes] [connections] [requests] [chunked]

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <utility>  // Boost 1.74 relies on it
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "receiver/http_session.hpp"
#include "receiver/otlp_http.hpp"
#include "receiver/tcp_server.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr std::size_t limit = std::size_t{64} << 20;

// Beast's interface for bodies, over colblock::buffer: one copy from its read buffer.
struct buffer_body {
    using value_type = colblock::buffer;
    struct reader {
        template <bool IsRequest, class Fields>
        reader(http::header<IsRequest, Fields>&, value_type& body) : x_body(body) {}
        void init(const boost::optional<std::uint64_t>& len, beast::error_code& error) {
            error = {};
            if (len) x_body.reserve(static_cast<std::size_t>(*len));
        }
        template <class Buffers>
        std::size_t put(const Buffers& buffers, beast::error_code& error) {
            error = {};
            std::size_t n = 0;
            for (const auto& each : beast::buffers_range_ref(buffers)) {
                x_body.append({static_cast<const char*>(each.data()), each.size()});
                n += each.size();
            }
            return n;
        }
        void finish(beast::error_code& error) { error = {}; }
        value_type& x_body;
    };
};

class beast_session : public std::enable_shared_from_this<beast_session> {
public:
    explicit beast_session(tcp::socket socket) : x_socket(std::move(socket)) { x_input.reserve(256 << 10); }
    void read() {
        x_parser.emplace();
        x_parser->body_limit(limit);
        x_parser->get().body().swap(x_body);
        x_parser->get().body().clear();
        http::async_read(x_socket, x_input, *x_parser, [self = shared_from_this()](beast::error_code error, auto) {
            if (!error) self->answer();
        });
    }

private:
    void answer() {
        x_body.swap(x_parser->get().body());
        x_response = {};
        x_response.result(http::status::ok);
        x_response.set(http::field::content_type, "application/x-protobuf");
        x_response.prepare_payload();
        http::async_write(x_socket, x_response, [self = shared_from_this()](beast::error_code error, auto) {
            if (!error) self->read();
        });
    }
    tcp::socket x_socket;
    beast::flat_buffer x_input;
    colblock::buffer x_body;
    std::optional<http::request_parser<buffer_body>> x_parser;
    http::response<http::empty_body> x_response;
};

void beast_accept(tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](beast::error_code error, tcp::socket socket) {
        if (error) return;
        socket.set_option(tcp::no_delay(true));
        std::make_shared<beast_session>(std::move(socket))->read();
        beast_accept(acceptor);
    });
}

void tell_port(int to, std::uint16_t port) {
    if (::write(to, &port, sizeof port) != sizeof port) std::exit(1);
}

void serve_ours(int port_to) {
    colblock::receiver::event_loop loop;
    colblock::receiver::otlp_http service({limit}, [](colblock::receiver::payload& p) { p.answer({}); });
    colblock::receiver::tcp_server server(loop, colblock::receiver::http_protocol(service), {});
    tell_port(port_to, server.listen().value());
    loop.run();
}

void serve_beast(int port_to) {
    asio::io_context context(1);
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    tell_port(port_to, acceptor.local_endpoint().port());
    beast_accept(acceptor);
    context.run();
}

std::string make_request(std::size_t body_len, bool chunked) {
    std::string body(body_len, 'x');
    std::string head = "POST /v1/traces HTTP/1.1\r\nHost: localhost:4318\r\nUser-Agent: OTel-OTLP-Exporter/1.30\r\n"
                       "Accept: */*\r\nContent-Type: application/x-protobuf\r\n";
    if (!chunked) return head + "Content-Length: " + std::to_string(body_len) + "\r\n\r\n" + body;
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", body_len);
    return head + "Transfer-Encoding: chunked\r\n\r\n" + size + body + "\r\n0\r\n\r\n";
}

void client(std::uint16_t port, const std::string& request, std::size_t requests) {
    asio::io_context context(1);
    tcp::socket socket(context);
    socket.connect(tcp::endpoint(asio::ip::address_v4::loopback(), port));
    socket.set_option(tcp::no_delay(true));
    char answer[4096];
    for (std::size_t i = 0; i != requests; ++i) {
        asio::write(socket, asio::buffer(request));
        const std::size_t n = socket.read_some(asio::buffer(answer));
        if (n < 12 || std::memcmp(answer, "HTTP/1.1 200", 12) != 0) std::exit(1);
    }
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; }

}  // namespace

int main(int argc, char** argv) {
    const std::string which = argc > 1 ? argv[1] : "ours";
    const std::size_t body_len = argc > 2 ? std::stoul(argv[2]) : 150'000;
    const std::size_t connections = argc > 3 ? std::stoul(argv[3]) : 4;
    const std::size_t requests = argc > 4 ? std::stoul(argv[4]) : 40'000;
    const bool chunked = argc > 5;
    int pipe_ends[2];
    if (::pipe(pipe_ends) != 0) return 1;
    const pid_t server = ::fork();
    if (server == 0) {
        which == "beast" ? serve_beast(pipe_ends[1]) : serve_ours(pipe_ends[1]);
        return 0;
    }
    std::uint16_t port = 0;
    if (::read(pipe_ends[0], &port, sizeof port) != sizeof port) return 1;
    const std::string request = make_request(body_len, chunked);
    const auto begin = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> clients;
        for (std::size_t i = 0; i != connections; ++i)
            clients.emplace_back([&] { client(port, request, requests / connections); });
    }
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ::kill(server, SIGTERM);
    rusage used{};
    ::wait4(server, nullptr, 0, &used);
    const auto total = static_cast<double>(requests / connections * connections);
    std::printf("%s: %zu bytes%s, %zu connections: %.1f us of CPU a request (user %.1f, system %.1f), %.0f requests/s\n",
                which.c_str(), body_len, chunked ? " chunked" : "", connections,
                (seconds(used.ru_utime) + seconds(used.ru_stime)) / total * 1e6, seconds(used.ru_utime) / total * 1e6,
                seconds(used.ru_stime) / total * 1e6, total / wall);
    return 0;
}
