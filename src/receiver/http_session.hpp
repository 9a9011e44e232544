// SPDX-License-Identifier: Apache-2.0
#pragma once

// One HTTP/1.1 connection without its socket: bytes in, the next step out.
//
//            +------------------------------------------------------------- keep-alive --+
//            v                                                                           |
//   idle --> head --> body --> waiting (for the service's response) --> sending ---------+
//                 \     \                                                  ^    \ close
//                  \     +--> skipping (a refused body) -------------------+     v
//                   +--------- bad head, body over its limit --------------+   lingering --> closed
//
// Lingering: our side has ended; input is read and dropped, because closing a socket with unread input
// resets the connection and destroys the response on its way.
//
// Requests of one connection are served one after the other: pipelined ones wait in the buffer.

#include <cstdint>
#include <span>
#include <string>

#include "receiver/buffer_pool.hpp"
#include "receiver/chunked_body.hpp"
#include "receiver/http_service.hpp"
#include "receiver/session.hpp"

namespace colblock::receiver {

/// Connections that speak HTTP/1.1. `service` must outlive them.
[[nodiscard]] protocol http_protocol(http_service& service);

class http_session final : public session {
public:
    enum class phase : std::uint8_t { idle, head, body, skipping, waiting, sending, lingering, closed };

    /// Both must outlive the session. Bodies are refused with 503 while too much memory is in use.
    http_session(http_service& service, session_host& host) : x_service(&service), x_host(&host) {}
    ~http_session() override;

    [[nodiscard]] std::span<char> prepare() override;
    void received(std::size_t n) override;
    void end_of_input() override;
    [[nodiscard]] byte_view output() override;
    void sent(std::size_t n) override;
    /// Where the sender was too slow: answers 408 if a request had begun, else closes.
    void tick() override;
    void finish() override;
    [[nodiscard]] wish wants() const noexcept override;

    /// The response to the request that was served.
    void respond(http_response&& response);
    [[nodiscard]] phase where() const noexcept { return x_phase; }

private:
    void advance();
    void take_head();
    void begin_body(const http_head& head, http_service::admission&& admitted);
    void take_body();
    void take_length_body();
    void take_chunked_body();
    void skip_body();
    void complete(std::size_t body_offset, std::size_t body_end, std::size_t next);
    void serve();
    void fail_head(const bad_head& what);
    void fail_body(unsigned status, std::string_view why);
    void answer_and_close(http_response&& response);
    void all_sent();
    void next_request();
    void drop_input() noexcept;

    http_service* x_service;
    session_host* x_host;

    phase x_phase = phase::idle;
    bool x_finishing = false;
    bool x_keep_alive = true;
    bool x_chunked = false;
    bool x_is_head_method = false;     // its responses announce a body and have none
    bool x_interim = false;            // what is being sent is "100 Continue"
    buffer x_in;                       // from the pool; no capacity: not taken
    std::size_t x_searched = 0;        // how far the end of the head was looked for
    std::size_t x_head_len = 0;
    std::size_t x_body_len = 0;        // announced, if not chunked; still to skip, if skipping
    std::size_t x_max_body_len = 0;
    std::size_t x_received_len = 0;    // while lingering or skipping
    chunked_body x_chunks;
    http_request x_request;            // offsets are set with the head, bytes when complete
    buffer x_following;                // pipelined input behind the request being served
    std::string x_response_fields;     // of every answer to this request
    http_response x_refusal;           // sent when the refused body has been skipped
    std::string x_output;
    std::size_t x_sent_len = 0;        // of x_output

    std::uint64_t x_num_requests = 0;  // begun, so that a deadline is for one of them
    deadline x_deadline;
    pacing x_pacing;
    steady::time_point x_begun_at{};   // the request's first byte
    steady::time_point x_served_at{};
    steady::time_point x_answered_at{};
};

}  // namespace colblock::receiver
