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

// Whether the first `n` of 32 bytes are equal; n is at most 32.
COLBLOCK_ALWAYS_INLINE bool are_equal_32(const char* a, const char* b, std::size_t n) noexcept {
#if defined(__SSE2__)
    const auto equal_16 = [](const char* x, const char* y) {
        return static_cast<std::uint64_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(x)), _mm_loadu_si128(reinterpret_cast<const __m128i*>(y)))));
    };
    const std::uint64_t equal = equal_16(a, b) | equal_16(a + 16, b + 16) << 16;
    return (~equal << (64 - n)) == 0;
#else
    return std::memcmp(a, b, n) == 0;
#endif
}

COLBLOCK_NOINLINE const char* read_odd_value(const char* at, const char* end, any_value& to) noexcept;

// A position in a record, held in a register. Every call reads one thing and moves behind it. Where `takes` returns false it has
// not moved; the others end the record then. Between calls it is not behind the end: so each call may read `read_padding` bytes.
class cursor {
public:
    cursor(const char* at, const char* end) noexcept : x_at(at), x_end(end) {}
    [[nodiscard]] const char* at() const noexcept { return x_at; }

    /// Passes `literal` if it stands here.
    template <std::size_t N>
    COLBLOCK_ALWAYS_INLINE bool takes(const char (&literal)[N]) noexcept {
        static_assert(N - 1 <= read_padding);
        if (!is(x_at, literal) || x_end - x_at < static_cast<std::ptrdiff_t>(N - 1)) return false;
        x_at += N - 1;
        return true;
    }

    /// What is left of a text, behind its opening quote, and the closing one.
    COLBLOCK_ALWAYS_INLINE bool text(byte_view& to) noexcept {
        const char* const close = find_special(x_at, x_end);
        to = {x_at, static_cast<std::size_t>(close - x_at)};
        x_at = close + 1;
        return close < x_end && *close == '"';
    }

    /// The same, if it is `guess`, which stands somewhere with its closing quote: what is known already is no longer
    /// than its text, and the position behind it does not wait for a search.
    COLBLOCK_ALWAYS_INLINE bool text(byte_view guess, byte_view& to) noexcept {
        if (COLBLOCK_UNLIKELY(guess.size() >= 32 || !are_equal_32(x_at, guess.data(), guess.size() + 1))) return text(to);
        to = {x_at, guess.size()};
        x_at += guess.size() + 1;
        return x_at <= x_end;
    }

    /// Hex digits for all bytes of `to`, and the closing quote.
    template <std::size_t N>
    COLBLOCK_ALWAYS_INLINE bool hex(std::array<char, N>& to) noexcept {
        if (x_end - x_at <= static_cast<std::ptrdiff_t>(2 * N) || x_at[2 * N] != '"') return false;
        std::uint64_t bad = 0;
        for (std::size_t i = 0; i != N; i += 8) store(to.data() + i, bytes_of_hex_16(x_at + 2 * i, bad));
        x_at += 2 * N + 1;
        return bad == 0;
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
            to = x_hundred_seconds_value + value_of_digits(middle << 40) * 100'000'000 + value_of_digits(last);
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

    /// What follows "value": of an attribute, up to both closing braces.
    COLBLOCK_ALWAYS_INLINE bool value(any_value& to) noexcept {
        if (COLBLOCK_LIKELY(takes(R"({"stringValue":")"))) {
            byte_view found;
            if (!text(found)) return false;
            to.set_text(value_kind::string, found);
        } else if (takes(R"({"intValue":)")) {
            to.kind = value_kind::integer;
            if (!integer(to.integer)) return false;
        } else {
            x_at = read_odd_value(x_at, x_end, to);
            return x_at != nullptr;
        }
        return true;
    }

private:
    COLBLOCK_ALWAYS_INLINE bool knows_hundred_seconds(std::uint64_t digits) noexcept {
        if (COLBLOCK_LIKELY(digits == x_hundred_seconds)) return true;
        if (!are_digits(digits) || digit(digits) == 0) return false;
        x_hundred_seconds = digits;
        x_hundred_seconds_value = value_of_digits(digits) * 100'000'000'000;
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
    COLBLOCK_ALWAYS_INLINE bool integer(std::int64_t& to) noexcept {
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

    const char* x_at;
    const char* x_end;
    // The first eight of nineteen digits of the last time, which change every hundred seconds, and what they stand for.
    std::uint64_t x_hundred_seconds = load<std::uint64_t>("10000000");
    std::uint64_t x_hundred_seconds_value = 1'000'000'000'000'000'000;
};

// A boolean or a double. The position behind it, or null. It gets no cursor: one whose address is known lies in memory.
const char* read_odd_value(const char* at, const char* end, any_value& to) noexcept {
    cursor in(at, end);
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

// Which attributes a record is likely to have, by how it begins.
class guesses {
public:
    template <class Record>
    explicit guesses(ready_list<Record>& list) noexcept : x_alike(list.alike.data()), x_attributes(list.attributes.begin()) {}

    /// An attribute that was read before: those of a record that began with `text` and `number` began there.
    COLBLOCK_ALWAYS_INLINE const attribute* after(byte_view text, std::uint32_t number) noexcept {
        const std::uint64_t begin = load<std::uint64_t>(text.data()) + text.size() + (std::uint64_t{number} << 32);
        x_slot = x_alike + (begin * 0x9e37'79b9'7f4a'7c15 >> 58);
        return x_attributes + *x_slot;
    }
    /// Those of this record begin at `first`.
    void remember(const attribute* first) noexcept { *x_slot = static_cast<std::uint32_t>(first - x_attributes); }

private:
    std::uint32_t* x_alike;
    const attribute* x_attributes;
    std::uint32_t* x_slot = nullptr;
};

// What the first record's keys are compared with.
constexpr char no_key[read_padding] = "\"";

// `guess` is an attribute that was read before: likely to have the key of the first that follows here, as those
// behind it have of the next ones.
COLBLOCK_ALWAYS_INLINE bool read_attributes(cursor& in, const attribute* guess, attribute*& to) noexcept {
    if (!in.takes(R"(,"attributes":[)") || in.takes("]")) return true;
    const attribute* const end = to + max_attributes;
    do {
        byte_view key;
        if (to == end || !in.takes(R"({"key":")") || !in.text(guess->key, key) || !in.takes(R"(,"value":)") ||
            !in.value(to->value) || !in.takes("}}"))
            return false;
        to->key = key;
        ++to;
        ++guess;
    } while (in.takes(","));
    return in.takes("]");
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

COLBLOCK_ALWAYS_INLINE bool read_members(cursor& in, guesses& guess, ready_span& to, attribute*& attributes) noexcept {
    if (!in.takes(R"({"traceId":")") || !in.hex(to.trace_id) || !in.takes(R"(,"spanId":")") || !in.hex(to.span_id)) return false;
    const bool has_state = in.takes(R"(,"traceState":")");
    if (has_state && !in.text(to.trace_state)) return false;
    if (in.takes(R"(,"parentSpanId":")") && !in.hex_or_none(to.parent_span_id, to.parent_span_id_len)) return false;
    const bool has_flags = in.takes(R"(,"flags":)");
    if (has_flags && !in.number(to.flags)) return false;
    if (!read_text(in, R"(,"name":")", to.name) || !read_number(in, R"(,"kind":)", to.kind) ||
        !read_time(in, R"(,"startTimeUnixNano":")", to.start_time) || !read_time(in, R"(,"endTimeUnixNano":")", to.end_time) ||
        !read_attributes(in, guess.after(to.name, to.kind), attributes) ||
        !read_number(in, R"(,"droppedAttributesCount":)", to.dropped_attributes_count))
        return false;
    in.takes(R"(,"events":[])");
    if (!read_number(in, R"(,"droppedEventsCount":)", to.dropped_events_count)) return false;
    const bool has_status = in.takes(R"(,"status":)");
    if (has_status && !read_status(in, to)) return false;
    in.takes(R"(,"links":[])");
    if (!read_number(in, R"(,"droppedLinksCount":)", to.dropped_links_count)) return false;
    if (!has_status && in.takes(R"(,"status":)") && !read_status(in, to)) return false;
    if (!has_flags && !read_number(in, R"(,"flags":)", to.flags)) return false;
    if (!has_state && !read_text(in, R"(,"traceState":")", to.trace_state)) return false;
    return in.takes("}");
}

COLBLOCK_ALWAYS_INLINE bool read_members(cursor& in, guesses& guess, ready_log& to, attribute*& attributes) noexcept {
    if (in.takes(R"({"timeUnixNano":")")) {
        if (!in.time(to.time) || !read_time(in, R"(,"observedTimeUnixNano":")", to.observed_time)) return false;
    } else if (!in.takes(R"({"observedTimeUnixNano":")") || !in.time(to.observed_time)) {
        return false;
    }
    if (!read_number(in, R"(,"severityNumber":)", to.severity_number) || !read_text(in, R"(,"severityText":")", to.severity_text))
        return false;
    if (in.takes(R"(,"body":{"stringValue":")")) {
        byte_view body;
        if (!in.text(body) || !in.takes("}")) return false;
        to.body.set_text(value_kind::string, body);
    }
    const bool has_name = in.takes(R"(,"eventName":")");
    if (has_name && !in.text(to.event_name)) return false;
    if (!read_attributes(in, guess.after(to.body.text(), to.severity_number), attributes) ||
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
    if (COLBLOCK_UNLIKELY(to.attributes.empty())) to.attributes.push_back({{no_key, 0}, {}});
    Record* const record = to.records.reserve(1);
    clear(*record, {at, 0});
    attribute* const begin = to.attributes.reserve(max_attributes);
    attribute* attributes = begin;
    cursor in(at, end - at > static_cast<std::ptrdiff_t>(max_ready_len) ? at + max_ready_len : end);
    guesses guess(to);
    if (!read_members(in, guess, *record, attributes)) return nullptr;
    if (in.at() - at < static_cast<std::ptrdiff_t>(sizeof(Record))) return nullptr;
    to.attributes.set_end(attributes);
    if (attributes != begin) guess.remember(begin);
    record->attributes_end = static_cast<std::uint32_t>(to.attributes.size());
    to.records.set_end(record + 1);
    return in.at();
}

}  // namespace

const char* read_ready(const char* at, const char* end, ready_list<ready_span>& to) { return read_record(at, end, to); }
const char* read_ready(const char* at, const char* end, ready_list<ready_log>& to) { return read_record(at, end, to); }

}  // namespace colblock::otlp::json
