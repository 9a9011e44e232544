// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "colblock/base/buffer.hpp"
#include "colblock/base/error.hpp"
#include "colblock/base/signal.hpp"

namespace colblock::receiver {

/// What a request's bytes are, after decompression.
enum class encoding : std::uint8_t { protobuf, json };

/// What became of a request. Receivers turn it into their protocol's answer.
struct outcome {
    enum class kind : std::uint8_t {
        stored,            ///< every record is as safe as the acknowledgement mode promises
        partially_stored,  ///< `rejected` records were left out; the sender must not send again
        bad_data,          ///< the payload does not decode, or can never be stored; not to be sent again
        too_large,         ///< over limits::max_payload_len; not to be sent again
        overloaded,        ///< nothing was kept; to be sent again after `retry_after`
        unavailable,       ///< not known to be stored; to be sent again
        internal,          ///< our defect; senders drop the data
    };

    kind what = kind::stored;
    std::uint64_t rejected = 0;            ///< records, if partially stored
    std::chrono::seconds retry_after{0};   ///< 0: unstated
    std::string message{};                 ///< for the sender's log; empty if stored
    std::optional<error> decoding{};       ///< where the body does not decode, if that is why
};

/// The one answer to a request: call it once, from any thread. Destroyed unanswered, it answers
/// `unavailable`, so a lost request is sent again rather than lost silently.
class reply {
public:
    using function = std::move_only_function<void(outcome&&)>;

    reply() noexcept = default;
    explicit reply(function answer) : x_answer(std::move(answer)) {}
    reply(reply&& other) noexcept : x_answer(std::exchange(other.x_answer, nullptr)) {}
    reply& operator=(reply&& other) noexcept {
        reply(std::move(other)).x_answer.swap(x_answer);
        return *this;
    }
    ~reply() {
        if (x_answer) (*this)({outcome::kind::unavailable, 0, {}, "the request was given up"});
    }

    void operator()(outcome&& o) {
        if (auto answer = std::exchange(x_answer, nullptr)) answer(std::move(o));
    }
    [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(x_answer); }

private:
    function x_answer;
};

/// How the sender paces itself on this connection: group commit waits longer for senders that pause
/// anyway, and shorter for those that only wait for us (pipeline::batch_policy).
struct pacing {
    bool known = false;                          ///< false: the connection's first request
    std::chrono::nanoseconds last_wait{0};       ///< how long the last answer took us
    std::chrono::nanoseconds pause{0};           ///< from that answer to this request's first byte
};

/// One OTLP request, decompressed: what every receiver hands to the pipeline.
struct payload {
    colblock::signal signal{};
    receiver::encoding form{};
    buffer bytes;                  ///< the body is what follows the first `body_offset` bytes
    std::size_t body_offset = 0;   ///< the head was received into the same memory
    pacing sender;
    reply answer;

    /// Valid until `bytes` changes.
    [[nodiscard]] padded_view body() const noexcept { return {bytes.view().substr(body_offset)}; }
};

}  // namespace colblock::receiver
