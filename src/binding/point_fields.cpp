// SPDX-License-Identifier: Apache-2.0
#include "binding/field_sources.hpp"

namespace colblock::binding {

namespace {

using batch = otlp::point_batch;
using exemplar = batch::exemplar;
using metric = batch::metric;
using otlp::metric_kind;

constexpr kind_mask only(auto... kinds) { return static_cast<kind_mask>((0u | ... | (1u << static_cast<unsigned>(kinds)))); }
constexpr kind_mask numbers = only(metric_kind::gauge, metric_kind::sum);
constexpr kind_mask histograms = only(metric_kind::histogram, metric_kind::exponential_histogram);
constexpr kind_mask with_count = only(metric_kind::histogram, metric_kind::exponential_histogram, metric_kind::summary);
constexpr kind_mask with_exemplars = numbers | histograms;
constexpr kind_mask with_temporality = only(metric_kind::sum) | histograms;

std::span<const std::uint32_t> metric_of(const batch& b) { return records(b, b.metric_of); }

// A member of the metric that points belong to.
template <class T, auto Member>
constexpr auto of_metric() {
    return of_stretches<batch, T>{
        [](const batch& b, std::uint32_t index) { return static_cast<T>(b.metrics[index].*Member); }, metric_of};
}

constexpr of_records<batch, byte_view> kind_name{[](const batch& b, const context&, std::vector<byte_view>& scratch) {
    static constexpr std::array<constant_text, otlp::num_metric_kinds> names = {"gauge", "sum", "histogram",
                                                                                "exponential_histogram", "summary"};
    const byte_view name = names[static_cast<std::size_t>(b.kind)].view();
    return gather(scratch, b.num_records, [&](std::size_t) { return name; });
}, value_sense::name};

// A number that every point has: its value, or the sum of what it summarises.
constexpr of_records<batch, double> point_value{[](const batch& b, const context&, std::vector<double>&) {
    return records(b, b.kind == metric_kind::gauge || b.kind == metric_kind::sum ? b.value : b.sum);
}};

optional_integer integer_of(otlp::number_kind kind, std::int64_t value) {
    return kind == otlp::number_kind::integer ? optional_integer(value) : std::nullopt;
}

// The exact value of a point or exemplar that was sent as an integer.
constexpr of_records<batch, optional_integer> value_int{
    [](const batch& b, const context&, std::vector<optional_integer>& scratch) {
        return gather(scratch, b.num_records,
                      [&](std::size_t i) { return integer_of(b.value_kind[i], b.value_integer[i]); });
    }};
constexpr of_elements<batch, optional_integer> exemplar_value_int{
    [](const batch& b, const context&, std::vector<optional_integer>& scratch) {
        return gather(scratch, b.exemplars.size(),
                      [&](std::size_t i) { return integer_of(b.exemplars[i].kind, b.exemplars[i].value_integer); });
    },
    [](const batch& b) { return records(b, b.exemplars_end); }};

// A number that a histogram may lack.
template <auto Member, batch::has Bit>
constexpr auto if_present() {
    return of_records<batch, optional_number>{
        [](const batch& b, const context&, std::vector<optional_number>& scratch) {
            return gather(scratch, b.num_records, [&](std::size_t i) {
                return (b.presence[i] & Bit) != 0 ? optional_number((b.*Member)[i]) : std::nullopt;
            });
        }};
}

constexpr of_stretches<batch, byte_view> temporality_name{
    [](const batch& b, std::uint32_t index) {
        static constexpr std::array<constant_text, 3> names = {"unspecified", "delta", "cumulative"};
        return name_of(names, b.metrics[index].temporality);
    },
    metric_of};

// An id of the first exemplar of every point.
template <auto Member, value_sense Sense>
constexpr auto first_exemplar_id() {
    return of_records<batch, byte_view>{[](const batch& b, const context&, std::vector<byte_view>& scratch) {
                                            return gather(scratch, b.num_records, [&](std::size_t i) {
                                                const std::uint32_t begin = i == 0 ? 0 : b.exemplars_end[i - 1];
                                                return begin == b.exemplars_end[i] ? byte_view()
                                                                                   : b.exemplars[begin].*Member;
                                            });
                                        },
                                        Sense};
}

// Exemplar ids. The Collector writes an unset id as zeros here, and only here: collector does the same.
constexpr std::array<char, 16 + read_padding> zero_id{};

template <auto Member, std::size_t Len, value_sense Sense>
constexpr auto exemplar_id() {
    return of_elements<batch, byte_view>{
        [](const batch& b, const context& where, std::vector<byte_view>& scratch) {
            const byte_view unset(zero_id.data(), where.which == layout::collector ? Len : 0);
            return gather(scratch, b.exemplars.size(), [&](std::size_t i) {
                const byte_view id = b.exemplars[i].*Member;
                return id.empty() ? unset : id;
            });
        },
        [](const batch& b) { return records(b, b.exemplars_end); }, Sense};
}

template <class T, auto Member>
constexpr auto of_exemplars() {
    return element<batch, T, &batch::exemplars, &batch::exemplars_end, Member>();
}

// A list of counts; UInt64 columns take the bits of what is an Int64 here.
template <auto List, auto Ends>
constexpr auto counts() {
    return of_elements<batch, std::int64_t>{
        [](const batch& b, const context&, std::vector<std::int64_t>&) {
            return std::span(reinterpret_cast<const std::int64_t*>((b.*List).data()), (b.*List).size());
        },
        [](const batch& b) { return records(b, b.*Ends); }};
}

template <auto List, auto Ends>
constexpr auto doubles() {
    return of_elements<batch, double>{
        [](const batch& b, const context&, std::vector<double>&) { return std::span<const double>(b.*List); },
        [](const batch& b) { return records(b, b.*Ends); }};
}

// The metadata of the metric that a point belongs to; rarely there.
constexpr attributes_of_records<batch> metadata{[](const batch& b, attribute_scratch& scratch) -> attribute_rows {
    scratch.items.clear();
    scratch.ends.resize(b.num_records);
    for (std::size_t i = 0; i != b.num_records; ++i) {
        const metric& m = b.metrics[b.metric_of[i]];
        scratch.items.insert(scratch.items.end(), b.attributes_of_sources.begin() + m.metadata_begin,
                             b.attributes_of_sources.begin() + m.metadata_end);
        scratch.ends[i] = static_cast<std::uint32_t>(scratch.items.size());
    }
    return {scratch.items, scratch.ends};
}};

constexpr field<batch> all[] = {
    {"metric_name", "MetricName", of_metric<byte_view, &metric::name>()},
    {"metric_type", "", kind_name},
    {"metric_unit", "MetricUnit", of_metric<byte_view, &metric::unit>()},
    {"metric_description", "MetricDescription", of_metric<byte_view, &metric::description>()},
    {"metric_metadata", "", metadata},
    {"service_name", "ServiceName", service_name<batch>()},
    {"resource_attributes", "ResourceAttributes", attributes_of_resource<batch>{}},
    {"resource_schema_url", "ResourceSchemaUrl", resource_schema_url<batch>()},
    {"resource_dropped_attributes_count", "", resource_dropped_attributes_count<batch>()},
    {"scope_name", "ScopeName", scope_member<batch, &otlp::scope::name>()},
    {"scope_version", "ScopeVersion", scope_member<batch, &otlp::scope::version>()},
    {"scope_attributes", "ScopeAttributes", attributes_of_scope<batch>{}},
    {"scope_dropped_attributes_count", "ScopeDroppedAttrCount",
     scope_member<batch, &otlp::scope::dropped_attributes_count>()},
    {"scope_schema_url", "ScopeSchemaUrl", scope_member<batch, &otlp::scope::schema_url>()},
    {"attributes", "Attributes", record_attributes<batch>(true)},
    {"start_timestamp", "StartTimeUnix", record<batch, &batch::start_time>()},
    {"timestamp", "TimeUnix", record_timestamp<batch>()},
    {"flags", "Flags", record_integer<batch, &batch::flags>()},
    {"value", "Value", point_value},
    {"value_int", "", value_int, numbers},
    {"temporality", "", temporality_name},
    {"", "AggregationTemporality", of_metric<std::int64_t, &metric::temporality>(), with_temporality},
    {"is_monotonic", "IsMonotonic", of_metric<std::int64_t, &metric::is_monotonic>(), only(metric_kind::sum)},
    {"count", "Count", record_integer<batch, &batch::count>(), with_count},
    {"sum", "Sum", if_present<&batch::sum, batch::has_sum>(), with_count},
    {"min", "Min", if_present<&batch::min, batch::has_min>(), histograms},
    {"max", "Max", if_present<&batch::max, batch::has_max>(), histograms},
    {"bucket_counts", "BucketCounts", counts<&batch::bucket_counts, &batch::bucket_counts_end>(),
     only(metric_kind::histogram)},
    {"explicit_bounds", "ExplicitBounds", doubles<&batch::explicit_bounds, &batch::explicit_bounds_end>(),
     only(metric_kind::histogram)},
    {"scale", "Scale", record_integer<batch, &batch::scale>(), only(metric_kind::exponential_histogram)},
    {"zero_count", "ZeroCount", record_integer<batch, &batch::zero_count>(), only(metric_kind::exponential_histogram)},
    {"zero_threshold", "", record<batch, &batch::zero_threshold>(), only(metric_kind::exponential_histogram)},
    {"positive_offset", "PositiveOffset", record_integer<batch, &batch::positive_offset>(),
     only(metric_kind::exponential_histogram)},
    {"positive_bucket_counts", "PositiveBucketCounts", counts<&batch::positive_counts, &batch::positive_counts_end>(),
     only(metric_kind::exponential_histogram)},
    {"negative_offset", "NegativeOffset", record_integer<batch, &batch::negative_offset>(),
     only(metric_kind::exponential_histogram)},
    {"negative_bucket_counts", "NegativeBucketCounts", counts<&batch::negative_counts, &batch::negative_counts_end>(),
     only(metric_kind::exponential_histogram)},
    {"quantiles", "ValueAtQuantiles.Quantile", doubles<&batch::quantiles, &batch::quantiles_end>(),
     only(metric_kind::summary)},
    {"quantile_values", "ValueAtQuantiles.Value", doubles<&batch::quantile_values, &batch::quantiles_end>(),
     only(metric_kind::summary)},
    {"exemplars.attributes", "Exemplars.FilteredAttributes",
     element_attributes<batch, &batch::exemplars, &batch::exemplars_end, &batch::exemplar_attributes,
                        &exemplar::attributes_end>(),
     with_exemplars},
    {"exemplars.timestamp", "Exemplars.TimeUnix", of_exemplars<std::uint64_t, &exemplar::time>(), with_exemplars},
    {"exemplars.value", "Exemplars.Value", of_exemplars<double, &exemplar::value>(), with_exemplars},
    {"exemplars.value_int", "", exemplar_value_int, with_exemplars},
    {"exemplars.span_id", "Exemplars.SpanId", exemplar_id<&exemplar::span_id, 8, value_sense::id8>(), with_exemplars},
    {"exemplars.trace_id", "Exemplars.TraceId", exemplar_id<&exemplar::trace_id, 16, value_sense::id16>(),
     with_exemplars},
    {"exemplar_trace_id", "", first_exemplar_id<&exemplar::trace_id, value_sense::id16>(), with_exemplars},
    {"exemplar_span_id", "", first_exemplar_id<&exemplar::span_id, value_sense::id8>(), with_exemplars},
};

}  // namespace

std::span<const field<otlp::point_batch>> point_fields() noexcept { return all; }

}  // namespace colblock::binding
