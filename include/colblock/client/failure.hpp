// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "colblock/base/error.hpp"
#include "colblock/client/options.hpp"

namespace colblock::client {

/// Why a request did not succeed: four different things with different answers.
struct failure {
    enum class kind : std::uint8_t {
        server,        ///< the server sent an exception: `code`, `name`, `message`
        disconnected,  ///< the connection could not be made, or ended before the answer: `message`
        deadline,      ///< `expired` says what took too long
        protocol,      ///< the server's bytes make no sense to us: `input`
        misuse,        ///< the caller asked for what cannot be asked now: `message`
    };

    kind what{};
    int code = 0;
    std::string name = {};
    std::string message = {};
    std::string query_id = {};
    deadline expired = deadline::none;
    error input{};
    /// Rows of an INSERT may have reached the server: without a deduplication token, sending them again
    /// may store them twice.
    bool rows_in_doubt = false;
};

/// A value, or why there is none.
template <class T>
using outcome = std::expected<T, failure>;

/// One sentence for a log: what failed, the server's code and name where there is one, the query id.
std::string to_text(const failure& f);

/// What to do with the rows of an INSERT that failed.
enum class retry_advice : std::uint8_t {
    retry,                 ///< the same bytes again, later, with growing delays
    split,                 ///< in smaller pieces: this much at once is refused
    reconnect_and_replan,  ///< the table is not what the plan took it for: look at it again
    dead_letter,           ///< hopeless: these bytes will never be accepted
};

/// By the server's code where there is one (the table is in src/client/server_codes.cpp); disconnects
/// and deadlines are worth a retry, protocol errors a retry on a new connection.
retry_advice advice_for(const failure& f) noexcept;

/// A server's error code: the name it has there, and what to do. An unknown code is retried.
struct server_code {
    int code;
    std::string_view name;
    retry_advice advice;
};
/// The entry of `code`; the name is empty if it is not in the table.
server_code describe_code(int code) noexcept;

}  // namespace colblock::client
