// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

namespace colblock::receiver {

/// Sends the response to one request: called once, from any thread. Destroyed unused, it sends
/// Response::given_up(), so that a lost request is sent again rather than lost silently.
template <class Response>
class responder {
public:
    using function = std::move_only_function<void(Response&&)>;

    explicit responder(function send) : x_send(std::move(send)) {}
    responder(responder&& other) noexcept : x_send(std::exchange(other.x_send, nullptr)) {}
    responder& operator=(responder&&) = delete;
    ~responder() {
        if (x_send) x_send(Response::given_up());
    }
    void operator()(Response&& response) {
        if (auto send = std::exchange(x_send, nullptr)) send(std::move(response));
    }

private:
    function x_send;
};

}  // namespace colblock::receiver
