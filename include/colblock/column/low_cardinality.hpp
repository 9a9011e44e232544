// SPDX-License-Identifier: Apache-2.0
#pragma once

// LowCardinality(T)
//   prefix := Int64 1                                     (the only version)
//   data   := nothing                                     if there are no values
//           | meta dictionary keys
//   meta   := UInt64 0x600 | width code                   0 UInt8, 1 UInt16, 2 UInt32 indexes
//   dictionary := UInt64 entries, T * entries             slot 0 is T's default, or NULL for Nullable
//   keys   := UInt64 values, index * values
//
// docs/formats/native_block.md

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "colblock/column/concept.hpp"
#include "colblock/column/dictionary.hpp"
#include "colblock/column/indexes.hpp"

namespace colblock::column {

/// LowCardinality(T), in the canonical form that the server itself writes: T's default in slot 0, then
/// entries in the order of first appearance, the narrowest indexes. The dictionary belongs to the
/// block: `clear` empties it.
template <class Dictionary, class Storage = plain>
class low_cardinality {
public:
    using dictionary_type = Dictionary;

    low_cardinality() = default;
    explicit low_cardinality(Dictionary dictionary) : x_dictionary(std::move(dictionary)) {}

    [[nodiscard]] std::string type() const { return "LowCardinality(" + x_dictionary.type() + ")"; }
    [[nodiscard]] std::size_t num_rows() const noexcept { return x_indexes.num_values(); }
    [[nodiscard]] std::size_t byte_len() const noexcept {
        return num_rows() == 0 ? 0 : 24 + x_dictionary.byte_len() + x_indexes.byte_len();
    }
    /// The value of a row (plain storage).
    [[nodiscard]] auto operator[](std::size_t row) const noexcept { return x_dictionary[x_indexes[row]]; }

    template <class Value>
    void append(const Value& value) {
        append_repeated(value, 1);
    }
    /// Appends `value` `n` times.
    template <class Value>
    void append_repeated(const Value& value, std::size_t n) {
        append_id(x_dictionary.id_of_unpadded(value), n);
    }
    void append_null(std::size_t n = 1)
        requires requires { Dictionary::null_id; }
    {
        append_id(Dictionary::null_id, n);
    }
    void append_defaults(std::size_t n) { append_id(0, n); }

    /// For kernels: look ids up in `dictionary()`, then append them.
    [[nodiscard]] Dictionary& dictionary() noexcept { return x_dictionary; }
    [[nodiscard]] const Dictionary& dictionary() const noexcept { return x_dictionary; }
    [[nodiscard]] column::indexes<Storage>& indexes() noexcept { return x_indexes; }
    void append_ids(std::span<const std::uint32_t> ids) {
        x_indexes.fit(x_dictionary.num_entries());
        x_indexes.append(ids);
    }
    /// Appends the rows of `ids` `n` times over.
    void append_ids_repeated(std::span<const std::uint32_t> ids, std::size_t n) {
        x_indexes.fit(x_dictionary.num_entries());
        const std::size_t begin = x_indexes.storage().bytes().size();
        x_indexes.append(ids);
        x_indexes.storage().repeat_from(begin, n);
    }
    void append_id(std::uint32_t id, std::size_t n) {
        x_indexes.fit(x_dictionary.num_entries());
        x_indexes.append_repeated(id, n);
    }

    /// Makes what append_ids_repeated appended last appear `n` times more, if nothing was appended since.
    void repeat_again(std::size_t n)
        requires std::same_as<Storage, runs>
    {
        x_indexes.storage().extend_last(n);
    }

    void encode_prefix(wire::segments& out) const { out.fixed(std::uint64_t{1}); }
    void encode(wire::segments& out) const {
        if (num_rows() == 0) return;
        out.fixed(std::uint64_t{0x600} | (x_indexes.width() >> 1));
        out.fixed(std::uint64_t{x_dictionary.num_entries()});
        x_dictionary.encode(out);
        out.fixed(std::uint64_t{num_rows()});
        x_indexes.encode(out);
    }
    void decode_prefix(wire::cursor& in) {
        if (in.fixed<std::uint64_t>() != 1 && in.ok()) in.fail(errc::bad_serialization);
    }
    void decode(wire::cursor& in, std::size_t n);

    void index_rows(row_bounds bounds) { x_indexes.index_rows(bounds); }
    /// Entries get numbers anew, in the order in which they appear here.
    void append_rows(const low_cardinality& from, row_order rows, std::size_t) {
        x_renumbered.assign(from.x_dictionary.num_entries(), unknown_id);
        from.x_indexes.for_each_row(rows, x_taken, [&](std::span<std::uint32_t> ids, std::size_t n) {
            for (std::uint32_t& id : ids) id = renumbered(from.x_dictionary, id);
            append_ids_repeated(ids, n);
        });
    }
    void clear() {
        x_dictionary.clear();
        x_indexes.clear();
    }
    void mark() {
        x_dictionary.mark();
        x_indexes.mark();
    }
    void rollback() {
        x_dictionary.rollback();
        x_indexes.rollback(x_dictionary.num_entries());
    }

private:
    static constexpr std::uint32_t unknown_id = ~std::uint32_t{0};

    // The id here of entry `id` of another dictionary.
    std::uint32_t renumbered(const Dictionary& other, std::uint32_t id) {
        std::uint32_t& known = x_renumbered[id];
        if (COLBLOCK_LIKELY(known != unknown_id)) return known;
        if constexpr (requires { Dictionary::null_id; })
            if (id == Dictionary::null_id) return known = id;
        return known = x_dictionary.id_of_unpadded(other[id]);
    }

    Dictionary x_dictionary;
    column::indexes<Storage> x_indexes;
    std::vector<std::uint32_t> x_renumbered;  // scratch of append_rows, as is the next
    std::vector<std::uint32_t> x_taken;
};

// Other writers number their entries as they like: duplicates, unused entries, wide indexes. Each
// entry is looked up once, so what is decoded is canonical again.
template <class Dictionary, class Storage>
void low_cardinality<Dictionary, Storage>::decode(wire::cursor& in, std::size_t n) {
    if (n == 0) return;
    const auto meta = in.fixed<std::uint64_t>();
    const auto num_entries = in.fixed<std::uint64_t>();
    if (!in.ok()) return;
    if ((meta & 0xff) > 3 || (meta & 0x100) != 0 || (meta & 0x200) == 0) return in.fail(errc::bad_serialization);
    std::vector<std::uint32_t> ids;
    for (std::uint64_t i = 0; i != num_entries && in.ok(); ++i) ids.push_back(x_dictionary.decode_entry(in));
    if (!in.ok()) return;
    if constexpr (requires { Dictionary::null_id; })
        if (!ids.empty()) ids.front() = Dictionary::null_id;
    const auto num_values = in.fixed<std::uint64_t>();
    if (in.ok() && num_values != n) return in.fail(errc::row_count_mismatch);
    const std::size_t width = std::size_t{1} << (meta & 0xff);
    const byte_view raw = in.elements(num_values, width);
    if (!in.ok()) return;
    x_indexes.fit(x_dictionary.num_entries());
    for (std::size_t i = 0; i != raw.size(); i += width) {
        std::uint64_t index = 0;
        std::memcpy(&index, raw.data() + i, width);
        if (index >= ids.size()) return in.fail(errc::bad_dictionary_index);
        x_indexes.append(ids[index]);
    }
}

}  // namespace colblock::column
