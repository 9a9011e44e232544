// SPDX-License-Identifier: Apache-2.0
#include "otlp/json_ready.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "colblock/base/assume.hpp"
#include "otlp/json_numbers.hpp"
#include "otlp/json_scanner.hpp"
#include "otlp/json_values.hpp"

namespace colblock::otlp::json {

namespace {

// The shortest attribute, with its comma, is as long as an attribute in memory.
static_assert(sizeof(attribute) <= sizeof(R"({"key":"","value":{"intValue":0}},)") - 1);
constexpr std::size_t max_attributes = max_ready_len / sizeof(attribute);

// Whether `n` bytes are equal; n is from 32 to 64.
COLBLOCK_ALWAYS_INLINE bool are_equal_64(const char* a, const char* b, std::size_t n) noexcept {
#if defined(__SSE2__)
    const auto equal_16 = [a, b](std::size_t i) { return _mm_cmpeq_epi8(load_16(a + i), load_16(b + i)); };
    const __m128i equal = _mm_and_si128(_mm_and_si128(equal_16(0), equal_16(16)), _mm_and_si128(equal_16(n - 32), equal_16(n - 16)));
    return _mm_movemask_epi8(equal) == 0xffff;
#else
    return std::memcmp(a, b, n) == 0;
#endif
}

COLBLOCK_NOINLINE const char* read_odd_value(const char* at, const char* end, any_value& to) noexcept;

// A position in a record, held in a register. Every call reads one thing and moves behind it. Where `takes` returns false it has
// not moved; the others end the record then. Between calls it is not behind the end: so each call may read `read_padding` bytes.
class cursor {
public:
    cursor(const char* at, const char* end, hundred_seconds& last_time) noexcept : x_at(at), x_end(end), x_last_time(&last_time) {}
    [[nodiscard]] const char* at() const noexcept { return x_at; }

    /// Passes `literal` if it stands here. It may be longer than the padding.
    template <std::size_t N>
    COLBLOCK_ALWAYS_INLINE bool takes(const char (&literal)[N]) noexcept {
        constexpr std::ptrdiff_t len = N - 1;
        if constexpr (len > static_cast<std::ptrdiff_t>(read_padding))
            if (x_end - x_at < len) return false;
        if (!is(x_at, literal) || x_end - x_at < len) return false;
        x_at += len;
        return true;
    }

    /// What is left of a text, behind its opening quote, and the closing one.
    COLBLOCK_ALWAYS_INLINE bool text(byte_view& to) noexcept {
        const char* const close = find_special(x_at, x_end);
        to = {x_at, static_cast<std::size_t>(close - x_at)};
        x_at = close + 1;
        return close < x_end && *close == '"';
    }

    /// Passes the `n` bytes at `guess` if they stand here; n is from 32 to 64.
    COLBLOCK_ALWAYS_INLINE bool takes(const char* guess, std::size_t n) noexcept {
        static_assert(read_padding >= 64);
        if (!are_equal_64(x_at, guess, n) || x_end - x_at < static_cast<std::ptrdiff_t>(n)) return false;
        x_at += n;
        return true;
    }

    /// Hex digits for all bytes of `to`, which are not all zero, and the closing quote.
    template <std::size_t N>
    COLBLOCK_ALWAYS_INLINE bool hex(std::array<char, N>& to) noexcept {
        if (x_end - x_at <= static_cast<std::ptrdiff_t>(2 * N) || x_at[2 * N] != '"') return false;
        std::uint64_t bad = 0;
        std::uint64_t any = 0;
        for (std::size_t i = 0; i != N; i += 8) {
            const std::uint64_t eight = bytes_of_hex_16(x_at + 2 * i, bad);
            store(to.data() + i, eight);
            any |= eight;
        }
        x_at += 2 * N + 1;
        return bad == 0 && any != 0;
    }
    /// The same, or no digits; `len` is how many bytes there are.
    template <std::size_t N>
    COLBLOCK_ALWAYS_INLINE bool hex_or_none(std::array<char, N>& to, std::uint32_t& len) noexcept {
        len = 0;
        if (takes("\"")) return true;
        len = N;
        return hex(to);
    }

    /// Digits of a time, at most 19, and the closing quote.
    COLBLOCK_ALWAYS_INLINE bool time(std::uint64_t& to) noexcept {
        constexpr std::ptrdiff_t usual_len = 19;  // from September 2001 to November 2286
        const auto first = load<std::uint64_t>(x_at);
        const auto middle = load<std::uint64_t>(x_at + 8);  // three digits of it
        const auto last = load<std::uint64_t>(x_at + 11);
        if (COLBLOCK_LIKELY(x_at[usual_len] == '"' && x_end - x_at > usual_len && knows_hundred_seconds(first) &&
                            are_digits(middle) && are_digits(last))) {
            to = x_last_time->nanoseconds + value_of_digits(middle << 40) * 100'000'000 + value_of_digits(last);
            x_at += usual_len + 1;
            return true;
        }
        const char* const begin = x_at;
        const char* const after = read_digits(begin, to);
        if (after >= x_end || *after != '"' || !is_number(begin, after)) return false;
        x_at = after + 1;
        return true;
    }

    COLBLOCK_ALWAYS_INLINE bool number(std::uint32_t& to) noexcept {
        const auto eight = load<std::uint64_t>(x_at);
        if (COLBLOCK_LIKELY(digit(eight) <= 9 && digit(eight >> 8) > 9)) {
            to = digit(eight);
            return ++x_at < x_end;
        }
        const unsigned len = num_digits(eight);
        to = static_cast<std::uint32_t>(value_of_digits(eight << (64 - 8 * len) % 64));
        const char* const begin = x_at;
        x_at += len;
        return is_number(begin, x_at) && len < 8 && x_at < x_end;
    }

    /// A value that is neither a string nor an integer.
    bool odd_value(any_value& to) noexcept {
        x_at = read_odd_value(x_at, x_end, to);
        return x_at != nullptr;
    }

    COLBLOCK_ALWAYS_INLINE bool integer(std::int64_t& to) noexcept {
        // Without quotes and sign, the position does not wait for what else may stand here.
        const auto seven = load<std::uint64_t>(x_at);
        if (const unsigned len = num_digits(seven); COLBLOCK_LIKELY(len != 0 && len != 8)) {
            to = static_cast<std::int64_t>(value_of_digits(seven << (64 - 8 * len)));
            const char* const begin = x_at;
            x_at += len;
            return is_number(begin, x_at) && x_at < x_end;
        }
        const bool is_quoted = *x_at == '"';
        x_at += is_quoted;
        const bool is_negative = *x_at == '-';
        x_at += is_negative;
        std::uint64_t magnitude;
        const char* const begin = x_at;
        const auto eight = load<std::uint64_t>(begin);
        if (const unsigned len = num_digits(eight); COLBLOCK_LIKELY(len < 8)) {
            magnitude = value_of_digits(eight << (64 - 8 * len) % 64);
            x_at += len;
        } else {
            x_at = read_digits(begin, magnitude);
        }
        if (!is_number(begin, x_at) || x_at - begin > 18 || x_at >= x_end) return false;
        to = static_cast<std::int64_t>(is_negative ? 0 - magnitude : magnitude);
        return !is_quoted || takes("\"");
    }

private:
    COLBLOCK_ALWAYS_INLINE bool knows_hundred_seconds(std::uint64_t digits) noexcept {
        if (COLBLOCK_LIKELY(digits == x_last_time->digits)) return true;
        if (!are_digits(digits) || digit(digits) == 0) return false;
        *x_last_time = {digits, value_of_digits(digits) * 100'000'000'000};
        return true;
    }
    static bool is_number(const char* begin, const char* after) noexcept {
        return after != begin && (*begin != '0' || after == begin + 1);
    }
    static unsigned digit(std::uint64_t characters) noexcept { return (characters & 0xff) - '0'; }
    // How many of the eight characters are digits in front of one that is none.
    COLBLOCK_ALWAYS_INLINE static unsigned num_digits(std::uint64_t eight) noexcept {
        constexpr std::uint64_t ones = 0x0101010101010101;
        const std::uint64_t values = eight ^ '0' * ones;
        const std::uint64_t others = ((values + (0x80 - 10) * ones) | values) & 0x80 * ones;  // exact up to the first
        return static_cast<unsigned>(std::countr_zero(others)) / 8;
    }

    const char* x_at;
    const char* x_end;
    hundred_seconds* x_last_time;
};

// A boolean or a double. The position behind it, or null. It gets no cursor: one whose address is known lies in memory.
const char* read_odd_value(const char* at, const char* end, any_value& to) noexcept {
    hundred_seconds no_time;
    cursor in(at, end, no_time);
    if (in.takes(R"({"boolValue":)")) {
        to.kind = value_kind::boolean;
        to.integer = in.takes("true");
        return to.integer != 0 || in.takes("false") ? in.at() : nullptr;
    }
    if (!in.takes(R"({"doubleValue":)")) return nullptr;
    scanner number({in.at(), static_cast<std::size_t>(end - in.at())});
    byte_view text;
    to.kind = value_kind::number;
    return number.read_number(text) && parse_double(text, to.number) ? number.at() : nullptr;
}

// The members that follow, of which any may be absent; false if one that is there is of another form.

template <std::size_t N>
COLBLOCK_ALWAYS_INLINE bool read_text(cursor& in, const char (&literal)[N], byte_view& to) noexcept {
    return !in.takes(literal) || in.text(to);
}
template <std::size_t N>
COLBLOCK_ALWAYS_INLINE bool read_number(cursor& in, const char (&literal)[N], std::uint32_t& to) noexcept {
    return !in.takes(literal) || in.number(to);
}
template <std::size_t N>
COLBLOCK_ALWAYS_INLINE bool read_time(cursor& in, const char (&literal)[N], std::uint64_t& to) noexcept {
    return !in.takes(literal) || in.time(to);
}

// What stands before the key of an attribute, and behind it up to the value.
constexpr char key_begin[] = R"({"key":")";
constexpr char value_begin[] = R"(","value":)";
constexpr char string_begin[] = R"({"stringValue":")";
constexpr char integer_begin[] = R"({"intValue":)";
constexpr std::size_t key_begin_len = sizeof(key_begin) - 1;

// Which attributes a record is likely to have, by how it begins; and where keys stood first.
class guesses {
public:
    template <class Record>
    explicit guesses(ready_list<Record>& list) noexcept : x_known(&list.known), x_attributes(list.attributes.begin()) {}

    /// An attribute that was read before: the attributes of a record that began with these bytes began there, or if
    /// there was none those of the last record.
    COLBLOCK_ALWAYS_INLINE const attribute* after(std::uint64_t begin) noexcept {
        x_slot = &x_known->alike[begin * 0x9e37'79b9'7f4a'7c15 >> 58];
        return x_attributes + (*x_slot != 0 ? *x_slot : x_known->last);
    }
    /// Those of this record begin at `first`.
    void remember(const attribute* first) noexcept { *x_slot = x_known->last = static_cast<std::uint32_t>(first - x_attributes); }

    /// `key`, or the same where it first stood before a value of this kind.
    COLBLOCK_NOINLINE byte_view first_of(byte_view key, value_kind kind) noexcept {
        static_assert(key_begin_len == 8);  // what stands before a key that is shorter
        const std::uint64_t ends = load<std::uint64_t>(key.data()) + 31 * load<std::uint64_t>(key.data() + key.size() - 8);
        known_key& first = x_known->keys[(ends + static_cast<unsigned>(kind)) * 0x9e37'79b9'7f4a'7c15 >> 56];
        if (first.text != key || first.kind != kind) first = {key, kind};
        return first.text;
    }

private:
    known_records* x_known;
    const attribute* x_attributes;
    std::uint32_t* x_slot = nullptr;
};

// How much of an attribute is compared at once: up to the value, behind a key of this length.
constexpr std::size_t max_guess_len = 64;
constexpr std::size_t guess_len(std::size_t key_len, value_kind kind) noexcept {
    constexpr std::size_t string_len = sizeof(key_begin) + sizeof(value_begin) + sizeof(string_begin) - 3;
    constexpr std::size_t integer_len = sizeof(key_begin) + sizeof(value_begin) + sizeof(integer_begin) - 3;
    return key_len + (kind == value_kind::string ? string_len : kind == value_kind::integer ? integer_len : max_guess_len + 1);
}

// An attribute's value, up to the brace.
COLBLOCK_ALWAYS_INLINE bool read_string(cursor& in, any_value& to) noexcept {
    byte_view text;
    if (!in.text(text)) return false;
    to.set_text(value_kind::string, text);
    return true;
}
COLBLOCK_ALWAYS_INLINE bool read_integer(cursor& in, any_value& to) noexcept {
    to.kind = value_kind::integer;
    return in.integer(to.integer);
}

// An attribute up to its closing braces. `guess` was read before. Its key is a view into text that goes on with a value of
// its kind: if this attribute has the same key and kind, the same bytes stand here up to the value.
COLBLOCK_ALWAYS_INLINE bool read_attribute(cursor& in, guesses& known, const attribute& guess, attribute& to) noexcept {
    const std::size_t len = guess_len(guess.key.size(), guess.value.kind);
    if (COLBLOCK_LIKELY(len - 32 <= max_guess_len - 32 && in.takes(guess.key.data() - key_begin_len, len))) {
        to.key = guess.key;
        return guess.value.kind == value_kind::string ? read_string(in, to.value) : read_integer(in, to.value);
    }
    byte_view key;
    if (!in.takes(key_begin) || !in.text(key) || !in.takes(R"(,"value":)")) return false;
    const bool is_read = in.takes(string_begin)    ? read_string(in, to.value)
                         : in.takes(integer_begin) ? read_integer(in, to.value)
                                                   : in.odd_value(to.value);
    if (!is_read) return false;
    to.key = known.first_of(key, to.value.kind);
    return true;
}

// `guess` is an attribute that was read before: likely to have the key of the first that follows here, as those
// behind it have of the next ones.
COLBLOCK_ALWAYS_INLINE bool read_attributes(cursor& in, guesses& known, const attribute* guess, attribute*& to) noexcept {
    if (!in.takes(R"(,"attributes":[)") || in.takes("]")) return true;
    const attribute* const end = to + max_attributes;
    do {
        if (to == end || !read_attribute(in, known, *guess, *to)) return false;
        ++to;
        ++guess;
    } while (in.takes("}},"));
    return in.takes("}}]");
}

COLBLOCK_ALWAYS_INLINE bool read_status(cursor& in, ready_span& to) noexcept {
    if (in.takes(R"({"code":)")) {
        return in.number(to.status_code) && read_text(in, R"(,"message":")", to.status_message) && in.takes("}");
    }
    if (in.takes(R"({"message":")")) {
        return in.text(to.status_message) && read_number(in, R"(,"code":)", to.status_code) && in.takes("}");
    }
    return in.takes("{}");
}

COLBLOCK_ALWAYS_INLINE bool read_members(cursor& in, guesses& known, ready_span& to, attribute*& attributes) noexcept {
    if (!in.takes(R"({"traceId":")") || !in.hex(to.trace_id) || !in.takes(R"(,"spanId":")") || !in.hex(to.span_id)) return false;
    const bool has_state = in.takes(R"(,"traceState":")");
    if (has_state && !in.text(to.trace_state)) return false;
    if (in.takes(R"(,"parentSpanId":")") && !in.hex_or_none(to.parent_span_id, to.parent_span_id_len)) return false;
    const bool has_flags = in.takes(R"(,"flags":)");
    if (has_flags && !in.number(to.flags)) return false;
    if (!read_text(in, R"(,"name":")", to.name)) return false;
    // Sixteen bytes, of the name and of what follows it: its end is not waited for.
    const std::uint64_t begin = load<std::uint64_t>(to.name.data()) + 31 * load<std::uint64_t>(to.name.data() + 8);
    if (!read_number(in, R"(,"kind":)", to.kind) || !read_time(in, R"(,"startTimeUnixNano":")", to.start_time) ||
        !read_time(in, R"(,"endTimeUnixNano":")", to.end_time) || !read_attributes(in, known, known.after(begin), attributes))
        return false;
    // What the JavaScript SDK writes of nearly every span is passed at once.
    bool has_status = in.takes(R"(,"droppedAttributesCount":0,"events":[],"droppedEventsCount":0,"status":)");
    if (!has_status) {
        if (!read_number(in, R"(,"droppedAttributesCount":)", to.dropped_attributes_count)) return false;
        in.takes(R"(,"events":[])");
        if (!read_number(in, R"(,"droppedEventsCount":)", to.dropped_events_count)) return false;
        has_status = in.takes(R"(,"status":)");
    }
    if (has_status && !read_status(in, to)) return false;
    if (!in.takes(R"(,"links":[],"droppedLinksCount":0)")) {
        in.takes(R"(,"links":[])");
        if (!read_number(in, R"(,"droppedLinksCount":)", to.dropped_links_count)) return false;
    }
    if (!has_status && in.takes(R"(,"status":)") && !read_status(in, to)) return false;
    if (!has_flags && !read_number(in, R"(,"flags":)", to.flags)) return false;
    if (!has_state && !read_text(in, R"(,"traceState":")", to.trace_state)) return false;
    return in.takes("}");
}

COLBLOCK_ALWAYS_INLINE bool read_members(cursor& in, guesses& known, ready_log& to, attribute*& attributes) noexcept {
    if (in.takes(R"({"timeUnixNano":")")) {
        if (!in.time(to.time) || !read_time(in, R"(,"observedTimeUnixNano":")", to.observed_time)) return false;
    } else if (!in.takes(R"({"observedTimeUnixNano":")") || !in.time(to.observed_time)) {
        return false;
    }
    if (!read_number(in, R"(,"severityNumber":)", to.severity_number) || !read_text(in, R"(,"severityText":")", to.severity_text))
        return false;
    std::uint64_t begin = to.severity_number;
    if (in.takes(R"(,"body":{"stringValue":")")) {
        begin += load<std::uint64_t>(in.at());
        byte_view body;
        if (!in.text(body) || !in.takes("}")) return false;
        to.body.set_text(value_kind::string, body);
    }
    const bool has_name = in.takes(R"(,"eventName":")");
    if (has_name && !in.text(to.event_name)) return false;
    if (!read_attributes(in, known, known.after(begin), attributes) ||
        !read_number(in, R"(,"droppedAttributesCount":)", to.dropped_attributes_count) || !read_number(in, R"(,"flags":)", to.flags))
        return false;
    if (in.takes(R"(,"traceId":")") && !in.hex_or_none(to.trace_id, to.trace_id_len)) return false;
    if (in.takes(R"(,"spanId":")") && !in.hex_or_none(to.span_id, to.span_id_len)) return false;
    if (!has_name && !read_text(in, R"(,"eventName":")", to.event_name)) return false;
    return in.takes("}");
}

// What a member that is absent leaves behind; ids count only as far as their lengths say.
COLBLOCK_ALWAYS_INLINE void clear(ready_span& record, byte_view nothing) noexcept {
    record.parent_span_id_len = 0;
    record.start_time = 0;
    record.end_time = 0;
    record.name = nothing;
    record.trace_state = nothing;
    record.status_message = nothing;
    record.kind = 0;
    record.status_code = 0;
    record.flags = 0;
    record.dropped_attributes_count = 0;
    record.dropped_events_count = 0;
    record.dropped_links_count = 0;
}
COLBLOCK_ALWAYS_INLINE void clear(ready_log& record, byte_view nothing) noexcept {
    record.trace_id_len = 0;
    record.span_id_len = 0;
    record.time = 0;
    record.observed_time = 0;
    record.severity_text = nothing;
    record.event_name = nothing;
    record.body.set_text(value_kind::empty, nothing);
    record.severity_number = 0;
    record.flags = 0;
    record.dropped_attributes_count = 0;
}

template <class Record>
COLBLOCK_ALWAYS_INLINE const char* read_record(const char* at, const char* end, ready_list<Record>& to) {
    if (COLBLOCK_UNLIKELY(to.attributes.empty())) to.attributes.push_back({});
    Record* const record = to.records.reserve(1);
    clear(*record, {at, 0});
    attribute* const begin = to.attributes.reserve(max_attributes);
    attribute* attributes = begin;
    cursor in(at, end - at > static_cast<std::ptrdiff_t>(max_ready_len) ? at + max_ready_len : end, to.known.last_time);
    guesses known(to);
    if (!read_members(in, known, *record, attributes)) return nullptr;
    if (in.at() - at < static_cast<std::ptrdiff_t>(sizeof(Record))) return nullptr;
    to.attributes.set_end(attributes);
    if (attributes != begin) known.remember(begin);
    record->attributes_end = static_cast<std::uint32_t>(to.attributes.size());
    to.records.set_end(record + 1);
    return in.at();
}

}  // namespace

const char* read_ready(const char* at, const char* end, ready_list<ready_span>& to) { return read_record(at, end, to); }
const char* read_ready(const char* at, const char* end, ready_list<ready_log>& to) { return read_record(at, end, to); }

}  // namespace colblock::otlp::json
