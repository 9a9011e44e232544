// SPDX-License-Identifier: Apache-2.0

// CPU of a server process per OTLP/gRPC call, on loopback: ours against the generic callback server of grpc++
// (where that was found), and against our HTTP/1.1 with the same bodies. The sink looks at nothing, so this is
// the cost of receiving. The client is the same for both gRPC servers: frames made beforehand over blocking
// sockets, one call at a time on each, DATA frames of 16 KiB as grpc-go and grpc-js send them.
//
//   grpc_bench [ours|grpc++|http] [body bytes] [connections] [calls]

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "receiver/http_session.hpp"
#include "receiver/otlp_grpc.hpp"
#include "receiver/otlp_http.hpp"
#include "receiver/protocol_choice.hpp"
#include "receiver/tcp_server.hpp"
#include "support/http2_frames.hpp"

#ifdef COLBLOCK_GRPCPP
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#endif

namespace {

using namespace colblock;
using namespace colblock::test;

constexpr std::size_t limit = std::size_t{64} << 20;
constexpr std::size_t data_frame_len = 16'384;

void tell_port(int to, std::uint16_t port) {
    if (::write(to, &port, sizeof port) != sizeof port) std::exit(1);
}

void serve_ours(int port_to) {
    receiver::event_loop loop;
    const auto sink = [](receiver::payload& p) { p.answer({}); };
    receiver::otlp_http http({limit}, sink);
    receiver::otlp_grpc grpc({limit}, sink);
    receiver::tcp_server server(loop, receiver::http_or_grpc_protocol(http, grpc), {});
    tell_port(port_to, server.listen().value());
    loop.run();
}

#ifdef COLBLOCK_GRPCPP
// Takes one message of bytes and answers with an empty one.
class raw_call final : public grpc::ServerGenericBidiReactor {
public:
    raw_call() { StartRead(&x_request); }
    void OnReadDone(bool ok) override {
        if (!ok) return Finish(grpc::Status::CANCELLED);
        grpc::Slice nothing;
        x_response = grpc::ByteBuffer(&nothing, 1);
        StartWriteAndFinish(&x_response, {}, grpc::Status::OK);
    }
    void OnDone() override { delete this; }

private:
    grpc::ByteBuffer x_request;
    grpc::ByteBuffer x_response;
};

class raw_service final : public grpc::CallbackGenericService {
public:
    grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override { return new raw_call; }
};

void serve_grpcpp(int port_to) {
    raw_service service;
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.SetMaxReceiveMessageSize(static_cast<int>(limit));
    builder.RegisterCallbackGenericService(&service);
    const auto server = builder.BuildAndStart();
    tell_port(port_to, static_cast<std::uint16_t>(port));
    server->Wait();
}
#endif

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) std::exit(1);
    return fd;
}

void send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) std::exit(1);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i != 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t value) { std::memcpy(&bytes[at], h2_number(value).data(), 4); }

// One connection of a gRPC client that makes one call at a time and minds flow control.
class grpc_client {
public:
    grpc_client(std::uint16_t port, std::size_t body_len) : x_fd(connect_to(port)) {
        const std::string framed = grpc_framed(std::string(body_len, 'x'));
        x_head = h2_call(1, "/opentelemetry.proto.collector.trace.v1.TraceService/Export", {{"user-agent", "bench"}});
        for (std::size_t at = 0; at < framed.size(); at += data_frame_len) {
            const bool last = at + data_frame_len >= framed.size();
            x_data.push_back(h2_frame(h2_data, last ? h2_end_stream : h2_none, 1, framed.substr(at, data_frame_len)));
        }
        // Large windows of ours, as every gRPC client opens them.
        send_all(x_fd, std::string(http2_preface) + h2_frame(h2_settings, h2_none, 0));
        while (!x_settings_seen) read_some();
    }
    ~grpc_client() { ::close(x_fd); }

    void call() {
        x_stream_window = x_initial_window;
        x_ended = false;
        put_number(x_head, 5, x_stream);
        std::string out = x_head;
        for (std::string& frame : x_data) {
            put_number(frame, 5, x_stream);
            const auto len = static_cast<std::int64_t>(frame.size() - 9);
            if (x_window < len || x_stream_window < len) {
                send_all(x_fd, out);
                out.clear();
                while (x_window < len || x_stream_window < len) read_some();
            }
            x_window -= len;
            x_stream_window -= len;
            out += frame;
        }
        send_all(x_fd, out);
        while (!x_ended) read_some();
        x_stream += 2;
    }

private:
    void read_some() {
        char bytes[16384];
        const ssize_t n = ::recv(x_fd, bytes, sizeof bytes, 0);
        if (n <= 0) std::exit(1);
        x_in.append(bytes, static_cast<std::size_t>(n));
        while (x_in.size() >= 9 && x_in.size() >= 9 + (number_at(x_in, 0) >> 8)) {
            const std::size_t len = number_at(x_in, 0) >> 8;
            take(static_cast<http2_type>(x_in[3]), x_in[4], number_at(x_in, 5), x_in.substr(9, len));
            x_in.erase(0, 9 + len);
        }
    }
    void take(http2_type type, int flags, std::uint32_t stream, const std::string& payload) {
        if (type == h2_settings && (flags & h2_ack) == 0) {
            for (std::size_t at = 0; at != payload.size(); at += 6)
                if (payload[at + 1] == 4) x_initial_window = number_at(payload, at + 2);
            x_settings_seen = true;
            send_all(x_fd, h2_frame(h2_settings, h2_ack, 0));
        }
        if (type == h2_window_update) (stream == 0 ? x_window : x_stream_window) += number_at(payload, 0);
        if (type == h2_ping && (flags & h2_ack) == 0) send_all(x_fd, h2_frame(h2_ping, h2_ack, 0, payload));
        if (type == h2_rst_stream || type == h2_goaway) std::exit(1);
        if ((type == h2_headers || type == h2_data) && (flags & h2_end_stream) != 0) x_ended = true;
    }

    int x_fd;
    std::string x_head;
    std::vector<std::string> x_data;
    std::string x_in;
    std::uint32_t x_stream = 1;
    std::int64_t x_initial_window = 65'535;
    std::int64_t x_window = 65'535;
    std::int64_t x_stream_window = 0;
    bool x_settings_seen = false;
    bool x_ended = false;
};

void http_client(std::uint16_t port, std::size_t body_len, std::size_t calls) {
    const std::string request = "POST /v1/traces HTTP/1.1\r\nHost: localhost:4318\r\nUser-Agent: bench\r\n"
                                "Content-Type: application/x-protobuf\r\nContent-Length: " +
                                std::to_string(body_len) + "\r\n\r\n" + std::string(body_len, 'x');
    const int fd = connect_to(port);
    char answer[4096];
    for (std::size_t i = 0; i != calls; ++i) {
        send_all(fd, request);
        if (::recv(fd, answer, sizeof answer, 0) < 12 || std::memcmp(answer, "HTTP/1.1 200", 12) != 0) std::exit(1);
    }
    ::close(fd);
}

void client(const std::string& which, std::uint16_t port, std::size_t body_len, std::size_t calls) {
    if (which == "http") return http_client(port, body_len, calls);
    grpc_client one(port, body_len);
    for (std::size_t i = 0; i != calls; ++i) one.call();
}

int serve(const std::string& which, int port_to) {
    if (which == "ours" || which == "http") {
        serve_ours(port_to);
        return 0;
    }
#ifdef COLBLOCK_GRPCPP
    if (which == "grpc++") {
        serve_grpcpp(port_to);
        return 0;
    }
#endif
    std::fprintf(stderr, "grpc_bench: no server '%s' here; grpc++ needs libgrpc++-dev when this is built\n", which.c_str());
    return 1;
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; }

}  // namespace

int main(int argc, char** argv) {
    const std::string which = argc > 1 ? argv[1] : "ours";
    const std::size_t body_len = argc > 2 ? std::stoul(argv[2]) : 150'000;
    const std::size_t connections = argc > 3 ? std::stoul(argv[3]) : 4;
    const std::size_t calls = argc > 4 ? std::stoul(argv[4]) : 40'000;
    int pipe_ends[2];
    if (::pipe(pipe_ends) != 0) return 1;
    const pid_t server = ::fork();
    if (server == 0) std::_Exit(serve(which, pipe_ends[1]));
    ::close(pipe_ends[1]);
    std::uint16_t port = 0;
    if (::read(pipe_ends[0], &port, sizeof port) != sizeof port) return 1;
    const auto begin = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> clients;
        for (std::size_t i = 0; i != connections; ++i)
            clients.emplace_back([&] { client(which, port, body_len, calls / connections); });
    }
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ::kill(server, SIGKILL);
    rusage used{};
    ::wait4(server, nullptr, 0, &used);
    const auto total = static_cast<double>(calls / connections * connections);
    std::printf("%s: %zu bytes, %zu connections: %.1f us of CPU a call (user %.1f, system %.1f), %.0f calls/s\n",
                which.c_str(), body_len, connections, (seconds(used.ru_utime) + seconds(used.ru_stime)) / total * 1e6,
                seconds(used.ru_utime) / total * 1e6, seconds(used.ru_stime) / total * 1e6, total / wall);
    return 0;
}
