// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/logs.hpp"

#include "colblock/wire/protobuf_read.hpp"
#include "colblock/otlp/ids.hpp"
#include "otlp/in_order.hpp"
#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

namespace pb = wire::pb;

namespace {

using outcome = payload_reader::outcome;

constexpr std::uint32_t body_key = pb::key(5, pb::bytes);
constexpr std::uint32_t attributes_key = pb::key(6, pb::bytes);

// Appends one log record to a batch.
class log_reader {
public:
    log_reader(log_batch& batch, value_reader& values) noexcept
        : x_batch(batch), x_values(values), x_row(batch.num_records) {}

    outcome append(byte_view record) {
        const char* const end = record.data() + record.size();
        if (COLBLOCK_UNLIKELY(read_log(record.data(), end) != end)) return give_up(record);
        if (COLBLOCK_UNLIKELY(x_num_bodies > 1) && !x_values.concatenate(record, body_key, x_body))
            return outcome::malformed;
        if (!x_values.read_value(x_body, x_batch.body[x_row])) return outcome::malformed;
        if (COLBLOCK_UNLIKELY(record.size() > limits::max_attributes_per_record) &&
            x_batch.attributes.size() - num_attributes_before() > limits::max_attributes_per_record)
            return reject();
        end_record();
        return outcome::appended;
    }

private:
    void end_record() noexcept {
        clear_unless(is_trace_id, x_batch.trace_id[x_row]);
        clear_unless(is_span_id, x_batch.span_id[x_row]);
        x_batch.attributes_end[x_row] = static_cast<std::uint32_t>(x_batch.attributes.size());
    }

    const char* read_log(const char* at, const char* end) {
        at = read_in_order(at, end);
        while (at < end) {
            std::uint32_t key;
            at = pb::read_key(at, end, key);
            at = read_field(at, end, key);
        }
        return at;
    }

    COLBLOCK_ALWAYS_INLINE const char* read_in_order(const char* at, const char* end) {
        log_batch& b = x_batch;
        const std::size_t i = x_row;
        const byte_view nothing = x_values.nothing();
        at = in_order::fixed(at, end, 1, b.time[i]);
        at = in_order::varint(at, end, 2, b.severity_number[i]);
        at = in_order::bytes(at, end, 3, b.severity_text[i], nothing);
        x_body = nothing;
        if (in_order::take_key(at, end, body_key)) at = read_body(at, end);
        if (in_order::take_key(at, end, attributes_key)) at = read_attributes(at, end);
        at = in_order::varint(at, end, 7, b.dropped_attributes_count[i]);
        at = in_order::fixed(at, end, 8, b.flags[i]);
        at = in_order::id<16>(at, end, 9, b.trace_id[i], nothing);
        at = in_order::id<8>(at, end, 10, b.span_id[i], nothing);
        at = in_order::fixed(at, end, 11, b.observed_time[i]);
        return in_order::bytes(at, end, 12, b.event_name[i], nothing);
    }

    COLBLOCK_NOINLINE const char* read_field(const char* at, const char* end, std::uint32_t key) {
        log_batch& b = x_batch;
        const std::size_t i = x_row;
        switch (key) {
        case pb::key(1, pb::fixed64): return pb::read_fixed(at, b.time[i]);
        case pb::key(2, pb::varint): return pb::read_varint(at, end, b.severity_number[i]);
        case pb::key(3, pb::bytes): return pb::read_bytes(at, end, b.severity_text[i]);
        case body_key: return read_body(at, end);
        case attributes_key: return read_attributes(at, end);
        case pb::key(7, pb::varint): return pb::read_varint(at, end, b.dropped_attributes_count[i]);
        case pb::key(8, pb::fixed32): return pb::read_fixed(at, b.flags[i]);
        case pb::key(9, pb::bytes): return pb::read_bytes(at, end, b.trace_id[i]);
        case pb::key(10, pb::bytes): return pb::read_bytes(at, end, b.span_id[i]);
        case pb::key(11, pb::fixed64): return pb::read_fixed(at, b.observed_time[i]);
        case pb::key(12, pb::bytes): return pb::read_bytes(at, end, b.event_name[i]);
        default: return pb::skip(at, end, key);
        }
    }

    // The body is read when all of its pieces are known.
    const char* read_body(const char* at, const char* end) {
        ++x_num_bodies;
        return pb::read_bytes(at, end, x_body);
    }
    const char* read_attributes(const char* at, const char* end) {
        return x_values.read_attributes(at, end, attributes_key, x_batch.attributes);
    }

    [[nodiscard]] std::size_t num_attributes_before() const noexcept {
        return x_row == 0 ? 0 : x_batch.attributes_end[x_row - 1];
    }
    outcome reject() noexcept {
        x_batch.attributes.truncate(num_attributes_before());
        return outcome::too_many_attributes;
    }
    // Reading stopped. A record that is too long is left out, but only if the rest of it is well-formed.
    COLBLOCK_NOINLINE outcome give_up(byte_view record) {
        if (!x_values.overfull() || !is_well_formed(shape::log_record, record)) return outcome::malformed;
        x_values.reset_overfull();
        return reject();
    }

    log_batch& x_batch;
    value_reader& x_values;
    std::size_t x_row;
    byte_view x_body;
    unsigned x_num_bodies = 0;
};

}  // namespace

void append_ready(log_batch& b, std::span<const ready_log> records, std::uint32_t offset) {
    std::size_t i = b.num_records;
    for (const ready_log& log : records) {
        b.trace_id[i] = {log.trace_id.data(), log.trace_id_len};
        b.span_id[i] = {log.span_id.data(), log.span_id_len};
        b.time[i] = log.time;
        b.observed_time[i] = log.observed_time;
        b.severity_number[i] = static_cast<std::int32_t>(log.severity_number);
        b.flags[i] = log.flags;
        b.dropped_attributes_count[i] = log.dropped_attributes_count;
        b.severity_text[i] = log.severity_text;
        b.event_name[i] = log.event_name;
        b.body[i] = log.body;
        b.attributes_end[i] = offset + log.attributes_end;
        ++i;
    }
}

bool log_decoder::fill(log_batch& batch) { return fill_by<log_reader>(batch, signal::logs); }

}  // namespace colblock::otlp
