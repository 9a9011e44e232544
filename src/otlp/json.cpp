// SPDX-License-Identifier: Apache-2.0

// request := object             of the fields of json_schema.cpp; a byte order mark may stand before it
// field   := null               absent
//          | string | number | true | false | object | array, as its kind says
//
// A scalar that is sent twice is written twice, a list or a message too: in protobuf the last scalar counts, lists
// are joined and messages merged.

#include "colblock/otlp/json.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "colblock/base/limits.hpp"
#include "colblock/wire/varint.hpp"
#include "otlp/json_numbers.hpp"
#include "otlp/json_plain.hpp"
#include "otlp/json_ready.hpp"
#include "otlp/json_scanner.hpp"
#include "otlp/json_schema.hpp"
#include "otlp/json_values.hpp"

namespace colblock::otlp {

namespace {

using json::field;
using json::kind;
using json::message;
namespace plain = json::plain;

class transcoder {
public:
    transcoder(byte_view text, buffer& to) noexcept
        : x_in(text), x_out(to), x_most(to.size() + std::max(text.size(), limits::max_payload_len)) {}

    // Records of the usual form go here from now on.
    void keep_ready(ready_list<ready_span>& to) noexcept { x_spans = &to; }
    void keep_ready(ready_list<ready_log>& to) noexcept { x_logs = &to; }

    bool read_request(message kind_of_request) {
        x_out.reserve(static_cast<std::size_t>(x_in.end() - x_in.at()) / 4 * 5 + 2 * plain::overshoot);
        if (byte_view(x_in.at(), static_cast<std::size_t>(x_in.end() - x_in.at())).starts_with("\xef\xbb\xbf"))
            x_in.move_to(x_in.at() + 3);
        if (!read_object(kind_of_request)) return false;
        return (x_in.peek(), x_in.at() == x_in.end()) || x_in.refuse(errc::trailing_bytes);
    }
    [[nodiscard]] result<void> status() const noexcept { return x_in.status(); }

private:
    // Reads the members of an object and writes the fields of `m`.
    bool read_object(message m) {
        if (!x_in.take('{')) return false;
        if (x_in.peek() == '}') return x_in.take('}');
        const std::span<const field> fields = json::fields_of(m);
        const field* expected = fields.data();
        for (bool more = true; more;) {
            const plain_end end = read_plain_members(fields, expected);
            if (end == plain_end::close) return true;
            if (end == plain_end::failure) return false;
            if (end == plain_end::element && !read_member(fields, expected)) return false;
            if (!x_in.next_or_close('}', more)) return false;
        }
        return true;
    }
    bool read_member(std::span<const field> fields, const field*& expected) {
        const field* const found = read_key(fields, expected);
        if (found == nullptr) return !x_failed_key && x_in.take(':') && x_in.skip_value();
        expected = found + 1;
        return x_in.take(':') && read_value(*found);
    }

    // Where the plain forms (json_plain.hpp) end.
    enum class plain_end : std::uint8_t {
        element,  // before an element that is of another form
        comma,    // behind an element; something else than the next one may follow
        close,    // behind the bracket that closes
        failure,
    };
    // From here on both positions are the caller's, until it says where it has come.
    char* begin_plain() { return x_out.reserve(static_cast<std::size_t>(x_in.end() - x_in.at()) + plain::overshoot); }
    plain_end end_plain(const char* at, char* to, plain_end how) noexcept {
        x_in.move_to(at);
        x_out.set_end(to);
        return how;
    }

    // As many members as are written plainly and in the order of the fields, from the quote of a key on.
    plain_end read_plain_members(std::span<const field> fields, const field*& expected) {
        const field* const end_of_fields = fields.data() + fields.size();
        const char* const end = x_in.end();
        const char* at = x_in.at();
        char* to = begin_plain();
        while (end - at >= plain::margin && *at == '"') {
            const field* f = expected;
            while (f != end_of_fields && !f->matches(at + 1)) ++f;
            if (COLBLOCK_UNLIKELY(f == end_of_fields)) break;
            const char* const value = at + f->name.size() + 3;
            if (COLBLOCK_UNLIKELY(value[-1] != ':')) break;
            const char* after = nullptr;
            switch (f->kind) {
            case kind::text: after = plain::read_text(value, end, to, *f); break;
            case kind::id: after = plain::read_id(value, to, *f); break;
            case kind::fixed64: after = plain::read_time(value, to, *f); break;
            case kind::enumeration:
            case kind::uint32:
            case kind::fixed32: after = plain::read_number(value, to, *f); break;
            case kind::object:
            case kind::object_list:
                if (f->kind == kind::object_list && json::is(value, "[]")) {
                    after = value + 2;
                    break;
                }
                end_plain(value, to, plain_end::element);
                if (!read_value(*f)) return plain_end::failure;
                after = x_in.at();
                to = begin_plain();
                break;
            default: break;
            }
            if (COLBLOCK_UNLIKELY(after == nullptr)) break;
            expected = f + 1;
            if (COLBLOCK_UNLIKELY(end - after < 2)) return end_plain(after, to, plain_end::comma);
            if (*after == '}') return end_plain(after + 1, to, plain_end::close);
            if (COLBLOCK_UNLIKELY(!json::is(after, ",\""))) {
                return end_plain(after, to, plain_end::comma);
            }
            at = after + 1;
        }
        return end_plain(at, to, plain_end::element);
    }

    // As many elements of a list as `read` takes, from the bracket of one on. It is given the position of an element and
    // where it is to be written, and returns the position behind it, or null if it has done nothing.
    template <class Read>
    plain_end read_plain_elements(Read&& read) {
        const char* const end = x_in.end();
        const char* at = x_in.at();
        char* to = begin_plain();
        while (end - at >= plain::margin) {
            const char* const after = read(at, to);
            if (COLBLOCK_UNLIKELY(after == nullptr)) break;
            if (COLBLOCK_UNLIKELY(end - after < 2)) return end_plain(after, to, plain_end::comma);
            if (*after == ']') return end_plain(after + 1, to, plain_end::close);
            if (COLBLOCK_UNLIKELY(!json::is(after, ",{"))) {
                return end_plain(after, to, plain_end::comma);
            }
            at = after + 1;
        }
        return end_plain(at, to, plain_end::element);
    }
    plain_end read_plain_attributes(const field& f) {
        return read_plain_elements([&, end = x_in.end()](const char* at, char*& to) { return plain::read_attribute(at, end, to, f); });
    }
    template <class Record>
    plain_end read_ready_records(ready_list<Record>& ready) {
        const std::size_t before = ready.records.size();
        const plain_end how = read_plain_elements(
            [&, end = x_in.end()](const char* at, char*&) {
                const char* const after = json::read_ready(at, end, ready);
                for (; at < after; at += 64) __builtin_prefetch(at + 2048);  // a few records ahead
                return after;
            });
        const ready_run read{static_cast<std::uint32_t>(before), static_cast<std::uint32_t>(ready.records.size() - before)};
        if (read.num != 0) x_out.set_end(write_ready_mark(x_out.reserve(max_ready_mark_len), read));
        return how;
    }

    // The field of the key that follows, null if it is unknown or no key. Fields are tried from the expected one on.
    COLBLOCK_ALWAYS_INLINE const field* read_key(std::span<const field> fields, const field* expected) {
        if (COLBLOCK_LIKELY(x_in.peek() == '"')) {
            const char* const key = x_in.at() + 1;
            const field* const end = fields.data() + fields.size();
            for (const field* f = expected; f != end; ++f)
                if (COLBLOCK_LIKELY(f->matches(key))) return pass_key(*f);
            for (const field* f = fields.data(); f != expected; ++f)
                if (f->matches(key)) return pass_key(*f);
        }
        return read_odd_key(fields);
    }
    const field* pass_key(const field& found) noexcept {
        x_in.move_to(x_in.at() + found.name.size() + 2);
        return &found;
    }
    COLBLOCK_NOINLINE const field* read_odd_key(std::span<const field> fields) {
        byte_view key;
        x_failed_key = !x_in.read_string(key);
        if (x_failed_key) return nullptr;
        const auto found = std::ranges::find(fields, key, &field::name);
        return found != fields.end() ? &*found : nullptr;
    }

    bool read_value(const field& f) {
        if (COLBLOCK_UNLIKELY(x_in.peek() == 'n')) return x_in.read_word("null");
        switch (f.kind) {
        case kind::text: return read_text(f);
        case kind::id: return read_id(f);
        case kind::object: return read_message(f);
        case kind::object_list: return f.child == message::key_value ? read_attributes(f) : read_records(f);
        case kind::base64: return read_base64(f);
        case kind::boolean: return read_boolean(f);
        case kind::floating: return read_floating(f);
        case kind::enumeration: return read_enumeration(f);
        case kind::fixed64_list:
        case kind::uint64_list:
        case kind::floating_list: return read_numbers(f);
        default: return read_integer(f);
        }
    }

    // What is written.

    char* begin_field(const field& f, std::size_t max_len) {
        char* const to = x_out.reserve(max_len + 2);
        store(to, f.tag);
        return to + f.tag_len;
    }
    void write_varint(const field& f, std::uint64_t value) {
        x_out.set_end(wire::write_varint(begin_field(f, wire::max_varint_len), value));
    }
    template <class T>
    void write_fixed(const field& f, T value) {
        char* const to = begin_field(f, sizeof(T));
        store(to, value);
        x_out.set_end(to + sizeof(T));
    }
    struct open_message {
        std::size_t begin;  // of its content
        std::size_t room;   // for its length, before it
    };
    open_message open(const field& f, std::size_t room) {
        char* const to = begin_field(f, room);
        x_out.set_end(to + room);
        return {x_out.size(), room};
    }
    // Writes the length in all bytes there are, and makes room for more where it does not fit.
    void close(open_message m) {
        std::size_t len = x_out.size() - m.begin;
        if (const std::size_t need = wire::varint_len(len); COLBLOCK_UNLIKELY(need > m.room)) {
            x_out.extend(need - m.room);
            char* const content = x_out.data() + m.begin;
            std::memmove(content + (need - m.room), content, len);
            m = {m.begin + (need - m.room), need};
        }
        char* to = x_out.data() + m.begin - m.room;
        for (std::size_t i = 1; i != m.room; ++i, len >>= 7) *to++ = static_cast<char>(len | 0x80);
        *to = static_cast<char>(len);
    }

    // What is read.

    bool read_text(const field& f) {
        byte_view text;
        if (!x_in.read_string(text)) return false;
        char* const to = begin_field(f, wire::max_varint_len + text.size());
        x_out.set_end(plain::copy_text(wire::write_varint(to, text.size()), text));
        return true;
    }
    bool read_id(const field& f) {
        byte_view hex;
        if (!x_in.read_string(hex)) return false;
        const open_message id = open(f, 1);
        json::append_id(x_out, hex);
        close(id);
        return true;
    }
    bool read_base64(const field& f) {
        const char* const begin = (x_in.peek(), x_in.at());
        byte_view text;
        if (!x_in.read_string(text)) return false;
        const open_message bytes = open(f, 5);
        if (!json::append_base64(x_out, text)) return x_in.refuse_at(begin, errc::bad_base64);
        close(bytes);
        return true;
    }
    bool read_boolean(const field& f) {
        const bool value = x_in.peek() == 't';
        write_varint(f, value ? 1 : 0);
        return x_in.read_word(value ? "true" : "false");
    }

    // A number, or a string that holds one, as text.
    bool read_number_text(byte_view& number) {
        if (x_in.peek() != '"') return x_in.read_number(number);
        byte_view text;
        return x_in.read_string(text) && is_number(text, number);
    }
    static bool is_number(byte_view text, byte_view& number) {
        json::scanner in(text);
        return in.read_number(number) && in.at() == in.end();
    }
    bool read_number(json::integer& value) {
        const char* const begin = (x_in.peek(), x_in.at());
        if (COLBLOCK_LIKELY(x_in.end() - begin > 32)) {
            const char* const after = json::read_digits(begin, value.magnitude);
            const bool ends = *after == ',' || *after == '}' || *after == ']';
            if (COLBLOCK_LIKELY(ends && after != begin && (*begin != '0' || after == begin + 1))) {
                x_in.move_to(after);
                return true;
            }
        }
        byte_view number;
        if (!read_number_text(number)) return x_in.status() ? x_in.refuse_at(begin) : false;
        return json::parse_integer(number, value) || x_in.refuse_at(begin);
    }
    bool read_integer(const field& f) {
        const char* const begin = (x_in.peek(), x_in.at());
        json::integer value;
        if (!read_number(value)) return false;
        switch (f.kind) {
        case kind::uint32:
            if (!value.fits_unsigned(32)) break;
            write_varint(f, value.bits());
            return true;
        case kind::int32:
        case kind::enumeration:
            if (!value.fits_signed(32)) break;
            write_varint(f, value.bits());
            return true;
        case kind::sint32: {
            if (!value.fits_signed(32)) break;
            const auto number = static_cast<std::int64_t>(value.bits());
            write_varint(f, static_cast<std::uint32_t>(number << 1 ^ number >> 63));
            return true;
        }
        case kind::int64:
            if (!value.fits_signed(64)) break;
            write_varint(f, value.bits());
            return true;
        case kind::fixed32:
            if (!value.fits_unsigned(32)) break;
            write_fixed(f, static_cast<std::uint32_t>(value.bits()));
            return true;
        case kind::sfixed64:
            if (!value.fits_signed(64)) break;
            write_fixed(f, value.bits());
            return true;
        default:
            if (!value.fits_unsigned(64)) break;
            write_fixed(f, value.bits());
            return true;
        }
        return x_in.refuse_at(begin);
    }

    bool read_enumeration(const field& f) {
        if (COLBLOCK_LIKELY(x_in.peek() != '"')) return read_integer(f);
        const char* const begin = x_in.at();
        byte_view name;
        if (!x_in.read_string(name)) return false;
        if (name.starts_with(f.names->prefix)) {
            const auto found = std::ranges::find(f.names->names, name.substr(f.names->prefix.size()));
            if (found == f.names->names.end()) return x_in.refuse_at(begin);
            write_varint(f, static_cast<std::uint64_t>(found - f.names->names.begin()));
            return true;
        }
        x_in.move_to(begin);
        return read_integer(f);
    }

    bool read_double(double& value) {
        const char* const begin = (x_in.peek(), x_in.at());
        byte_view number;
        if (*begin != '"') return x_in.read_number(number) && (json::parse_double(number, value) || x_in.refuse_at(begin));
        byte_view text;
        if (!x_in.read_string(text)) return false;
        value = std::numeric_limits<double>::infinity();
        if (text == "Infinity") return true;
        value = -value;
        if (text == "-Infinity") return true;
        value = std::numeric_limits<double>::quiet_NaN();
        if (text == "NaN") return true;
        return (is_number(text, number) && json::parse_double(number, value)) || x_in.refuse_at(begin);
    }
    bool read_floating(const field& f) {
        double value;
        if (!read_double(value)) return false;
        write_fixed(f, value);
        return true;
    }

    // Calls read() for each element of a list.
    template <class Read>
    bool read_list(Read&& read) {
        if (!x_in.take('[')) return false;
        if (x_in.peek() == ']') return x_in.take(']');
        for (bool more = true; more;)
            if (!read() || !x_in.next_or_close(']', more)) return false;
        return true;
    }
    bool read_numbers(const field& f) {
        const open_message packed = open(f, 5);
        const bool read = read_list([&] {
            const char* const begin = (x_in.peek(), x_in.at());
            if (x_out.size() > x_most) return x_in.refuse(errc::too_large);
            if (f.kind == kind::floating_list) {
                double value;
                if (!read_double(value)) return false;
                store(x_out.extend(sizeof(value)), value);
                return true;
            }
            json::integer value;
            if (!read_number(value)) return false;
            if (!value.fits_unsigned(64)) return x_in.refuse_at(begin);
            if (f.kind == kind::fixed64_list)
                store(x_out.extend(sizeof(std::uint64_t)), value.bits());
            else
                x_out.set_end(wire::write_varint(x_out.reserve(wire::max_varint_len), value.bits()));
            return true;
        });
        if (read) close(packed);
        return read;
    }

    // Messages inside arrays and lists get the room that never has to be made wider: each level of nesting would
    // move all that is in it.
    bool read_message(const field& f) {
        const open_message m = open(f, x_value_depth > 1 ? 5 : f.length_room);
        if (f.child != message::any_value) {
            if (!read_object(f.child)) return false;
        } else {
            if (x_value_depth == limits::max_value_depth) return x_in.refuse(errc::depth_exceeded);
            ++x_value_depth;
            if (!read_object(f.child)) return false;
            --x_value_depth;
        }
        close(m);
        return x_out.size() <= x_most || x_in.refuse(errc::too_large);
    }
    // null is an empty value where values stand, and elsewhere no element.
    bool read_messages(const field& f) {
        return read_list([&] {
            if (COLBLOCK_LIKELY(x_in.peek() != 'n')) return read_message(f);
            if (f.child == message::any_value) {
                if (x_value_depth == limits::max_value_depth) return x_in.refuse(errc::depth_exceeded);
                close(open(f, 1));
            }
            return x_in.read_word("null");
        });
    }
    bool read_attributes(const field& f) {
        return read_elements(f, [&] { return read_plain_attributes(f); });
    }
    bool read_records(const field& f) {
        if (f.child == message::span && x_spans != nullptr) return read_elements(f, [&] { return read_ready_records(*x_spans); });
        if (f.child == message::log_record && x_logs != nullptr) return read_elements(f, [&] { return read_ready_records(*x_logs); });
        return read_messages(f);
    }
    // A list of messages of which `read_plain` takes those that are written plainly.
    template <class Plain>
    bool read_elements(const field& f, Plain&& read_plain) {
        if (!x_in.take('[')) return false;
        if (x_in.peek() == ']') return x_in.take(']');
        for (bool more = true; more;) {
            const plain_end end = read_plain();
            if (end == plain_end::close) return true;
            if (end == plain_end::element) {
                const bool read = x_in.peek() == 'n' ? x_in.read_word("null") : read_message(f);
                if (!read) return false;
            }
            if (!x_in.next_or_close(']', more)) return false;
        }
        return true;
    }

    json::scanner x_in;
    buffer& x_out;
    std::size_t x_most;  // bytes of x_out: lists of numbers take eight bytes for two, and that is not what they are for
    ready_list<ready_span>* x_spans = nullptr;
    ready_list<ready_log>* x_logs = nullptr;
    unsigned x_value_depth = 0;
    bool x_failed_key = false;
};

template <class... Ready>
result<void> transcode(signal s, padded_view text, buffer& to, Ready&... ready) {
    const std::size_t before = to.size();
    transcoder read(text.bytes, to);
    (read.keep_ready(ready), ...);
    if (read.read_request(json::request_of(s))) return {};
    to.truncate(before);
    return read.status();
}

}  // namespace

result<void> json_to_protobuf(signal s, padded_view text, buffer& to) { return transcode(s, text, to); }

result<void> read_json(padded_view text, buffer& to, ready_list<ready_span>& ready) {
    return transcode(signal::traces, text, to, ready);
}
result<void> read_json(padded_view text, buffer& to, ready_list<ready_log>& ready) {
    return transcode(signal::logs, text, to, ready);
}
result<void> read_json(padded_view text, buffer& to, no_ready&) { return transcode(signal::metrics, text, to); }

}  // namespace colblock::otlp
