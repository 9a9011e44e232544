// SPDX-License-Identifier: Apache-2.0
#include "receiver/http2_session.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <new>
#include <vector>

#include "colblock/base/limits.hpp"

namespace colblock::receiver {

namespace {

// The defaults, 64 KiB and 16 KiB, force a WINDOW_UPDATE several times a request. What is received is consumed
// at once, so large windows hold no memory of ours; what bodies hold is bounded by session_limits.
constexpr std::uint32_t stream_window_len = std::uint32_t{8} << 20;
constexpr std::int32_t connection_window_len = std::int32_t{64} << 20;
constexpr std::uint32_t max_frame_len = std::uint32_t{1} << 20;

// So much output is put together for one send.
constexpr std::size_t usual_output_len = std::size_t{64} << 10;

constexpr std::ptrdiff_t frame_head_len = 9;

// What is read and dropped of a peer that does not stop after our side has ended.
constexpr std::size_t max_linger_len = std::size_t{16} << 20;

nghttp2_nv field(std::string_view name, std::string_view value) noexcept {
    return {.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
            .value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())),
            .namelen = name.size(),
            .valuelen = value.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
}

std::string_view text_of(nghttp2_rcbuf* bytes) noexcept {
    const nghttp2_vec v = nghttp2_rcbuf_get_buf(bytes);
    return {reinterpret_cast<const char*>(v.base), v.len};
}

// Digits of a small number.
class digits {
public:
    explicit digits(unsigned value) noexcept : x_end(std::to_chars(x_text.begin(), x_text.end(), value).ptr) {}
    [[nodiscard]] std::string_view view() const noexcept { return {x_text.begin(), x_end}; }

private:
    std::array<char, 12> x_text{};
    char* x_end;
};

}  // namespace

struct http2_session::stream {
    enum class phase : std::uint8_t { head, body, waiting, answered };

    stream(std::int32_t stream_id, const session_host& host)
        : id(stream_id), call(host.pool, host.limits.max_head_len), begun_at(host.now) {}

    std::int32_t id;
    phase where = phase::head;
    bool received_all = false;
    grpc_call call;
    steady::time_point begun_at;
    steady::time_point served_at{};
    deadline late;
    std::string body;           // of the answer, the prefix included
    std::size_t body_sent_len = 0;
    bool has_trailers = false;  // grpc-status follows the body
};

// ---- what nghttp2 tells

struct http2_session::callbacks {
    static http2_session& of(void* user) noexcept { return *static_cast<http2_session*>(user); }
    static stream* stream_of(nghttp2_session* http2, std::int32_t id) noexcept {
        return static_cast<stream*>(nghttp2_session_get_stream_user_data(http2, id));
    }
    static bool is_request(const nghttp2_frame& frame) noexcept {
        return frame.hd.type == NGHTTP2_HEADERS && frame.headers.cat == NGHTTP2_HCAT_REQUEST;
    }

    static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (is_request(*frame)) of(user).begin_stream(frame->hd.stream_id);
        return 0;
    }

    static int header(nghttp2_session* http2, const nghttp2_frame* frame, nghttp2_rcbuf* name, nghttp2_rcbuf* value,
                      std::uint8_t, void*) {
        stream* const s = is_request(*frame) ? stream_of(http2, frame->hd.stream_id) : nullptr;
        if (s != nullptr) s->call.field(text_of(name), text_of(value));
        return 0;
    }

    static int frame_received(nghttp2_session* http2, const nghttp2_frame* frame, void* user) {
        http2_session& self = of(user);
        const bool is_data = frame->hd.type == NGHTTP2_DATA;
        const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (!is_data && frame->hd.type != NGHTTP2_HEADERS) self.watch_for_floods();
        if (is_data && frame->hd.length == 0 && !ends) self.watch_for_floods();
        stream* const s = frame->hd.stream_id == 0 ? nullptr : stream_of(http2, frame->hd.stream_id);
        if (s == nullptr || (!is_data && frame->hd.type != NGHTTP2_HEADERS)) return 0;
        if (is_request(*frame)) self.head_complete(*s);
        if (ends) self.stream_complete(*s, frame->hd.length);
        return 0;
    }

    static int data_chunk(nghttp2_session* http2, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                          std::size_t len, void* user) {
        if (stream* const s = stream_of(http2, id))
            of(user).stream_data(*s, {reinterpret_cast<const char*>(data), len});
        return 0;
    }

    // Once an answer is complete, the rest of the request is not wanted: this is how the peer learns it.
    static int frame_sent(nghttp2_session* http2, const nghttp2_frame* frame, void*) {
        const bool may_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
        if (!may_end || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
        const stream* const s = stream_of(http2, frame->hd.stream_id);
        if (s != nullptr && !s->received_all)
            nghttp2_submit_rst_stream(http2, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
        return 0;
    }

    static int stream_closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
        of(user).stream_closed(id);
        return 0;
    }

    static ssize_t read_body(nghttp2_session* http2, std::int32_t id, std::uint8_t* to, std::size_t room,
                             std::uint32_t* flags, nghttp2_data_source* source, void*) {
        stream& s = *static_cast<stream*>(source->ptr);
        const std::size_t n = std::min(room, s.body.size() - s.body_sent_len);
        std::memcpy(to, s.body.data() + s.body_sent_len, n);
        s.body_sent_len += n;
        if (s.body_sent_len != s.body.size()) return static_cast<ssize_t>(n);
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (!s.has_trailers) return static_cast<ssize_t>(n);
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const nghttp2_nv ok = field("grpc-status", "0");
        if (nghttp2_submit_trailer(http2, id, &ok, 1) != 0) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        return static_cast<ssize_t>(n);
    }

    static const nghttp2_session_callbacks* table() {
        static const nghttp2_session_callbacks* const made = [] {
            nghttp2_session_callbacks* all = nullptr;
            if (nghttp2_session_callbacks_new(&all) != 0) throw std::bad_alloc();
            nghttp2_session_callbacks_set_on_begin_headers_callback(all, &begin_headers);
            nghttp2_session_callbacks_set_on_header_callback2(all, &header);
            nghttp2_session_callbacks_set_on_frame_recv_callback(all, &frame_received);
            nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, &data_chunk);
            nghttp2_session_callbacks_set_on_frame_send_callback(all, &frame_sent);
            nghttp2_session_callbacks_set_on_stream_close_callback(all, &stream_closed);
            return all;
        }();
        return made;
    }

    static const nghttp2_option* options() {
        static const nghttp2_option* const made = [] {
            nghttp2_option* all = nullptr;
            if (nghttp2_option_new(&all) != 0) throw std::bad_alloc();
            // flood_guard counts resets with the other frames, and answers as the RFC says.
            nghttp2_option_set_stream_reset_rate_limit(all, UINT32_MAX, UINT32_MAX);
            return all;
        }();
        return made;
    }
};

// ---- session

http2_session::http2_session(grpc_service& service, session_host& host)
    : x_service(&service), x_host(&host), x_http2(nullptr, &nghttp2_session_del), x_guard(host.now) {
    nghttp2_session* made = nullptr;
    if (nghttp2_session_server_new2(&made, callbacks::table(), this, callbacks::options()) != 0) throw std::bad_alloc();
    x_http2.reset(made);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits::max_http2_streams},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window_len},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, max_frame_len},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(host.limits.max_head_len)},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    };
    nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings, std::size(settings));
    nghttp2_session_set_local_window_size(made, NGHTTP2_FLAG_NONE, 0, connection_window_len);
}

http2_session::~http2_session() {
    if (x_in.capacity() != 0) x_host->pool.give(std::move(x_in));
}

wish http2_session::wants() const noexcept {
    switch (x_phase) {
    case phase::open:
    case phase::finishing: return x_input_ended ? wish::nothing : wish::input;
    case phase::lingering: return wish::linger;
    case phase::closed: break;
    }
    return wish::close;
}

// nghttp2 consumes everything, so the buffer goes back after each receive: to the pool, or to the long message that is
// in it, of which the rest is received right behind.
std::span<char> http2_session::prepare() {
    if (x_in.capacity() == 0) {
        const auto found = x_streams.find(x_in_stream);
        const bool goes_on = found != x_streams.end() && found->second->call.message().can_lend();
        x_in = goes_on ? found->second->call.message().lend() : x_host->pool.take();
    }
    return {x_in.data() + x_in.size(), x_in.capacity() - x_in.size()};
}

void http2_session::received(std::size_t n) {
    if (x_phase == phase::lingering) {
        x_received_len += n;
        if (x_received_len > max_linger_len) x_phase = phase::closed;
    } else if (x_phase != phase::closed) {
        const char* const begin = x_in.data() + x_in.size();
        x_in_end = begin + n;
        x_piece_end = begin;
        const ssize_t taken = nghttp2_session_mem_recv(x_http2.get(), reinterpret_cast<const std::uint8_t*>(begin), n);
        // What the protocol has an answer to, nghttp2 answers with GOAWAY; this is the rest.
        if (taken < 0) go_away(taken == NGHTTP2_ERR_FLOODED ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
    }
    input_read();
}

void http2_session::input_read() {
    const auto found = x_streams.find(x_in_stream);
    if (found == x_streams.end() || !found->second->call.message().in_input()) return x_host->pool.give(std::move(x_in));
    found->second->call.message().settle(std::move(x_in));
}

// The input can be handed over only with nothing left to read in it: that is so if the frame just read, with the last
// piece or empty, is the last one.
void http2_session::take_from_input(grpc_message& message, std::size_t last_frame_len) {
    const std::ptrdiff_t behind = x_in_end - x_piece_end;
    if (behind == 0 || (behind == frame_head_len && last_frame_len == 0)) return message.settle(std::move(x_in));
    message.copy_from(x_in);
}

// Calls that are complete are answered: the peer may have shut down its side only. An answer on its way
// out is still read by nghttp2.
void http2_session::end_of_input() {
    x_input_ended = true;
    std::erase_if(x_streams, [this](const auto& each) {
        if (each.second->received_all || each.second->where == stream::phase::answered) return false;
        nghttp2_session_set_stream_user_data(x_http2.get(), each.first, nullptr);
        return true;
    });
    if (x_phase == phase::lingering || x_streams.empty()) x_phase = phase::closed;
}

byte_view http2_session::output() {
    if (x_sent_len == x_output.size()) fill_output();
    return byte_view(x_output).substr(x_sent_len);
}

void http2_session::sent(std::size_t n) { x_sent_len += n; }

void http2_session::fill_output() {
    x_output.clear();
    x_sent_len = 0;
    if (x_phase == phase::lingering || x_phase == phase::closed) return;
    while (x_output.size() < usual_output_len) {
        const std::uint8_t* piece = nullptr;
        const ssize_t n = nghttp2_session_mem_send(x_http2.get(), &piece);
        if (n < 0) return begin_linger();
        if (n == 0) break;
        x_output.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(n));
    }
    if (!x_output.empty()) return;
    if (x_input_ended && x_streams.empty()) x_phase = phase::closed;
    else if (!nghttp2_session_want_read(x_http2.get()) && !nghttp2_session_want_write(x_http2.get())) begin_linger();
}

void http2_session::begin_linger() {
    x_phase = x_input_ended ? phase::closed : phase::lingering;
    x_streams.clear();
}

void http2_session::go_away(std::uint32_t error_code) {
    if (x_phase == phase::lingering || x_phase == phase::closed || std::exchange(x_terminated, true)) return;
    nghttp2_session_terminate_session(x_http2.get(), error_code);
}

// Two GOAWAYs, the first of which only says that there will be one: calls that are on their way meanwhile
// are still served. Without calls one is enough, callers repeat what it did not see.
void http2_session::finish() {
    if (x_phase != phase::open) return;
    x_phase = phase::finishing;
    if (x_streams.empty()) return go_away(NGHTTP2_NO_ERROR);
    nghttp2_submit_shutdown_notice(x_http2.get());
}

// ---- streams

void http2_session::begin_stream(std::int32_t id) {
    if (x_terminated) return;  // what has no stream here is passed over
    ++x_num_events;
    auto fresh = std::make_unique<stream>(id, *x_host);
    nghttp2_session_set_stream_user_data(x_http2.get(), id, fresh.get());
    x_streams[id] = std::move(fresh);
}

void http2_session::head_complete(stream& s) {
    s.where = stream::phase::body;
    if (auto refused = s.call.begin(*x_service)) answer(s, std::move(*refused));
}

void http2_session::stream_data(stream& s, byte_view piece) {
    if (s.where != stream::phase::body) return;
    if (auto refused = s.call.data(piece, x_host->limits.max_in_use_len, x_in)) answer(s, std::move(*refused));
    if (!s.call.message().in_input()) return;
    x_in_stream = s.id;
    x_piece_end = piece.data() + piece.size();
}

void http2_session::stream_complete(stream& s, std::size_t last_frame_len) {
    s.received_all = true;
    if (s.where != stream::phase::body || x_terminated) return;
    if (s.call.message().in_input()) take_from_input(s.call.message(), last_frame_len);
    if (auto refused = s.call.end()) return answer(s, std::move(*refused));
    serve(s);
}

void http2_session::serve(stream& s) {
    x_guard.earn();
    s.where = stream::phase::waiting;
    s.served_at = x_host->now;
    if (x_pacing.known) x_pacing.pause = std::max(steady::duration::zero(), s.begun_at - x_answered_at);
    s.call.serve(*x_service, x_pacing, grpc_responder([this, id = s.id, path = x_host->path](grpc_response&& r) mutable {
        std::move(path).post([this, id, r = std::move(r)]() mutable { respond(id, std::move(r)); });
    }));
}

void http2_session::respond(std::int32_t stream_id, grpc_response&& response) {
    const auto found = x_streams.find(stream_id);
    if (found == x_streams.end() || found->second->where != stream::phase::waiting) return;
    x_answered_at = x_host->now;
    x_pacing.last_wait = x_answered_at - found->second->served_at;
    x_pacing.known = true;
    answer(*found->second, std::move(response));
}

void http2_session::answer(stream& s, grpc_response&& response) {
    s.call.drop();
    s.where = stream::phase::answered;
    submit(s, response);
}

void http2_session::submit(stream& s, const grpc_response& response) {
    const bool is_grpc = response.http_status == 200;
    const bool ok = is_grpc && response.code == rpc_code::ok;
    const digits status(response.http_status);
    const digits code(static_cast<unsigned>(response.code));
    std::vector<nghttp2_nv> fields{field(":status", status.view()),
                                   field("content-type", is_grpc ? "application/grpc" : "text/plain; charset=utf-8")};
    std::string message;
    std::string details;
    if (is_grpc) fields.push_back(field("grpc-accept-encoding", grpc_accepted_encodings));
    if (response.http_status == 405) fields.push_back(field("allow", "POST"));
    if (is_grpc && !ok) {
        fields.push_back(field("grpc-status", code.view()));
        message = grpc_message_value(response.message);
        fields.push_back(field("grpc-message", message));
        if (!response.details.empty()) {
            details = grpc_details_value(response.details);
            fields.push_back(field("grpc-status-details-bin", details));
        }
    }
    if (ok) {
        const auto len = static_cast<std::uint32_t>(response.body.size());
        s.body = {'\0', static_cast<char>(len >> 24), static_cast<char>(len >> 16), static_cast<char>(len >> 8),
                  static_cast<char>(len)};
        s.body += response.body;
        s.has_trailers = true;
    } else if (!is_grpc) {
        s.body = response.message + '\n';
    }
    const nghttp2_data_provider source{.source = {.ptr = &s}, .read_callback = &callbacks::read_body};
    nghttp2_submit_response(x_http2.get(), s.id, fields.data(), fields.size(), s.body.empty() ? nullptr : &source);
}

void http2_session::stream_closed(std::int32_t id) {
    ++x_num_events;
    x_streams.erase(id);
}

// ---- what is too much, and what is too late

void http2_session::watch_for_floods() {
    if (!x_guard.spend(x_host->now)) go_away(NGHTTP2_ENHANCE_YOUR_CALM);
}

void http2_session::tick() {
    const session_limits& l = x_host->limits;
    if (x_phase == phase::closed) return;
    if (x_phase == phase::lingering) {
        if (x_idle.passed(UINT64_MAX - 1, l.linger_timeout, x_host->now)) x_phase = phase::closed;
        return;
    }
    if (x_phase == phase::finishing && !std::exchange(x_notice_sent, true) && !x_streams.empty())
        nghttp2_submit_goaway(x_http2.get(), NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(x_http2.get()),
                              NGHTTP2_NO_ERROR, nullptr, 0);
    if (x_streams.empty()) {
        const auto allowed = x_num_events == 0 ? std::min(l.head_timeout, l.idle_timeout) : l.idle_timeout;
        if (x_idle.passed(x_num_events, allowed, x_host->now)) go_away(NGHTTP2_NO_ERROR);
    }
    std::vector<stream*> all;
    for (const auto& [id, s] : x_streams) all.push_back(s.get());
    for (stream* const each : all) check(*each);
}

void http2_session::check(stream& s) {
    const session_limits& l = x_host->limits;
    const steady::time_point now = x_host->now;
    switch (s.where) {
    case stream::phase::head:
        // In the middle of a header block nothing else can be said on the connection.
        if (s.late.passed(0, l.head_timeout, now)) go_away(NGHTTP2_ENHANCE_YOUR_CALM);
        return;
    case stream::phase::body:
        if (s.late.passed(1, l.body_timeout, now))
            return answer(s, refusal(rpc_code::deadline_exceeded, "the message did not arrive in time"));
        break;
    case stream::phase::waiting: break;
    case stream::phase::answered:
        // The peer opens no window for the answer.
        if (s.late.passed(2, l.body_timeout, now))
            nghttp2_submit_rst_stream(x_http2.get(), NGHTTP2_FLAG_NONE, s.id, NGHTTP2_CANCEL);
        return;
    }
    if (const auto timeout = s.call.timeout(); timeout && now - s.begun_at >= *timeout)
        answer(s, refusal(rpc_code::deadline_exceeded, "the caller's time is over"));
}

}  // namespace colblock::receiver
