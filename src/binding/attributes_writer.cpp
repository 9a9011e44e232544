// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "binding/entry_sorter.hpp"
#include "binding/value_text.hpp"
#include "colblock/binding/value_writer.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/map.hpp"
#include "colblock/column/string.hpp"

namespace colblock::binding {

namespace {

using attributes = std::span<const otlp::attribute>;

template <class Storage>
using string_column = column::basic_string<Storage>;
template <class Storage>
using low_cardinality_column = column::low_cardinality<column::string_dictionary, Storage>;

// What a writer of attributes keeps between calls, so that the steady state does not allocate.
struct scratch {
    std::vector<std::uint32_t> ids;
    column::text_predictor key_order;  // keys mostly follow each other as in the record before
    bool shares_keys = false;          // as attribute_rows says it of the items
    buffer text;
};

// Each appends one column's half of `items`, `n` times over.

template <class Storage>
void append_keys(string_column<Storage>& to, attributes items, std::size_t n, scratch&) {
    std::size_t most = 0;
    for (const otlp::attribute& item : items) most += item.key.size() + wire::max_varint_len;
    char* at = to.bytes().reserve(most);
    const std::size_t begin = to.bytes().size();
    for (const otlp::attribute& item : items) at = column::write_padded_string(at, item.key);
    to.bytes().set_end(at);
    to.add_rows(items.size());
    to.repeat_rows(begin, items.size(), n);
}

template <class Storage>
void append_keys(low_cardinality_column<Storage>& to, attributes items, std::size_t n, scratch& s) {
    s.ids.resize(items.size());
    const auto key_at = [items](std::size_t i) { return items[i].key; };
    if (s.shares_keys) {
        to.dictionary().ids_of_shared(s.ids.data(), items.size(), key_at);
    } else {
        to.dictionary().ids_of(s.ids.data(), items.size(), key_at, s.key_order);
    }
    to.append_ids_repeated(s.ids, n);
}

template <class Storage>
void append_values(string_column<Storage>& to, attributes items, std::size_t n, scratch&) {
    std::size_t most = 0;
    for (const otlp::attribute& item : items) most += max_value_text_len(item.value);
    char* at = to.bytes().reserve(most);
    const std::size_t begin = to.bytes().size();
    for (const otlp::attribute& item : items) at = write_value_text(at, item.value);
    to.bytes().set_end(at);
    to.add_rows(items.size());
    to.repeat_rows(begin, items.size(), n);
}

template <class Storage>
void append_values(low_cardinality_column<Storage>& to, attributes items, std::size_t n, scratch& s) {
    s.ids.resize(items.size());
    std::uint32_t* id = s.ids.data();
    for (const otlp::attribute& item : items) *id++ = to.dictionary().id_of(text_of(item.value, s.text));
    to.append_ids_repeated(s.ids, n);
}

// Repeats what was appended last.
void repeat_again(string_column<column::runs>& column, std::size_t num_items, std::size_t n) {
    column.repeat_again(num_items, n);
}
void repeat_again(low_cardinality_column<column::runs>& column, std::size_t, std::size_t n) { column.repeat_again(n); }

// Map of a row's attributes. Keys and values are appended for all rows of a batch at once.
template <class Key, class Value>
class record_map_writer final : public attributes_writer {
public:
    explicit record_map_writer(bool sorted) : x_sorted(sorted) {}

    void append(const attribute_rows& rows) override {
        const attributes items = x_sorted ? x_sorter.sort(rows.items, rows.ends) : rows.items;
        x_column.offsets().append_ends(rows.ends);
        x_scratch.shares_keys = rows.shares_keys;
        append_keys(x_column.keys(), items, 1, x_scratch);
        append_values(x_column.values(), items, 1, x_scratch);
    }
    void append_repeated(attributes items, std::size_t n, bool) override {
        const auto num = static_cast<std::uint32_t>(items.size());
        for (std::size_t i = 0; i != n; ++i) append({items, std::span(&num, 1)});
    }
    column::ref column() noexcept override { return x_column; }

private:
    column::map<Key, Value> x_column;
    bool x_sorted;
    entry_sorter x_sorter;
    scratch x_scratch;
};

// Map of a resource's or scope's attributes: one value for many rows, stored as a run.
template <class Key, class Value>
class source_map_writer final : public attributes_writer {
public:
    void append(const attribute_rows& rows) override {
        std::uint32_t begin = 0;
        for (const std::uint32_t end : rows.ends) {
            append_repeated(rows.items.subspan(begin, end - begin), 1, false);
            begin = end;
        }
    }
    void append_repeated(attributes items, std::size_t n, bool same) override {
        x_column.offsets().append_repeated(items.size(), n);
        if (same) {
            repeat_again(x_column.keys(), items.size(), n);
            repeat_again(x_column.values(), items.size(), n);
        } else {
            append_keys(x_column.keys(), items, n, x_scratch);
            append_values(x_column.values(), items, n, x_scratch);
        }
    }
    column::ref column() noexcept override { return x_column; }

private:
    column::map<Key, Value> x_column;
    scratch x_scratch;
};

template <template <class, class> class Writer, class Storage, class... Args>
result<std::unique_ptr<attributes_writer>> make_map_writer(std::string_view type, Args... args) {
    using plain_string = string_column<Storage>;
    using low_cardinality = low_cardinality_column<Storage>;
    if (type == "Map(LowCardinality(String), String)")
        return std::make_unique<Writer<low_cardinality, plain_string>>(args...);
    if (type == "Map(LowCardinality(String), LowCardinality(String))")
        return std::make_unique<Writer<low_cardinality, low_cardinality>>(args...);
    if (type == "Map(String, String)") return std::make_unique<Writer<plain_string, plain_string>>(args...);
    return fail(errc::unsupported_type);
}

}  // namespace

result<std::unique_ptr<attributes_writer>> make_attributes_writer(std::string_view type, repetition how, bool sorted) {
    if (how == repetition::per_source) return make_map_writer<source_map_writer, column::runs>(type);
    return make_map_writer<record_map_writer, column::plain>(type, sorted);
}

}  // namespace colblock::binding
