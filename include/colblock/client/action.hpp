// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "colblock/client/options.hpp"

namespace colblock::client {

/// What happened to a session, as told by whoever drives it.
struct event {
    enum class kind : std::uint8_t {
        start,        ///< nothing yet: a request was made, or the last action was dealt with
        sent,         ///< `len` bytes of `session::output` were taken
        received,     ///< `len` bytes were written to `session::input`; never 0
        send_failed,  ///< the connection takes no more bytes; an answer may still be there to read
        closed,       ///< the connection has ended
        expired,      ///< the deadline of the last action has passed
    };
    kind what = kind::start;
    std::size_t len = 0;
};

/// What a session wants next.
struct action {
    enum class kind : std::uint8_t {
        transfer,  ///< write some of `session::output`, if `send` is set, and read what is there; wait for
                   ///< either no longer than `until` allows; tell the outcome
        sample,    ///< the INSERT's columns are known: `session::take_block`; then give rows
        rows,      ///< everything given so far is sent: give more rows or end them
        block,     ///< `session::take_block` has a block of the kind `session::origin`
        done,      ///< the request has succeeded: `session::about`; a new one may be made
        failed,    ///< the request has failed: `session::problem`; close unless `session::usable`
    };
    kind what{};
    bool send = false;
    deadline until = deadline::none;
};

}  // namespace colblock::client
