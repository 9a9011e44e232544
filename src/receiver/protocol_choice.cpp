// SPDX-License-Identifier: Apache-2.0
#include "receiver/protocol_choice.hpp"

#include <algorithm>

#include "receiver/http2_session.hpp"
#include "receiver/http_session.hpp"

namespace colblock::receiver {

namespace {

constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace

protocol http_or_grpc_protocol(http_service& http, grpc_service& grpc) {
    return {.start = [&http, &grpc](session_host& host) { return std::make_unique<protocol_choice>(http, grpc, host); },
            .refusal = http_protocol(http).refusal};
}

std::span<char> protocol_choice::prepare() {
    if (x_chosen) return x_chosen->prepare();
    return std::span(x_first).subspan(x_first_len);
}

void protocol_choice::received(std::size_t n) {
    if (x_chosen) return x_chosen->received(n);
    static_assert(preface.size() == preface_len);
    x_first_len += n;
    const std::string_view first(x_first.data(), x_first_len);
    if (first == preface) x_chosen = std::make_unique<http2_session>(*x_grpc, *x_host);
    else if (!preface.starts_with(first)) x_chosen = std::make_unique<http_session>(*x_http, *x_host);
    else return;
    const std::span<char> room = x_chosen->prepare();
    std::ranges::copy(first, room.begin());
    x_chosen->received(first.size());
}

void protocol_choice::end_of_input() {
    if (x_chosen) x_chosen->end_of_input();
    x_closed = true;
}

void protocol_choice::tick() {
    if (x_chosen) return x_chosen->tick();
    // Who connects means to send: silence gets the patience of a header.
    if (x_deadline.passed(0, x_host->limits.head_timeout, x_host->now)) x_closed = true;
}

void protocol_choice::finish() {
    if (x_chosen) x_chosen->finish();
    x_closed = true;
}

wish protocol_choice::wants() const noexcept {
    if (x_chosen) return x_chosen->wants();
    return x_closed ? wish::close : wish::input;
}

}  // namespace colblock::receiver
