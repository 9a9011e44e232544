// SPDX-License-Identifier: Apache-2.0
// Any bytes on an HTTP connection become the same requests and the same answers however they are cut up on
// their way; the session never asks to receive into no memory, a body is never longer than was admitted, and
// when the connection has gone the pool has all of its buffers back.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "fuzz_check.hpp"
#include "fuzz_input.hpp"
#include "receiver/http_session.hpp"

using namespace colblock;
using namespace colblock::receiver;

namespace {

constexpr std::size_t max_body_len = 300;

class recording_service final : public http_service {
public:
    admission admit(const http_head& head) override {
        if (head.target.ends_with("no")) return {.refusal = http_response{.status = 404}};
        return {.refusal = std::nullopt, .route = 1, .max_body_len = max_body_len};
    }
    void serve(http_request& request, http_responder respond) override {
        FUZZ_CHECK(request.route == 1 && request.body().size() <= max_body_len);
        seen += std::string(request.target()) + '\n' + std::string(request.body()) + '\n';
        if (request.body().size() % 3 == 1) request.bytes = buffer();  // some services keep the bytes
        responders.push_back(std::move(respond));  // the answer comes from feed()
    }
    http_response failure(std::uint32_t, unsigned status, std::string_view) override { return {.status = status}; }

    std::string seen;
    std::vector<http_responder> responders;
};

struct outcome_of_connection {
    std::string requests;
    std::string answers;
    bool ended = false;
};

/// Feeds `input` in pieces of the lengths that `cuts` says, over and over.
outcome_of_connection feed(std::string_view input, std::string_view cuts) {
    recording_service service;
    buffer_pool pool;
    outcome_of_connection all;
    {
        const session_limits limits;
        session_host host{pool, limits};
        http_session session{service, host};
        const auto settle = [&] {
            for (;;) {
                for (byte_view rest = session.output(); !rest.empty(); rest = session.output()) {
                    all.answers += rest;
                    session.sent(rest.size());
                }
                if (session.where() != http_session::phase::waiting) break;
                session.respond({});
            }
            all.ended = session.wants() == wish::close;
        };
        for (std::size_t cut = 0; !input.empty() && !all.ended; ++cut) {
            const std::span<char> room = session.prepare();
            FUZZ_CHECK(!room.empty());
            const std::size_t piece =
                cuts.empty() ? input.size() : 1u + static_cast<unsigned char>(cuts[cut % cuts.size()]);
            const std::size_t n = std::min({piece, room.size(), input.size()});
            std::memcpy(room.data(), input.data(), n);
            input.remove_prefix(n);
            session.received(n);
            settle();
        }
        if (!all.ended) {
            session.end_of_input();
            settle();
        }
    }
    FUZZ_CHECK(pool.in_use_len() == 0);
    all.requests = std::move(service.seen);
    return all;
}

// Only who has not sent the body yet is told to go on, or refused for good.
bool expects_continue(std::string_view input) {
    return std::ranges::search(input, std::string_view("expect"), [](char a, char b) { return (a | 0x20) == b; }).size() != 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    const std::string_view cuts = input.bytes(input.choice(8));
    const outcome_of_connection whole = feed(input.rest(), {});
    const outcome_of_connection cut = feed(input.rest(), cuts.empty() ? std::string_view("\0", 1) : cuts);
    if (expects_continue(input.rest())) return 0;
    FUZZ_CHECK(whole.requests == cut.requests);
    FUZZ_CHECK(whole.answers == cut.answers);
    return 0;
}
