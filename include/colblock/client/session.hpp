// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "colblock/base/bytes.hpp"
#include "colblock/block/block.hpp"
#include "colblock/client/action.hpp"
#include "colblock/client/failure.hpp"
#include "colblock/client/options.hpp"
#include "colblock/client/summary.hpp"

namespace colblock::client {

/// A query to be sent. Views are borrowed for the call.
struct request {
    std::string_view sql;
    /// Empty: the server makes one, but then a failure cannot name it.
    std::string_view query_id = {};
    std::span<const setting> settings = {};
    std::span<const parameter> parameters = {};
    /// Blocks travel as frames, in both directions. Rows given to an INSERT must then be frames (of any
    /// method), otherwise plain blocks.
    bool compressed = true;
};

/// When the rows of an INSERT may be sent.
enum class sample_mode : std::uint8_t {
    wait,      ///< after the server has sent its sample block: column names and types
    pipeline,  ///< at once; a refused INSERT then costs the connection
};

/// What a block is part of.
enum class block_origin : std::uint8_t { data, totals, extremes, log, profile_events };

/// The client's side of one connection, without the connection: bytes and events in, next action out.
///
///     session.handshake();
///     for (action next = session.resume({}); next.what == action::kind::transfer;)
///         next = session.resume(transfer(next));       // moves bytes, tells what happened
///
/// A request is made by one call, then `resume` is called until it answers done or failed. In between
/// it may ask for rows or hand over blocks. One request at a time; the calls state when they are allowed.
class session {
public:
    enum class state : std::uint8_t {
        fresh,            ///< nothing was sent
        hello_sent,       ///< the server's Hello is awaited
        greeting,         ///< accepted; our addendum is being sent
        ready,            ///< no request: one may be made
        running,          ///< a query without rows
        awaiting_sample,  ///< an INSERT: which columns does the server want?
        sending_rows,     ///< an INSERT: rows may be given
        finishing,        ///< an INSERT: the rows have ended
        pinging,          ///< Pong is awaited
        broken,           ///< to be closed
    };

    /// Keeps a copy of the options.
    explicit session(options with);
    session(session&&) noexcept;
    session& operator=(session&&) noexcept;
    ~session();

    [[nodiscard]] state current() const noexcept;
    /// Whether the connection may be used for another request.
    [[nodiscard]] bool usable() const noexcept { return current() == state::ready; }

    /// Says Hello. Only when fresh, and before anything else.
    void handshake();
    /// Sends a query without rows. Only when ready.
    void query(const request& what);
    /// Begins an INSERT. Only when ready.
    void insert(const request& what, sample_mode mode);
    /// Adds one block of rows: its frames, or its plain bytes if the request is not compressed. The bytes
    /// are borrowed until the next action `rows`. Only while sending rows.
    void send_rows(std::span<const byte_view> block);
    /// Ends the rows. Only while sending rows.
    void end_rows();
    /// Asks for a sign of life. Only when ready.
    void ping();
    /// Asks the server to give up the running query. Only while running: in an INSERT, servers answer it
    /// as if all was well, or even commit; close instead.
    void cancel();

    /// Takes in what happened and says what is to be done next.
    action resume(event what);

    /// What to write: a few dozen views. Valid until the next call of anything but `input`.
    [[nodiscard]] std::span<const byte_view> output();
    /// Where received bytes go. Valid until the next call of anything but `output`.
    [[nodiscard]] std::span<char> input();

    /// After the action sample or block: that block. Can be taken once.
    [[nodiscard]] block::block take_block() noexcept;
    [[nodiscard]] block_origin origin() const noexcept;
    /// What the server has said about the request so far, and about the last one when ready.
    [[nodiscard]] const summary& about() const noexcept;
    /// After the action failed.
    [[nodiscard]] const failure& problem() const noexcept;
    /// Valid once the handshake is done.
    [[nodiscard]] const server_info& server() const noexcept;
    [[nodiscard]] const options& with() const noexcept;

private:
    struct machine;
    std::unique_ptr<machine> x_machine;
};

}  // namespace colblock::client
