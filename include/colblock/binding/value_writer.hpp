// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "colblock/base/result.hpp"
#include "colblock/column/ref.hpp"
#include "colblock/otlp/value.hpp"

namespace colblock::binding {

/// Writes values of one kind (T) into a column of one type: one virtual call a column and batch, a
/// tight loop behind it. The column belongs to the writer.
template <class T>
class value_writer {
public:
    virtual ~value_writer() = default;
    virtual void append(std::span<const T> values) = 0;
    /// `same`: the value equals that of the last call, and nothing was appended, cleared or rolled
    /// back in between.
    virtual void append_repeated(const T& value, std::size_t n, bool same) = 0;
    /// Refers to the column; valid as long as the writer.
    virtual column::ref column() noexcept = 0;
    /// After the column was cleared or rolled back: ids and values remembered from it are void.
    virtual void forget() noexcept {}
};

/// Rows of attributes: the items of row i end at ends[i].
struct attribute_rows {
    std::span<const otlp::attribute> items;
    std::span<const std::uint32_t> ends;
    bool shares_keys = false;  ///< equal keys are mostly the same text
};

/// Writes attribute lists into a column of a map-like type.
class attributes_writer {
public:
    virtual ~attributes_writer() = default;
    virtual void append(const attribute_rows& rows) = 0;
    /// `n` rows of `items` each; `same` as above.
    virtual void append_repeated(std::span<const otlp::attribute> items, std::size_t n, bool same) = 0;
    virtual column::ref column() noexcept = 0;
    virtual void forget() noexcept {}
};

/// A number that a record may lack.
using optional_integer = std::optional<std::int64_t>;
using optional_number = std::optional<double>;

template <class T>
using value_writer_ptr = std::unique_ptr<value_writer<T>>;

/// How often values repeat: decides how a column stores its bytes.
enum class repetition : std::uint8_t {
    per_record,  ///< any value anywhere
    per_source,  ///< one value for all records of a resource or scope
    few_names,   ///< any value anywhere, out of a few; equal texts are the same bytes at the same address
};

/// Each makes the writer for a column of ClickHouse type `type`, or fails with unsupported_type if
/// values of this kind cannot be stored in it.
///
/// Text: String, LowCardinality(String).
result<value_writer_ptr<byte_view>> make_text_writer(std::string_view type, repetition how);
/// Raw ids of `id_len` bytes, or empty: String (lower-case hex), FixedString(id_len) (raw; zeros where
/// empty), FixedString(2 * id_len) (hex), UUID (ids of 16 bytes).
result<value_writer_ptr<byte_view>> make_id_writer(std::string_view type, std::size_t id_len);
/// Nanoseconds since 1970: DateTime64(0 to 9), DateTime, UInt64, Int64. What a type cannot hold becomes its
/// largest value.
result<value_writer_ptr<std::uint64_t>> make_time_writer(std::string_view type);
/// Integers: every integer type, Bool, Float64; values are cut to the type's low bits.
result<value_writer_ptr<std::int64_t>> make_integer_writer(std::string_view type);
/// Floating point: Float64, Float32.
result<value_writer_ptr<double>> make_number_writer(std::string_view type);
/// Numbers that may be absent: Nullable of the types above, and those types themselves (0 where absent).
result<value_writer_ptr<optional_integer>> make_optional_integer_writer(std::string_view type);
result<value_writer_ptr<optional_number>> make_optional_number_writer(std::string_view type);
/// AnyValues as text: String, LowCardinality(String).
result<value_writer_ptr<otlp::any_value>> make_any_value_writer(std::string_view type, repetition how);
/// Attributes: Map with keys LowCardinality(String) or String and values String or
/// LowCardinality(String); `sorted`: entries in the order of their keys.
result<std::unique_ptr<attributes_writer>> make_attributes_writer(std::string_view type, repetition how, bool sorted);

}  // namespace colblock::binding
