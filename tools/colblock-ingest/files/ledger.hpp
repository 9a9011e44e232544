// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <compare>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "files/console.hpp"
#include "files/input_files.hpp"
#include "receiver/payload.hpp"

namespace colblock::files {

/// One request on its way. Its bytes are kept until its fate is known: a table that changes meanwhile
/// makes it start again.
struct sent_request {
    receiver::payload payload;
    std::size_t file = 0;  ///< index into the inputs
    std::uint64_t offset = 0;
    std::uint64_t line = 0;
    unsigned attempts = 0;

    [[nodiscard]] std::size_t len() const noexcept { return payload.bytes.size(); }
};

/// What became of the files.
struct load_report {
    std::uint64_t files_loaded = 0;   ///< every record of them is stored
    std::uint64_t files_failed = 0;   ///< something of them is not
    std::uint64_t files_not_begun = 0;
    std::uint64_t requests = 0;       ///< settled
    std::uint64_t requests_failed = 0;
    std::uint64_t problems = 0;       ///< that were or could have been printed
};

/// Requests on their way and what becomes of them: bounds their memory, tells users what is wrong and where,
/// and knows up to where each file is stored. Any thread.
class ledger {
public:
    using request_ptr = std::shared_ptr<sent_request>;

    /// `out` must outlive the ledger; at most `max_len` bytes of requests are on their way.
    ledger(const std::vector<input_file>& files, std::size_t max_len, console& out);

    /// Waits until there is room for the request, beside `held_len` bytes that its predecessors occupy
    /// elsewhere, and counts it. False: stop_reading was called.
    bool begin(const request_ptr& one, const std::atomic<std::uint64_t>& held_len);
    /// The answer to a request.
    void settle(const request_ptr& one, const receiver::outcome& fate);
    /// Requests that are to be sent again. They still count as on their way.
    [[nodiscard]] std::vector<request_ptr> take_returned();

    /// A file, or something in it, cannot be read.
    void problem(std::size_t file, const std::string& what);
    void problem(std::size_t file, std::uint64_t offset, std::uint64_t line, const std::string& what);
    /// A file was begun; its content was cut into requests up to there; all of it was.
    void file_begun(std::size_t file, bool is_compressed);
    void file_cut(std::size_t file, std::uint64_t offset, std::uint64_t line);
    void file_ended(std::size_t file);

    /// No further request is begun.
    void stop_reading();
    /// From now on what is returned is lost.
    void stop_resending();
    [[nodiscard]] bool is_stopping() const;
    [[nodiscard]] std::size_t num_on_their_way() const;

    /// Sums up, at the end.
    [[nodiscard]] load_report report() const;
    /// For each file that was begun and is not stored as a whole because reading or sending stopped: from
    /// where on it is not.
    [[nodiscard]] std::vector<std::string> where_it_stopped() const;

private:
    using lock = std::unique_lock<std::mutex>;
    struct position {
        std::uint64_t offset = 0;
        std::uint64_t line = 0;
        friend auto operator<=>(const position&, const position&) = default;
    };
    struct file_state {
        std::string path;
        bool is_begun = false;
        bool has_ended = false;
        bool is_compressed = false;
        position cut;
        std::set<position> unsettled;
        std::uint64_t num_problems = 0;
    };

    void complain(file_state& file, const std::string& what);
    [[nodiscard]] std::string place(const file_state& file, position at) const;

    const std::size_t x_max_len;
    console& x_console;
    mutable std::mutex x_mutex;  // for everything below
    std::condition_variable x_room;
    std::vector<file_state> x_files;
    std::vector<request_ptr> x_returned;
    std::size_t x_len = 0;
    std::size_t x_num = 0;
    std::uint64_t x_num_settled = 0;
    std::uint64_t x_num_failed = 0;
    bool x_stops_reading = false;
    bool x_stops_resending = false;
};

}  // namespace colblock::files
