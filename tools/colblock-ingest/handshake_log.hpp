// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/spdlog.h>

#include <cstdint>
#include <mutex>
#include <string>

namespace colblock::tools {

/// Failed TLS handshakes, as one line for all since the last: strangers must not be able to fill a disk.
class handshake_log {
public:
    /// From any thread.
    void failed(std::string_view why) {
        const std::scoped_lock lock(x_mutex);
        ++x_count;
        x_last = why;
    }
    /// Writes the line if there is something to say.
    void report() {
        const std::scoped_lock lock(x_mutex);
        if (x_count != 0) spdlog::warn("tls handshakes failed count={} last=\"{}\"", x_count, x_last);
        x_count = 0;
    }

private:
    std::mutex x_mutex;
    std::uint64_t x_count = 0;
    std::string x_last;
};

}  // namespace colblock::tools
