// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "gen/batcher.hpp"
#include "gen/http_post.hpp"

namespace colblock::gen {

/// One request on its way: its body is in `made`, or belongs to the source and outlives the drive.
struct outgoing {
    request made;
    signal kind{};
    byte_view body;
    std::uint32_t num_records = 0;
    bool is_gzip = false;
};

/// Makes the next request; false when there is none. Called by one thread at a time.
using request_source = std::function<bool(outgoing&)>;

struct drive_options {
    endpoint to;
    unsigned num_connections = 4;
    double records_per_second = 0;              ///< 0: as fast as it is answered
    std::chrono::duration<double> duration{0};  ///< 0: until the source ends
    bool gzip = false;
    std::chrono::milliseconds timeout{10'000};   ///< of one step of an exchange
    std::chrono::milliseconds retry_for{60'000}; ///< then a request is given up
};

/// What became of everything. Each record that was sent is accepted, rejected or lost.
struct drive_report {
    std::uint64_t records_sent = 0;
    std::uint64_t records_accepted = 0;
    std::uint64_t records_rejected = 0;  ///< by partial success
    std::uint64_t records_lost = 0;      ///< in requests that were refused or given up
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
    std::uint64_t bytes_sent = 0;        ///< bodies as they went, retries included
    double seconds = 0;
    std::vector<float> latencies_ms;     ///< of accepted requests, ascending
    std::map<int, std::uint64_t> statuses;          ///< 0: no answer
    std::map<int, std::string> first_message;       ///< of a status other than 200; at 200 of a partial success

    [[nodiscard]] bool complete() const noexcept { return records_accepted == records_sent; }
    /// The latency that `share` of the requests do not exceed; 0 if there were none.
    [[nodiscard]] double percentile_ms(double share) const noexcept;
};

/// What is shown while it runs.
struct drive_progress {
    double seconds;
    std::uint64_t records_accepted;
    std::uint64_t records_lost;  ///< and rejected
    std::uint64_t retries;
};

/// Sends what the source makes over the given number of connections, a thread each, until it ends,
/// the duration is over, a stop is requested or a request has been given up. 429, 502, 503, 504 and
/// broken connections are tried again after Retry-After or a growing pause. `show` is called once a
/// second.
[[nodiscard]] drive_report drive(const drive_options& options, const request_source& source, std::stop_token stop,
                                 const std::function<void(const drive_progress&)>& show);

/// The body compressed as SDKs do it, with gzip at level 6.
void gzip(byte_view body, buffer& out);

}  // namespace colblock::gen
