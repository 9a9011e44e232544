// SPDX-License-Identifier: Apache-2.0
#pragma once

// The catalogue of OTLP fields: for each its column names, the kind of its values and where they are
// in a batch. A new field is one line here (src/binding/*_fields.cpp).

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "colblock/binding/context.hpp"
#include "colblock/binding/value_writer.hpp"
#include "colblock/otlp/batch.hpp"

namespace colblock::binding {

/// What values mean, where their C++ type does not say it.
enum class value_sense : std::uint8_t {
    plain,
    id16,
    id8,
    name,  ///< a text of the program's own: equal ones are the same bytes at the same address
};

/// A value for every record: either a view of the batch's own array, or gathered into `scratch`.
template <class Batch, class T>
struct of_records {
    std::span<const T> (*values)(const Batch&, const context&, std::vector<T>& scratch);
    value_sense sense = value_sense::plain;
};

/// A value for every resource or scope.
template <class Batch, class T>
struct of_resource {
    T (*value)(const Batch&, const context&, const otlp::resource&);
};
template <class Batch, class T>
struct of_scope {
    T (*value)(const Batch&, const context&, const otlp::scope&);
};

/// A value for every stretch of records that have it in common: those with the same `index`.
template <class Batch, class T>
struct of_stretches {
    T (*value)(const Batch&, std::uint32_t index);
    std::span<const std::uint32_t> (*index)(const Batch&);
};

/// Any number of values for every record: an Array column.
template <class Batch, class T>
struct of_elements {
    std::span<const T> (*values)(const Batch&, const context&, std::vector<T>& scratch);
    std::span<const std::uint32_t> (*ends)(const Batch&);
    value_sense sense = value_sense::plain;
};

struct attribute_scratch {
    std::vector<otlp::attribute> items;
    std::vector<std::uint32_t> ends;
};

/// Attributes of every record.
template <class Batch>
struct attributes_of_records {
    attribute_rows (*rows)(const Batch&, attribute_scratch& scratch);
    bool sorted = false;
};

/// Attributes of every element of a list: an Array(Map) column.
template <class Batch>
struct attributes_of_elements {
    attribute_rows (*rows)(const Batch&, attribute_scratch& scratch);
    std::span<const std::uint32_t> (*ends)(const Batch&);
};

/// Attributes of every resource or scope.
template <class Batch>
struct attributes_of_resource {};
template <class Batch>
struct attributes_of_scope {};

template <class Batch>
using source = std::variant<
    of_records<Batch, byte_view>, of_records<Batch, std::uint64_t>, of_records<Batch, std::int64_t>,
    of_records<Batch, double>, of_records<Batch, optional_integer>, of_records<Batch, optional_number>,
    of_records<Batch, otlp::any_value>, of_resource<Batch, byte_view>, of_resource<Batch, std::int64_t>,
    of_resource<Batch, otlp::any_value>, of_scope<Batch, byte_view>, of_scope<Batch, std::int64_t>,
    of_stretches<Batch, byte_view>, of_stretches<Batch, std::int64_t>, of_elements<Batch, byte_view>, of_elements<Batch, std::uint64_t>, of_elements<Batch, std::int64_t>,
    of_elements<Batch, double>, of_elements<Batch, optional_integer>, attributes_of_records<Batch>,
    attributes_of_elements<Batch>, attributes_of_resource<Batch>, attributes_of_scope<Batch>>;

/// The kinds of metric points that a field exists for; records of other kinds get the type's default.
using kind_mask = std::uint8_t;
inline constexpr kind_mask all_kinds = 0xff;

/// A field of OTLP and the columns that hold it. std::uint64_t values are times, std::int64_t integers.
template <class Batch>
struct field {
    std::string_view colblock_name;   ///< column in the colblock layout; empty: none
    std::string_view collector_name;  ///< column in the collector layout; empty: none
    source<Batch> from;
    kind_mask kinds = all_kinds;
};

/// All fields of a signal. Static storage.
std::span<const field<otlp::span_batch>> span_fields() noexcept;
std::span<const field<otlp::log_batch>> log_fields() noexcept;
std::span<const field<otlp::point_batch>> point_fields() noexcept;

/// The first `num_records` of an array of the batch.
template <class T>
[[nodiscard]] std::span<const T> records(const otlp::batch_base& batch, const otlp::per_record<T>& values) noexcept {
    return {values.data(), batch.num_records};
}

}  // namespace colblock::binding
