// SPDX-License-Identifier: Apache-2.0
#include "gen/span_maker.hpp"

#include "gen/faults.hpp"

namespace colblock::gen {
namespace {

// Field numbers of Span.
enum : std::uint32_t {
    f_trace_id = 1, f_span_id = 2, f_trace_state = 3, f_parent = 4, f_name = 5, f_kind = 6, f_start = 7, f_end = 8,
    f_attributes = 9, f_events = 11, f_links = 13, f_status = 15, f_flags = 16,
};

// W3C "sampled", and whether the parent is known and in another process.
constexpr std::uint32_t flags_local_parent = 0x101;
constexpr std::uint32_t flags_remote_parent = 0x301;

constexpr std::uint64_t kind_of(role what) {
    switch (what) {
    case role::internal: return 1;
    case role::server: return 2;
    case role::producer: return 4;
    case role::consumer: return 5;
    case role::client:
    case role::database:
    case role::cache: break;
    }
    return 3;
}

// Writes an attribute that every span of the step shares; false if it differs from span to span.
bool write_constant(const step& what, const span_attribute& a, pb::writer& to) {
    const service& own = services()[what.where];
    switch (a.from) {
    case source::text: write_text(to, f_attributes, a.key, a.text); return true;
    case source::texts: write_texts(to, f_attributes, a.key, a.text); return true;
    case source::number: write_integer(to, f_attributes, a.key, a.number); return true;
    case source::method: write_text(to, f_attributes, a.key, what.method); return true;
    case source::target: write_text(to, f_attributes, a.key, what.target); return true;
    case source::peer: write_text(to, f_attributes, a.key, what.peer); return true;
    case source::peer_port: write_integer(to, f_attributes, a.key, what.peer_port); return true;
    case source::own_name: write_text(to, f_attributes, a.key, own.name); return true;
    case source::own_host: write_text(to, f_attributes, a.key, own.host); return true;
    case source::own_port: write_integer(to, f_attributes, a.key, own.port); return true;
    case source::statement: write_text(to, f_attributes, a.key, what.statement); return true;
    case source::summary:
        write_text(to, f_attributes, a.key, std::string(what.method) + ' ' + std::string(what.target));
        return true;
    default: return false;
    }
}

std::string encode_exception(const fault& thrown) {
    buffer encoded;
    pb::writer to(encoded);
    write_text(to, 3, "exception.type", thrown.type);
    write_text(to, 3, "exception.message", thrown.message);
    write_key_value(to, 3, "exception.stacktrace", [&](pb::writer& value) {
        const pb::writer::nested text = value.open(1, 2'000);
        encoded.append(thrown.stack);
        for (std::uint64_t line = 31; line < 31 + 16 * 17; line += 17) append_pattern(encoded, thrown.frame, line);
        value.close(text);
    });
    return std::string(encoded.view());
}

void append_address(buffer& to, std::string_view network, std::uint64_t host) {
    to.append(network);
    append_digits(to, host >> 8 & 0xff);
    to.push_back('.');
    append_digits(to, host & 0xff);
}

void append_identifier(buffer& to, random& numbers) {
    append_hex(to, numbers.next());
    append_hex(to, numbers.next());
    // 8-4-4-4-12: the digits move apart from the back.
    char* const end = to.extend(4);
    char* const begin = end - 32;
    std::memmove(begin + 24, begin + 20, 12);
    std::memmove(begin + 19, begin + 16, 4);
    std::memmove(begin + 14, begin + 12, 4);
    std::memmove(begin + 9, begin + 8, 4);
    begin[8] = begin[13] = begin[18] = begin[23] = '-';
}

void append_choice(buffer& to, std::string_view list, std::uint64_t chosen) {
    for_each_part(list, [&](std::string_view part) {
        if (chosen-- == 0) to.append(part);
    });
}

std::uint64_t num_parts(std::string_view list) {
    std::uint64_t num = 0;
    for_each_part(list, [&num](std::string_view) { ++num; });
    return num;
}

// Sources whose value is text and is made for each span.
void append_variable_text(buffer& to, const span_attribute& a, const text_source& with) {
    const auto& [trace, what, numbers] = with;
    switch (a.from) {
    case source::path: append_pattern(to, what.target, trace.subject); break;
    case source::url:
        to.append("http://");
        to.append(what.peer);
        to.push_back(':');
        append_digits(to, what.peer_port);
        append_pattern(to, what.target, trace.subject);
        break;
    case source::url_query:
        append_pattern(to, "?q=shoe+{}", numbers.below(4'000'000));
        append_pattern(to, "&page={}&sort=relevance&utm_source=newsletter&utm_campaign=autumn", numbers.below(20));
        break;
    case source::key:
        to.append(what.method);
        to.push_back(' ');
        append_pattern(to, what.target, trace.subject);
        break;
    case source::customer:
        to.append(a.text);
        append_digits(to, trace.customer);
        break;
    case source::subject:
        to.append(a.text);
        append_digits(to, trace.subject);
        break;
    case source::address: append_address(to, a.text, numbers.below(1500)); break;
    case source::identifier: append_identifier(to, numbers); break;
    case source::choice: append_choice(to, a.text, numbers.below(num_parts(a.text))); break;
    case source::range_text: append_digits(to, numbers.below(static_cast<std::uint64_t>(a.number))); break;
    default: COLBLOCK_ASSUME(false);
    }
}

}  // namespace

std::span<const std::string_view> span_maker::scopes() noexcept {
    static constexpr std::string_view names[] = {"shop.telemetry/http", "shop.telemetry/database",
                                                 "shop.telemetry/messaging", "shop.telemetry/application"};
    return names;
}

std::size_t span_maker::scope_of(role what) noexcept {
    switch (what) {
    case role::server:
    case role::client: return 0;
    case role::database:
    case role::cache: return 1;
    case role::producer:
    case role::consumer: return 2;
    case role::internal: break;
    }
    return 3;
}

span_maker::span_maker(profile detail, const std::vector<journey>& journeys, std::uint64_t seed)
    : x_detail(detail), x_random(seed ^ hash_text("spans")) {
    for (const journey& j : journeys)
        for (const step& s : j.steps) x_steps.push_back(encode(s));
    for (const service& s : services()) x_exceptions.push_back(encode_exception(fault_of(s.language)));
}

span_maker::encoded_step span_maker::encode(const step& what) const {
    encoded_step made;
    buffer encoded;
    pb::writer to(encoded);
    to.bytes(f_name, what.name);
    to.varint(f_kind, kind_of(what.what));
    made.name_and_kind = encoded.view();
    encoded.clear();
    for (const span_attribute& a : attributes_of(what.what)) {
        if (a.least > x_detail || write_constant(what, a, to)) continue;
        made.attributes.push_back({std::string(encoded.view()), &a});
        encoded.clear();
    }
    if (!encoded.empty()) made.attributes.push_back({std::string(encoded.view()), nullptr});
    return made;
}

void span_maker::append(const planned_trace& trace, const planned_span& span, buffer& out) {
    const encoded_step& known = x_steps[span.step_number];
    pb::writer to(out);
    const pb::writer::nested message = to.open(2, 300);
    to.bytes(f_trace_id, id_bytes(trace.id));
    to.bytes(f_span_id, id_bytes(span.id));
    if (x_detail == profile::rich && trace.customer % 2 == 0)
        to.bytes(f_trace_state, "shop=tier:gold;basket:open,prices=af01c4");
    if (span.parent >= 0) to.bytes(f_parent, id_bytes(trace.spans[static_cast<std::size_t>(span.parent)].id));
    to.fields(known.name_and_kind);
    to.fixed64(f_start, span.start_ns);
    to.fixed64(f_end, span.end_ns);
    for (const piece& p : known.attributes) {
        to.fields(p.fixed);
        if (p.variable != nullptr) append_variable(trace, span, *p.variable, to);
    }
    if (span.failed) append_failure(span, to);
    if (x_detail != profile::tiny && span.parent < 0 && trace.cause) append_link(*trace.cause, to);
    const bool remote = span.parent >= 0 && span.what->what == role::server;
    to.fixed32(f_flags, remote ? flags_remote_parent : flags_local_parent);
    to.close(message);
}

void span_maker::append_variable(const planned_trace& trace, const planned_span& span, const span_attribute& a,
                                 pb::writer& to) {
    const auto bound = static_cast<std::uint64_t>(a.number);
    switch (a.from) {
    case source::status: return write_integer(to, f_attributes, a.key, span.failed ? 500 : 200);
    case source::range:
        return write_integer(to, f_attributes, a.key, static_cast<std::int64_t>(x_random.below(bound)));
    case source::decimal:
        return write_decimal(to, f_attributes, a.key, static_cast<double>(x_random.below(bound * 64)) / 64);
    case source::flag: return write_flag(to, f_attributes, a.key, x_random.chance(static_cast<unsigned>(bound)));
    default:
        write_key_value(to, f_attributes, a.key, [&](pb::writer& value) {
            const pb::writer::nested text = value.open(1);
            append_variable_text(value.out(), a, {trace, *span.what, x_random});
            value.close(text);
        });
    }
}

// A client only sees the answer; who was at work throws.
void span_maker::append_failure(const planned_span& span, pb::writer& to) {
    const bool throws = span.what->what != role::client && span.what->what != role::cache;
    if (throws && x_detail == profile::rich) {
        const std::string& exception = x_exceptions[span.what->where];
        const pb::writer::nested event = to.open(f_events, exception.size());
        to.fixed64(1, span.end_ns - 1000);
        to.bytes(2, "exception");
        to.fields(exception);
        to.close(event);
    }
    const pb::writer::nested status = to.open(f_status);
    if (x_detail != profile::tiny)
        to.bytes(2, throws ? fault_of(services()[span.what->where].language).message : "500 Internal Server Error");
    to.varint(3, 2);
    to.close(status);
}

void span_maker::append_link(const span_reference& cause, pb::writer& to) {
    const pb::writer::nested link = to.open(f_links);
    to.bytes(1, id_bytes(cause.trace));
    to.bytes(2, id_bytes(cause.span));
    write_text(to, 4, "messaging.operation.type", "send");
    to.fixed32(6, flags_remote_parent);
    to.close(link);
}

}  // namespace colblock::gen
