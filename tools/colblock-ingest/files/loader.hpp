// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "files/ledger.hpp"
#include "files/request_cutter.hpp"
#include "receiver/event_loop.hpp"
#include "store.hpp"

namespace colblock::files {

/// Files in, rows out. Threads that read cut files into requests and hand them to the lanes, each a thread
/// that decodes and encodes; the store's connections insert.
///
///     loader running({inputs, {}}, rows, counted, out);
///     running.start();
///     while (!running.is_done()) running.tend();
///     running.stop();
class loader {
public:
    struct options {
        input_list inputs;
        std::optional<signal> only;  ///< what every request is, if it is known
    };

    /// `rows` is open and has no lanes yet. What is passed by reference must outlive the loader.
    loader(options how, tools::store& rows, pipeline::stats& counted, console& out);
    loader(const loader&) = delete;
    loader& operator=(const loader&) = delete;
    ~loader();

    void start();
    /// Sends again what came back, and lets the last rows leave once everything is read. Call it often.
    void tend();
    /// Everything was read, and the fate of every request is known.
    [[nodiscard]] bool is_done() const;
    /// Reads no further.
    void interrupt();
    /// Ends all threads. What is not stored then is lost.
    void stop();

    [[nodiscard]] progress how_far() const;
    [[nodiscard]] const ledger& requests() const noexcept { return *x_ledger; }
    /// Bytes of all files, decompressed, so far.
    [[nodiscard]] std::uint64_t content_len() const noexcept { return x_content_len; }

private:
    struct lane_thread;

    void read_files();
    void read_file(std::size_t index);
    bool cut_requests(std::size_t index, request_cutter& cutter, bool at_end);
    bool submit(std::size_t index, cut_request& one);
    [[nodiscard]] signal signal_of(std::size_t index, const cut_request& one) const;
    void send(const ledger::request_ptr& one);

    options x_options;
    tools::store& x_rows;
    pipeline::stats& x_stats;
    std::shared_ptr<ledger> x_ledger;  // answers may come as long as the store lives
    std::chrono::steady_clock::time_point x_begin;
    std::vector<std::unique_ptr<lane_thread>> x_lanes;
    std::vector<std::jthread> x_readers;
    std::atomic<bool> x_stop{false};
    std::atomic<std::size_t> x_next_file{0};
    std::atomic<std::size_t> x_readers_left{0};
    std::atomic<std::uint64_t> x_file_len{0};
    std::atomic<std::uint64_t> x_content_len{0};
    bool x_drains = false;
};

}  // namespace colblock::files
