// SPDX-License-Identifier: Apache-2.0
#pragma once

// Batches of views: what every decoder fills and the binding reads, one loop a column.
//
// A batch holds at most `batch_capacity` records as a structure of arrays, small enough for L1 and
// L2. Texts are views into the payload (or into the batch's arena), so a batch is valid only as long
// as its payload and until it is filled again. All texts are padded (base/bytes.hpp), also empty and
// absent ones.
//
// Lists inside records (attributes, events, links, exemplars, buckets) are flattened: one array for
// the batch, and per record the end of its stretch. The stretch of record i is
// [i == 0 ? 0 : ends[i - 1], ends[i]).

#include <array>
#include <cstdint>
#include <vector>

#include "colblock/base/bytes.hpp"
#include "colblock/base/growing_array.hpp"
#include "colblock/base/text_arena.hpp"
#include "colblock/otlp/value.hpp"

namespace colblock::otlp {

/// Records of one batch. 256 keeps the arrays of a span batch (about 60 KiB with ten attributes a
/// span) inside L2 beside the columns' tails.
inline constexpr std::size_t batch_capacity = 256;

template <class T>
using per_record = std::array<T, batch_capacity>;

/// A Resource, held once for all its records.
struct resource {
    std::uint32_t attributes_begin = 0;  ///< in batch_base::attributes_of_sources
    std::uint32_t attributes_end = 0;
    any_value service_name;              ///< the first attribute `service.name`; empty if there is none
    byte_view schema_url;                ///< of the ResourceSpans / ResourceMetrics / ResourceLogs
    std::uint32_t dropped_attributes_count = 0;
    byte_view identity;                  ///< equal, non-empty identities: all above is equal but the schema URL (the raw message)
};

/// An InstrumentationScope, held once for all its records.
struct scope {
    byte_view name;
    byte_view version;
    std::uint32_t attributes_begin = 0;  ///< in batch_base::attributes_of_sources
    std::uint32_t attributes_end = 0;
    byte_view schema_url;
    std::uint32_t dropped_attributes_count = 0;
    byte_view identity;                  ///< as for resource
};

/// Consecutive records of one resource and scope. The num_rows of all runs add up to num_records.
struct source_run {
    std::uint32_t resource;  ///< index into resources
    std::uint32_t scope;     ///< index into scopes
    std::uint32_t num_rows;
};

/// What the three batches share.
struct batch_base {
    std::size_t num_records = 0;
    std::vector<resource> resources;
    std::vector<scope> scopes;
    std::vector<source_run> runs;
    growing_array<attribute> attributes_of_sources;  ///< of resources and scopes
    text_arena arena;                              ///< owns text that is not in the payload
    bool shares_keys = false;                      ///< equal keys of records' attributes are mostly the same text

    [[nodiscard]] bool full() const noexcept { return num_records == batch_capacity; }
    void clear_base() noexcept {
        num_records = 0;
        resources.clear();
        scopes.clear();
        runs.clear();
        attributes_of_sources.clear();
        arena.clear();
        shares_keys = false;
    }
};

/// Spans (trace.proto). Ids are 16 and 8 raw bytes; `parent_span_id` is empty for a root. Decoders
/// reject spans whose ids have another length or are all zero, and count them.
struct span_batch : batch_base {
    per_record<byte_view> trace_id;
    per_record<byte_view> span_id;
    per_record<byte_view> parent_span_id;
    per_record<byte_view> trace_state;
    per_record<byte_view> name;
    per_record<byte_view> status_message;
    per_record<std::uint64_t> start_time;  ///< nanoseconds since 1970
    per_record<std::uint64_t> end_time;
    per_record<std::uint32_t> flags;
    per_record<std::int32_t> kind;         ///< as sent; 0 to 5 are known
    per_record<std::int32_t> status_code;  ///< as sent; 0 to 2 are known
    per_record<std::uint32_t> dropped_attributes_count;
    per_record<std::uint32_t> dropped_events_count;
    per_record<std::uint32_t> dropped_links_count;

    growing_array<attribute> attributes;
    per_record<std::uint32_t> attributes_end;

    struct event {
        std::uint64_t time;
        byte_view name;
        std::uint32_t attributes_end;  ///< in event_attributes
        std::uint32_t dropped_attributes_count;
    };
    growing_array<event> events;
    per_record<std::uint32_t> events_end;
    growing_array<attribute> event_attributes;

    struct link {
        byte_view trace_id;  ///< 16 raw bytes, or empty
        byte_view span_id;   ///< 8 raw bytes, or empty
        byte_view trace_state;
        std::uint32_t attributes_end;  ///< in link_attributes
        std::uint32_t dropped_attributes_count;
        std::uint32_t flags;
    };
    growing_array<link> links;
    per_record<std::uint32_t> links_end;
    growing_array<attribute> link_attributes;

    void clear() noexcept {
        clear_base();
        attributes.clear();
        events.clear();
        event_attributes.clear();
        links.clear();
        link_attributes.clear();
    }
};

/// Log records (logs.proto). Ids of a wrong length arrive empty: the record is kept.
struct log_batch : batch_base {
    per_record<std::uint64_t> time;           ///< 0: unknown
    per_record<std::uint64_t> observed_time;  ///< 0: unknown
    per_record<std::int32_t> severity_number;
    per_record<std::uint32_t> flags;
    per_record<std::uint32_t> dropped_attributes_count;
    per_record<byte_view> severity_text;
    per_record<byte_view> trace_id;  ///< 16 raw bytes, or empty
    per_record<byte_view> span_id;   ///< 8 raw bytes, or empty
    per_record<byte_view> event_name;
    per_record<any_value> body;

    growing_array<attribute> attributes;
    per_record<std::uint32_t> attributes_end;

    void clear() noexcept {
        clear_base();
        attributes.clear();
    }
};

/// The five kinds of metric data, in the order of the oneof in metrics.proto.
enum class metric_kind : std::uint8_t { gauge, sum, histogram, exponential_histogram, summary };
inline constexpr std::size_t num_metric_kinds = 5;

/// How a number point carries its value.
enum class number_kind : std::uint8_t { none, floating, integer };

/// Data points of one kind (metrics.proto): the decoder keeps one batch a kind, because their tables
/// and loops differ. Fields that a kind does not have are not written for it.
struct point_batch : batch_base {
    metric_kind kind = metric_kind::gauge;

    /// A metric, held once for its points.
    struct metric {
        byte_view name;
        byte_view description;
        byte_view unit;
        std::int32_t temporality = 0;  ///< as sent: 0 unspecified, 1 delta, 2 cumulative
        bool is_monotonic = false;
        std::uint32_t metadata_begin = 0;  ///< in attributes_of_sources
        std::uint32_t metadata_end = 0;
    };
    std::vector<metric> metrics;
    per_record<std::uint32_t> metric_of;  ///< index into metrics

    per_record<std::uint64_t> start_time;
    per_record<std::uint64_t> time;
    per_record<std::uint32_t> flags;
    growing_array<attribute> attributes;
    per_record<std::uint32_t> attributes_end;

    // gauge and sum
    per_record<number_kind> value_kind;
    per_record<double> value;               ///< floating: as sent; integer: converted
    per_record<std::int64_t> value_integer; ///< integer: as sent

    // histogram, exponential histogram, summary
    per_record<std::uint64_t> count;
    per_record<double> sum;                ///< 0 if absent
    per_record<double> min;                ///< 0 if absent
    per_record<double> max;                ///< 0 if absent
    per_record<std::uint8_t> presence;     ///< bits of `has`

    enum has : std::uint8_t { has_sum = 1, has_min = 2, has_max = 4 };

    // histogram
    growing_array<std::uint64_t> bucket_counts;
    per_record<std::uint32_t> bucket_counts_end;
    growing_array<double> explicit_bounds;
    per_record<std::uint32_t> explicit_bounds_end;

    // exponential histogram
    per_record<std::int32_t> scale;
    per_record<std::uint64_t> zero_count;
    per_record<double> zero_threshold;
    per_record<std::int32_t> positive_offset;
    per_record<std::int32_t> negative_offset;
    growing_array<std::uint64_t> positive_counts;
    per_record<std::uint32_t> positive_counts_end;
    growing_array<std::uint64_t> negative_counts;
    per_record<std::uint32_t> negative_counts_end;

    // summary
    growing_array<double> quantiles;
    growing_array<double> quantile_values;  ///< parallel to quantiles
    per_record<std::uint32_t> quantiles_end;

    struct exemplar {
        std::uint64_t time;
        byte_view trace_id;  ///< 16 raw bytes, or empty
        byte_view span_id;   ///< 8 raw bytes, or empty
        double value;
        std::int64_t value_integer;
        number_kind kind;
        std::uint32_t attributes_end;  ///< in exemplar_attributes
    };
    growing_array<exemplar> exemplars;
    per_record<std::uint32_t> exemplars_end;
    growing_array<attribute> exemplar_attributes;

    void clear() noexcept;
};

/// One batch a kind, indexed by metric_kind.
struct metric_batches {
    std::array<point_batch, num_metric_kinds> kinds;

    metric_batches() noexcept {
        for (std::size_t k = 0; k != num_metric_kinds; ++k) kinds[k].kind = static_cast<metric_kind>(k);
    }
    point_batch& operator[](metric_kind kind) noexcept { return kinds[static_cast<std::size_t>(kind)]; }
    const point_batch& operator[](metric_kind kind) const noexcept {
        return kinds[static_cast<std::size_t>(kind)];
    }
    void clear() noexcept {
        for (point_batch& batch : kinds) batch.clear();
    }
};

}  // namespace colblock::otlp
