// SPDX-License-Identifier: Apache-2.0
#include "gen/log_maker.hpp"

#include "gen/faults.hpp"
#include "gen/key_value.hpp"

namespace colblock::gen {
namespace {

// Field numbers of LogRecord.
enum : std::uint32_t {
    f_time = 1, f_severity = 2, f_severity_text = 3, f_body = 5, f_attributes = 6, f_flags = 8, f_trace_id = 9,
    f_span_id = 10, f_observed = 11, f_event_name = 12,
};

struct severity {
    std::uint64_t number;
    std::string_view text;
};
constexpr severity debug{5, "DEBUG"};
constexpr severity info{9, "INFO"};
constexpr severity warn{13, "WARN"};
constexpr severity error{17, "ERROR"};

constexpr std::uint64_t slow_ns = 20'000'000;

// In a body %s is the subject's number, %c the customer's, %m the method, %t the target, %n a number
// and %x 16 hexadecimal digits.
struct template_of_role {
    severity level;
    std::string_view logger;
    std::string_view function;
    std::string_view body;
};

constexpr template_of_role templates[num_roles] = {
    {info, "shop.web.access", "handle", "%m %t answered for subject %s: customer %c, %n bytes, request %x"},
    {debug, "shop.http.client", "send", "calling %t for subject %s, attempt 1 of 3, deadline %n ms, id %x"},
    {debug, "shop.storage", "execute", "%m on %t got its connection after %n us: subject %s, customer %c"},
    {debug, "shop.cache", "lookup", "%m %t: subject %s looked up in shard %n of 10000 for customer %c"},
    {info, "shop.events", "publish", "message %x about order %s of customer %c written to %t at %n"},
    {info, "shop.events", "process", "message %x about order %s of customer %c taken from %t"},
    {info, "shop.pages", "render", "%m of %t finished: subject %s, customer %c, %n fragments, %x"},
};

void append_body(buffer& to, std::string_view body, const text_source& from) {
    while (true) {
        const std::size_t percent = body.find('%');
        to.append(body.substr(0, percent));
        if (percent == std::string_view::npos) return;
        switch (body[percent + 1]) {
        case 's': append_digits(to, from.trace.subject); break;
        case 'c': append_digits(to, from.trace.customer); break;
        case 'm': to.append(from.what.method); break;
        case 't': to.append(from.what.target); break;
        case 'n': append_digits(to, from.numbers.below(10'000)); break;
        default: append_hex(to, from.numbers.next());
        }
        body.remove_prefix(percent + 2);
    }
}

severity severity_of(const template_of_role& about, const planned_span& span) {
    if (span.failed) return error;
    return span.end_ns - span.start_ns > slow_ns ? warn : about.level;
}

}  // namespace

log_maker::log_maker(std::uint64_t seed) : x_random(seed ^ hash_text("logs")) {
    for (const service& s : services()) {
        buffer encoded;
        pb::writer to(encoded);
        write_text(to, f_attributes, "exception.type", fault_of(s.language).type);
        write_text(to, f_attributes, "exception.message", fault_of(s.language).message);
        x_failures.emplace_back(encoded.view());
    }
}

std::span<const std::string_view> log_maker::scopes() noexcept {
    static constexpr std::string_view names[] = {"shop.telemetry/logging"};
    return names;
}

void log_maker::append(const planned_trace& trace, const planned_span& span, buffer& out) {
    const template_of_role& about = templates[static_cast<std::size_t>(span.what->what)];
    const severity level = severity_of(about, span);
    pb::writer to(out);
    const pb::writer::nested message = to.open(2, 300);
    to.fixed64(f_time, span.end_ns);
    to.fixed64(f_observed, span.end_ns + 40'000);
    to.varint(f_severity, level.number);
    to.bytes(f_severity_text, level.text);
    const pb::writer::nested body = to.open(f_body);
    const pb::writer::nested text = to.open(1);
    append_body(out, about.body, {trace, *span.what, x_random});
    to.close(text);
    to.close(body);
    write_text(to, f_attributes, "logger.name", about.logger);
    write_text(to, f_attributes, "code.function.name", about.function);
    write_integer(to, f_attributes, "code.line.number", static_cast<std::int64_t>(20 + span.step_number * 7));
    write_integer(to, f_attributes, "customer.id", trace.customer);
    if (span.failed) {
        to.fields(x_failures[span.what->where]);
    } else {
        static constexpr std::string_view threads[] = {"worker-1", "worker-2", "worker-3", "worker-4"};
        write_text(to, f_attributes, "thread.name", threads[x_random.below(4)]);
        write_decimal(to, f_attributes, "elapsed_ms", static_cast<double>((span.end_ns - span.start_ns) / 1000) / 1000);
    }
    if (x_random.below(8) != 0) {
        to.bytes(f_trace_id, id_bytes(trace.id));
        to.bytes(f_span_id, id_bytes(span.id));
        to.fixed32(f_flags, 1);
    }
    if (span.what->what == role::producer) to.bytes(f_event_name, "shop.message.published");
    to.close(message);
}

}  // namespace colblock::gen
