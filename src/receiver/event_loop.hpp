// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace colblock::receiver {

/// The work of one thread: sockets, timers and what other threads post. Copies are the same loop, so
/// that an answer on its way never outlives it.
class event_loop {
public:
    event_loop();

    /// Works until stop(). Called by one thread.
    void run();
    /// Makes run() return soon, also if it has not been called yet. From any thread.
    void stop();
    /// Runs `work` on the loop's thread, never inside this call. From any thread. Work left when the
    /// last copy goes is destroyed unrun.
    void post(std::move_only_function<void()> work);

    [[nodiscard]] boost::asio::io_context& context() const noexcept { return *x_context; }

private:
    std::shared_ptr<boost::asio::io_context> x_context;
};

}  // namespace colblock::receiver
