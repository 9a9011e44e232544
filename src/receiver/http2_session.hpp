// SPDX-License-Identifier: Apache-2.0
#pragma once

// One HTTP/2 connection with gRPC calls, without its socket. nghttp2 knows frames, HPACK and flow control,
// and is seen only here; grpc_call knows what a call is.
//
//   connection: open --> finishing (GOAWAY is out, calls in flight go on) --> lingering --> closed
//
//   stream:     head --> body --> waiting (for the service's response) --> answered
//                  \       \                                             ^
//                   +-------+------------- refused ----------------------+
//
// Lingering: our side has ended; input is read and dropped, because closing a socket with unread input
// resets the connection and destroys the GOAWAY on its way.

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "receiver/flood_guard.hpp"
#include "receiver/grpc_call.hpp"
#include "receiver/session.hpp"

struct nghttp2_session;

namespace colblock::receiver {

class http2_session final : public session {
public:
    enum class phase : std::uint8_t { open, finishing, lingering, closed };

    /// Both must outlive the session.
    http2_session(grpc_service& service, session_host& host);
    ~http2_session() override;

    [[nodiscard]] std::span<char> prepare() override;
    void received(std::size_t n) override;
    void end_of_input() override;
    [[nodiscard]] byte_view output() override;
    void sent(std::size_t n) override;
    void tick() override;
    void finish() override;
    [[nodiscard]] wish wants() const noexcept override;

    /// The response to the call of a stream; nothing happens if the stream is gone.
    void respond(std::int32_t stream_id, grpc_response&& response);

    [[nodiscard]] phase where() const noexcept { return x_phase; }
    [[nodiscard]] std::size_t num_streams() const noexcept { return x_streams.size(); }

private:
    struct callbacks;
    struct stream;

    void begin_stream(std::int32_t id);
    void head_complete(stream& s);
    void stream_data(stream& s, byte_view piece);
    void stream_complete(stream& s, std::size_t last_frame_len);
    void take_from_input(grpc_message& message, std::size_t last_frame_len);
    void input_read();
    void stream_closed(std::int32_t id);
    void serve(stream& s);
    void answer(stream& s, grpc_response&& response);
    void submit(stream& s, const grpc_response& response);
    void watch_for_floods();
    void check(stream& s);
    void go_away(std::uint32_t error_code);
    void begin_linger();
    void fill_output();

    grpc_service* x_service;
    session_host* x_host;
    std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> x_http2;
    std::unordered_map<std::int32_t, std::unique_ptr<stream>> x_streams;
    phase x_phase = phase::open;
    bool x_input_ended = false;
    bool x_terminated = false;        // the last GOAWAY is on its way
    bool x_notice_sent = false;       // the first of the two GOAWAYs of a graceful end
    buffer x_in;                      // from the pool or x_in_stream, between prepare() and received()
    const char* x_in_end = nullptr;   // of what was received
    const char* x_piece_end = nullptr;  // there, of the last piece of the message in it
    std::int32_t x_in_stream = 0;       // whose message that is, or was
    std::size_t x_received_len = 0;   // while lingering
    std::string x_output;
    std::size_t x_sent_len = 0;       // of x_output
    flood_guard x_guard;
    std::uint64_t x_num_events = 0;   // streams begun and ended, so that idling is told from work
    deadline x_idle;
    pacing x_pacing;
    steady::time_point x_answered_at{};
};

}  // namespace colblock::receiver
