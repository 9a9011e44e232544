// SPDX-License-Identifier: Apache-2.0
#include "receiver/http_session.hpp"

#include <algorithm>

#include "colblock/base/limits.hpp"

namespace colblock::receiver {

namespace {

// Below this much room a buffer grows: receiving in small pieces costs a system call each.
constexpr std::size_t min_room = std::size_t{16} << 10;
// What is read and dropped of a sender that does not stop after it was refused.
constexpr std::size_t max_linger_len = std::size_t{16} << 20;

constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

constexpr std::string_view too_many_connections =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

}  // namespace

protocol http_protocol(http_service& service) {
    return {.start = [&service](session_host& host) { return std::make_unique<http_session>(service, host); },
            .refusal = too_many_connections};
}

http_session::~http_session() {
    x_phase = phase::closed;
    drop_input();
}

wish http_session::wants() const noexcept {
    switch (x_phase) {
    case phase::idle:
    case phase::head:
    case phase::body:
    case phase::skipping: return wish::input;
    case phase::waiting:
    case phase::sending: return wish::nothing;
    case phase::lingering: return wish::linger;
    case phase::closed: break;
    }
    return wish::close;
}

std::span<char> http_session::prepare() {
    if (x_in.capacity() == 0) x_in = x_host->pool.take();
    const std::size_t room = x_in.capacity() - x_in.size();
    if (room < min_room) {
        // An announced length is only a claim: follow it in steps that the bytes received so far justify.
        std::size_t wanted = std::max(x_in.size(), min_room);
        if (x_phase == phase::body && !x_chunked)
            wanted = std::clamp(x_head_len + x_body_len - x_in.size(), min_room, 3 * wanted);
        const std::size_t before = x_in.capacity();
        x_in.reserve(wanted);
        x_host->pool.note_growth(before, x_in.capacity());
    }
    return {x_in.data() + x_in.size(), x_in.capacity() - x_in.size()};
}

void http_session::received(std::size_t n) {
    x_in.set_end(x_in.data() + x_in.size() + n);
    x_received_len += n;
    if (x_phase == phase::lingering) {
        x_in.clear();
        if (x_received_len > max_linger_len) end_of_input();
        return;
    }
    advance();
}

void http_session::end_of_input() {
    x_phase = phase::closed;
    drop_input();
}

void http_session::advance() {
    switch (x_phase) {
    case phase::idle:
    case phase::head: return take_head();
    case phase::body: return take_body();
    case phase::skipping: return skip_body();
    case phase::lingering:
    case phase::waiting:
    case phase::sending:
    case phase::closed: break;
    }
}

void http_session::take_head() {
    if (x_phase == phase::idle) {
        x_phase = phase::head;
        x_begun_at = x_host->now;
        x_is_head_method = false;
        x_response_fields.clear();
        ++x_num_requests;
    }
    const std::size_t len = find_head_end(x_in.view(), x_searched);
    x_searched = x_in.size();
    const std::size_t max_len = x_host->limits.max_head_len;
    if (len > max_len || (len == 0 && x_in.size() > max_len))
        return fail_head({431, "the request line and fields are over the limit"});
    if (len == 0) return;

    const auto parsed = parse_head(x_in.view().substr(0, len));
    if (!parsed) return fail_head(parsed.error());
    begin_body(*parsed, x_service->admit(*parsed));
}

void http_session::begin_body(const http_head& head, http_service::admission&& admitted) {
    x_head_len = head.len;
    x_keep_alive = head.keep_alive;
    x_is_head_method = head.method == "HEAD";
    x_chunked = head.chunked;
    x_body_len = static_cast<std::size_t>(head.content_length.value_or(0));
    x_max_body_len = admitted.max_body_len;
    x_response_fields = std::move(admitted.fields);
    x_request.route = admitted.route;
    x_request.target_offset = static_cast<std::size_t>(head.target.data() - x_in.data());
    x_request.target_len = head.target.size();
    x_chunks.start(head.len);

    if (admitted.refusal) {
        // Who waits for 100 Continue may or may not send the body: the connection cannot go on.
        if (head.expects_continue) return answer_and_close(std::move(*admitted.refusal));
        x_refusal = std::move(*admitted.refusal);
        x_phase = phase::skipping;
        x_received_len = x_in.size() - head.len;
        return skip_body();
    }
    if (!x_chunked && x_body_len > x_max_body_len) return fail_body(413, "the body is over the limit");
    x_phase = phase::body;
    if (head.expects_continue && head.has_body() && x_in.size() == head.len) {
        x_output = continue_response;
        x_interim = true;
        x_phase = phase::sending;
        return;
    }
    take_body();
}

void http_session::take_body() {
    x_chunked ? take_chunked_body() : take_length_body();
    if (x_phase == phase::body && x_host->pool.in_use_len() > x_host->limits.max_in_use_len)
        fail_body(503, "too many requests are being received");
}

void http_session::take_length_body() {
    const std::size_t end = x_head_len + x_body_len;
    if (x_in.size() >= end) complete(x_head_len, end, end);
}

void http_session::take_chunked_body() {
    const auto read = x_chunks.resume(x_in.data(), x_in.size(), x_max_body_len);
    if (!read) {
        const bool too_large = read.error().code == errc::too_large;
        return fail_body(too_large ? 413 : 400, too_large ? "the body is over the limit" : "the chunks are malformed");
    }
    if (x_chunks.done()) return complete(x_chunks.data_begin(), x_chunks.data_end(), x_chunks.next());
    x_in.truncate(x_chunks.squeeze());
}

void http_session::skip_body() {
    if (x_received_len > limits::max_payload_len) return answer_and_close(std::move(x_refusal));
    std::size_t next = 0;
    if (x_chunked) {
        if (!x_chunks.resume(x_in.data(), x_in.size(), 0, true)) return answer_and_close(std::move(x_refusal));
        if (!x_chunks.done()) {
            x_in.truncate(x_chunks.squeeze());
            return;
        }
        next = x_chunks.next();
    } else {
        const std::size_t skipped = std::min(x_in.size() - x_head_len, x_body_len);
        x_body_len -= skipped;
        if (x_body_len != 0) {
            x_in.truncate(x_head_len);
            return;
        }
        next = x_head_len + skipped;
    }
    x_in.drop_front(next);
    x_following = std::move(x_in);
    x_phase = phase::waiting;
    respond(std::move(x_refusal));
}

// The body is [body_offset, body_end) of x_in; the next request may already follow at `next`.
void http_session::complete(std::size_t body_offset, std::size_t body_end, std::size_t next) {
    if (next != x_in.size()) {
        x_following = x_host->pool.take();
        const std::size_t before = x_following.capacity();
        x_following.append(x_in.view().substr(next));
        x_host->pool.note_growth(before, x_following.capacity());
    }
    x_in.truncate(body_end);
    x_request.body_offset = body_offset;
    x_phase = phase::waiting;
    serve();
}

void http_session::serve() {
    x_served_at = x_host->now;
    if (x_pacing.known) x_pacing.pause = x_begun_at - x_answered_at;
    x_request.sender = x_pacing;
    x_host->pool.forget(x_in.capacity());
    x_request.bytes = std::move(x_in);
    x_service->serve(x_request, http_responder([this, path = x_host->path](http_response&& response) mutable {
        std::move(path).post([this, response = std::move(response)]() mutable { respond(std::move(response)); });
    }));
    x_host->pool.keep(std::move(x_request.bytes));
}

void http_session::respond(http_response&& response) {
    if (x_phase != phase::waiting) return;
    x_answered_at = x_host->now;
    x_pacing.last_wait = x_answered_at - x_served_at;
    x_pacing.known = true;
    x_keep_alive = x_keep_alive && !x_finishing && !response.close;
    response.fields += x_response_fields;
    write_response(response, x_keep_alive, x_output);
    if (x_is_head_method) x_output.resize(x_output.size() - response.body.size());
    x_phase = phase::sending;
}

void http_session::fail_head(const bad_head& what) {
    answer_and_close(x_service->broken_head(x_in.view(), what));
}

void http_session::fail_body(unsigned status, std::string_view why) {
    answer_and_close(x_service->failure(x_request.route, status, why));
}

void http_session::answer_and_close(http_response&& response) {
    response.close = true;
    x_phase = phase::waiting;
    respond(std::move(response));
}

byte_view http_session::output() {
    return x_phase == phase::sending ? byte_view(x_output).substr(x_sent_len) : byte_view();
}

void http_session::sent(std::size_t n) {
    x_sent_len += n;
    if (x_sent_len != x_output.size()) return;
    x_sent_len = 0;
    all_sent();
}

void http_session::all_sent() {
    if (x_interim) {
        x_interim = false;
        x_phase = phase::body;
        return take_body();
    }
    if (x_keep_alive) return next_request();
    x_phase = phase::lingering;
    x_received_len = 0;
    drop_input();
}

void http_session::next_request() {
    drop_input();
    x_in = std::move(x_following);
    x_searched = 0;
    x_phase = phase::idle;
    if (!x_in.empty()) return take_head();
    drop_input();
    if (x_finishing) end_of_input();
}

// Trickling bytes do not extend a deadline: it is for a phase of a request. Sending is the server's to watch.
void http_session::tick() {
    const session_limits& l = x_host->limits;
    std::chrono::milliseconds allowed{};
    switch (x_phase) {
    // Who never sent anything has not earned the patience that is for the next request.
    case phase::idle: allowed = x_num_requests == 0 ? l.head_timeout : l.idle_timeout; break;
    case phase::head: allowed = l.head_timeout; break;
    case phase::body:
    case phase::skipping: allowed = l.body_timeout; break;
    case phase::lingering: allowed = l.linger_timeout; break;
    case phase::waiting:
    case phase::sending:
    case phase::closed: return;
    }
    if (!x_deadline.passed(x_num_requests * 16 + static_cast<std::uint64_t>(x_phase), allowed, x_host->now)) return;
    switch (x_phase) {
    case phase::head: return fail_head({408, "the request line and fields did not arrive in time"});
    case phase::body: return fail_body(408, "the body did not arrive in time");
    default: return end_of_input();
    }
}

void http_session::finish() {
    x_finishing = true;
    if (x_phase == phase::idle || x_phase == phase::lingering) end_of_input();
}

// Gives the receive buffer back. `x_following` goes with the connection, or becomes the buffer.
void http_session::drop_input() noexcept {
    if (x_in.capacity() != 0) x_host->pool.give(std::move(x_in));
    const bool ended = x_phase == phase::lingering || x_phase == phase::closed;
    if (ended && x_following.capacity() != 0) x_host->pool.give(std::move(x_following));
}

}  // namespace colblock::receiver
