// SPDX-License-Identifier: Apache-2.0
#include "files/ledger.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "colblock/base/error.hpp"

namespace colblock::files {

namespace {

using kind = receiver::outcome::kind;

// Beyond that a file's problems are only counted: the hundredth bad line tells nothing new.
constexpr std::uint64_t max_messages_per_file = 10;
constexpr unsigned max_attempts = 10;

}  // namespace

ledger::ledger(const std::vector<input_file>& files, std::size_t max_len, console& out)
    : x_max_len(max_len), x_console(out) {
    x_files.resize(files.size());
    for (std::size_t i = 0; i != files.size(); ++i) x_files[i].path = files[i].path == "-" ? "standard input" : files[i].path;
}

bool ledger::begin(const request_ptr& one, const std::atomic<std::uint64_t>& held_len) {
    lock held(x_mutex);
    const auto has_room = [&] { return x_num == 0 || x_len + one->len() + held_len.load() <= x_max_len; };
    // Memory elsewhere is freed without a word to us.
    while (!x_stops_reading && !has_room()) x_room.wait_for(held, std::chrono::milliseconds(20));
    if (x_stops_reading) return false;
    ++x_num;
    x_len += one->len();
    x_files[one->file].unsettled.insert({one->offset, one->line});
    return true;
}

void ledger::settle(const request_ptr& one, const receiver::outcome& fate) {
    const lock held(x_mutex);
    file_state& file = x_files[one->file];
    const position at{one->offset, one->line};
    const bool comes_back = fate.what == kind::overloaded || fate.what == kind::unavailable;
    if (comes_back && !x_stops_resending && (fate.what == kind::overloaded || ++one->attempts < max_attempts)) {
        x_returned.push_back(one);
        return;
    }
    --x_num;
    x_len -= one->len();
    ++x_num_settled;
    x_room.notify_all();
    if (comes_back && x_stops_resending) return;  // stays unsettled: where_it_stopped tells
    file.unsettled.erase(at);
    if (fate.what == kind::stored) return;
    if (fate.what != kind::partially_stored) ++x_num_failed;
    if (fate.decoding)
        complain(file, place(file, {at.offset + fate.decoding->offset, at.line}) + ": " + std::string(message(fate.decoding->code)));
    else if (fate.what == kind::partially_stored)
        complain(file, "the request at " + place(file, at) + ": " + std::to_string(fate.rejected) +
                           " records are refused: " + fate.message);
    else
        complain(file, "the request at " + place(file, at) + " is not stored: " + fate.message);
}

std::vector<ledger::request_ptr> ledger::take_returned() {
    const lock held(x_mutex);
    return std::exchange(x_returned, {});
}

std::string ledger::place(const file_state& file, position at) const {
    std::string text = "byte " + std::to_string(at.offset);
    if (at.line != 0) text = "line " + std::to_string(at.line) + ", " + text;
    if (file.is_compressed) text += " of the decompressed content";
    return text;
}

void ledger::complain(file_state& file, const std::string& what) {
    if (++file.num_problems <= max_messages_per_file) x_console.message(file.path + ": " + what);
}

void ledger::problem(std::size_t file, const std::string& what) {
    const lock held(x_mutex);
    complain(x_files[file], what);
}

void ledger::problem(std::size_t file, std::uint64_t offset, std::uint64_t line, const std::string& what) {
    const lock held(x_mutex);
    complain(x_files[file], place(x_files[file], {offset, line}) + ": " + what);
}

void ledger::file_begun(std::size_t file, bool is_compressed) {
    const lock held(x_mutex);
    x_files[file].is_begun = true;
    x_files[file].is_compressed = is_compressed;
}

void ledger::file_cut(std::size_t file, std::uint64_t offset, std::uint64_t line) {
    const lock held(x_mutex);
    x_files[file].cut = {offset, line};
}

void ledger::file_ended(std::size_t file) {
    const lock held(x_mutex);
    x_files[file].is_begun = true;
    x_files[file].has_ended = true;
}

void ledger::stop_reading() {
    const lock held(x_mutex);
    x_stops_reading = true;
    x_room.notify_all();
}

void ledger::stop_resending() {
    const lock held(x_mutex);
    x_stops_resending = true;
}

bool ledger::is_stopping() const {
    const lock held(x_mutex);
    return x_stops_reading;
}

std::size_t ledger::num_on_their_way() const {
    const lock held(x_mutex);
    return x_num;
}

load_report ledger::report() const {
    const lock held(x_mutex);
    load_report all;
    for (const file_state& file : x_files) {
        all.problems += file.num_problems;
        const bool is_whole = file.has_ended && file.unsettled.empty() && file.num_problems == 0;
        ++(!file.is_begun ? all.files_not_begun : is_whole ? all.files_loaded : all.files_failed);
        if (file.num_problems > max_messages_per_file)
            x_console.message(file.path + ": " + std::to_string(file.num_problems - max_messages_per_file) +
                              " more problems of this kind");
    }
    all.requests = x_num_settled;
    all.requests_failed = x_num_failed;
    return all;
}

std::vector<std::string> ledger::where_it_stopped() const {
    const lock held(x_mutex);
    std::vector<std::string> all;
    for (const file_state& file : x_files) {
        if (!file.is_begun || (file.has_ended && file.unsettled.empty())) continue;
        position from = file.cut;
        if (!file.unsettled.empty()) from = file.has_ended ? *file.unsettled.begin() : std::min(from, *file.unsettled.begin());
        all.push_back(file.path + ": stored up to " + place(file, from) + ", not from there on");
    }
    return all;
}

}  // namespace colblock::files
