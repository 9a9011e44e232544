// SPDX-License-Identifier: Apache-2.0
#include "dump/otlp_dump.hpp"

#include <array>
#include <bit>

#include "colblock/base/limits.hpp"
#include "colblock/base/number_text.hpp"
#include "otlp/wire_fields.hpp"

namespace colblock::dump {

namespace {

namespace pb = wire::pb;
using otlp::reading;
using otlp::shape;
using otlp::wire_field;

// Messages of the schema, values and groups inside each other.
constexpr unsigned max_depth = 2 * limits::max_value_depth + 32;

std::string number_text(auto value) {
    char text[max_number_text_len];
    return {text, write_number(text, value)};
}

constexpr const char* wire_type_names[] = {"varint", "fixed64", "bytes", "group", "end of a group", "fixed32"};

class walker {
public:
    walker(byte_view request, const annotate& note) : x_begin(request.data()), x_note(note) {}

    result<void> walk(shape type, byte_view request) {
        message(type, request, 0);
        return x_status;
    }

private:
    [[nodiscard]] std::uint64_t offset(const char* at) const noexcept { return static_cast<std::uint64_t>(at - x_begin); }
    void note(const char* from, const char* to, unsigned depth, std::string text) {
        if (from != to) x_note({offset(from), static_cast<std::uint64_t>(to - from), depth, std::move(text)});
    }
    void fail(errc code, const char* at) {
        if (x_status) x_status = colblock::fail(code, offset(at));
    }

    // The fields of a message, or of a group whose end is `group`. Returns where it stopped: the end,
    // or behind the group. Everything up to there is annotated.
    const char* message(shape type, byte_view bytes, unsigned depth, std::uint32_t group = 0) {
        std::array<std::uint32_t, 32> seen{};  // of each field so far
        const char* const end = bytes.data() + bytes.size();
        const char* at = bytes.data();
        while (at != end) {
            pb::cursor fields({at, static_cast<std::size_t>(end - at)}, x_begin);
            if (!fields.next()) return stop(fields, at, end, depth);
            const std::uint32_t number = fields.key() >> 3;
            if (fields.key() == pb::key(group, pb::end_group) && group != 0) {
                note(at, fields.rest().data(), depth, "end of group " + std::to_string(number));
                return fields.rest().data();
            }
            const wire_field* const known = otlp::find_field(type, number);
            std::string name = known == nullptr ? "field " + std::to_string(number) : std::string(known->name);
            if (known != nullptr && is_list(*known, type)) name += '[' + std::to_string(seen[number & 31]++) + ']';
            at = field(fields, at, {known, std::move(name), depth, end});
            if (!x_status && at != end) return at = give_up(at, end, depth);
        }
        if (group != 0) fail(errc::truncated, end);
        return end;
    }

    // What is known about a field before its value is read.
    struct context {
        const wire_field* known;
        std::string name;
        unsigned depth;
        const char* end;  // of the message
    };

    // Lists have a number; what can be there once has none.
    static bool is_list(const wire_field& field, shape parent) noexcept {
        if (field.how == reading::packed) return false;
        if (parent == shape::entity_ref) return field.number > 2;
        if (field.how != reading::message) return false;
        switch (field.child) {
        case shape::resource:
        case shape::scope:
        case shape::span_status:
        case shape::any_value: return parent == shape::array_value;
        case shape::array_value:
        case shape::key_value_list:
        case shape::buckets: return false;
        default: return parent != shape::metric || field.child == shape::key_value;
        }
    }

    // Annotates the field whose tag `fields` has read and which begins at `at`. Returns its end.
    const char* field(pb::cursor& fields, const char* at, const context& c) {
        const auto type = static_cast<pb::wire_type>(fields.key() & 7);
        const bool fits = c.known != nullptr && type == c.known->type();
        if (type == pb::bytes) return length_delimited(fields, at, c, fits);
        if (type == pb::group) return open_group(fields, at, c);
        std::string value;
        switch (type) {
        case pb::varint: value = varint_text(fields.varint(), fits ? c.known->how : reading::unsigned_varint); break;
        case pb::fixed64: value = fixed64_text(fields.fixed64(), fits ? c.known->how : alone(c.known)); break;
        case pb::fixed32: value = std::to_string(fields.fixed32()); break;
        default: fields.fail(errc::bad_tag); break;
        }
        if (!fields.ok()) return stop(fields, at, c.end, c.depth);
        const bool stands_alone = c.known != nullptr && c.known->how == reading::packed && type == c.known->element_type();
        note(at, fields.rest().data(), c.depth, title(c, type, fits || stands_alone) + ": " + value);
        return fields.rest().data();
    }

    // The name, and what is unusual about the field.
    static std::string title(const context& c, pb::wire_type type, bool fits) {
        if (fits) return c.name;
        const std::string kind = wire_type_names[type];
        return c.name + (c.known == nullptr ? " (unknown, " + kind + ")" : " (as " + kind + ", so it is passed over)");
    }

    static reading alone(const wire_field* known) noexcept {
        return known != nullptr && known->child == shape::doubles ? reading::float64 : reading::fixed64;
    }

    const char* length_delimited(pb::cursor& fields, const char* at, const context& c, bool fits) {
        const char* const length_at = fields.rest().data();
        std::uint64_t len = 0;
        const char* from = wire::read_varint(length_at, c.end, len);
        if (from == nullptr) {
            static_cast<void>(fields.varint());  // says what is wrong
            return stop(fields, at, c.end, c.depth);
        }
        const auto there = static_cast<std::uint64_t>(c.end - from);
        const byte_view value(from, static_cast<std::size_t>(std::min(len, there)));
        const char* const after = from + value.size();
        const bool opens = fits && (c.known->how == reading::message || c.known->how == reading::packed);
        std::string cut;
        if (len > there) cut = (opens ? "" : ", " + count(len, "byte")) + ", of which " + std::to_string(there) + " are there";
        if (opens && c.depth == max_depth) {
            fail(errc::depth_exceeded, from);
            note(at, from, c.depth, title(c, pb::bytes, fits));
            note(from, after, c.depth, "(nested too deep)");
        } else if (opens) {
            note(at, from, c.depth, c.name + ": " + std::string(otlp::name(c.known->child)) + ", " + count(len, "byte") + cut);
            if (c.known->how == reading::message) message(c.known->child, value, c.depth + 1);
            else packed(c.known->child, value, c.depth + 1);
        } else {
            note(at, after, c.depth, title(c, pb::bytes, fits) + ": " + text_of(value, fits ? c.known->how : reading::bytes) + cut);
        }
        if (len > there) fail(errc::truncated, length_at);
        return after;
    }

    const char* open_group(pb::cursor& fields, const char* at, const context& c) {
        const char* const from = fields.rest().data();
        note(at, from, c.depth, title(c, pb::group, false));
        if (c.depth == max_depth) {
            fail(errc::depth_exceeded, from);
            return from;
        }
        return message(shape::none, {from, static_cast<std::size_t>(c.end - from)}, c.depth + 1, fields.key() >> 3);
    }

    void packed(shape numbers, byte_view bytes, unsigned depth) {
        const char* const end = bytes.data() + bytes.size();
        const char* at = bytes.data();
        for (std::uint64_t i = 0; at != end; ++i) {
            pb::cursor number({at, static_cast<std::size_t>(end - at)}, x_begin);
            const std::string value = numbers == shape::varints   ? std::to_string(number.varint())
                                      : numbers == shape::doubles ? number_text(number.float64())
                                                                  : std::to_string(number.fixed64());
            if (!number.ok()) {
                stop(number, at, end, depth);
                return;
            }
            note(at, number.rest().data(), depth, '[' + std::to_string(i) + "]: " + value);
            at = number.rest().data();
        }
    }

    const char* stop(const pb::cursor& failed, const char* at, const char* end, unsigned depth) {
        if (x_status) x_status = failed.status();
        return give_up(at, end, depth);
    }
    const char* give_up(const char* at, const char* end, unsigned depth) {
        note(at, end, depth, "(not read)");
        return end;
    }

    static std::string varint_text(std::uint64_t value, reading how) {
        switch (how) {
        case reading::signed_varint: return std::to_string(static_cast<std::int64_t>(value));
        case reading::zigzag: return std::to_string(pb::zigzag(value));
        case reading::boolean: return value != 0 ? "true" : "false";
        default: return std::to_string(value);
        }
    }
    static std::string fixed64_text(std::uint64_t value, reading how) {
        switch (how) {
        case reading::time: {
            const std::string number = std::to_string(value);
            return value > std::uint64_t{1} << 62 || value == 0 ? number
                                                                : number + " (" + time_text(static_cast<std::int64_t>(value), 9) + ")";
        }
        case reading::sfixed64: return std::to_string(static_cast<std::int64_t>(value));
        case reading::float64: return number_text(std::bit_cast<double>(value));
        default: return std::to_string(value);
        }
    }
    static std::string text_of(byte_view value, reading how) {
        if (how == reading::text) return quoted(value);
        return value.size() > 64 ? hex(value.substr(0, 64)) + "..." : hex(value);
    }

    const char* x_begin;
    const annotate& x_note;
    result<void> x_status;
};

}  // namespace

result<void> otlp_request(byte_view request, signal kind, const annotate& note) {
    constexpr shape requests[] = {shape::trace_request, shape::metric_request, shape::log_request};
    return walker(request, note).walk(requests[static_cast<unsigned>(kind)], request);
}

}  // namespace colblock::dump
