// SPDX-License-Identifier: Apache-2.0
#pragma once

// A connection without its socket, whatever protocol is spoken on it. The server moves bytes between a
// socket and a session; a filter (TLS, the choice of a protocol) is a session around another one.
//
//      socket --> prepare(), received() --> session --> service
//      socket <-- output(), sent()      <-- session <-- event_path::post, from any thread
//
// A session may have output at any time, also while it waits for input. After each event (bytes came, bytes
// went, work was posted, a tick) the server sends until output() is empty and then does what wants() says.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "colblock/base/bytes.hpp"
#include "colblock/base/limits.hpp"
#include "receiver/buffer_pool.hpp"
#include "receiver/event_loop.hpp"

namespace colblock::receiver {

using steady = std::chrono::steady_clock;

/// What a session asks of the server once its output is sent.
enum class wish : std::uint8_t {
    input,    ///< receive
    nothing,  ///< wait for posted work or a tick
    linger,   ///< shut down sending, then receive: our side has ended
    close,    ///< close the socket
};

/// One connection as a state machine. All calls come from one thread.
class session {
public:
    session() = default;
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    virtual ~session() = default;

    /// Where to receive, never empty; only while input is wanted. Valid until the next call.
    [[nodiscard]] virtual std::span<char> prepare() = 0;
    /// `n` bytes, at least one, were received where prepare() said.
    virtual void received(std::size_t n) = 0;
    /// The peer sends no more. What is complete may still be answered.
    virtual void end_of_input() = 0;
    /// What is to be sent now; empty: nothing. Valid until the next call.
    [[nodiscard]] virtual byte_view output() = 0;
    /// The first `n` bytes of output() are sent.
    virtual void sent(std::size_t n) = 0;
    /// Time has passed: called every now and then, for whatever is late.
    virtual void tick() = 0;
    /// Serve what has begun, then end the connection.
    virtual void finish() = 0;
    [[nodiscard]] virtual wish wants() const noexcept = 0;
};

/// A connection as its events see it.
class event_target {
public:
    virtual ~event_target() = default;
    /// Before work of a session is done; false: the connection is closed, leave it.
    virtual bool begin_event() = 0;
    /// After it.
    virtual void end_event() = 0;
};

/// The way back to a session from other threads, for answers. Copies are cheap.
class event_path {
public:
    event_path() = default;
    event_path(std::weak_ptr<event_target> to, event_loop loop) : x_to(std::move(to)), x_loop(std::move(loop)) {}

    /// Runs `work` on the connection's thread, never inside this call, and not at all if the connection is
    /// closed by then. So `work` may refer to the session. From any thread.
    template <class Work>
    void post(Work work) && {
        x_loop.post([to = std::move(x_to), work = std::move(work)]() mutable {
            const auto target = to.lock();
            if (!target || !target->begin_event()) return;
            work();
            target->end_event();
        });
    }

private:
    std::weak_ptr<event_target> x_to;
    event_loop x_loop;
};

/// What bounds sessions, in time and memory.
struct session_limits {
    /// Memory of bodies on their way in; beyond it they are refused as overload.
    std::size_t max_in_use_len = std::size_t{256} << 20;
    std::size_t max_head_len = limits::max_http_head_len;  ///< request line and fields, or the fields of a stream
    std::chrono::milliseconds head_timeout = std::chrono::seconds(limits::header_timeout_s);   ///< to a connection's first byte, and from a request's first byte to its body
    std::chrono::milliseconds body_timeout = std::chrono::seconds(limits::body_timeout_s);   ///< for the whole body
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(limits::idle_timeout_s);
    std::chrono::milliseconds linger_timeout{2'000};
};

/// What the server gives to a session; it outlives the session.
struct session_host {
    buffer_pool& pool;             ///< of the thread
    const session_limits& limits;
    event_path path{};             ///< back to this session
    steady::time_point now{};      ///< when the present event happened
};

/// How connections of a server are served.
struct protocol {
    std::function<std::unique_ptr<session>(session_host&)> start;
    std::string_view refusal;  ///< static; what a connection over the limit is told
};

/// A deadline for whatever a number stands for. It begins when the number is first seen, so what comes and
/// goes between two ticks costs no look at the clock.
class deadline {
public:
    /// Whether `what` has lasted for `allowed`.
    [[nodiscard]] bool passed(std::uint64_t what, steady::duration allowed, steady::time_point now) noexcept {
        if (what != x_what) {
            x_what = what;
            x_since = now;
        }
        return now - x_since >= allowed;
    }

private:
    std::uint64_t x_what = UINT64_MAX;
    steady::time_point x_since{};
};

}  // namespace colblock::receiver
