// SPDX-License-Identifier: Apache-2.0

// Property: whatever follows the preface of HTTP/2, the session takes it without touching memory that is not
// its own; it never asks to receive into an empty buffer; the calls that reach the service are the same
// whether the bytes come at once or in pieces, and whenever they are answered, until the session
// ends; and once the peer is gone and all calls are answered, no memory is in use and the connection is closed.
//
// Input: one byte that says how large the pieces are and whether calls are answered at once, then the
// peer's frames after its first SETTINGS.

#include <algorithm>
#include <utility>

#include "fuzz_check.hpp"
#include "support/http2_peer.hpp"

namespace {

using colblock::receiver::wish;
using colblock::test::h2_peer;

struct run {
    run(std::string_view frames, std::size_t piece, bool answers) : x_frames(frames) {
        peer.service.max_message_len = 1 << 20;
        find_ids();
        feed(colblock::test::h2_hello(), 1000, false);
        feed(frames, piece, answers);
        has_ended = peer.session.wants() == wish::linger || peer.session.wants() == wish::close;
        peer.end();
        answer_all();
        FUZZ_CHECK(peer.session.wants() == wish::close);
        FUZZ_CHECK(peer.pool.in_use_len() == 0);
    }

    h2_peer peer;
    bool has_ended = false;  // its side of the connection, before the peer's bytes came to an end

private:
    void feed(std::string_view input, std::size_t piece, bool answers) {
        while (!input.empty() && peer.session.wants() != wish::close) {
            FUZZ_CHECK(peer.session.wants() != wish::nothing);
            const std::string_view part = input.substr(0, piece);
            FUZZ_CHECK(!peer.session.prepare().empty());
            peer.feed(part, part.size());
            input.remove_prefix(part.size());
            if (answers) answer_new();
        }
    }
    // A stream that is there has its id, which is odd, somewhere in the frames.
    void find_ids() {
        std::uint32_t id = 0;
        for (const char each : x_frames) {
            id = id << 8 | static_cast<unsigned char>(each);
            if ((id & 1) != 0) x_ids.push_back(static_cast<std::int32_t>(id & 0x7fff'ffff));
        }
        std::ranges::sort(x_ids);
        x_ids.erase(std::ranges::unique(x_ids).begin(), x_ids.end());
    }
    // Ids that do not wait are ignored.
    void answer_all() {
        for (const std::int32_t id : x_ids) peer.respond(id, {.body = "answer"});
        if (peer.session.wants() == wish::nothing) peer.wait(std::chrono::hours(1));  // no window for answers
    }
    void answer_new() {
        const std::size_t num_calls = peer.service.responders.size();
        if (std::exchange(x_num_calls, num_calls) != num_calls || peer.session.wants() == wish::nothing) answer_all();
    }

    std::string_view x_frames;
    std::vector<std::int32_t> x_ids;
    std::size_t x_num_calls = 0;
};

// A session ends after an error or the peer's own GOAWAY, and when that is depends on how far its answers have got:
// a frame on a stream that its sender has ended is an error of that stream, or of the connection once the answer has
// gone out (RFC 9113, 5.1). Calls after that are lost, those before are the same.
void check_calls(const run& one, const run& other) {
    const auto& calls = one.peer.service.messages;
    const auto& others = other.peer.service.messages;
    const auto num_common = static_cast<std::ptrdiff_t>(std::min(calls.size(), others.size()));
    FUZZ_CHECK(std::equal(calls.begin(), calls.begin() + num_common, others.begin()));
    FUZZ_CHECK(calls.size() >= others.size() || one.has_ended);
    FUZZ_CHECK(others.size() >= calls.size() || other.has_ended);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view frames(reinterpret_cast<const char*>(data) + 1, size - 1);
    const run whole(frames, frames.size() + 1, false);
    const run pieces(frames, 1 + (data[0] >> 1) % 64, (data[0] & 1) != 0);
    check_calls(whole, pieces);
    return 0;
}
