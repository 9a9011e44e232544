// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <csignal>

namespace colblock::tools {

/// SIGTERM, SIGINT and SIGHUP are waited for, not handled: every thread of the process blocks them. Made
/// before any other thread is.
class stop_signals {
public:
    stop_signals() {
        sigemptyset(&x_set);
        sigaddset(&x_set, SIGTERM);
        sigaddset(&x_set, SIGINT);
        sigaddset(&x_set, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &x_set, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
    }
    /// The one that comes within `a_while`, which is less than a second, or 0.
    [[nodiscard]] int wait(std::chrono::milliseconds a_while = std::chrono::milliseconds(200)) const {
        const timespec step{0, static_cast<long>(a_while.count()) * 1'000'000};
        return std::max(sigtimedwait(&x_set, nullptr, &step), 0);
    }

private:
    sigset_t x_set{};
};

}  // namespace colblock::tools
