// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/detect_signal.hpp"

#include <algorithm>
#include <array>
#include <compare>

#include "otlp/wire_fields.hpp"

namespace colblock::otlp {

namespace {

namespace pb = wire::pb;

constexpr unsigned max_records = 32;
constexpr unsigned max_depth = 8;  // of messages inside a record: enough to tell

struct candidate {
    signal which;
    shape record;
};
// The first of those that fit equally well is taken. That happens to metrics whose name and description are
// as long as ids, and never to real spans and logs: these have what fits nothing else.
constexpr candidate candidates[] = {
    {signal::metrics, shape::metric},
    {signal::traces, shape::span},
    {signal::logs, shape::log_record},
};

// The bytes of the current field, or as many of them as there are.
byte_view bytes_of(pb::cursor& message) {
    const byte_view rest = message.rest();
    const byte_view value = message.bytes();
    if (message.ok()) return value;
    std::uint64_t len = 0;
    const char* const end = rest.data() + rest.size();
    const char* const from = wire::read_varint(rest.data(), end, len);
    return from == nullptr ? byte_view() : byte_view(from, static_cast<std::size_t>(end - from));
}

// Fields of a message that are unknown, have another wire type or are missing. Those of the messages inside are
// counted apart, and matter only where the others are as many: what is taken for text is never looked into.
struct misfits {
    unsigned own = 0;
    unsigned nested = 0;

    misfits& operator+=(const misfits& other) noexcept {
        own += other.own;
        nested += other.nested;
        return *this;
    }
    friend auto operator<=>(const misfits&, const misfits&) = default;
};

misfits count_misfits(shape type, byte_view message, unsigned depth);

misfits of_field(const wire_field* field, pb::cursor& message, unsigned depth) {
    const auto type = static_cast<pb::wire_type>(message.key() & 7);
    const bool stands_alone = field != nullptr && field->how == reading::packed && type == field->element_type();
    if (field == nullptr || (type != field->type() && !stands_alone)) {
        message.skip();
        return {1, 0};
    }
    if (type != pb::bytes) {
        message.skip();
        return {};
    }
    const byte_view value = bytes_of(message);
    switch (field->how) {
    case reading::message: {
        if (depth == max_depth) return {};
        const misfits inside = count_misfits(field->child, value, depth + 1);
        return {0, inside.own + inside.nested};
    }
    case reading::trace_id: return {value.empty() || value.size() == 16 ? 0u : 1u, 0};
    case reading::span_id: return {value.empty() || value.size() == 8 ? 0u : 1u, 0};
    default: return {};
    }
}

misfits count_misfits(shape type, byte_view message, unsigned depth) {
    misfits num;
    bool has_first = false;   // a span's trace id, a metric's name
    bool has_second = false;  // a span's id, a metric's data
    pb::cursor fields(message);
    while (fields.next()) {
        const std::uint32_t number = fields.key() >> 3;
        has_first |= number == 1;
        has_second |= type == shape::metric ? number >= 5 && number <= 11 : number == 2;
        num += of_field(find_field(type, number), fields, depth);
    }
    if (!fields.ok()) ++num.nested;
    if (type == shape::span || type == shape::metric) num.own += (has_first ? 0 : 1) + (has_second ? 0 : 1);
    return num;
}

// Calls visit(record) for the first records.
template <class Visit>
unsigned for_each_record(byte_view message, unsigned level, unsigned left, Visit&& visit) {
    unsigned num = 0;
    pb::cursor fields(message);
    while (num != left && fields.next()) {
        if (fields.key() != pb::key(level == 0 ? 1 : 2, pb::bytes)) {
            fields.skip();
            continue;
        }
        const byte_view inner = bytes_of(fields);
        if (level != 2) {
            num += for_each_record(inner, level + 1, left - num, visit);
            continue;
        }
        visit(inner);
        ++num;
    }
    return num;
}

}  // namespace

std::optional<signal> detect_signal(byte_view request) {
    std::array<misfits, std::size(candidates)> num{};
    const unsigned num_records = for_each_record(request, 0, max_records, [&](byte_view record) {
        for (std::size_t i = 0; i != num.size(); ++i) num[i] += count_misfits(candidates[i].record, record, 0);
    });
    if (num_records == 0) return std::nullopt;
    return candidates[std::ranges::min_element(num) - num.begin()].which;
}

}  // namespace colblock::otlp
