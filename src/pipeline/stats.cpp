// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stats.hpp"

#include <algorithm>
#include <vector>

namespace colblock::pipeline {

namespace {

struct signal_figure {
    std::string_view name;
    std::string_view sentence;
    counter stats::per_signal::*what;
};

constexpr std::array by_signal{
    signal_figure{"colblock_requests_total", "Requests that reached the pipeline.", &stats::per_signal::requests},
    signal_figure{"colblock_received_bytes_total", "Bytes of payloads, after decompression.",
                  &stats::per_signal::received_len},
    signal_figure{"colblock_records_received_total",
                  "Spans, data points or log records that were decoded, rejected ones included.",
                  &stats::per_signal::records_received},
    signal_figure{"colblock_records_stored_total",
                  "Records acknowledged as the mode promises: confirmed by ClickHouse, or queued.",
                  &stats::per_signal::records_stored},
    signal_figure{"colblock_records_rejected_total", "Records left out of a partial success, with the sender told.",
                  &stats::per_signal::records_rejected},
    signal_figure{"colblock_payloads_bad_total", "Payloads that do not decode, answered as bad data.",
                  &stats::per_signal::payloads_bad},
    signal_figure{"colblock_payloads_refused_total", "Payloads refused because too much waits already; sent again.",
                  &stats::per_signal::payloads_refused},
    signal_figure{"colblock_times_replaced_total", "Records whose unknown time became the time of receipt.",
                  &stats::per_signal::times_replaced},
};

struct plain_figure {
    std::string_view name;
    std::string_view sentence;
    counter stats::*what;
};

constexpr std::array plain{
    plain_figure{"colblock_blocks_sealed_total", "Blocks that were encoded and compressed.", &stats::blocks_sealed},
    plain_figure{"colblock_column_bytes_total", "Bytes of blocks before compression.", &stats::column_len},
    plain_figure{"colblock_frame_bytes_total", "Bytes of blocks after compression.", &stats::frame_len},
    plain_figure{"colblock_inserts_total", "INSERTs that ClickHouse confirmed.", &stats::inserts},
    plain_figure{"colblock_rows_inserted_total", "Rows of confirmed INSERTs.", &stats::rows_inserted},
    plain_figure{"colblock_rows_given_up_total",
                 "Rows that no INSERT will store: refused for good, or left over at the end.", &stats::rows_given_up},
    plain_figure{"colblock_insert_retries_total", "INSERTs that failed and will be tried again.", &stats::retries},
    plain_figure{"colblock_requests_expired_total",
                 "Requests told to come again because ClickHouse took too long to confirm their rows.",
                 &stats::requests_expired},
    plain_figure{"colblock_requests_rejoined_total", "Requests sent again whose rows were still here: not stored twice.",
                 &stats::requests_rejoined},
};

}  // namespace

void duration_histogram::add(std::chrono::nanoseconds took) noexcept {
    const double seconds = static_cast<double>(took.count()) * 1e-9;
    const auto bucket = std::ranges::lower_bound(bounds, seconds);
    x_counts[static_cast<std::size_t>(bucket - bounds.begin())].add();
    x_sum.add(static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
}

void stats::insert_failed(int code) {
    const std::lock_guard lock(x_mutex);
    ++x_failures[code];
}

std::map<int, std::uint64_t> stats::failures() const {
    const std::lock_guard lock(x_mutex);
    return x_failures;
}

std::vector<stats::figure> stats::figures() const {
    std::vector<figure> all;
    for (const signal_figure& each : pipeline::by_signal)
        for (const signal s : {signal::traces, signal::metrics, signal::logs})
            all.push_back({each.name, each.sentence, "signal", std::string(colblock::name(s)), false,
                           static_cast<double>((of(s).*each.what).value())});
    for (const plain_figure& each : plain)
        all.push_back({each.name, each.sentence, {}, {}, false, static_cast<double>((this->*each.what).value())});
    for (std::size_t i = 0; i != num_leave_reasons; ++i)
        all.push_back({"colblock_groups_total", "Groups that left for ClickHouse, by what made them leave.", "reason",
                       std::string(pipeline::name(static_cast<leave_reason>(i))), false,
                       static_cast<double>(groups[i].value())});
    for (const auto& [code, n] : failures())
        all.push_back({"colblock_insert_failures_total",
                       "INSERTs that failed, by ClickHouse's error code; 0: not said by the server.", "code",
                       std::to_string(code), false, static_cast<double>(n)});
    const auto gauge = [&all](std::string_view name, std::string_view sentence, std::uint64_t value) {
        all.push_back({name, sentence, {}, {}, true, static_cast<double>(value)});
    };
    gauge("colblock_held_bytes", "Bytes of rows that wait for their INSERT: open blocks and frames.", held_len);
    gauge("colblock_groups_ready", "Groups that wait for a connection or for another try.", groups_ready);
    gauge("colblock_groups_in_flight", "INSERTs that are running.", groups_in_flight);
    return all;
}

std::array<stats::histogram_figure, 2> stats::histograms() const {
    return {{{"colblock_insert_seconds", "From the first byte of an INSERT to its confirmation.", &insert_time},
             {"colblock_answer_seconds", "From the arrival of a block's first rows to the answer to its requests.", &answer_time}}};
}

}  // namespace colblock::pipeline
