// SPDX-License-Identifier: Apache-2.0
#pragma once

// Short forms for the catalogues: each makes a binding::source from members of a batch, so that a field
// is one line.

#include <array>

#include "colblock/binding/field.hpp"

namespace colblock::binding {

/// A text that is a constant of the program, with the padding that kernels may read behind it.
struct constant_text {
    static constexpr std::size_t max_len = 32;
    std::array<char, max_len + read_padding> bytes{};
    std::size_t len = 0;

    template <std::size_t N>
    consteval constant_text(const char (&text)[N]) : len(N - 1) {
        static_assert(N - 1 <= max_len);
        for (std::size_t i = 0; i != N - 1; ++i) bytes[i] = text[i];
    }
    [[nodiscard]] byte_view view() const noexcept { return {bytes.data(), len}; }
};

/// The name of an enum that is stored as text. A number that we do not know has none.
template <std::size_t N>
byte_view name_of(const std::array<constant_text, N>& names, std::int32_t number) {
    return static_cast<std::uint32_t>(number) < N ? names[static_cast<std::uint32_t>(number)].view()
                                                  : byte_view(names[0].view().data(), 0);
}

/// `Member` of every record, as it stands in the batch.
template <class Batch, auto Member>
constexpr auto record() {
    using value = typename std::remove_cvref_t<decltype(std::declval<Batch>().*Member)>::value_type;
    return of_records<Batch, value>{
        [](const Batch& b, const context&, std::vector<value>&) { return records(b, b.*Member); }};
}

/// `Member` of every record, an id of `Sense`.
template <class Batch, auto Member, value_sense Sense>
constexpr auto record_id() {
    auto from = record<Batch, Member>();
    from.sense = Sense;
    return from;
}

/// Fills `scratch` with get(0) .. get(n - 1).
template <class T, class Get>
std::span<const T> gather(std::vector<T>& scratch, std::size_t n, Get&& get) {
    scratch.resize(n);
    for (std::size_t i = 0; i != n; ++i) scratch[i] = get(i);
    return scratch;
}

/// An integer `Member` of every record, of whatever width.
template <class Batch, auto Member>
constexpr auto record_integer() {
    return of_records<Batch, std::int64_t>{[](const Batch& b, const context&, std::vector<std::int64_t>& scratch) {
        return gather(scratch, b.num_records, [&](std::size_t i) { return static_cast<std::int64_t>((b.*Member)[i]); });
    }};
}

/// The time column.
template <class Batch>
constexpr auto record_timestamp() {
    return of_records<Batch, std::uint64_t>{
        [](const Batch&, const context& where, std::vector<std::uint64_t>&) { return where.timestamps; }};
}

/// `Member` of every element of `List`.
template <class Batch, class T, auto List, auto Ends, auto Member>
constexpr auto element(value_sense sense = value_sense::plain) {
    return of_elements<Batch, T>{
        [](const Batch& b, const context&, std::vector<T>& scratch) {
            return gather(scratch, (b.*List).size(), [&](std::size_t i) { return static_cast<T>((b.*List)[i].*Member); });
        },
        [](const Batch& b) { return records(b, b.*Ends); }, sense};
}

/// Attributes of every element of `List`, which are the items of `Items`.
template <class Batch, auto List, auto Ends, auto Items, auto ItemsEnd>
constexpr auto element_attributes() {
    return attributes_of_elements<Batch>{
        [](const Batch& b, attribute_scratch& scratch) -> attribute_rows {
            return {b.*Items,
                    gather(scratch.ends, (b.*List).size(), [&](std::size_t i) { return (b.*List)[i].*ItemsEnd; })};
        },
        [](const Batch& b) { return records(b, b.*Ends); }};
}

template <class Batch>
constexpr auto record_attributes(bool sorted = false) {
    return attributes_of_records<Batch>{
        [](const Batch& b, attribute_scratch&) -> attribute_rows {
            return {b.attributes, records(b, b.attributes_end), b.shares_keys};
        },
        sorted};
}

/// The service name: the attribute's value as text; without one, empty in `collector` and "unknown" in
/// `colblock`.
template <class Batch>
constexpr auto service_name() {
    return of_resource<Batch, otlp::any_value>{[](const Batch&, const context& where, const otlp::resource& r) {
        static constexpr constant_text unknown = "unknown";
        otlp::any_value name = r.service_name;
        if (name.kind == otlp::value_kind::empty && where.which == layout::colblock)
            name.set_text(otlp::value_kind::string, unknown.view());
        return name;
    }};
}

template <class Batch>
constexpr auto resource_schema_url() {
    return of_resource<Batch, byte_view>{
        [](const Batch&, const context&, const otlp::resource& r) { return r.schema_url; }};
}
template <class Batch>
constexpr auto resource_dropped_attributes_count() {
    return of_resource<Batch, std::int64_t>{[](const Batch&, const context&, const otlp::resource& r) {
        return std::int64_t{r.dropped_attributes_count};
    }};
}

/// `Member` of the scope: a text, or an integer.
template <class Batch, auto Member>
constexpr auto scope_member() {
    using member = std::remove_cvref_t<decltype(std::declval<otlp::scope>().*Member)>;
    using value = std::conditional_t<std::is_same_v<member, byte_view>, byte_view, std::int64_t>;
    return of_scope<Batch, value>{
        [](const Batch&, const context&, const otlp::scope& s) { return static_cast<value>(s.*Member); }};
}

}  // namespace colblock::binding
