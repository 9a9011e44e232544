// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace colblock::client {

/// What a server says about a request while it runs: sums of its increments.
struct progress {
    std::uint64_t read_rows = 0;
    std::uint64_t read_bytes = 0;
    std::uint64_t total_rows = 0;     ///< how many rows there are to read, as far as it is known
    std::uint64_t total_bytes = 0;    ///< from revision 54463
    std::uint64_t written_rows = 0;   ///< from revision 54420
    std::uint64_t written_bytes = 0;  ///< from revision 54420
    std::uint64_t elapsed_ns = 0;     ///< from revision 54460
};

/// What a server says about the result of a SELECT, at its end.
struct profile_info {
    std::uint64_t rows = 0;
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;
    std::uint64_t rows_before_limit = 0;
    std::uint64_t rows_before_aggregation = 0;  ///< from revision 54469
    bool applied_limit = false;
};

/// All that was said about one request.
struct summary {
    client::progress progress;
    client::profile_info profile;
    std::string timezone;            ///< of a TimezoneUpdate, if there was one
    std::uint64_t data_blocks = 0;   ///< blocks of rows that were delivered
    std::uint64_t log_blocks = 0;    ///< server log lines come in blocks; so do
    std::uint64_t event_blocks = 0;  ///< profile events
};

/// Who answers, from its Hello.
struct server_info {
    std::string name;
    std::string display_name;
    std::string timezone;
    std::uint64_t version_major = 0;
    std::uint64_t version_minor = 0;
    std::uint64_t version_patch = 0;
    /// What both sides speak: the smaller of what each announced.
    std::uint64_t revision = 0;
};

}  // namespace colblock::client
