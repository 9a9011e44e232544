// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "colblock/client/options.hpp"
#include "support/data_path.hpp"

namespace colblock::support {

/// A real ClickHouse on loopback, as tests/support/clickhouse.py starts it. It ends with this object,
/// and with this process.
///
///     support::server server({"engine"});                 // ClickHouse 26.7
///     support::server server({"old", "--user", "me:pw"}); // 18.16.1
///     if (!server.is_up()) GTEST_SKIP() << server.why_not();
class server {
public:
    explicit server(std::vector<std::string> arguments) { start(std::move(arguments)); }
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server() {
        if (x_launcher <= 0) return;
        ::close(x_keep_alive);  // its standard input: the launcher ends the server and itself
        ::waitpid(x_launcher, nullptr, 0);
    }

    [[nodiscard]] bool is_up() const noexcept { return x_tcp_port != 0; }
    /// What has to be installed.
    [[nodiscard]] const std::string& why_not() const noexcept { return x_said; }
    /// Whether it cannot be had here. Otherwise a server that is not up is a defect.
    [[nodiscard]] bool is_unavailable() const noexcept { return x_exit_code == 77; }
    [[nodiscard]] std::uint16_t tcp_port() const noexcept { return x_tcp_port; }

    /// How to connect to it: to its database `test`.
    [[nodiscard]] client::options options() const {
        client::options with;
        with.host = "127.0.0.1";
        with.port = x_tcp_port;
        with.database = "test";
        return with;
    }

    /// kill -9.
    void kill() noexcept {
        if (x_pid > 0) ::kill(x_pid, SIGKILL);
    }

private:
    void start(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"python3", data_path("support/clickhouse.py")});
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        int to_child[2];
        int from_child[2];
        if (::pipe2(to_child, O_CLOEXEC) != 0 || ::pipe2(from_child, O_CLOEXEC) != 0) return;
        x_launcher = ::fork();
        if (x_launcher == 0) {
            ::dup2(to_child[0], STDIN_FILENO);
            ::dup2(from_child[1], STDOUT_FILENO);
            ::dup2(from_child[1], STDERR_FILENO);
            ::execvp(argv[0], argv.data());
            ::_exit(127);
        }
        ::close(to_child[0]);
        ::close(from_child[1]);
        x_keep_alive = to_child[1];
        read_first_line(from_child[0]);
        ::close(from_child[0]);
        x_tcp_port = static_cast<std::uint16_t>(number_after("\"tcp_port\": "));
        x_pid = static_cast<pid_t>(number_after("\"pid\": "));
        if (is_up()) return;
        ::close(x_keep_alive);
        int status = 0;
        ::waitpid(x_launcher, &status, 0);
        x_exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        x_launcher = -1;
    }

    void read_first_line(int from) {
        char byte;
        while (x_said.find("\"pid\"") == std::string::npos || x_said.back() != '\n') {
            if (::read(from, &byte, 1) != 1) return;
            x_said.push_back(byte);
        }
    }

    [[nodiscard]] long number_after(std::string_view key) const {
        const std::size_t at = x_said.find(key);
        return at == std::string::npos ? 0 : std::strtol(x_said.c_str() + at + key.size(), nullptr, 10);
    }

    pid_t x_launcher = -1;
    pid_t x_pid = -1;
    int x_keep_alive = -1;
    int x_exit_code = 0;
    std::uint16_t x_tcp_port = 0;
    std::string x_said;
};

}  // namespace colblock::support
