// SPDX-License-Identifier: Apache-2.0
#include "receiver/event_loop.hpp"

#include <utility>  // Boost 1.74 relies on it

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace colblock::receiver {

// The hint 1 drops the locks that only several running threads would need; posting stays safe.
event_loop::event_loop() : x_context(std::make_shared<boost::asio::io_context>(1)) {}

void event_loop::run() {
    const auto work = boost::asio::make_work_guard(*x_context);
    x_context->run();
}

void event_loop::stop() { x_context->stop(); }

void event_loop::post(std::move_only_function<void()> work) { boost::asio::post(*x_context, std::move(work)); }

}  // namespace colblock::receiver
