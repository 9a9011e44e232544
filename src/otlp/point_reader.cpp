// SPDX-License-Identifier: Apache-2.0
#include "otlp/point_reader.hpp"

#include <bit>

#include "colblock/wire/protobuf_read.hpp"
#include "colblock/otlp/ids.hpp"
#include "otlp/in_order.hpp"
#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

namespace pb = wire::pb;

namespace {

using outcome = payload_reader::outcome;

constexpr shape point_shapes[] = {shape::number_point, shape::number_point, shape::histogram_point,
                                  shape::exponential_histogram_point, shape::summary_point};

const char* read_zigzag(const char* at, const char* end, std::int32_t& value) noexcept {
    std::uint32_t coded;
    at = pb::read_varint(at, end, coded);
    value = static_cast<std::int32_t>(pb::zigzag(coded));
    return at;
}

class point_reader {
public:
    point_reader(point_batch& batch, value_reader& values) noexcept
        : x_batch(batch), x_values(values), x_row(batch.num_records) {}

    outcome append(byte_view point) {
        const char* const end = point.data() + point.size();
        if (COLBLOCK_UNLIKELY(read_point(point.data(), end) != end)) return give_up(point);
        if (COLBLOCK_UNLIKELY(point.size() > limits::max_attributes_per_record) && is_over_limit()) return reject();
        set_end(x_batch.attributes_end, x_batch.attributes);
        set_end(x_batch.exemplars_end, x_batch.exemplars);
        switch (x_batch.kind) {
        case metric_kind::gauge:
        case metric_kind::sum: break;
        case metric_kind::histogram:
            set_end(x_batch.bucket_counts_end, x_batch.bucket_counts);
            set_end(x_batch.explicit_bounds_end, x_batch.explicit_bounds);
            break;
        case metric_kind::exponential_histogram:
            set_end(x_batch.positive_counts_end, x_batch.positive_counts);
            set_end(x_batch.negative_counts_end, x_batch.negative_counts);
            break;
        case metric_kind::summary: set_end(x_batch.quantiles_end, x_batch.quantiles); break;
        }
        return outcome::appended;
    }

private:
    using has = point_batch::has;

    const char* read_point(const char* at, const char* end) {
        switch (x_batch.kind) {
        case metric_kind::gauge:
        case metric_kind::sum:
            at = read_number_in_order(at, end);
            return read_fields(at, end, [&](auto... field) { return read_number_field(field...); });
        case metric_kind::histogram:
            clear_aggregate();
            return read_fields(at, end, [&](auto... field) { return read_histogram_field(field...); });
        case metric_kind::exponential_histogram:
            clear_exponential();
            return read_fields(at, end, [&](auto... field) { return read_exponential_field(field...); });
        case metric_kind::summary:
            clear_aggregate();
            x_batch.presence[x_row] = has::has_sum;  // a summary's sum is 0 rather than absent
            return read_fields(at, end, [&](auto... field) { return read_summary_field(field...); });
        }
        return pb::past(end);
    }

    template <class ReadField>
    COLBLOCK_ALWAYS_INLINE static const char* read_fields(const char* at, const char* end, ReadField&& read_field) {
        while (at < end) {
            std::uint32_t key;
            at = pb::read_key(at, end, key);
            at = read_field(at, end, key);
        }
        return at;
    }

    COLBLOCK_ALWAYS_INLINE const char* read_number_in_order(const char* at, const char* end) {
        point_batch& b = x_batch;
        const std::size_t i = x_row;
        b.value_kind[i] = number_kind::none;
        b.value[i] = 0;
        b.value_integer[i] = 0;
        at = in_order::fixed(at, end, 2, b.start_time[i]);
        at = in_order::fixed(at, end, 3, b.time[i]);
        at = read_either(at, end);
        if (in_order::take_key(at, end, pb::key(5, pb::bytes))) {
            do at = read_exemplar(at, end);
            while (in_order::take_key(at, end, pb::key(5, pb::bytes)));
            if (in_order::take_key(at, end, pb::key(6, pb::fixed64))) at = read_integer(at);
        }
        if (in_order::take_key(at, end, pb::key(7, pb::bytes))) at = read_attributes(at, end, pb::key(7, pb::bytes));
        return in_order::varint(at, end, 8, b.flags[i]);
    }

    COLBLOCK_NOINLINE const char* read_number_field(const char* at, const char* end, std::uint32_t key) {
        point_batch& b = x_batch;
        const std::size_t i = x_row;
        switch (key) {
        case pb::key(2, pb::fixed64): return pb::read_fixed(at, b.start_time[i]);
        case pb::key(3, pb::fixed64): return pb::read_fixed(at, b.time[i]);
        case pb::key(4, pb::fixed64): return read_floating(at);
        case pb::key(5, pb::bytes): return read_exemplar(at, end);
        case pb::key(6, pb::fixed64): return read_integer(at);
        case pb::key(7, pb::bytes): return read_attributes(at, end, key);
        case pb::key(8, pb::varint): return pb::read_varint(at, end, b.flags[i]);
        default: return pb::skip(at, end, key);
        }
    }

    const char* read_histogram_field(const char* at, const char* end, std::uint32_t key) {
        point_batch& b = x_batch;
        const std::size_t i = x_row;
        switch (key) {
        case pb::key(2, pb::fixed64): return pb::read_fixed(at, b.start_time[i]);
        case pb::key(3, pb::fixed64): return pb::read_fixed(at, b.time[i]);
        case pb::key(4, pb::fixed64): return pb::read_fixed(at, b.count[i]);
        case pb::key(5, pb::fixed64): return read_optional(at, b.sum[i], has::has_sum);
        case pb::key(6, pb::bytes): return read_packed(at, end, b.bucket_counts);
        case pb::key(6, pb::fixed64): return read_unpacked(at, end, b.bucket_counts);
        case pb::key(7, pb::bytes): return read_packed(at, end, b.explicit_bounds);
        case pb::key(7, pb::fixed64): return read_unpacked(at, end, b.explicit_bounds);
        case pb::key(8, pb::bytes): return read_exemplar(at, end);
        case pb::key(9, pb::bytes): return read_attributes(at, end, key);
        case pb::key(10, pb::varint): return pb::read_varint(at, end, b.flags[i]);
        case pb::key(11, pb::fixed64): return read_optional(at, b.min[i], has::has_min);
        case pb::key(12, pb::fixed64): return read_optional(at, b.max[i], has::has_max);
        default: return pb::skip(at, end, key);
        }
    }

    const char* read_exponential_field(const char* at, const char* end, std::uint32_t key) {
        point_batch& b = x_batch;
        const std::size_t i = x_row;
        switch (key) {
        case pb::key(1, pb::bytes): return read_attributes(at, end, key);
        case pb::key(2, pb::fixed64): return pb::read_fixed(at, b.start_time[i]);
        case pb::key(3, pb::fixed64): return pb::read_fixed(at, b.time[i]);
        case pb::key(4, pb::fixed64): return pb::read_fixed(at, b.count[i]);
        case pb::key(5, pb::fixed64): return read_optional(at, b.sum[i], has::has_sum);
        case pb::key(6, pb::varint): return read_zigzag(at, end, b.scale[i]);
        case pb::key(7, pb::fixed64): return pb::read_fixed(at, b.zero_count[i]);
        case pb::key(8, pb::bytes): return read_buckets(at, end, b.positive_offset[i], b.positive_counts);
        case pb::key(9, pb::bytes): return read_buckets(at, end, b.negative_offset[i], b.negative_counts);
        case pb::key(10, pb::varint): return pb::read_varint(at, end, b.flags[i]);
        case pb::key(11, pb::bytes): return read_exemplar(at, end);
        case pb::key(12, pb::fixed64): return read_optional(at, b.min[i], has::has_min);
        case pb::key(13, pb::fixed64): return read_optional(at, b.max[i], has::has_max);
        case pb::key(14, pb::fixed64): return pb::read_fixed(at, b.zero_threshold[i]);
        default: return pb::skip(at, end, key);
        }
    }

    const char* read_summary_field(const char* at, const char* end, std::uint32_t key) {
        point_batch& b = x_batch;
        const std::size_t i = x_row;
        switch (key) {
        case pb::key(2, pb::fixed64): return pb::read_fixed(at, b.start_time[i]);
        case pb::key(3, pb::fixed64): return pb::read_fixed(at, b.time[i]);
        case pb::key(4, pb::fixed64): return pb::read_fixed(at, b.count[i]);
        case pb::key(5, pb::fixed64): return pb::read_fixed(at, b.sum[i]);
        case pb::key(6, pb::bytes): return read_quantile(at, end);
        case pb::key(7, pb::bytes): return read_attributes(at, end, key);
        case pb::key(8, pb::varint): return pb::read_varint(at, end, b.flags[i]);
        default: return pb::skip(at, end, key);
        }
    }

    const char* read_attributes(const char* at, const char* end, std::uint32_t key) {
        return x_values.read_attributes(at, end, key, x_batch.attributes);
    }
    const char* read_floating(const char* at) noexcept {
        x_batch.value_kind[x_row] = number_kind::floating;
        x_batch.value_integer[x_row] = 0;
        return pb::read_fixed(at, x_batch.value[x_row]);
    }
    const char* read_integer(const char* at) noexcept {
        std::int64_t integer;
        at = pb::read_fixed(at, integer);
        x_batch.value_kind[x_row] = number_kind::integer;
        x_batch.value_integer[x_row] = integer;
        x_batch.value[x_row] = static_cast<double>(integer);
        return at;
    }
    // A double or an integer, if one stands at `at`. A stream may have them in turns that no branch foresees, so the
    // tags are told apart by the bit in which they differ.
    COLBLOCK_ALWAYS_INLINE const char* read_either(const char* at, const char* end) noexcept {
        constexpr unsigned floating_tag = pb::key(4, pb::fixed64);
        constexpr unsigned integer_tag = pb::key(6, pb::fixed64);
        constexpr unsigned integer_bit = floating_tag ^ integer_tag;
        static_assert(std::has_single_bit(integer_bit) && (integer_tag & integer_bit) != 0);
        if (at >= end || (pb::detail::byte(at) | integer_bit) != integer_tag) return at;
        const std::uint64_t is_integer = (pb::detail::byte(at) & integer_bit) / integer_bit;
        std::uint64_t bits;
        at = pb::read_fixed(at + 1, bits);
        const auto rounded = std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(bits)));
        x_batch.value[x_row] = std::bit_cast<double>(bits ^ ((bits ^ rounded) & -is_integer));
        x_batch.value_integer[x_row] = static_cast<std::int64_t>(bits & -is_integer);
        x_batch.value_kind[x_row] = static_cast<number_kind>(static_cast<unsigned>(number_kind::floating) + is_integer);
        return at;
    }
    const char* read_optional(const char* at, double& value, has bit) noexcept {
        x_batch.presence[x_row] |= bit;
        return pb::read_fixed(at, value);
    }

    template <class T>
    const char* read_packed(const char* at, const char* end, growing_array<T>& to) {
        byte_view packed;
        at = pb::read_bytes(at, end, packed);
        const std::size_t n = packed.size() / sizeof(T);
        if (at > end || packed.size() % sizeof(T) != 0 || !x_values.make_room(to, n)) return pb::past(end);
        T* const out = to.end();
        if (n != 0) std::memcpy(out, packed.data(), packed.size());
        to.set_end(out + n);
        return at;
    }
    template <class T>
    const char* read_unpacked(const char* at, const char* end, growing_array<T>& to) {
        if (!x_values.make_room(to)) return pb::past(end);
        T value;
        at = pb::read_fixed(at, value);
        to.push_back(value);
        return at;
    }

    const char* read_buckets(const char* at, const char* end, std::int32_t& offset, growing_array<std::uint64_t>& counts) {
        return pb::read_message(at, end, [&](const char* m, const char* m_end) {
            while (m < m_end) {
                std::uint32_t key;
                m = pb::read_key(m, m_end, key);
                switch (key) {
                case pb::key(1, pb::varint): m = read_zigzag(m, m_end, offset); break;
                case pb::key(2, pb::varint): m = read_count(m, m_end, counts); break;
                case pb::key(2, pb::bytes):
                    m = pb::read_message(m, m_end, [&](const char* c, const char* c_end) {
                        while (c < c_end) c = read_count(c, c_end, counts);
                        return c;
                    });
                    break;
                default: m = pb::skip(m, m_end, key);
                }
            }
            return m;
        });
    }
    const char* read_count(const char* at, const char* end, growing_array<std::uint64_t>& counts) {
        if (!x_values.make_room(counts)) return pb::past(end);
        std::uint64_t count;
        at = pb::read_varint(at, end, count);
        counts.push_back(count);
        return at;
    }

    const char* read_quantile(const char* at, const char* end) {
        if (!x_values.make_room(x_batch.quantiles)) return pb::past(end);
        double quantile = 0;
        double value = 0;
        at = pb::read_message(at, end, [&](const char* m, const char* m_end) {
            return read_fields(m, m_end, [&](const char* f, const char* f_end, std::uint32_t key) {
                switch (key) {
                case pb::key(1, pb::fixed64): return pb::read_fixed(f, quantile);
                case pb::key(2, pb::fixed64): return pb::read_fixed(f, value);
                default: return pb::skip(f, f_end, key);
                }
            });
        });
        x_batch.quantiles.push_back(quantile);
        x_batch.quantile_values.push_back(value);
        return at;
    }

    const char* read_exemplar(const char* at, const char* end) {
        if (!x_values.make_room(x_batch.exemplars)) return pb::past(end);
        const byte_view nothing = x_values.nothing();
        point_batch::exemplar exemplar{0, nothing, nothing, 0, 0, number_kind::none, 0};
        at = pb::read_message(at, end, [&](const char* m, const char* m_end) {
            return read_fields(m, m_end, [&](const char* f, const char* f_end, std::uint32_t key) {
                return read_exemplar_field(f, f_end, key, exemplar);
            });
        });
        clear_unless(is_trace_id, exemplar.trace_id);
        clear_unless(is_span_id, exemplar.span_id);
        exemplar.attributes_end = static_cast<std::uint32_t>(x_batch.exemplar_attributes.size());
        x_batch.exemplars.push_back(exemplar);
        return at;
    }
    const char* read_exemplar_field(const char* at, const char* end, std::uint32_t key, point_batch::exemplar& to) {
        switch (key) {
        case pb::key(2, pb::fixed64): return pb::read_fixed(at, to.time);
        case pb::key(3, pb::fixed64):
            to.kind = number_kind::floating;
            to.value_integer = 0;
            return pb::read_fixed(at, to.value);
        case pb::key(4, pb::bytes): return pb::read_bytes(at, end, to.span_id);
        case pb::key(5, pb::bytes): return pb::read_bytes(at, end, to.trace_id);
        case pb::key(6, pb::fixed64):
            to.kind = number_kind::integer;
            at = pb::read_fixed(at, to.value_integer);
            to.value = static_cast<double>(to.value_integer);
            return at;
        case pb::key(7, pb::bytes): return x_values.read_attributes(at, end, key, x_batch.exemplar_attributes);
        default: return pb::skip(at, end, key);
        }
    }

    void clear_aggregate() noexcept {
        point_batch& b = x_batch;
        const std::size_t i = x_row;
        b.start_time[i] = 0;
        b.time[i] = 0;
        b.flags[i] = 0;
        b.count[i] = 0;
        b.sum[i] = 0;
        b.min[i] = 0;
        b.max[i] = 0;
        b.presence[i] = 0;
    }
    void clear_exponential() noexcept {
        clear_aggregate();
        x_batch.scale[x_row] = 0;
        x_batch.zero_count[x_row] = 0;
        x_batch.zero_threshold[x_row] = 0;
        x_batch.positive_offset[x_row] = 0;
        x_batch.negative_offset[x_row] = 0;
    }

    template <class T>
    void set_end(per_record<std::uint32_t>& ends, const growing_array<T>& list) noexcept {
        ends[x_row] = static_cast<std::uint32_t>(list.size());
    }

    // Calls visit(list, values before this row) for each list that the kind has.
    template <class Visit>
    void for_each_list(Visit&& visit) {
        point_batch& b = x_batch;
        const auto before = [&](const per_record<std::uint32_t>& ends) -> std::size_t {
            return x_row == 0 ? 0 : ends[x_row - 1];
        };
        visit(b.attributes, before(b.attributes_end));
        if (b.kind == metric_kind::summary) {
            visit(b.quantiles, before(b.quantiles_end));
            visit(b.quantile_values, before(b.quantiles_end));
            return;
        }
        const std::size_t exemplars_before = before(b.exemplars_end);
        visit(b.exemplar_attributes, exemplars_before == 0 ? 0 : b.exemplars[exemplars_before - 1].attributes_end);
        visit(b.exemplars, exemplars_before);
        if (b.kind == metric_kind::histogram) {
            visit(b.bucket_counts, before(b.bucket_counts_end));
            visit(b.explicit_bounds, before(b.explicit_bounds_end));
        }
        if (b.kind == metric_kind::exponential_histogram) {
            visit(b.positive_counts, before(b.positive_counts_end));
            visit(b.negative_counts, before(b.negative_counts_end));
        }
    }
    COLBLOCK_NOINLINE bool is_over_limit() {
        bool over = false;
        for_each_list([&](const auto& list, std::size_t before) {
            over |= list.size() - before > limits::max_attributes_per_record;
        });
        return over;
    }
    COLBLOCK_NOINLINE outcome reject() {
        for_each_list([](auto& list, std::size_t before) { list.truncate(before); });
        return outcome::too_many_attributes;
    }
    // Reading stopped. A point that is too long is left out, but only if the rest of it is well-formed.
    COLBLOCK_NOINLINE outcome give_up(byte_view point) {
        const shape point_shape = point_shapes[static_cast<std::size_t>(x_batch.kind)];
        if (!x_values.overfull() || !is_well_formed(point_shape, point)) return outcome::malformed;
        x_values.reset_overfull();
        return reject();
    }

    point_batch& x_batch;
    value_reader& x_values;
    std::size_t x_row;
};

}  // namespace

payload_reader::outcome append_point(point_batch& batch, value_reader& values, byte_view point) {
    return point_reader(batch, values).append(point);
}

}  // namespace colblock::otlp
