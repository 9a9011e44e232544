// SPDX-License-Identifier: Apache-2.0
// Whatever a server sends, and whatever becomes of the connection, a client session never asks to read into
// no memory or to write no bytes, offers no more memory than was filled times a constant, comes to an end, and
// afterwards either takes the next request or is broken for good and says why.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "colblock/base/buffer.hpp"
#include "colblock/client/session.hpp"
#include "colblock/codec/frame.hpp"
#include "colblock/wire/segments.hpp"
#include "fuzz_check.hpp"
#include "fuzz_input.hpp"

using namespace colblock;
using namespace colblock::client;

namespace {

constexpr std::array<wire::revision, 6> revisions = {54412, 54429, 54454, 54464, 54480, 54488};

/// A server's Hello at `announced`, as client/messages.cpp reads it.
std::string hello(wire::revision announced, bool chunked) {
    using wire::feature;
    const auto known = [&](feature f) { return wire::has(announced, f); };
    wire::segments out;
    out.varint(0);
    out.string("ClickHouse");
    out.varint(26);
    out.varint(7);
    out.varint(announced);
    if (known(feature::versioned_parallel_replicas)) out.varint(8);
    out.string("UTC");
    out.string("box");
    out.varint(2);
    const std::string_view mode = chunked ? "chunked" : "notchunked_optional";
    if (known(feature::chunked_packets)) out.string(mode);
    if (known(feature::chunked_packets)) out.string(mode);
    if (known(feature::password_rules)) out.varint(0);
    if (known(feature::interserver_secret_v2)) out.fixed(std::uint64_t{0});
    if (known(feature::server_settings)) out.string("");
    if (known(feature::query_plan_serialization)) out.varint(3);
    if (known(feature::versioned_cluster_function)) out.varint(8);
    buffer flat;
    out.flatten(flat);
    return std::string(flat.view());
}

std::string framed(std::string_view body) {
    wire::segments raw;
    raw.copy(body);
    buffer frames;
    codec::frame_encoder(codec::compression::none()).encode(raw, frames);
    return std::string(frames.view());
}

class conversation {
public:
    explicit conversation(fuzz::fuzz_input& in) : x_in(in), x_session(options_for(in)) {
        x_session.handshake();
        const std::size_t how = in.choice(3);
        if (how != 2) x_incoming = hello(x_session.with().revision, how == 1);
    }

    void run() {
        const std::size_t most = 64 * x_in.rest().size() + 10'000;
        event happened;
        for (std::size_t steps = 0;; ++steps) {
            FUZZ_CHECK(steps < most);
            const action next = x_session.resume(happened);
            happened = {};
            switch (next.what) {
            case action::kind::transfer: happened = transfer(next); break;
            case action::kind::sample:
            case action::kind::block: look_at(x_session.take_block()); break;
            case action::kind::rows: give_rows(); break;
            case action::kind::done:
                FUZZ_CHECK(x_session.usable());
                if (!ask()) return;
                break;
            case action::kind::failed:
                FUZZ_CHECK(!to_text(x_session.problem()).empty());
                FUZZ_CHECK(x_session.usable() || x_session.current() == session::state::broken);
                if (!x_session.usable() || !ask()) return;
                break;
            }
        }
    }

private:
    static options options_for(fuzz::fuzz_input& in) {
        options with;
        with.host_name = "h";
        with.revision = revisions[in.choice(revisions.size())];
        return with;
    }

    event transfer(const action& next) {
        FUZZ_CHECK(next.until != deadline::none);
        std::size_t to_send = 0;
        if (next.send) {
            for (const byte_view piece : x_session.output()) to_send += piece.size();
            FUZZ_CHECK(to_send != 0);
        }
        const std::span<char> space = x_session.input();
        FUZZ_CHECK(!space.empty());
        FUZZ_CHECK(space.size() <= 4 * (x_num_received + (std::size_t{64} << 10)));
        const std::size_t what = x_in.choice(32);
        if (x_in.empty() && x_incoming.empty()) {
            if (next.send && !x_send_failed) return {.what = event::kind::sent, .len = to_send};
            return {.what = event::kind::closed};
        }
        if (what == 31) return {.what = event::kind::expired};
        if (what == 30) return {.what = event::kind::closed};
        if (what == 29 && next.send) {
            x_send_failed = true;
            return {.what = event::kind::send_failed};
        }
        if (next.send && what >= 8) return {.what = event::kind::sent, .len = 1 + what * x_in.byte() % to_send};
        return receive(space, what);
    }

    event receive(std::span<char> space, std::size_t what) {
        if (x_incoming.empty()) {
            const std::string_view bytes = x_in.bytes(1u + x_in.byte());
            // A checksum is nothing that chance finds.
            x_incoming = what % 4 == 3 ? framed(bytes) : std::string(bytes);
        }
        if (x_incoming.empty()) return {.what = event::kind::closed};
        const std::size_t len = std::min({x_incoming.size(), space.size(), what % 2 == 0 ? x_incoming.size() : 1 + what});
        std::memcpy(space.data(), x_incoming.data(), len);
        x_incoming.erase(0, len);
        x_num_received += len;
        return {.what = event::kind::received, .len = len};
    }

    static void look_at(const block::block& b) {
        for (const block::named_column& c : b.columns) FUZZ_CHECK(c.column.num_rows() == b.num_rows);
    }

    void give_rows() {
        if (x_in.choice(3) == 0 || x_in.empty()) return x_session.end_rows();
        static constexpr byte_view pieces[] = {"some", "rows"};
        x_session.send_rows(pieces);
    }

    /// The next request. False: there is no more to try.
    bool ask() {
        if (x_in.empty()) return false;
        const std::size_t what = x_in.choice(8);
        const request r{.sql = "SELECT 1", .query_id = "q", .compressed = what % 2 == 0};
        switch (what / 2) {
        case 0: x_session.query(r); break;
        case 1: x_session.insert(r, sample_mode::wait); break;
        case 2: x_session.insert(r, sample_mode::pipeline); break;
        default: x_session.ping();
        }
        if (what < 2 && x_in.choice(4) == 0) x_session.cancel();
        return true;
    }

    fuzz::fuzz_input& x_in;
    session x_session;
    std::string x_incoming;  // on its way to the session
    std::size_t x_num_received = 0;
    bool x_send_failed = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    conversation(input).run();
    return 0;
}
