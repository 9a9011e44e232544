// SPDX-License-Identifier: Apache-2.0
#include "embedded_engine.hpp"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "command.hpp"

namespace colblock::tools {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto start_timeout = 60s;
constexpr auto stop_timeout = 10s;
constexpr const char* library_name = "libchdb.so";

// Listeners are opened once the tables are loaded; then the query has to run for ever: it counts in
// steps of three seconds, which is 34 days, after which the child is started again.
constexpr const char* serve_query =
    "SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; SELECT sleepEachRow(3) FROM numbers(1000000) "
    "SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null";

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// A port that nobody listens on at the moment; 0 if there is none.
std::uint16_t free_port() {
    const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t len = sizeof(address);
    const bool bound = s >= 0 && ::bind(s, reinterpret_cast<sockaddr*>(&address), len) == 0 &&
                       ::getsockname(s, reinterpret_cast<sockaddr*>(&address), &len) == 0;
    if (s >= 0) ::close(s);
    return bound ? ntohs(address.sin_port) : 0;
}

bool is_listening(std::uint16_t port) {
    const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool open = s >= 0 && ::connect(s, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    if (s >= 0) ::close(s);
    return open;
}

std::string own_path() {
    std::error_code failed;
    return fs::read_symlink("/proc/self/exe", failed).string();
}

std::expected<std::string, std::string> find_library(const embedded_engine::options& how) {
    std::vector<fs::path> places = {fs::path(how.directory) / "engine" / library_name,
                                    fs::path(own_path()).parent_path() / library_name};
    if (!how.library.empty()) places = {how.library};
    std::string looked;
    for (const fs::path& place : places) {
        std::error_code failed;
        if (fs::exists(place, failed)) return fs::absolute(place).string();
        looked += (looked.empty() ? "" : ", ") + place.string();
    }
    return std::unexpected("no ClickHouse is named and the embedded engine's library is not at " + looked +
                           ". Give a server (--clickhouse tcp://HOST:9000/DATABASE), or install the engine with "
                           "deploy/install_engine and name it (--engine-library)");
}

}  // namespace

std::expected<std::unique_ptr<embedded_engine>, std::string> embedded_engine::start(const options& how) {
    auto library = find_library(how);
    if (!library) return std::unexpected(library.error());
    std::unique_ptr<embedded_engine> engine(new embedded_engine);
    engine->x_library = std::move(*library);
    std::error_code failed;
    fs::create_directories(how.directory, failed);
    if (failed)
        return std::unexpected("--data-dir: cannot make " + how.directory + ": " + failed.message() +
                               ". Name a directory that can be written");
    engine->x_directory = fs::absolute(how.directory).string();
    engine->x_tcp_port = free_port();
    engine->x_http_port = free_port();
    if (!engine->launch() || !engine->wait_until_listening())
        return std::unexpected("the embedded engine did not start; its log is " + engine->x_directory + "/engine.log");
    return engine;
}

embedded_engine::~embedded_engine() {
    if (x_child <= 0) return;
    ::kill(x_child, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + stop_timeout;
    while (!has_ended() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(10ms);
    if (x_child > 0) {
        ::kill(x_child, SIGKILL);
        ::waitpid(x_child, nullptr, 0);
    }
}

bool embedded_engine::launch() {
    const std::string program = own_path();
    const std::string log = x_directory + "/engine.log";
    const std::string data = x_directory + "/data";
    const std::string tcp_port = std::to_string(x_tcp_port);
    const std::string http_port = std::to_string(x_http_port);
    const char* const arguments[] = {program.c_str(),   engine_child_command, x_library.c_str(), "clickhouse",
                                     "--path",          data.c_str(),         "--listen_host",   "127.0.0.1",
                                     "--tcp_port",      tcp_port.c_str(),     "--http_port",     http_port.c_str(),
                                     "--query",         serve_query,          nullptr};
    x_child = ::fork();
    if (x_child != 0) return x_child > 0;
    // Only calls that are safe between fork and exec from here on.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    const int in = ::open("/dev/null", O_RDONLY);
    if (out >= 0 && in >= 0) {
        ::dup2(in, 0);
        ::dup2(out, 1);
        ::dup2(out, 2);
    }
    // Ctrl-C at a terminal is for us; the engine is stopped after the last INSERT.
    ::setpgid(0, 0);
    ::execv(program.c_str(), const_cast<char* const*>(arguments));
    ::_exit(127);
}

bool embedded_engine::has_ended() {
    if (x_child > 0 && ::waitpid(x_child, nullptr, WNOHANG) == x_child) x_child = -1;
    return x_child <= 0;
}

bool embedded_engine::wait_until_listening() {
    const auto deadline = std::chrono::steady_clock::now() + start_timeout;
    while (!is_listening(x_tcp_port) || !is_listening(x_http_port)) {
        if (has_ended() || std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

void embedded_engine::tend() {
    if (!has_ended()) return;
    const auto now = std::chrono::steady_clock::now();
    if (x_next_launch == std::chrono::steady_clock::time_point{}) {
        const auto delay = std::min<std::chrono::milliseconds>(250ms * (1u << std::min(x_deaths, 7u)), 30s);
        ++x_deaths;
        x_next_launch = now + delay;
        spdlog::error("the embedded engine has ended restart_in_ms={} log={}/engine.log", delay.count(), x_directory);
    }
    if (now < x_next_launch) return;
    x_next_launch = {};
    launch();
}

int run_engine_child(int argc, char** argv) {
    if (argc < 4) return exit_usage;
    void* const library = ::dlopen(argv[2], RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr)
        return refuse(exit_failure, std::string("the engine's library does not load: ") + ::dlerror());
    using run_function = void* (*)(int, char**);
    const auto run = reinterpret_cast<run_function>(::dlsym(library, "chdb_query_cmdline"));
    if (run == nullptr)
        return refuse(exit_failure, std::string(argv[2]) + " is not the engine's library: it has no chdb_query_cmdline");
    run(argc - 3, argv + 3);
    return refuse(exit_failure, "the engine's query has ended");
}

}  // namespace colblock::tools
