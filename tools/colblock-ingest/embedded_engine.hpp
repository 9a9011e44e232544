// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

namespace colblock::tools {

/// A real ClickHouse engine (libchdb.so) in a child process, so that a newcomer needs no server. It serves
/// the native protocol and HTTP on free ports of 127.0.0.1, keeps its files in a directory, and dies
/// with us. Used by the thread that started it, which must live as long as the engine.
class embedded_engine {
public:
    struct options {
        std::string library;   ///< libchdb.so; empty: DIRECTORY/engine, then beside the program
        std::string directory;
    };
    /// Starts the engine and waits until it listens. Fails with a sentence that names the remedy.
    static std::expected<std::unique_ptr<embedded_engine>, std::string> start(const options& how);

    embedded_engine(const embedded_engine&) = delete;
    embedded_engine& operator=(const embedded_engine&) = delete;
    /// Ends the child: politely, then for certain.
    ~embedded_engine();

    [[nodiscard]] std::uint16_t tcp_port() const noexcept { return x_tcp_port; }
    [[nodiscard]] std::uint16_t http_port() const noexcept { return x_http_port; }
    [[nodiscard]] const std::string& directory() const noexcept { return x_directory; }

    /// Starts the child again, on the same ports, if it has ended; with growing delays. Call it now and then.
    void tend();

private:
    embedded_engine() = default;
    bool launch();
    [[nodiscard]] bool has_ended();
    [[nodiscard]] bool wait_until_listening();

    std::string x_library;
    std::string x_directory;
    std::uint16_t x_tcp_port = 0;
    std::uint16_t x_http_port = 0;
    int x_child = -1;
    unsigned x_deaths = 0;
    std::chrono::steady_clock::time_point x_next_launch{};
};

/// What the child does: argv of `colblock-ingest engine-child LIBRARY ARGUMENT...`. Returns only on failure.
int run_engine_child(int argc, char** argv);
inline constexpr const char* engine_child_command = "engine-child";

}  // namespace colblock::tools
