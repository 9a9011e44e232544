// SPDX-License-Identifier: Apache-2.0
#include "files/loader.hpp"

#include <algorithm>
#include <utility>

#include "colblock/otlp/detect_signal.hpp"
#include "colblock/otlp/json_lines.hpp"
#include "files/byte_source.hpp"

namespace colblock::files {

// A thread with a loop, a lane on it, and how many bytes wait for it.
struct loader::lane_thread {
    receiver::event_loop loop;
    pipeline::lane* lane = nullptr;
    std::atomic<std::size_t> waiting_len{0};
    std::jthread thread;
};

loader::loader(options how, tools::store& rows, pipeline::stats& counted, console& out)
    : x_options(std::move(how)),
      x_rows(rows),
      x_stats(counted),
      x_ledger(std::make_shared<ledger>(x_options.inputs.files, rows.options().max_memory_len, out)),
      x_begin(std::chrono::steady_clock::now()) {
    for (std::size_t i = 0; i != rows.options().num_lanes; ++i) {
        auto& one = *x_lanes.emplace_back(std::make_unique<lane_thread>());
        one.lane = &rows.add_lane([&one](std::move_only_function<void()> work) { one.loop.post(std::move(work)); });
    }
}

loader::~loader() { stop(); }

void loader::start() {
    x_rows.start();
    for (auto& one : x_lanes) one->thread = std::jthread([&loop = one->loop] { loop.run(); });
    // One file after the other keeps one reader busy; more of them decompress side by side.
    x_readers_left = std::min(x_lanes.size(), x_options.inputs.files.size());
    const std::size_t num_readers = x_readers_left;
    for (std::size_t i = 0; i != num_readers; ++i)
        x_readers.emplace_back([this] {
            read_files();
            --x_readers_left;
        });
}

void loader::tend() {
    for (const ledger::request_ptr& one : x_ledger->take_returned()) send(one);
    if (x_readers_left == 0 && !std::exchange(x_drains, true)) x_rows.committer().drain();
}

void loader::interrupt() {
    x_stop = true;
    x_ledger->stop_reading();
}

bool loader::is_done() const { return x_readers_left == 0 && x_ledger->num_on_their_way() == 0; }

void loader::stop() {
    interrupt();
    x_ledger->stop_resending();
    x_readers.clear();
    for (auto& one : x_lanes) one->loop.stop();
    for (auto& one : x_lanes)
        if (one->thread.joinable()) one->thread.join();
    x_rows.close();  // its threads post to the loops, which are there
}

progress loader::how_far() const {
    progress now;
    now.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - x_begin).count();
    now.file_len = x_file_len;
    now.total_len = x_options.inputs.total_len();
    now.rows = x_stats.rows_inserted.value();
    now.is_reading = x_readers_left != 0;
    return now;
}

void loader::read_files() {
    while (!x_ledger->is_stopping()) {
        const std::size_t index = x_next_file++;
        if (index >= x_options.inputs.files.size()) return;
        read_file(index);
    }
}

void loader::read_file(std::size_t index) {
    auto source = byte_source::open(x_options.inputs.files[index].path, x_stop);
    if (!source) {
        x_ledger->problem(index, source.error());
        return x_ledger->file_ended(index);
    }
    request_cutter cutter;
    for (bool at_end = false; !at_end;) {
        const std::uint64_t before = source->file_offset();
        const std::size_t content_before = cutter.content().size();
        const auto more = source->read(cutter.content());
        x_file_len += source->file_offset() - before;
        x_content_len += cutter.content().size() - content_before;
        x_ledger->file_begun(index, source->is_compressed());
        // Behind an error what is whole is taken, and the rest is left alone.
        at_end = !more || *more == byte_source::got::end;
        if (!cut_requests(index, cutter, more && at_end)) return;
        if (more && *more == byte_source::got::stopped) return;
        if (!more) x_ledger->problem(index, more.error());
    }
    x_ledger->file_ended(index);
}

// Submits what has come whole. False: reading stops.
bool loader::cut_requests(std::size_t index, request_cutter& cutter, bool at_end) {
    using step = request_cutter::step;
    for (step next = cutter.next(at_end); next != step::more; next = cutter.next(at_end)) {
        if (next == step::failure) {
            const cut_failure& failed = cutter.failure();
            x_ledger->problem(index, failed.offset, failed.line, failed.what);
            continue;
        }
        x_ledger->file_cut(index, cutter.request().offset, cutter.request().line);
        if (!submit(index, cutter.request())) return false;
    }
    x_ledger->file_cut(index, cutter.offset(), cutter.line());
    return !x_ledger->is_stopping() || at_end;
}

signal loader::signal_of(std::size_t index, const cut_request& one) const {
    if (x_options.only) return *x_options.only;
    const auto told = one.form == receiver::encoding::json ? otlp::signal_of_json(one.bytes.padded())
                                                           : otlp::detect_signal(one.bytes.view());
    if (told) return *told;
    // No records: any decoder finds none, or the same fault.
    return signal_in_name(x_options.inputs.files[index].path).value_or(signal::traces);
}

bool loader::submit(std::size_t index, cut_request& one) {
    auto request = std::make_shared<sent_request>();
    request->payload.signal = signal_of(index, one);
    request->payload.form = one.form;
    request->payload.bytes = std::move(one.bytes);
    request->file = index;
    request->offset = one.offset;
    request->line = one.line;
    if (!x_ledger->begin(request, x_stats.held_len)) return false;
    send(request);
    return true;
}

// To the lane that has the least to do. Its blocks are the longer, the fewer lanes there are.
void loader::send(const ledger::request_ptr& one) {
    lane_thread& to = **std::ranges::min_element(x_lanes, {}, [](const auto& l) { return l->waiting_len.load(); });
    to.waiting_len += one->len();
    to.loop.post([&to, one, book = x_ledger] {
        one->payload.answer = receiver::reply([one, book](receiver::outcome&& fate) { book->settle(one, fate); });
        to.lane->take(one->payload);
        to.waiting_len -= one->len();
    });
}

}  // namespace colblock::files
