// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "receiver/http2_session.hpp"
#include "support/http2_frames.hpp"

namespace colblock::test {

/// What the server has said on one stream.
struct h2_heard {
    std::map<std::string, std::string> fields;  // of all its header blocks
    std::string data;
    bool ended = false;
    int reset = -1;  // the error code of RST_STREAM

    std::string operator[](const std::string& name) const {
        const auto found = fields.find(name);
        return found == fields.end() ? "" : found->second;
    }
};

/// Remembers messages; answers when told. Takes messages of up to `max_message_len` bytes.
class recording_grpc_service final : public receiver::grpc_service {
public:
    admission admit(const receiver::grpc_head& head) override {
        paths.push_back(head.path);
        if (head.path == "/refused") return {.refusal = receiver::refusal(receiver::rpc_code::unimplemented, "no")};
        return {.refusal = std::nullopt, .route = 7, .max_message_len = max_message_len};
    }
    void serve(receiver::grpc_request& request, receiver::grpc_responder respond) override {
        messages.emplace_back(request.bytes.view());
        codings.push_back(request.coding);
        pacings.push_back(request.sender);
        if (keep_bytes) request.bytes = buffer();
        responders.push_back(std::move(respond));
    }

    std::size_t max_message_len = 1000;
    bool keep_bytes = false;
    std::vector<std::string> paths;
    std::vector<std::string> messages;
    std::vector<receiver::content_encoding> codings;
    std::vector<receiver::pacing> pacings;
    std::vector<receiver::grpc_responder> responders;
};

/// A connection in which both directions are strings; the server's is read by nghttp2's HPACK decoder.
class h2_peer {
public:
    explicit h2_peer(std::size_t max_in_use = std::size_t{1} << 30)
        : h2_peer(receiver::session_limits{.max_in_use_len = max_in_use}) {}
    explicit h2_peer(const receiver::session_limits& with) : limits(with) {
        nghttp2_hd_inflate_new(&x_inflater);
    }
    h2_peer(const h2_peer&) = delete;
    ~h2_peer() { nghttp2_hd_inflate_del(x_inflater); }

    /// Receives `input` in pieces of `piece` bytes.
    void feed(std::string_view input, std::size_t piece = 1'000'000) {
        settle();
        while (!input.empty() && session.wants() != receiver::wish::close) {
            if (session.wants() == receiver::wish::nothing) return;
            const std::span<char> room = session.prepare();
            const std::size_t n = std::min({piece, room.size(), input.size()});
            std::memcpy(room.data(), input.data(), n);
            input.remove_prefix(n);
            session.received(n);
            settle();
        }
    }
    void respond(std::int32_t stream, receiver::grpc_response&& response = {}) {
        session.respond(stream, std::move(response));
        settle();
    }
    void end() {
        session.end_of_input();
        settle();
    }
    void finish() {
        session.finish();
        settle();
    }
    /// Two looks at the clock: a deadline begins with the first.
    void wait(std::chrono::nanoseconds time) {
        session.tick();
        settle();
        host.now += time;
        session.tick();
        settle();
    }
    void settle() {
        for (byte_view rest = session.output(); !rest.empty(); rest = session.output()) {
            const std::size_t n = std::min(rest.size(), max_send_len);
            sent += rest.substr(0, n);
            session.sent(n);
        }
        while (read_frame()) {}
    }
    const h2_heard& on(std::uint32_t stream) { return streams[stream]; }

    recording_grpc_service service;
    receiver::buffer_pool pool;
    receiver::session_limits limits;
    receiver::session_host host{pool, limits};
    receiver::http2_session session{service, host};
    std::size_t max_send_len = 1'000'000;
    std::string sent;                         // all of it
    std::map<std::uint32_t, h2_heard> streams;
    std::vector<std::string> pings;           // acknowledged
    std::vector<std::uint32_t> goaways;       // error codes
    std::vector<std::uint32_t> last_streams;  // what GOAWAY said

private:
    static std::uint32_t number_at(std::string_view bytes, std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i != 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
        return value;
    }
    bool read_frame() {
        if (sent.size() - x_read < 9) return false;
        const std::string_view head(sent.data() + x_read, 9);
        const std::size_t len = number_at(head, 0) >> 8;
        if (sent.size() - x_read < 9 + len) return false;
        const std::string payload = sent.substr(x_read + 9, len);
        take(static_cast<http2_type>(head[3]), head[4], number_at(head, 5), payload);
        x_read += 9 + len;
        return true;
    }
    void take(http2_type type, int flags, std::uint32_t stream, const std::string& payload) {
        if (type == h2_headers) read_block(streams[stream], payload);
        if (type == h2_data) streams[stream].data += payload;
        if ((type == h2_headers || type == h2_data) && (flags & h2_end_stream) != 0) streams[stream].ended = true;
        if (type == h2_rst_stream) streams[stream].reset = static_cast<int>(number_at(payload, 0));
        if (type == h2_ping && (flags & h2_ack) != 0) pings.push_back(payload);
        if (type == h2_goaway) {
            last_streams.push_back(number_at(payload, 0));
            goaways.push_back(number_at(payload, 4));
        }
    }
    void read_block(h2_heard& into, const std::string& block) {
        const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
        const std::uint8_t* const end = at + block.size();
        int flags = 0;
        while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
            nghttp2_nv field{};
            const ssize_t n = nghttp2_hd_inflate_hd2(x_inflater, &field, &flags, at, static_cast<std::size_t>(end - at), 1);
            if (n < 0) return;
            at += n;
            if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0)
                into.fields[{reinterpret_cast<char*>(field.name), field.namelen}] = {reinterpret_cast<char*>(field.value), field.valuelen};
        }
        nghttp2_hd_inflate_end_headers(x_inflater);
    }

    nghttp2_hd_inflater* x_inflater = nullptr;
    std::size_t x_read = 0;
};

}  // namespace colblock::test
