// SPDX-License-Identifier: Apache-2.0
#pragma once

// Fixed(T) := value of sizeof(T) bytes * rows       little-endian, no prefix
//
// docs/formats/native_block.md

#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "colblock/base/endian.hpp"
#include "colblock/column/concept.hpp"
#include "colblock/column/sparse.hpp"
#include "colblock/column/storage.hpp"

namespace colblock::column {

/// A column whose values all take the same number of bytes, known at compile time. `Type` names the
/// ClickHouse type (column/fixed_types.hpp): `value_type`, whose memory is the wire form, `name()`, and
/// the type's parameters as members. `default_value()` where that is not all zeros.
///
///     column::datetime64 times({.scale = 9, .timezone = "UTC"});
///     times.append(1'700'000'000'000'000'000);
template <class Type, class Storage = plain>
class fixed {
public:
    using value_type = typename Type::value_type;
    static_assert(std::is_trivially_copyable_v<value_type>);

    fixed() = default;
    explicit fixed(Type description) : x_description(std::move(description)) {}

    [[nodiscard]] const Type& description() const noexcept { return x_description; }
    [[nodiscard]] std::string type() const { return std::string(x_description.name()); }
    [[nodiscard]] std::size_t num_rows() const noexcept { return byte_len() / sizeof(value_type); }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_storage.byte_len(); }

    void append(const value_type& value) {
        char* const to = bytes().reserve(sizeof(value_type));
        store(to, value);
        bytes().set_end(to + sizeof(value_type));
    }
    void append(std::span<const value_type> values) {
        bytes().append({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    }
    /// Appends `value` `n` times.
    void append_repeated(const value_type& value, std::size_t n) {
        const std::size_t begin = bytes().size();
        append(value);
        x_storage.repeat_from(begin, n);
    }
    void append_defaults(std::size_t n) {
        if constexpr (requires { x_description.default_value(); })
            append_repeated(x_description.default_value(), n);
        else
            append_repeated(value_type{}, n);
    }

    /// Appends `n` rows of unspecified content and returns them, for kernels to fill. Valid until the
    /// next growing call.
    [[nodiscard]] value_type* extend(std::size_t n) {
        return reinterpret_cast<value_type*>(bytes().extend(n * sizeof(value_type)));
    }
    /// All rows. Valid until the next growing call.
    [[nodiscard]] std::span<const value_type> values() const noexcept
        requires std::same_as<Storage, plain>
    {
        return {reinterpret_cast<const value_type*>(bytes().data()), num_rows()};
    }

    [[nodiscard]] buffer& bytes() noexcept { return x_storage.bytes(); }
    [[nodiscard]] const buffer& bytes() const noexcept { return x_storage.bytes(); }
    [[nodiscard]] Storage& storage() noexcept { return x_storage; }

    void encode_prefix(wire::segments&) const {}
    void encode(wire::segments& out) const { x_storage.encode(out); }
    void decode_prefix(wire::cursor&) {}
    void decode(wire::cursor& in, std::size_t n) { bytes().append(in.elements(n, sizeof(value_type))); }
    void index_rows(row_bounds bounds) { x_rows.index(x_storage, bounds, element_form{sizeof(value_type)}); }
    void append_rows(const fixed& from, row_order rows, std::size_t) {
        if constexpr (std::same_as<Storage, plain>)
            from.x_rows.append_to(bytes(), rows);
        else
            append_distinct(x_storage, from.x_rows, rows);
    }
    void clear() noexcept { x_storage.clear(); }
    void mark() noexcept { x_storage.mark(); }
    void rollback() noexcept { x_storage.rollback(); }

    /// See column/sparse.hpp. Columns with runs do not offer it: a run of defaults is one piece already.
    static constexpr wire::feature sparse_since = wire::feature::sparse_serialization;
    bool find_others(std::size_t at_most, row_list& rows) const
        requires std::same_as<Storage, plain>
    {
        return find_nonzero(bytes().view(), sizeof(value_type), at_most, rows);
    }
    void encode_rows(const row_list& rows, wire::segments& out) const
        requires std::same_as<Storage, plain>
    {
        for (const std::uint64_t row : rows)
            out.copy(bytes().view().substr(row * sizeof(value_type), sizeof(value_type)));
    }
    void append_zeros(std::size_t n)
        requires std::same_as<Storage, plain>
    {
        append_repeated(value_type{}, n);
    }
    void decode_row(wire::cursor& in)
        requires std::same_as<Storage, plain>
    {
        decode(in, 1);
    }

private:
    [[no_unique_address]] Type x_description;
    Storage x_storage;
    row_slices x_rows;
};

}  // namespace colblock::column
