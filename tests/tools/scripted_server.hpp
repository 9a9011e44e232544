// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace colblock::gen {

struct seen_request {
    std::string head;
    std::string body;
};

struct scripted_reply {
    scripted_reply(std::string reply, bool then_close = false) : text(std::move(reply)), close(then_close) {}
    std::string text;
    bool close;  // the connection, after the text
};

/// An HTTP server on a free port of the loopback that answers whatever `answer` says, given the
/// request and how many there were before. Serves one connection after the other; remembers all requests.
class scripted_server {
public:
    using script = std::function<scripted_reply(const seen_request&, std::size_t)>;

    explicit scripted_server(script answer) : x_answer(std::move(answer)) {
        x_listener = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t len = sizeof address;
        if (bind(x_listener, reinterpret_cast<sockaddr*>(&address), len) != 0 || listen(x_listener, 16) != 0)
            throw std::runtime_error(std::strerror(errno));
        getsockname(x_listener, reinterpret_cast<sockaddr*>(&address), &len);
        x_port = ntohs(address.sin_port);
        x_thread = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    }
    ~scripted_server() {
        x_thread.request_stop();
        x_thread.join();
        close(x_listener);
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(x_port); }
    [[nodiscard]] std::vector<seen_request> requests() {
        const std::lock_guard lock(x_mutex);
        return x_requests;
    }
    [[nodiscard]] std::size_t num_connections() {
        const std::lock_guard lock(x_mutex);
        return x_num_connections;
    }

private:
    static bool readable(int fd) {
        pollfd one{fd, POLLIN, 0};
        return poll(&one, 1, 20) > 0;
    }
    void serve(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (!readable(x_listener)) continue;
            const int client = accept(x_listener, nullptr, nullptr);
            {
                const std::lock_guard lock(x_mutex);
                ++x_num_connections;
            }
            std::string received;
            while (!stop.stop_requested() && serve_one(client, received)) {}
            close(client);
        }
    }
    // Reads and answers one request; false when the connection is to be closed.
    bool serve_one(int client, std::string& received) {
        if (received.empty()) {
            if (!readable(client)) return true;
        }
        seen_request request;
        std::size_t head_end = 0;
        while ((head_end = received.find("\r\n\r\n")) == std::string::npos)
            if (!read_some(client, received)) return false;
        request.head = received.substr(0, head_end + 4);
        const std::size_t at = request.head.find("Content-Length: ");
        const std::size_t len = at == std::string::npos ? 0 : std::stoul(request.head.substr(at + 16));
        while (received.size() < head_end + 4 + len)
            if (!read_some(client, received)) return false;
        request.body = received.substr(head_end + 4, len);
        received.erase(0, head_end + 4 + len);
        const std::lock_guard lock(x_mutex);
        const scripted_reply reply = x_answer(request, x_requests.size());
        x_requests.push_back(std::move(request));
        const ssize_t sent = send(client, reply.text.data(), reply.text.size(), MSG_NOSIGNAL);
        return sent == static_cast<ssize_t>(reply.text.size()) && !reply.close;
    }
    static bool read_some(int client, std::string& received) {
        char bytes[4096];
        const ssize_t got = recv(client, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        received.append(bytes, static_cast<std::size_t>(got));
        return true;
    }

    script x_answer;
    int x_listener = -1;
    std::uint16_t x_port = 0;
    std::mutex x_mutex;
    std::vector<seen_request> x_requests;
    std::size_t x_num_connections = 0;
    std::jthread x_thread;
};

}  // namespace colblock::gen
