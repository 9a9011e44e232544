// SPDX-License-Identifier: Apache-2.0
#pragma once

// The dictionary of a LowCardinality(Nullable(T)).
//
// dictionary := T's default, dictionary of T      entry 0 is NULL, entry 1 the default itself

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "colblock/wire/cursor.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::column {

/// A dictionary with NULL before its entries.
template <class Dictionary>
class nullable_dictionary {
public:
    static constexpr std::uint32_t null_id = 0;

    nullable_dictionary() = default;
    explicit nullable_dictionary(Dictionary values) : x_values(std::move(values)) {}

    [[nodiscard]] std::string type() const { return "Nullable(" + std::string(x_values.type()) + ")"; }
    template <class Value>
    [[nodiscard]] std::uint32_t id_of(const Value& value) {
        return x_values.id_of(value) + 1;
    }
    template <class Value>
    [[nodiscard]] std::uint32_t id_of_unpadded(const Value& value) {
        return x_values.id_of_unpadded(value) + 1;
    }
    std::uint32_t decode_entry(wire::cursor& in) { return x_values.decode_entry(in) + 1; }

    /// Entry `id`; what stands for NULL is the default. Valid until the next entry is added.
    [[nodiscard]] auto operator[](std::uint32_t id) const noexcept { return x_values[id == null_id ? 0 : id - 1]; }
    /// At least 2.
    [[nodiscard]] std::size_t num_entries() const noexcept { return x_values.num_entries() + 1; }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_values.byte_len() + 1; }
    void encode(wire::segments& out) const {
        x_values.encode_default(out);
        x_values.encode(out);
    }

    void clear() noexcept { x_values.clear(); }
    void mark() noexcept { x_values.mark(); }
    void rollback() noexcept { x_values.rollback(); }

private:
    Dictionary x_values;
};

}  // namespace colblock::column
