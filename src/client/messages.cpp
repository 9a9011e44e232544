// SPDX-License-Identifier: Apache-2.0
#include "client/messages.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "colblock/client/protocol.hpp"
#include "colblock/version.hpp"

namespace colblock::client {

namespace {

using wire::feature;
using wire::has;

/// The `index`th number of a version text.
consteval std::uint64_t version_number(std::string_view text, unsigned index) {
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c == '.' && index-- == 0) break;
        if (c == '.') value = 0;
        if (c != '.') value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

/// How we introduce ourselves: a server may check that Hello and ClientInfo agree.
constexpr std::uint64_t version_major = version_number(version, 0);
constexpr std::uint64_t version_minor = version_number(version, 1);
constexpr std::uint64_t version_patch = version_number(version, 2);

constexpr std::size_t max_nested_exceptions = 64;
constexpr std::size_t max_password_rules = 256;
constexpr std::size_t max_server_settings = 10'000;

/// Flags of a setting or parameter from revision 54429 on.
constexpr std::uint64_t flag_important = 1;
constexpr std::uint64_t flag_custom = 2;

/// Below 54429 a value has its setting's own binary form, so only what is known can be sent: these exist
/// in 18.16.1. Sorted.
enum class old_form : std::uint8_t { number, text };
struct old_setting {
    std::string_view name;
    old_form form;
};
constexpr old_setting old_settings[] = {
    {"allow_experimental_low_cardinality_type", old_form::number},
    {"extremes", old_form::number},
    {"insert_deduplicate", old_form::number},
    {"insert_distributed_sync", old_form::number},
    {"insert_quorum", old_form::number},
    {"insert_quorum_timeout", old_form::number},
    {"log_queries", old_form::number},
    {"max_block_size", old_form::number},
    {"max_execution_time", old_form::number},
    {"max_insert_block_size", old_form::number},
    {"max_memory_usage", old_form::number},
    {"max_result_rows", old_form::number},
    {"max_rows_to_read", old_form::number},
    {"max_threads", old_form::number},
    {"min_insert_block_size_bytes", old_form::number},
    {"min_insert_block_size_rows", old_form::number},
    {"network_compression_method", old_form::text},
    {"output_format_write_statistics", old_form::number},
    {"readonly", old_form::number},
    {"receive_timeout", old_form::number},
    {"send_logs_level", old_form::text},
    {"send_timeout", old_form::number},
};
static_assert(std::ranges::is_sorted(old_settings, {}, &old_setting::name));

const old_setting* find_old(std::string_view name) noexcept {
    const auto* const found = std::ranges::lower_bound(old_settings, name, {}, &old_setting::name);
    return found != std::end(old_settings) && found->name == name ? found : nullptr;
}

bool parse_number(std::string_view text, std::uint64_t& value) noexcept {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc{} && end == text.data() + text.size();
}

void write_old_setting(wire::segments& out, const setting& s) {
    const old_setting& known = *find_old(s.name);
    out.string(s.name);
    if (known.form == old_form::text) return out.string(s.value);
    std::uint64_t value = 0;
    parse_number(s.value, value);  // can_send has seen that it is one
    out.varint(value);
}

void write_settings(wire::segments& out, std::span<const setting> settings, wire::revision revision) {
    for (const setting& s : settings) {
        if (!can_send(s, revision)) continue;
        if (!has(revision, feature::settings_as_strings)) {
            write_old_setting(out, s);
            continue;
        }
        out.string(s.name);
        out.varint(s.important ? flag_important : 0);
        out.string(s.value);
    }
}

/// The text of a Field: quoted, with backslash escapes.
std::string quoted(std::string_view text) {
    std::string all(1, '\'');
    for (const char c : text) {
        if (c == '\'' || c == '\\') all.push_back('\\');
        all.push_back(c);
    }
    return all.append(1, '\'');
}

void write_client_info(wire::segments& out, const options& with, wire::revision revision) {
    constexpr std::uint8_t initial_query = 1;
    constexpr std::uint8_t interface_tcp = 1;
    out.fixed(initial_query);
    out.string("");           // initial user
    out.string("");           // initial query id
    out.string("0.0.0.0:0");  // initial address: old servers refuse anything but host:port
    if (has(revision, feature::initial_query_start_time)) out.fixed(std::int64_t{0});
    out.fixed(interface_tcp);
    out.string("");  // operating system user
    out.string(with.host_name);
    out.string(with.client_name);
    out.varint(version_major);
    out.varint(version_minor);
    out.varint(with.revision);
    if (has(revision, feature::quota_key_in_client_info)) out.string(with.quota_key);
    if (has(revision, feature::distributed_depth)) out.varint(0);
    if (has(revision, feature::version_patch)) out.varint(version_patch);
    if (has(revision, feature::opentelemetry)) out.fixed(std::uint8_t{0});  // no trace context
    if (has(revision, feature::parallel_replicas)) {
        out.varint(0);  // do not collaborate with an initiator
        out.varint(0);  // number of replicas
        out.varint(0);  // which of them this is
    }
    if (has(revision, feature::query_and_line_numbers)) {
        out.varint(0);
        out.varint(0);
    }
    if (has(revision, feature::jwt_in_client_info)) out.fixed(std::uint8_t{0});
    if (has(revision, feature::client_agent)) out.string("");
    if (has(revision, feature::internal_query_flag)) out.fixed(std::uint8_t{0});
    if (has(revision, feature::current_roles)) out.fixed(std::uint8_t{0});
}

void write_type(wire::segments& out, client_packet type) { out.varint(static_cast<std::uint64_t>(type)); }

}  // namespace

bool can_send(const setting& s, wire::revision revision) noexcept {
    if (has(revision, feature::settings_as_strings)) return true;
    const old_setting* const known = find_old(s.name);
    std::uint64_t value = 0;
    return known != nullptr && (known->form == old_form::text || parse_number(s.value, value));
}

void write_hello(wire::segments& out, const options& with) {
    write_type(out, client_packet::hello);
    out.string(with.client_name);
    out.varint(version_major);
    out.varint(version_minor);
    out.varint(with.revision);
    out.string(with.database);
    out.string(with.user);
    out.string(with.password);
}

void write_addendum(wire::segments& out, const options& with, wire::revision revision, chunk_modes chunked) {
    const auto mode = [](bool on) { return on ? std::string_view("chunked") : std::string_view("notchunked"); };
    if (!has(revision, feature::addendum)) return;
    out.string(with.quota_key);
    if (has(revision, feature::chunked_packets)) {
        out.string(mode(chunked.send));
        out.string(mode(chunked.receive));
    }
    if (has(revision, feature::versioned_parallel_replicas)) {
        constexpr std::uint64_t parallel_replicas_version = 8;
        out.varint(parallel_replicas_version);
    }
}

void write_query(wire::segments& out, const query_text& query, const options& with, wire::revision revision) {
    constexpr std::uint64_t stage_complete = 2;
    write_type(out, client_packet::query);
    out.string(query.query_id);
    if (has(revision, feature::client_info)) write_client_info(out, with, revision);
    write_settings(out, with.settings, revision);
    write_settings(out, query.settings, revision);
    out.string("");  // end of the settings
    if (has(revision, feature::external_roles)) out.string("");
    if (has(revision, feature::interserver_secret)) out.string("");
    out.varint(stage_complete);
    out.varint(query.compressed ? 1 : 0);
    out.string(query.sql);
    if (!has(revision, feature::parameters)) return;
    for (const parameter& p : query.parameters) {
        out.string(p.name);
        out.varint(flag_custom);
        out.string(quoted(p.value));
    }
    out.string("");  // end of the parameters
}

server_hello read_server_hello(wire::cursor& in, wire::revision announced) {
    server_hello hello;
    server_info& about = hello.about;
    about.name = in.string();
    about.version_major = in.varint();
    about.version_minor = in.varint();
    const wire::revision revision = std::min(announced, in.varint());
    about.revision = revision;
    if (has(revision, feature::versioned_parallel_replicas)) in.varint();
    if (has(revision, feature::server_timezone)) about.timezone = in.string();
    if (has(revision, feature::server_display_name)) about.display_name = in.string();
    if (has(revision, feature::version_patch)) about.version_patch = in.varint();
    if (has(revision, feature::chunked_packets)) {
        hello.send_mode = in.string();
        hello.receive_mode = in.string();
    }
    if (has(revision, feature::password_rules)) {
        const std::uint64_t num_rules = in.varint();
        if (num_rules > max_password_rules) in.fail(errc::too_large);
        for (std::uint64_t i = 0; i != num_rules && in.ok(); ++i) {
            in.string();  // pattern
            in.string();  // message
        }
    }
    if (has(revision, feature::interserver_secret_v2)) in.fixed<std::uint64_t>();  // nonce
    if (has(revision, feature::server_settings)) {
        std::size_t num_settings = 0;
        while (!in.string().empty()) {
            in.varint();  // flags
            in.string();  // value
            if (++num_settings == max_server_settings) in.fail(errc::too_large);
        }
    }
    if (has(revision, feature::query_plan_serialization)) in.varint();
    if (has(revision, feature::versioned_cluster_function)) in.varint();
    return hello;
}

server_exception read_exception(wire::cursor& in) {
    server_exception outermost;
    for (std::size_t depth = 0; in.ok(); ++depth) {
        server_exception one;
        one.code = in.fixed<std::int32_t>();
        one.name = in.string();
        one.message = in.string();
        in.string();  // stack trace
        const bool has_nested = in.u8() != 0;
        if (depth == 0) outermost = std::move(one);
        if (!has_nested) break;
        if (depth == max_nested_exceptions) in.fail(errc::depth_exceeded);
    }
    return outermost;
}

progress read_progress(wire::cursor& in, wire::revision revision) {
    progress more;
    more.read_rows = in.varint();
    more.read_bytes = in.varint();
    more.total_rows = in.varint();
    if (has(revision, feature::total_bytes_in_progress)) more.total_bytes = in.varint();
    if (has(revision, feature::client_write_info)) {
        more.written_rows = in.varint();
        more.written_bytes = in.varint();
    }
    if (has(revision, feature::query_time_in_progress)) more.elapsed_ns = in.varint();
    return more;
}

void add(progress& sum, const progress& more) noexcept {
    sum.read_rows += more.read_rows;
    sum.read_bytes += more.read_bytes;
    sum.total_rows += more.total_rows;
    sum.total_bytes += more.total_bytes;
    sum.written_rows += more.written_rows;
    sum.written_bytes += more.written_bytes;
    sum.elapsed_ns += more.elapsed_ns;
}

profile_info read_profile_info(wire::cursor& in, wire::revision revision) {
    profile_info info;
    info.rows = in.varint();
    info.blocks = in.varint();
    info.bytes = in.varint();
    info.applied_limit = in.u8() != 0;
    info.rows_before_limit = in.varint();
    in.u8();  // whether that was calculated: always 1
    if (has(revision, feature::rows_before_aggregation)) {
        in.u8();  // whether a group by was applied
        info.rows_before_aggregation = in.varint();
    }
    return info;
}

chunk_modes negotiate(const server_hello& hello) noexcept {
    return {.send = hello.receive_mode == "chunked", .receive = hello.send_mode == "chunked"};
}

}  // namespace colblock::client
