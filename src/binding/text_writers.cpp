// SPDX-License-Identifier: Apache-2.0
#include <type_traits>
#include <vector>

#include "binding/value_text.hpp"
#include "colblock/binding/value_writer.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/string.hpp"
#include "colblock/simd/kernels.hpp"

namespace colblock::binding {

namespace {

std::size_t max_string_len(byte_view value) { return value.size() + wire::max_varint_len; }
std::size_t max_string_len(const otlp::any_value& value) { return max_value_text_len(value); }

char* write_all(char* to, std::span<const byte_view> values) {
    return simd::active().write_strings(to, values.data(), values.size());
}
char* write_all(char* to, std::span<const otlp::any_value> values) {
    for (const otlp::any_value& value : values) to = write_value_text(to, value);
    return to;
}

// String, from texts or from AnyValues.
template <class T, class Storage>
class string_writer final : public value_writer<T> {
public:
    void append(std::span<const T> values) override {
        std::size_t most = 0;
        for (const T& value : values) most += max_string_len(value);
        x_column.bytes().set_end(write_all(x_column.bytes().reserve(most), values));
        x_column.add_rows(values.size());
    }
    void append_repeated(const T& value, std::size_t n, bool same) override {
        if constexpr (std::is_same_v<Storage, column::runs>)
            if (same) return x_column.repeat_again(1, n);
        const std::size_t begin = x_column.bytes().size();
        append(std::span(&value, 1));
        x_column.repeat_rows(begin, 1, n);
    }
    column::ref column() noexcept override { return x_column; }

private:
    column::basic_string<Storage> x_column;
};

byte_view as_text(byte_view value, buffer&) { return value; }
byte_view as_text(const otlp::any_value& value, buffer& scratch) { return text_of(value, scratch); }

// LowCardinality(String), from texts or from AnyValues.
template <class T, repetition How>
class low_cardinality_writer final : public value_writer<T> {
public:
    void append(std::span<const T> values) override {
        x_ids.resize(values.size());
        const auto text_at = [&](std::size_t i) { return as_text(values[i], x_text); };
        if constexpr (How == repetition::few_names)
            x_column.dictionary().ids_of_shared(x_ids.data(), values.size(), text_at);
        else
            x_column.dictionary().ids_of(x_ids.data(), values.size(), text_at);
        x_column.append_ids(x_ids);
    }
    void append_repeated(const T& value, std::size_t n, bool same) override {
        if (!same) x_last_id = x_column.dictionary().id_of(as_text(value, x_text));
        x_column.append_id(x_last_id, n);
    }
    column::ref column() noexcept override { return x_column; }

private:
    column::low_cardinality<column::string_dictionary> x_column;
    std::vector<std::uint32_t> x_ids;
    std::uint32_t x_last_id = 0;
    buffer x_text;
};

template <class T>
result<value_writer_ptr<T>> make_text_like_writer(std::string_view type, repetition how) {
    if (type == "LowCardinality(String)") return std::make_unique<low_cardinality_writer<T, repetition::per_record>>();
    if (type != "String") return fail(errc::unsupported_type);
    if (how == repetition::per_source) return std::make_unique<string_writer<T, column::runs>>();
    return std::make_unique<string_writer<T, column::plain>>();
}

}  // namespace

result<value_writer_ptr<byte_view>> make_text_writer(std::string_view type, repetition how) {
    // Not for AnyValues: their texts may all be written to one scratch buffer, so that different ones share an address.
    if (how == repetition::few_names && type == "LowCardinality(String)")
        return std::make_unique<low_cardinality_writer<byte_view, repetition::few_names>>();
    return make_text_like_writer<byte_view>(type, how);
}

result<value_writer_ptr<otlp::any_value>> make_any_value_writer(std::string_view type, repetition how) {
    return make_text_like_writer<otlp::any_value>(type, how);
}

}  // namespace colblock::binding
