// SPDX-License-Identifier: Apache-2.0
#include "colblock/client/session.hpp"

// The states of a connection, and what moves it between them:
//
//   fresh --handshake--> hello_sent --Hello--> greeting --addendum sent--> ready
//
//   ready --query--> running ------------------------EndOfStream--> ready
//   ready --ping--> pinging -------------------------Pong---------> ready
//   ready --insert, wait--> awaiting_sample --Data--> sending_rows
//   ready --insert, pipeline------------------------> sending_rows
//   sending_rows --end_rows--> finishing ------------EndOfStream--> ready
//
//   running, awaiting_sample --Exception--> ready          (nothing is in flight that it could miss)
//   any other ----------------Exception--> broken          (some servers skip the rows, some do not)
//   any ------closed, expired, nonsense--> broken
//
// While rows are being sent the answer is read too: an Exception may come at any time, and a server
// that does not get rid of its own packets stops reading ours. When sending fails, reading goes on, as
// the reason may be in what has already arrived.

#include <optional>
#include <string>
#include <utility>

#include "client/inbox.hpp"
#include "client/messages.hpp"
#include "client/outbox.hpp"
#include "colblock/block/native.hpp"
#include "colblock/codec/frame.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::client {

struct session::machine {
    explicit machine(options o) : with(std::move(o)), in(with.revision) {}

    void begin(const request& what, state after);
    [[nodiscard]] std::string what_is_too_new(const request& what) const;
    void write_data(std::span<const byte_view> block);
    void write_end();
    void take(event what);
    action next();
    std::optional<action> handle();
    std::optional<action> handle_block(block_origin origin);
    void greet();
    action succeed();
    action fail_with(failure why, state after);
    action fail_server();
    action fail_disconnected(std::string why);
    action fail_protocol(error what);
    action expire();

    [[nodiscard]] deadline waiting_for() const noexcept {
        if (now == state::hello_sent || now == state::greeting) return deadline::handshake;
        return out.empty() ? deadline::receive : deadline::send;
    }
    [[nodiscard]] bool inserting() const noexcept { return now == state::sending_rows || now == state::finishing; }

    options with;
    state now = state::fresh;
    inbox in;
    outbox out;
    packet got;
    block_origin from = block_origin::data;
    server_info server;
    summary about;
    failure problem;
    std::string query_id;
    event last;
    buffer end_of_rows;  // the empty block, framed if the request is
    bool compressed = false;
    bool rows_given = false;
    bool refused = false;  // the request was not sent: `problem` says why
    bool send_failed = false;
};

void session::machine::begin(const request& what, state after) {
    COLBLOCK_ASSUME(now == state::ready);
    about = {};
    problem = {};
    query_id = what.query_id;
    compressed = what.compressed;
    rows_given = false;
    in.expect_frames(compressed);
    if (const std::string unknown = what_is_too_new(what); !unknown.empty()) {
        problem = {.what = failure::kind::misuse};
        problem.message = "the server is too old for " + unknown;
        problem.query_id = query_id;
        refused = true;
        return;
    }
    now = after;

    wire::segments message;
    write_query(message,
                {.sql = what.sql,
                 .query_id = what.query_id,
                 .settings = what.settings,
                 .parameters = what.parameters,
                 .compressed = compressed},
                with, server.revision);
    out.add_packet(message);

    wire::segments empty;
    static_cast<void>(block::write(empty, {}, server.revision));  // no columns: nothing can differ
    end_of_rows.clear();
    if (compressed)
        codec::frame_encoder(codec::compression::none()).encode(empty, end_of_rows);
    else
        empty.flatten(end_of_rows);
    write_end();  // of the external tables: without it servers wait for ever
}

/// What matters and cannot be told to this server, and so ends the request before it is sent; else empty.
std::string session::machine::what_is_too_new(const request& what) const {
    if (!what.parameters.empty() && !wire::has(server.revision, wire::feature::parameters)) return "query parameters";
    for (const std::span<const setting> settings : {what.settings, std::span<const setting>(with.settings)})
        for (const setting& s : settings)
            if (s.important && !can_send(s, server.revision)) return "the setting " + s.name;
    return {};
}

void session::machine::write_data(std::span<const byte_view> block) {
    wire::segments head;
    head.varint(static_cast<std::uint64_t>(client_packet::data));
    head.string("");  // not an external table
    out.add_packet(head, block);
}

void session::machine::write_end() {
    wire::segments message;
    message.varint(static_cast<std::uint64_t>(client_packet::data));
    message.string("");
    message.copy(end_of_rows.view());
    out.add_packet(message);
}

void session::machine::take(event what) {
    switch (what.what) {
    case event::kind::sent:
        return out.consume(what.len);
    case event::kind::received:
        return in.received(what.len);
    case event::kind::send_failed:
        out.clear();
        send_failed = true;
        return;
    default:
        return;
    }
}

action session::machine::next() {
    if (std::exchange(refused, false)) return {.what = action::kind::failed};
    for (;;) {
        const result<bool> complete = in.next(got);
        if (!complete) return fail_protocol(complete.error());
        if (!*complete) break;
        if (const std::optional<action> outcome = handle()) return *outcome;
    }
    if (last.what == event::kind::closed) return fail_disconnected("the server closed the connection");
    if (last.what == event::kind::expired) return expire();
    if (now == state::greeting && out.empty() && !send_failed) return succeed();
    if (now == state::sending_rows && out.empty() && !send_failed) return {.what = action::kind::rows};
    return {.what = action::kind::transfer, .send = !out.empty(), .until = waiting_for()};
}

/// Deals with the packet that was read. Nothing: the next one may be looked at.
std::optional<action> session::machine::handle() {
    switch (got.type) {
    case server_packet::hello:
        if (now != state::hello_sent) break;
        greet();
        return std::nullopt;
    case server_packet::exception:
        return fail_server();
    case server_packet::data:
        return handle_block(block_origin::data);
    case server_packet::totals:
        return handle_block(block_origin::totals);
    case server_packet::extremes:
        return handle_block(block_origin::extremes);
    case server_packet::log:
        return handle_block(block_origin::log);
    case server_packet::profile_events:
        return handle_block(block_origin::profile_events);
    case server_packet::end_of_stream:
        if (now != state::running && now != state::finishing) break;
        if (send_failed) return fail_disconnected("the server did not take everything");
        if (now == state::finishing && !out.empty()) break;
        return succeed();
    case server_packet::pong:
        if (now != state::pinging) break;
        return succeed();
    case server_packet::progress:
        add(about.progress, got.progress);
        return std::nullopt;
    case server_packet::profile_info:
        about.profile = got.profile;
        return std::nullopt;
    case server_packet::timezone_update:
        about.timezone = got.timezone;
        return std::nullopt;
    case server_packet::table_columns:
        return std::nullopt;
    }
    return fail_protocol({errc::bad_packet, 0});
}

std::optional<action> session::machine::handle_block(block_origin origin) {
    from = origin;
    if (origin == block_origin::log || origin == block_origin::profile_events) {
        ++(origin == block_origin::log ? about.log_blocks : about.event_blocks);
        return action{.what = action::kind::block};
    }
    if (now == state::awaiting_sample) {
        now = state::sending_rows;
        return action{.what = action::kind::sample};
    }
    if (inserting()) return std::nullopt;  // the sample nobody waited for
    if (now != state::running) return fail_protocol({errc::bad_packet, 0});
    if (got.block.columns.empty()) return std::nullopt;  // ends the blocks of a result
    ++about.data_blocks;
    return action{.what = action::kind::block};
}

void session::machine::greet() {
    server = got.hello.about;
    in.set_revision(server.revision);
    const chunk_modes chunked = negotiate(got.hello);
    wire::segments addendum;
    write_addendum(addendum, with, server.revision, chunked);
    out.add_raw(addendum);
    if (chunked.send) out.start_chunks();
    if (chunked.receive) in.start_chunks();
    now = state::greeting;
}

action session::machine::succeed() {
    now = state::ready;
    return {.what = action::kind::done};
}

action session::machine::fail_with(failure why, state after) {
    why.query_id = query_id;
    why.rows_in_doubt = inserting() && rows_given;
    problem = std::move(why);
    now = after;
    if (after == state::broken) out.clear();
    return {.what = action::kind::failed};
}

action session::machine::fail_server() {
    const bool in_step = now == state::running || now == state::awaiting_sample;
    failure why{.what = failure::kind::server};
    why.code = got.exception.code;
    why.name = std::move(got.exception.name);
    why.message = std::move(got.exception.message);
    return fail_with(std::move(why), in_step ? state::ready : state::broken);
}

action session::machine::fail_disconnected(std::string why) {
    failure f{.what = failure::kind::disconnected};
    f.message = std::move(why);
    return fail_with(std::move(f), state::broken);
}

action session::machine::fail_protocol(error what) {
    failure f{.what = failure::kind::protocol};
    f.input = what;
    // 'H' of "HTTP/1.1 400": what an HTTP port makes of our Hello.
    if (now == state::hello_sent && what.code == errc::bad_packet) f.message = " (is this the native port?)";
    return fail_with(std::move(f), state::broken);
}

action session::machine::expire() {
    failure f{.what = failure::kind::deadline};
    f.expired = waiting_for();
    return fail_with(std::move(f), state::broken);
}

session::session(options with) : x_machine(std::make_unique<machine>(std::move(with))) {}
session::session(session&&) noexcept = default;
session& session::operator=(session&&) noexcept = default;
session::~session() = default;

session::state session::current() const noexcept { return x_machine->now; }

void session::handshake() {
    COLBLOCK_ASSUME(current() == state::fresh);
    wire::segments hello;
    write_hello(hello, x_machine->with);
    x_machine->out.add_raw(hello);
    x_machine->now = state::hello_sent;
}

void session::query(const request& what) { x_machine->begin(what, state::running); }

void session::insert(const request& what, sample_mode mode) {
    x_machine->begin(what, mode == sample_mode::wait ? state::awaiting_sample : state::sending_rows);
}

void session::send_rows(std::span<const byte_view> block) {
    COLBLOCK_ASSUME(current() == state::sending_rows);
    x_machine->rows_given = true;
    x_machine->write_data(block);
}

void session::end_rows() {
    COLBLOCK_ASSUME(current() == state::sending_rows);
    x_machine->write_end();
    x_machine->now = state::finishing;
}

void session::ping() {
    COLBLOCK_ASSUME(current() == state::ready);
    wire::segments message;
    message.varint(static_cast<std::uint64_t>(client_packet::ping));
    x_machine->out.add_packet(message);
    x_machine->now = state::pinging;
}

void session::cancel() {
    COLBLOCK_ASSUME(current() == state::running);
    wire::segments message;
    message.varint(static_cast<std::uint64_t>(client_packet::cancel));
    x_machine->out.add_packet(message);
}

action session::resume(event what) {
    x_machine->last = what;
    x_machine->take(what);
    return x_machine->next();
}

std::span<const byte_view> session::output() { return x_machine->out.front(); }
std::span<char> session::input() { return x_machine->in.space(); }

block::block session::take_block() noexcept { return std::move(x_machine->got.block); }
block_origin session::origin() const noexcept { return x_machine->from; }
const summary& session::about() const noexcept { return x_machine->about; }
const failure& session::problem() const noexcept { return x_machine->problem; }
const server_info& session::server() const noexcept { return x_machine->server; }
const options& session::with() const noexcept { return x_machine->with; }

}  // namespace colblock::client
