// SPDX-License-Identifier: Apache-2.0
#include "dump/block_dump.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "colblock/base/limits.hpp"
#include "colblock/column/factory.hpp"
#include "colblock/column/type_name.hpp"
#include "colblock/wire/cursor.hpp"
#include "dump/value_dump.hpp"

namespace colblock::dump {

namespace {

using column::type_name;
using wire::feature;

// What a column's type comes down to on the wire: types that only rename another are replaced by it.
struct wire_type {
    enum class kind : std::uint8_t { fixed, text, nullable, array, map, tuple, low_cardinality, nothing };
    kind what = kind::fixed;
    type_name type;                   // of the values, for printing
    std::size_t width = 0;            // of fixed values
    std::vector<wire_type> children;
    std::vector<std::string> labels;  // of a tuple's elements
};

wire_type wire_type_of(const type_name& type);

wire_type of_children(wire_type::kind what, const type_name& type) {
    wire_type made{what, type, 0, {}, {}};
    for (const auto& argument : type.arguments) {
        made.children.push_back(wire_type_of(argument.type));
        made.labels.push_back(argument.label.empty() ? std::to_string(made.children.size()) : argument.label);
    }
    return made;
}

wire_type array_of(wire_type element) {
    wire_type made{wire_type::kind::array, {}, 0, {}, {}};
    made.children.push_back(std::move(element));
    return made;
}

// Points, and arrays of arrays of them.
std::optional<wire_type> geometry(std::string_view name) {
    constexpr std::pair<std::string_view, unsigned> depths[] = {{"Point", 0}, {"Ring", 1}, {"LineString", 1},
        {"Polygon", 2}, {"MultiLineString", 2}, {"MultiPolygon", 3}};
    const auto* const found = std::ranges::find(depths, name, &std::pair<std::string_view, unsigned>::first);
    if (found == std::end(depths)) return std::nullopt;
    wire_type made = of_children(wire_type::kind::tuple, *column::parse_type("Tuple(x Float64, y Float64)"));
    for (unsigned i = 0; i != found->second; ++i) made = array_of(std::move(made));
    return made;
}

// The type has a column, so it is well-formed.
wire_type wire_type_of(const type_name& type) {
    using kind = wire_type::kind;
    if (type.name == "SimpleAggregateFunction") return wire_type_of(type.arguments[1].type);
    if (type.name == "Nested") return array_of(of_children(kind::tuple, type));
    if (auto made = geometry(type.name)) return *std::move(made);
    if (type.name == "Nothing") return {kind::nothing, type, 1, {}, {}};
    if (type.name == "Nullable") return of_children(kind::nullable, type);
    if (type.name == "Array") return of_children(kind::array, type);
    if (type.name == "Map") return of_children(kind::map, type);
    if (type.name == "Tuple") return of_children(kind::tuple, type);
    if (type.name == "LowCardinality") return of_children(kind::low_cardinality, type);
    if (type.name == "String") return {kind::text, type, 0, {}, {}};
    column::any one = *column::make(type);
    one.append_defaults(1);
    return {kind::fixed, type, one.byte_len(), {}, {}};
}

class walker {
public:
    walker(byte_view blocks, wire::revision revision, const annotate& note)
        : x_in(blocks), x_len(blocks.size()), x_revision(revision), x_note(note) {}

    result<void> walk() {
        while (!x_in.at_end() && x_in.ok()) block();
        if (x_noted != x_len) x_note({x_noted, x_len - x_noted, 0, "(not read)"});
        return x_in.status();
    }

private:
    // Annotates what was read since the last annotation.
    void note(unsigned depth, std::string text) {
        if (!x_in.ok() || x_in.offset() == x_noted) return;
        x_note({x_noted, x_in.offset() - x_noted, depth, std::move(text)});
        x_noted = x_in.offset();
    }

    void block() {
        info();
        const std::uint64_t num_columns = x_in.varint();
        note(0, "columns: " + std::to_string(num_columns));
        const std::uint64_t num_rows = x_in.varint();
        note(0, "rows: " + std::to_string(num_rows));
        if (num_columns > limits::max_block_columns || num_rows > limits::max_block_rows) x_in.fail(errc::too_large);
        if (num_columns == 0 && num_rows != 0) x_in.fail(errc::row_count_mismatch);
        for (std::uint64_t i = 0; i != num_columns && x_in.ok(); ++i) column(i, num_rows);
    }

    void info() {
        if (!wire::has(x_revision, feature::block_info)) return;
        for (std::uint64_t field = 1; field != 0 && x_in.ok();) {
            switch (field = x_in.varint()) {
            case 0: note(0, "end of info"); break;
            case 1: note(0, "info: is_overflows " + std::to_string(x_in.u8())); break;
            case 2: note(0, "info: bucket " + std::to_string(x_in.fixed<std::int32_t>())); break;
            case 3: {
                const std::uint64_t num = x_in.varint();
                x_in.elements(num, sizeof(std::int32_t));
                note(0, "info: " + count(num, "out-of-order bucket"));
                break;
            }
            default: x_in.fail(errc::bad_block_info);
            }
        }
    }

    byte_view short_string() {
        const std::uint64_t len = x_in.varint();
        if (len > limits::max_type_text_len) x_in.fail(errc::too_large);
        return x_in.bytes(len);
    }

    void column(std::uint64_t index, std::uint64_t num_rows) {
        const byte_view name = short_string();
        note(0, "column " + std::to_string(index) + ": " + quoted(name));
        const std::uint64_t type_offset = x_in.offset();
        const byte_view text = short_string();
        if (!x_in.ok()) return;
        const auto made = column::make(text);
        if (!made) return x_in.fail({made.error().code, type_offset});
        note(1, "type: " + quoted(text));
        const wire_type type = wire_type_of(*column::parse_type(text));
        std::vector<std::uint8_t> kinds;
        if (wire::has(x_revision, feature::custom_serialization)) {
            const std::uint8_t has_custom = x_in.u8();
            note(1, "has custom serialization: " + std::to_string(has_custom));
            if (has_custom > 1) x_in.fail(errc::bad_serialization);
            if (has_custom == 1) read_kinds(type, kinds, 1);
        }
        if (num_rows == 0 || !x_in.ok()) return;
        prefix(type, 1);
        std::size_t next_kind = 0;
        if (kinds.empty()) values(type, num_rows, 1, "");
        else with_kinds(type, num_rows, kinds, next_kind);
    }

    static bool can_be_sparse(const wire_type& type) noexcept {
        using kind = wire_type::kind;
        const kind what = type.what == kind::nullable ? type.children[0].what : type.what;
        return what == kind::fixed || what == kind::text;
    }

    // One byte for the type, and for each element of a Tuple.
    void read_kinds(const wire_type& type, std::vector<std::uint8_t>& kinds, unsigned depth) {
        const std::uint8_t kind = x_in.u8();
        note(depth, kind == 1 ? "kind: 1 (sparse)" : "kind: " + std::to_string(kind));
        if (kind > 1 || (kind == 1 && !can_be_sparse(type))) x_in.fail(errc::bad_serialization);
        if (!x_in.ok()) return;
        kinds.push_back(kind);
        if (type.what == wire_type::kind::tuple)
            for (const wire_type& element : type.children) read_kinds(element, kinds, depth + 1);
    }

    void with_kinds(const wire_type& type, std::uint64_t num_rows, const std::vector<std::uint8_t>& kinds, std::size_t& next) {
        if (!x_in.ok()) return;
        const bool is_sparse = kinds[next++] == 1;
        if (is_sparse) return sparse(type, num_rows);
        if (type.what != wire_type::kind::tuple || type.children.empty()) return values(type, num_rows, 1, "");
        for (const wire_type& element : type.children) with_kinds(element, num_rows, kinds, next);
    }

    // zeros* (zeros | 1 << 62), then the values between them.
    void sparse(const wire_type& type, std::uint64_t num_rows) {
        constexpr std::uint64_t last = std::uint64_t{1} << 62;
        std::uint64_t rows = 0;
        std::uint64_t num_values = 0;
        for (std::uint64_t zeros = 0; x_in.ok() && (zeros & last) == 0;) {
            zeros = x_in.varint();
            const std::uint64_t n = zeros & ~last;
            const bool is_last = (zeros & last) != 0;
            if (x_in.ok() && (n > num_rows - rows || (is_last ? rows + n != num_rows : rows + n == num_rows)))
                return x_in.fail(errc::bad_serialization);
            note(1, (is_last ? "defaults up to the end: " : "defaults before the next value: ") + std::to_string(n));
            rows += n + (is_last ? 0 : 1);
            num_values += is_last ? 0 : 1;
        }
        // The one layout in which NULLs are not told row by row: the values are not NULL.
        const bool is_nullable = type.what == wire_type::kind::nullable;
        values(is_nullable ? type.children[0] : type, num_values, 1, "value ");
    }

    void prefix(const wire_type& type, unsigned depth) {
        if (type.what == wire_type::kind::low_cardinality) {
            const auto version = x_in.fixed<std::int64_t>();
            note(depth, "LowCardinality version: " + std::to_string(version));
            if (version != 1) x_in.fail(errc::bad_serialization);
            return;
        }
        for (const wire_type& child : type.children) prefix(child, depth);
    }

    // `label` stands before the number of a row.
    void values(const wire_type& type, std::uint64_t n, unsigned depth, const std::string& label) {
        using kind = wire_type::kind;
        switch (type.what) {
        case kind::fixed:
            for (std::uint64_t i = 0; i != n && x_in.ok(); ++i) {
                const byte_view value = x_in.bytes(type.width);
                if (x_in.ok()) note(depth, label + std::to_string(i) + ": " + value_text(type.type, value));
            }
            return;
        case kind::text:
            for (std::uint64_t i = 0; i != n && x_in.ok(); ++i) {
                const byte_view value = x_in.string();
                note(depth, label + std::to_string(i) + ": " + quoted(value));
            }
            return;
        case kind::nothing:
            x_in.bytes(n);
            return note(depth, count(n, "row") + " of nothing");
        case kind::nullable: {
            const byte_view nulls = x_in.bytes(n);
            note(depth, "NULLs: " + std::to_string(std::ranges::count_if(nulls, [](char c) { return c != 0; })) + " of " + std::to_string(n));
            return values(type.children[0], n, depth, label);
        }
        case kind::array:
        case kind::map: return lists(type, n, depth, label);
        case kind::tuple:
            if (type.children.empty()) {
                x_in.bytes(n);
                note(depth, count(n, "row") + " of an empty tuple");
            }
            for (std::size_t i = 0; i != type.children.size(); ++i)
                values(type.children[i], n, depth, label + type.labels[i] + ' ');
            return;
        case kind::low_cardinality: return low_cardinality(type, n, depth, label);
        }
    }

    void lists(const wire_type& type, std::uint64_t n, unsigned depth, const std::string& label) {
        std::uint64_t end = 0;
        for (std::uint64_t i = 0; i != n && x_in.ok(); ++i) {
            const std::uint64_t before = std::exchange(end, x_in.fixed<std::uint64_t>());
            if (x_in.ok() && end < before) return x_in.fail(errc::bad_offsets);
            note(depth, label + std::to_string(i) + " ends at " + std::to_string(end));
        }
        if (!x_in.ok()) return;
        const bool is_map = type.what == wire_type::kind::map;
        values(type.children[0], end, depth + 1, is_map ? "key " : "element ");
        if (is_map) values(type.children[1], end, depth + 1, "value ");
    }

    void low_cardinality(const wire_type& type, std::uint64_t n, unsigned depth, const std::string& label) {
        if (n == 0) return;
        const auto meta = x_in.fixed<std::uint64_t>();
        const std::uint64_t code = meta & 0xff;
        if (x_in.ok() && (code > 3 || (meta & 0x100) != 0 || (meta & 0x200) == 0)) return x_in.fail(errc::bad_serialization);
        const std::size_t width = std::size_t{1} << code;
        note(depth, "keys are UInt" + std::to_string(8 * width));
        const auto num_entries = x_in.fixed<std::uint64_t>();
        note(depth, "dictionary of " + std::to_string(num_entries));
        // NULL is entry 0 of a Nullable, in the form of its default.
        const wire_type& entry = type.children[0].what == wire_type::kind::nullable ? type.children[0].children[0] : type.children[0];
        values(entry, num_entries, depth + 1, "entry ");
        const auto num_keys = x_in.fixed<std::uint64_t>();
        if (x_in.ok() && num_keys != n) return x_in.fail(errc::row_count_mismatch);
        note(depth, count(num_keys, "key"));
        for (std::uint64_t i = 0; i != num_keys && x_in.ok(); ++i) {
            const byte_view bytes = x_in.bytes(width);
            std::uint64_t key = 0;
            for (std::size_t k = bytes.size(); k-- != 0;) key = key << 8 | static_cast<unsigned char>(bytes[k]);
            if (x_in.ok() && key >= num_entries) return x_in.fail(errc::bad_dictionary_index);
            note(depth + 1, label + std::to_string(i) + ": entry " + std::to_string(key));
        }
    }

    wire::cursor x_in;
    std::uint64_t x_len;
    std::uint64_t x_noted = 0;
    wire::revision x_revision;
    const annotate& x_note;
};

}  // namespace

result<void> native_blocks(byte_view blocks, wire::revision revision, const annotate& note) {
    return walker(blocks, revision, note).walk();
}

}  // namespace colblock::dump
