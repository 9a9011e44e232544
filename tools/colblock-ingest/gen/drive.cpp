// SPDX-License-Identifier: Apache-2.0
#include "gen/drive.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

#include "colblock/wire/protobuf.hpp"
#include "gen/payload_files.hpp"

namespace colblock::gen {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5'000};

// ExportXServiceResponse := partial_success (1) { rejected (1) error_message (2) }
struct partial_success {
    std::uint64_t num_rejected = 0;
    std::string message;
};

partial_success parse_partial_success(byte_view body) {
    partial_success parsed;
    pb::cursor response(body);
    while (response.next()) {
        if (response.key() != pb::key(1, pb::bytes)) {
            response.skip();
            continue;
        }
        pb::cursor m = response.message();
        while (m.next()) switch (m.key()) {
            case pb::key(1, pb::varint): parsed.num_rejected = m.varint(); break;
            case pb::key(2, pb::bytes): parsed.message = m.bytes(); break;
            default: m.skip();
            }
    }
    return parsed;
}

// google.rpc.Status := code (1) message (2) details (3). Anything else is shown as text.
std::string parse_status_message(byte_view body) {
    std::string found;
    pb::cursor status(body);
    while (status.next()) {
        if (status.key() == pb::key(2, pb::bytes))
            found = status.bytes();
        else
            status.skip();
    }
    return status.ok() ? found : std::string(body.substr(0, 200));
}

bool is_retryable(int status) {
    return status == 0 || status == 429 || status == 502 || status == 503 || status == 504;
}

// Hands out requests one at a time and says when each is due.
class schedule {
public:
    schedule(const drive_options& options, const request_source& source, std::stop_token stop)
        : x_options(options), x_source(source), x_stop(std::move(stop)), x_begin(clock::now()) {}

    // The next request and when to send it; nothing when it is over.
    std::optional<clock::time_point> take(outgoing& out) {
        const std::lock_guard lock(x_mutex);
        const bool late = x_options.duration.count() > 0 && clock::now() - x_begin >= x_options.duration;
        if (x_over || late || x_stop.stop_requested() || !x_source(out)) {
            x_over = true;
            return std::nullopt;
        }
        // What a stall delayed is sent as soon as possible: the schedule does not wait for the receiver.
        clock::time_point due = x_begin;
        if (x_options.records_per_second > 0)
            due += std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(
                static_cast<double>(x_num_taken) / x_options.records_per_second));
        x_num_taken += out.num_records;
        return due;
    }
    // Returns at `when`, or earlier if everything is to stop.
    void wait_until(clock::time_point when) {
        std::unique_lock lock(x_wait_mutex);
        x_waiting.wait_until(lock, x_stop, when, [] { return false; });
    }
    // Hands out nothing more: the receiver does not take it.
    void end() {
        const std::lock_guard lock(x_mutex);
        x_over = true;
    }
    [[nodiscard]] bool stopped() const { return x_stop.stop_requested(); }
    [[nodiscard]] clock::time_point begin() const { return x_begin; }

private:
    const drive_options& x_options;
    const request_source& x_source;
    std::stop_token x_stop;
    clock::time_point x_begin;
    std::mutex x_mutex;
    bool x_over = false;
    std::uint64_t x_num_taken = 0;
    std::mutex x_wait_mutex;
    std::condition_variable_any x_waiting;
};

struct live_counters {
    std::atomic<std::uint64_t> accepted = 0;
    std::atomic<std::uint64_t> lost = 0;
    std::atomic<std::uint64_t> retries = 0;
};

// One connection and what it has seen.
class sender {
public:
    sender(const drive_options& options, schedule& plan, live_counters& live)
        : x_options(options), x_plan(plan), x_live(live), x_connection(options.to, options.timeout) {}

    void run() {
        outgoing next;
        while (const auto due = x_plan.take(next)) {
            x_plan.wait_until(*due);
            if (x_options.gzip && !next.is_gzip) {
                x_compressed.clear();
                gzip(next.body, x_compressed);
                next.body = x_compressed.view();
                next.is_gzip = true;
            }
            deliver(next);
        }
    }
    drive_report report;

private:
    void deliver(const outgoing& next);
    void accept(const outgoing& next, const http_answer& answer);
    void lose(std::uint64_t num_records) {
        report.records_lost += num_records;
        x_live.lost += num_records;
    }

    const drive_options& x_options;
    schedule& x_plan;
    live_counters& x_live;
    http_connection x_connection;
    buffer x_compressed;
};

void sender::deliver(const outgoing& next) {
    const std::string path = std::string("/v1/").append(name(next.kind));
    const clock::time_point give_up = clock::now() + x_options.retry_for;
    report.records_sent += next.num_records;
    ++report.requests;
    for (milliseconds pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        const clock::time_point begin = clock::now();
        const auto answer = x_connection.post({path, next.body, next.is_gzip});
        const int status = answer ? answer->status : 0;
        report.bytes_sent += next.body.size();
        ++report.statuses[status];
        if (status >= 200 && status < 300) {
            report.latencies_ms.push_back(std::chrono::duration<float, std::milli>(clock::now() - begin).count());
            return accept(next, *answer);
        }
        report.first_message.try_emplace(status, answer ? parse_status_message(answer->body) : answer.error());
        const milliseconds wait = answer && answer->retry_after ? milliseconds(*answer->retry_after) : pause;
        if (!is_retryable(status)) return lose(next.num_records);
        if (x_plan.stopped() || clock::now() + wait > give_up) {
            x_plan.end();
            return lose(next.num_records);
        }
        x_plan.wait_until(clock::now() + wait);
        ++report.retries;
        ++x_live.retries;
    }
}

void sender::accept(const outgoing& next, const http_answer& answer) {
    const partial_success partial = parse_partial_success(answer.body);
    const std::uint64_t rejected = std::min<std::uint64_t>(partial.num_rejected, next.num_records);
    if (rejected != 0 || !partial.message.empty()) report.first_message.try_emplace(200, partial.message);
    report.records_rejected += rejected;
    report.records_accepted += next.num_records - rejected;
    x_live.accepted += next.num_records - rejected;
    x_live.lost += rejected;
}

void add(drive_report& sum, const drive_report& one) {
    sum.records_sent += one.records_sent;
    sum.records_accepted += one.records_accepted;
    sum.records_rejected += one.records_rejected;
    sum.records_lost += one.records_lost;
    sum.requests += one.requests;
    sum.retries += one.retries;
    sum.bytes_sent += one.bytes_sent;
    sum.latencies_ms.insert(sum.latencies_ms.end(), one.latencies_ms.begin(), one.latencies_ms.end());
    for (const auto& [status, count] : one.statuses) sum.statuses[status] += count;
    for (const auto& [status, message] : one.first_message) sum.first_message.try_emplace(status, message);
}

}  // namespace

double drive_report::percentile_ms(double share) const noexcept {
    if (latencies_ms.empty()) return 0;
    const auto last = static_cast<double>(latencies_ms.size() - 1);
    return latencies_ms[static_cast<std::size_t>(share * last + 0.5)];
}

void gzip(byte_view body, buffer& out) {
    struct free_compressor {
        void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
    };
    thread_local const std::unique_ptr<libdeflate_compressor, free_compressor> compressor(libdeflate_alloc_compressor(6));
    if (compressor == nullptr) throw std::bad_alloc();
    const std::size_t bound = libdeflate_gzip_compress_bound(compressor.get(), body.size());
    char* const to = out.reserve(bound);
    out.set_end(to + libdeflate_gzip_compress(compressor.get(), body.data(), body.size(), to, bound));
}

drive_report drive(const drive_options& options, const request_source& source, std::stop_token stop,
                   const std::function<void(const drive_progress&)>& show) {
    schedule plan(options, source, std::move(stop));
    live_counters live;
    std::vector<std::unique_ptr<sender>> senders;
    std::mutex mutex;
    std::condition_variable finished;
    unsigned num_running = options.num_connections;
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i != options.num_connections; ++i) {
            sender& one = *senders.emplace_back(std::make_unique<sender>(options, plan, live));
            threads.emplace_back([&one, &mutex, &finished, &num_running] {
                one.run();
                const std::lock_guard lock(mutex);
                if (--num_running == 0) finished.notify_one();
            });
        }
        std::unique_lock lock(mutex);
        while (!finished.wait_for(lock, std::chrono::seconds(1), [&num_running] { return num_running == 0; }))
            show({std::chrono::duration<double>(clock::now() - plan.begin()).count(), live.accepted, live.lost,
                  live.retries});
    }
    drive_report report;
    report.seconds = std::chrono::duration<double>(clock::now() - plan.begin()).count();
    for (const auto& one : senders) add(report, one->report);
    std::ranges::sort(report.latencies_ms);
    return report;
}

}  // namespace colblock::gen
