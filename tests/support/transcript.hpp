// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "colblock/client/session.hpp"
#include "support/hex.hpp"

namespace colblock::support {

/// What passes between a session and a server, byte by byte, and what the session makes of it:
///
///     transcript talk(options);
///     talk.call([](client::session& s) { s.ping(); });
///     talk.writes("04");                                   // the session has to write exactly this
///     talk.reads("04");                                    // the server answers this
///     talk.expect(client::action::kind::done);
///     talk.check();
///
/// `check` plays it as it stands; then with single bytes moving in both directions; then once for every
/// byte and every way in which the connection can fail just before that byte.
class transcript {
public:
    using session_call = std::function<void(client::session&)>;

    explicit transcript(client::options with) : x_with(std::move(with)) {}

    /// The user of the session makes a request, or gives rows.
    void call(session_call what) { x_steps.push_back({.what = step::kind::call, .run = std::move(what)}); }
    void writes(std::string_view bytes) { x_steps.push_back({.what = step::kind::writes, .bytes = hex(bytes)}); }
    void reads(std::string_view bytes) { x_steps.push_back({.what = step::kind::reads, .bytes = hex(bytes)}); }
    /// Like `reads`, while the session still has something to write.
    void interrupts(std::string_view bytes) { x_steps.push_back({.what = step::kind::interrupts, .bytes = hex(bytes)}); }
    /// The session wants nothing moved but answers this.
    void expect(client::action::kind what, session_call look = {}) {
        x_steps.push_back({.what = step::kind::expect, .expected = what, .run = std::move(look)});
    }

    void check() const {
        const std::size_t len = play({});
        if (testing::Test::HasFailure()) return;
        play({.step_len = 1});
        for (std::size_t at = 0; at != len && !testing::Test::HasFailure(); ++at)
            for (const fault::kind what : {fault::closes, fault::expires, fault::refuses_bytes})
                play({.step_len = 1, .breaks = {what, at}});
    }

    /// Plays it only as it stands.
    void check_at_once() const { play({}); }

private:
    struct step {
        enum class kind { call, writes, reads, interrupts, expect };
        kind what;
        std::string bytes = {};
        client::action::kind expected = {};
        session_call run = {};
    };
    struct fault {
        enum kind { none, closes, expires, refuses_bytes } what = none;
        std::size_t at = 0;  // bytes moved before
    };
    struct plan {
        std::size_t step_len = ~std::size_t{0};
        fault breaks = {};
    };
    struct scene {
        client::session session;
        plan how;
        std::size_t moved = 0;
        client::event last = {};
        client::action next = {};
        bool broken = false;  // the fault has happened

        [[nodiscard]] bool breaks_now() const { return how.breaks.what != fault::none && moved == how.breaks.at; }
        void resume() {
            next = session.resume(last);
            last = {};
        }
    };

    /// Returns how many bytes moved.
    std::size_t play(plan how) const {
        scene s{.session = client::session(x_with), .how = how};
        for (const step& now : x_steps) {
            play_step(now, s);
            if (s.broken || testing::Test::HasFailure()) break;
        }
        if (testing::Test::HasFailure())
            ADD_FAILURE() << "with fault " << how.breaks.what << " at byte " << how.breaks.at << ", " << s.moved
                          << " moved";
        return s.moved;
    }

    static void play_step(const step& now, scene& s) {
        switch (now.what) {
        case step::kind::call:
            return now.run(s.session);
        case step::kind::expect:
            s.resume();
            ASSERT_EQ(static_cast<int>(s.next.what), static_cast<int>(now.expected)) << to_text(s.session.problem());
            if (now.run && s.how.breaks.what == fault::none) now.run(s.session);
            if (!now.run && now.expected == client::action::kind::sample) static_cast<void>(s.session.take_block());
            return;
        default:
            break;
        }
        for (std::size_t done = 0; done != now.bytes.size() && !s.broken;) {
            s.resume();
            ASSERT_EQ(static_cast<int>(s.next.what), static_cast<int>(client::action::kind::transfer))
                << to_text(s.session.problem());
            if (s.breaks_now()) return break_connection(s);
            const std::string_view left = std::string_view(now.bytes).substr(done);
            const std::size_t len = now.what == step::kind::writes ? write(left, s) : read(now, left, s);
            if (testing::Test::HasFailure()) return;
            done += len;
            s.moved += len;
        }
    }

    static std::size_t write(std::string_view expected, scene& s) {
        if (!s.next.send) {
            ADD_FAILURE() << "the session writes nothing, expected " << testing::PrintToString(expected);
            return 0;
        }
        const std::span<const byte_view> output = s.session.output();
        if (output.empty() || output.front().empty()) {
            ADD_FAILURE() << "the session asks to write nothing";
            return 0;
        }
        const byte_view written = output.front().substr(0, std::min(s.how.step_len, expected.size()));
        EXPECT_EQ(testing::PrintToString(written), testing::PrintToString(expected.substr(0, written.size())));
        s.last = {.what = client::event::kind::sent, .len = written.size()};
        return written.size();
    }

    static std::size_t read(const step& now, std::string_view left, scene& s) {
        if (now.what == step::kind::reads) {
            EXPECT_FALSE(s.next.send) << "the session writes more than expected: "
                                      << testing::PrintToString(s.next.send ? s.session.output().front() : byte_view());
        }
        const std::span<char> space = s.session.input();
        const std::size_t len = std::min({left.size(), s.how.step_len, space.size()});
        EXPECT_NE(len, 0u) << "the session reads into nothing";
        std::memcpy(space.data(), left.data(), len);
        s.last = {.what = client::event::kind::received, .len = len};
        return len;
    }

    /// Whatever fails, the session says what it was, and is of no further use.
    static void break_connection(scene& s) {
        using client::event;
        using client::failure;
        s.broken = true;
        const client::deadline until = s.next.until;
        if (s.how.breaks.what == fault::refuses_bytes && !s.next.send) return;
        if (s.how.breaks.what == fault::refuses_bytes) {
            s.last = {.what = event::kind::send_failed};
            s.resume();
            ASSERT_EQ(static_cast<int>(s.next.what), static_cast<int>(client::action::kind::transfer));
            EXPECT_FALSE(s.next.send);
        }
        const bool expires = s.how.breaks.what == fault::expires;
        s.last = {.what = expires ? event::kind::expired : event::kind::closed};
        s.resume();
        ASSERT_EQ(static_cast<int>(s.next.what), static_cast<int>(client::action::kind::failed));
        EXPECT_EQ(static_cast<int>(s.session.current()), static_cast<int>(client::session::state::broken));
        const failure& why = s.session.problem();
        EXPECT_EQ(static_cast<int>(why.what),
                  static_cast<int>(expires ? failure::kind::deadline : failure::kind::disconnected));
        EXPECT_EQ(static_cast<int>(why.expired), static_cast<int>(expires ? until : client::deadline::none));
    }

    client::options x_with;
    std::vector<step> x_steps;
};

}  // namespace colblock::support
