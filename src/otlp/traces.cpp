// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/traces.hpp"

#include "colblock/wire/protobuf_read.hpp"
#include "colblock/otlp/ids.hpp"
#include "otlp/in_order.hpp"
#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

namespace pb = wire::pb;

namespace {

using outcome = payload_reader::outcome;

constexpr std::uint32_t attributes_key = pb::key(9, pb::bytes);
constexpr std::uint32_t event_key = pb::key(11, pb::bytes);
constexpr std::uint32_t link_key = pb::key(13, pb::bytes);
constexpr std::uint32_t status_key = pb::key(15, pb::bytes);

// Appends one span to a batch.
class span_reader {
public:
    span_reader(span_batch& batch, value_reader& values) noexcept
        : x_batch(batch), x_values(values), x_row(batch.num_records) {}

    outcome append(byte_view record) {
        const char* const end = record.data() + record.size();
        const char* const at = read_span(record.data(), end);
        if (COLBLOCK_UNLIKELY(at != end)) return give_up(record);
        if (COLBLOCK_UNLIKELY(record.size() > limits::max_attributes_per_record) && is_over_limit())
            return reject(outcome::too_many_attributes);
        if (COLBLOCK_UNLIKELY(!is_trace_id(x_batch.trace_id[x_row]) || !is_span_id(x_batch.span_id[x_row])))
            return reject(outcome::bad_ids);
        clear_unless(is_span_id, x_batch.parent_span_id[x_row]);
        end_lists();
        return outcome::appended;
    }

private:
    struct sizes {
        std::size_t attributes = 0;
        std::size_t events = 0;
        std::size_t event_attributes = 0;
        std::size_t links = 0;
        std::size_t link_attributes = 0;
    };

    void end_lists() noexcept {
        x_batch.attributes_end[x_row] = static_cast<std::uint32_t>(x_batch.attributes.size());
        x_batch.events_end[x_row] = static_cast<std::uint32_t>(x_batch.events.size());
        x_batch.links_end[x_row] = static_cast<std::uint32_t>(x_batch.links.size());
    }

    const char* read_span(const char* at, const char* end) {
        at = read_in_order(at, end);
        while (at < end) {
            std::uint32_t key;
            at = pb::read_key(at, end, key);
            at = read_field(at, end, key);
        }
        return at;
    }

    COLBLOCK_ALWAYS_INLINE const char* read_in_order(const char* at, const char* end) {
        span_batch& b = x_batch;
        const std::size_t i = x_row;
        const byte_view nothing = x_values.nothing();
        at = in_order::id<16>(at, end, 1, b.trace_id[i], nothing);
        at = in_order::id<8>(at, end, 2, b.span_id[i], nothing);
        at = in_order::bytes(at, end, 3, b.trace_state[i], nothing);
        at = in_order::id<8>(at, end, 4, b.parent_span_id[i], nothing);
        at = in_order::bytes(at, end, 5, b.name[i], nothing);
        at = in_order::varint(at, end, 6, b.kind[i]);
        at = in_order::fixed(at, end, 7, b.start_time[i]);
        at = in_order::fixed(at, end, 8, b.end_time[i]);
        if (in_order::take_key(at, end, attributes_key)) at = read_attributes(at, end);
        at = in_order::varint(at, end, 10, b.dropped_attributes_count[i]);
        while (in_order::take_key(at, end, event_key)) at = read_event(at, end);
        at = in_order::varint(at, end, 12, b.dropped_events_count[i]);
        while (in_order::take_key(at, end, link_key)) at = read_link(at, end);
        at = in_order::varint(at, end, 14, b.dropped_links_count[i]);
        b.status_message[i] = nothing;
        b.status_code[i] = 0;
        if (in_order::take_key(at, end, status_key)) at = read_status(at, end);
        return in_order::fixed(at, end, 16, b.flags[i]);
    }

    COLBLOCK_NOINLINE const char* read_field(const char* at, const char* end, std::uint32_t key) {
        span_batch& b = x_batch;
        const std::size_t i = x_row;
        switch (key) {
        case pb::key(1, pb::bytes): return pb::read_bytes(at, end, b.trace_id[i]);
        case pb::key(2, pb::bytes): return pb::read_bytes(at, end, b.span_id[i]);
        case pb::key(3, pb::bytes): return pb::read_bytes(at, end, b.trace_state[i]);
        case pb::key(4, pb::bytes): return pb::read_bytes(at, end, b.parent_span_id[i]);
        case pb::key(5, pb::bytes): return pb::read_bytes(at, end, b.name[i]);
        case pb::key(6, pb::varint): return pb::read_varint(at, end, b.kind[i]);
        case pb::key(7, pb::fixed64): return pb::read_fixed(at, b.start_time[i]);
        case pb::key(8, pb::fixed64): return pb::read_fixed(at, b.end_time[i]);
        case attributes_key: return read_attributes(at, end);
        case pb::key(10, pb::varint): return pb::read_varint(at, end, b.dropped_attributes_count[i]);
        case event_key: return read_event(at, end);
        case pb::key(12, pb::varint): return pb::read_varint(at, end, b.dropped_events_count[i]);
        case link_key: return read_link(at, end);
        case pb::key(14, pb::varint): return pb::read_varint(at, end, b.dropped_links_count[i]);
        case status_key: return read_status(at, end);
        case pb::key(16, pb::fixed32): return pb::read_fixed(at, b.flags[i]);
        default: return pb::skip(at, end, key);
        }
    }

    const char* read_attributes(const char* at, const char* end) {
        return x_values.read_attributes(at, end, attributes_key, x_batch.attributes);
    }

    const char* read_event(const char* at, const char* end) {
        if (!x_values.make_room(x_batch.events)) return pb::past(end);
        span_batch::event event{0, x_values.nothing(), 0, 0};
        at = pb::read_message(at, end, [&](const char* m, const char* m_end) {
            while (m < m_end) {
                std::uint32_t key;
                m = pb::read_key(m, m_end, key);
                switch (key) {
                case pb::key(1, pb::fixed64): m = pb::read_fixed(m, event.time); break;
                case pb::key(2, pb::bytes): m = pb::read_bytes(m, m_end, event.name); break;
                case pb::key(3, pb::bytes):
                    m = x_values.read_attributes(m, m_end, key, x_batch.event_attributes);
                    break;
                case pb::key(4, pb::varint): m = pb::read_varint(m, m_end, event.dropped_attributes_count); break;
                default: m = pb::skip(m, m_end, key);
                }
            }
            return m;
        });
        event.attributes_end = static_cast<std::uint32_t>(x_batch.event_attributes.size());
        x_batch.events.push_back(event);
        return at;
    }

    const char* read_link(const char* at, const char* end) {
        if (!x_values.make_room(x_batch.links)) return pb::past(end);
        const byte_view nothing = x_values.nothing();
        span_batch::link link{nothing, nothing, nothing, 0, 0, 0};
        at = pb::read_message(at, end, [&](const char* m, const char* m_end) {
            while (m < m_end) {
                std::uint32_t key;
                m = pb::read_key(m, m_end, key);
                switch (key) {
                case pb::key(1, pb::bytes): m = pb::read_bytes(m, m_end, link.trace_id); break;
                case pb::key(2, pb::bytes): m = pb::read_bytes(m, m_end, link.span_id); break;
                case pb::key(3, pb::bytes): m = pb::read_bytes(m, m_end, link.trace_state); break;
                case pb::key(4, pb::bytes):
                    m = x_values.read_attributes(m, m_end, key, x_batch.link_attributes);
                    break;
                case pb::key(5, pb::varint): m = pb::read_varint(m, m_end, link.dropped_attributes_count); break;
                case pb::key(6, pb::fixed32): m = pb::read_fixed(m, link.flags); break;
                default: m = pb::skip(m, m_end, key);
                }
            }
            return m;
        });
        clear_unless(is_trace_id, link.trace_id);
        clear_unless(is_span_id, link.span_id);
        link.attributes_end = static_cast<std::uint32_t>(x_batch.link_attributes.size());
        x_batch.links.push_back(link);
        return at;
    }

    const char* read_status(const char* at, const char* end) {
        return pb::read_message(at, end, [&](const char* m, const char* m_end) {
            while (m < m_end) {
                std::uint32_t key;
                m = pb::read_key(m, m_end, key);
                switch (key) {
                case pb::key(2, pb::bytes): m = pb::read_bytes(m, m_end, x_batch.status_message[x_row]); break;
                case pb::key(3, pb::varint): m = pb::read_varint(m, m_end, x_batch.status_code[x_row]); break;
                default: m = pb::skip(m, m_end, key);
                }
            }
            return m;
        });
    }

    // What the batch held before this row.
    [[nodiscard]] sizes sizes_before() const noexcept {
        sizes before;
        if (x_row == 0) return before;
        before.attributes = x_batch.attributes_end[x_row - 1];
        before.events = x_batch.events_end[x_row - 1];
        before.links = x_batch.links_end[x_row - 1];
        if (before.events != 0) before.event_attributes = x_batch.events[before.events - 1].attributes_end;
        if (before.links != 0) before.link_attributes = x_batch.links[before.links - 1].attributes_end;
        return before;
    }
    [[nodiscard]] bool is_over_limit() const noexcept {
        constexpr std::size_t most = limits::max_attributes_per_record;
        const sizes before = sizes_before();
        return x_batch.attributes.size() - before.attributes > most || x_batch.events.size() - before.events > most ||
               x_batch.event_attributes.size() - before.event_attributes > most ||
               x_batch.links.size() - before.links > most ||
               x_batch.link_attributes.size() - before.link_attributes > most;
    }
    COLBLOCK_NOINLINE outcome reject(outcome why) noexcept {
        const sizes before = sizes_before();
        x_batch.attributes.truncate(before.attributes);
        x_batch.events.truncate(before.events);
        x_batch.event_attributes.truncate(before.event_attributes);
        x_batch.links.truncate(before.links);
        x_batch.link_attributes.truncate(before.link_attributes);
        return why;
    }
    // Reading stopped. A record that is too long is left out, but only if the rest of it is well-formed.
    COLBLOCK_NOINLINE outcome give_up(byte_view record) {
        if (!x_values.overfull() || !is_well_formed(shape::span, record)) return outcome::malformed;
        x_values.reset_overfull();
        return reject(outcome::too_many_attributes);
    }

    span_batch& x_batch;
    value_reader& x_values;
    std::size_t x_row;
};

}  // namespace

void append_ready(span_batch& b, std::span<const ready_span> records, std::uint32_t offset) {
    std::size_t i = b.num_records;
    for (const ready_span& span : records) {
        b.trace_id[i] = {span.trace_id.data(), span.trace_id.size()};
        b.span_id[i] = {span.span_id.data(), span.span_id.size()};
        b.parent_span_id[i] = {span.parent_span_id.data(), span.parent_span_id_len};
        b.trace_state[i] = span.trace_state;
        b.name[i] = span.name;
        b.status_message[i] = span.status_message;
        b.start_time[i] = span.start_time;
        b.end_time[i] = span.end_time;
        b.flags[i] = span.flags;
        b.kind[i] = static_cast<std::int32_t>(span.kind);
        b.status_code[i] = static_cast<std::int32_t>(span.status_code);
        b.dropped_attributes_count[i] = span.dropped_attributes_count;
        b.dropped_events_count[i] = span.dropped_events_count;
        b.dropped_links_count[i] = span.dropped_links_count;
        b.attributes_end[i] = offset + span.attributes_end;
        b.events_end[i] = static_cast<std::uint32_t>(b.events.size());
        b.links_end[i] = static_cast<std::uint32_t>(b.links.size());
        ++i;
    }
}

bool trace_decoder::fill(span_batch& batch) { return fill_by<span_reader>(batch, signal::traces); }

}  // namespace colblock::otlp
