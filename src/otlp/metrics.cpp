// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/metrics.hpp"

#include <algorithm>

#include "colblock/wire/protobuf_read.hpp"
#include "otlp/point_reader.hpp"
#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

namespace pb = wire::pb;

namespace {

struct data_field {
    std::uint32_t key;
    metric_kind kind;
};
constexpr data_field data_fields[] = {
    {pb::key(5, pb::bytes), metric_kind::gauge},
    {pb::key(7, pb::bytes), metric_kind::sum},
    {pb::key(9, pb::bytes), metric_kind::histogram},
    {pb::key(10, pb::bytes), metric_kind::exponential_histogram},
    {pb::key(11, pb::bytes), metric_kind::summary},
};
constexpr std::uint32_t point_key = pb::key(1, pb::bytes);

const data_field* find(std::uint32_t key) noexcept {
    const auto* const found = std::ranges::find(data_fields, key, &data_field::key);
    return found != std::end(data_fields) ? found : nullptr;
}

}  // namespace

void metric_decoder::start(padded_view payload) noexcept {
    payload_reader::start(payload);
    x_serial = 0;
    x_pieces = {};
    x_points = {};
    x_metadata_arena.clear();
    x_metadata_values.start(x_metadata_arena, payload.bytes.data());
    x_num_copied = 0;
}

bool metric_decoder::fill(metric_batches& batches) {
    std::size_t num_points = 0;
    do {
        begin_batch(batches, batches.kinds[0].arena);
        x_known.fill({});
    } while (append_points(batches, num_points) && num_points == 0);  // all were left out: no batch yet
    return end_batch(signal::metrics) && num_points != 0;
}

// Appends until a batch is full or they have used up their share of the payload. False if nothing follows.
bool metric_decoder::append_points(metric_batches& batches, std::size_t& num_points) {
    const std::size_t enough_copied = num_copied() + limits::max_batch_wire_len;
    std::size_t wire_len = 0;
    byte_view point;
    while (wire_len < limits::max_batch_wire_len && num_copied() < enough_copied) {
        if (!next_point(point)) return false;
        point_batch& batch = batches[x_kind];
        wire_len += point.size();
        const outcome what = append_point(batch, x_values, point);
        if (COLBLOCK_UNLIKELY(what != outcome::appended)) {
            if (!count_rejected(what)) return false;
            continue;
        }
        if (!count_point(batch, x_known[static_cast<std::size_t>(x_kind)])) return false;
        ++num_points;
        if (batch.full()) break;
    }
    return true;
}

bool metric_decoder::count_point(point_batch& batch, known_by_batch& known) {
    if (known.metric != x_serial) {
        known.metric = x_serial;
        growing_array<attribute>& all = batch.attributes_of_sources;
        x_metric.metadata_begin = static_cast<std::uint32_t>(all.size());
        all.append(x_metadata);
        x_metric.metadata_end = static_cast<std::uint32_t>(all.size());
        x_num_copied += x_metadata.size();
        batch.metrics.push_back(x_metric);
    }
    batch.metric_of[batch.num_records] = static_cast<std::uint32_t>(batch.metrics.size() - 1);
    return x_walker.count_records(batch, known.source, 1);
}

// Steps into the next piece of data or the next metric as long as there is no point.
bool metric_decoder::next_point(byte_view& point) {
    for (;;) {
        while (x_points.at != x_points.end) {
            std::uint32_t key;
            x_points.at = pb::read_key(x_points.at, x_points.end, key);
            if (COLBLOCK_LIKELY(key == point_key)) {
                x_points.at = pb::read_bytes(x_points.at, x_points.end, point);
                return true;
            }
            x_points.at = pb::skip(x_points.at, x_points.end, key);
        }
        byte_view message;
        if (x_pieces.at != x_pieces.end) {
            std::uint32_t key;
            x_pieces.at = pb::read_key(x_pieces.at, x_pieces.end, key);
            if (key == x_data_key) {
                x_pieces.at = pb::read_bytes(x_pieces.at, x_pieces.end, message);
                x_points = {message.data(), message.data() + message.size()};
            } else {
                x_pieces.at = pb::skip(x_pieces.at, x_pieces.end, key);
            }
        } else {
            if (!x_walker.next(message)) return false;
            if (!enter_metric(message)) return count_rejected(outcome::malformed);
        }
    }
}

// Reads what a Metric says of all its points, and checks the levels above them.
bool metric_decoder::enter_metric(byte_view message) {
    const byte_view nothing = x_metadata_values.nothing();
    x_metric = {nothing, nothing, nothing};
    x_metadata.clear();
    x_points = {};
    ++x_serial;
    if (!find_data(message) || x_metadata.size() > limits::max_attributes_per_record) return false;
    for (const char* at = x_pieces.at; at != x_pieces.end;) {
        std::uint32_t key;
        at = pb::read_key(at, x_pieces.end, key);
        if (key != x_data_key) {
            at = pb::skip(at, x_pieces.end, key);
            continue;
        }
        byte_view data;
        at = pb::read_bytes(at, x_pieces.end, data);
        if (!read_data_fields(data)) return false;
    }
    return true;
}

bool metric_decoder::find_data(byte_view message) {
    const char* const end = message.data() + message.size();
    const char* at = message.data();
    bool replaced = false;
    x_data_key = 0;
    x_pieces = {end, end};
    while (at < end) {
        const char* const field_begin = at;
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        switch (key) {
        case pb::key(1, pb::bytes): at = pb::read_bytes(at, end, x_metric.name); continue;
        case pb::key(2, pb::bytes): at = pb::read_bytes(at, end, x_metric.description); continue;
        case pb::key(3, pb::bytes): at = pb::read_bytes(at, end, x_metric.unit); continue;
        case pb::key(12, pb::bytes): at = x_metadata_values.read_attributes(at, end, key, x_metadata); continue;
        }
        at = pb::skip(at, end, key);
        const data_field* const data = find(key);
        if (data == nullptr || key == x_data_key) continue;
        replaced |= x_data_key != 0;
        x_data_key = key;
        x_kind = data->kind;
        x_pieces.at = field_begin;
    }
    return at == end && (!replaced || is_well_formed(shape::metric, message));
}

// Temporality and monotonicity. The points are stepped over.
bool metric_decoder::read_data_fields(byte_view data) {
    const bool has_temporality = x_kind != metric_kind::gauge && x_kind != metric_kind::summary;
    const char* const end = data.data() + data.size();
    const char* at = data.data();
    while (at < end) {
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        if (key == pb::key(2, pb::varint) && has_temporality) {
            at = pb::read_varint(at, end, x_metric.temporality);
        } else if (key == pb::key(3, pb::varint) && x_kind == metric_kind::sum) {
            std::uint64_t monotonic;
            at = pb::read_varint(at, end, monotonic);
            x_metric.is_monotonic = monotonic != 0;
        } else {
            at = pb::skip(at, end, key);
        }
    }
    return at == end;
}

}  // namespace colblock::otlp
