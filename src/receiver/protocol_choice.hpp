// SPDX-License-Identifier: Apache-2.0
#pragma once

// connection := HTTP/2 preface ... | HTTP/1.1 request ...
//
// The preface, "PRI * HTTP/2.0" and so on, is what no HTTP/1.1 request begins with.

#include <array>
#include <memory>

#include "receiver/grpc_service.hpp"
#include "receiver/http_service.hpp"
#include "receiver/session.hpp"

namespace colblock::receiver {

/// Connections on which the peer chooses, by its first bytes, HTTP/1.1 or gRPC over HTTP/2 with prior
/// knowledge. Both services must outlive them.
[[nodiscard]] protocol http_or_grpc_protocol(http_service& http, grpc_service& grpc);

/// A session that becomes another one with the first bytes.
class protocol_choice final : public session {
public:
    protocol_choice(http_service& http, grpc_service& grpc, session_host& host)
        : x_http(&http), x_grpc(&grpc), x_host(&host) {}

    [[nodiscard]] std::span<char> prepare() override;
    void received(std::size_t n) override;
    void end_of_input() override;
    [[nodiscard]] byte_view output() override { return x_chosen ? x_chosen->output() : byte_view(); }
    void sent(std::size_t n) override { x_chosen->sent(n); }
    void tick() override;
    void finish() override;
    [[nodiscard]] wish wants() const noexcept override;

private:
    static constexpr std::size_t preface_len = 24;

    http_service* x_http;
    grpc_service* x_grpc;
    session_host* x_host;
    std::unique_ptr<session> x_chosen;
    std::array<char, preface_len> x_first{};
    std::size_t x_first_len = 0;
    bool x_closed = false;
    deadline x_deadline;
};

}  // namespace colblock::receiver
