// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <typeinfo>
#include <utility>

#include "colblock/column/concept.hpp"
#include "colblock/column/sparse.hpp"

namespace colblock::column {

class any;
class ref;

namespace detail {

/// The optional part of the table, for columns that model sparse_column.
struct sparse_operations {
    wire::feature since;
    bool (*find_others)(const void*, std::size_t, row_list&);
    void (*encode_rows)(const void*, const row_list&, wire::segments&);
    void (*append_zeros)(void*, std::size_t);
    void (*decode_row)(void*, wire::cursor&);
};

/// The column concept as a constant table of functions: the only type erasure there is.
struct operations {
    const std::type_info* type_info;
    std::string (*type)(const void*);
    std::size_t (*num_rows)(const void*);
    std::size_t (*byte_len)(const void*);
    void (*append_defaults)(void*, std::size_t);
    void (*encode_prefix)(const void*, wire::segments&);
    void (*encode)(const void*, wire::segments&);
    void (*decode_prefix)(void*, wire::cursor&);
    void (*decode)(void*, wire::cursor&, std::size_t);
    void (*index_rows)(void*, row_bounds);
    void (*append_rows)(void*, const void*, row_order, std::size_t);
    void (*clear)(void*);
    void (*mark)(void*);
    void (*rollback)(void*);
    const sparse_operations* sparse;  // nullptr: always written densely
};

template <sparse_column C>
inline constexpr sparse_operations sparse_operations_of = {
    .since = C::sparse_since,
    .find_others = [](const void* c, std::size_t at_most,
                      row_list& rows) { return static_cast<const C*>(c)->find_others(at_most, rows); },
    .encode_rows = [](const void* c, const row_list& rows,
                      wire::segments& out) { static_cast<const C*>(c)->encode_rows(rows, out); },
    .append_zeros = [](void* c, std::size_t n) { static_cast<C*>(c)->append_zeros(n); },
    .decode_row = [](void* c, wire::cursor& in) { static_cast<C*>(c)->decode_row(in); },
};

template <class C>
consteval const sparse_operations* sparse_part() noexcept {
    if constexpr (sparse_column<C>)
        return &sparse_operations_of<C>;
    else
        return nullptr;
}

template <column C>
inline constexpr operations operations_of = {
    .type_info = &typeid(C),
    .type = [](const void* c) -> std::string { return static_cast<const C*>(c)->type(); },
    .num_rows = [](const void* c) { return static_cast<const C*>(c)->num_rows(); },
    .byte_len = [](const void* c) { return static_cast<const C*>(c)->byte_len(); },
    .append_defaults = [](void* c, std::size_t n) { static_cast<C*>(c)->append_defaults(n); },
    .encode_prefix =
        [](const void* c, wire::segments& out) { static_cast<const C*>(c)->encode_prefix(out); },
    .encode = [](const void* c, wire::segments& out) { static_cast<const C*>(c)->encode(out); },
    .decode_prefix = [](void* c, wire::cursor& in) { static_cast<C*>(c)->decode_prefix(in); },
    .decode = [](void* c, wire::cursor& in, std::size_t n) { static_cast<C*>(c)->decode(in, n); },
    .index_rows = [](void* c, row_bounds bounds) { static_cast<C*>(c)->index_rows(bounds); },
    .append_rows = [](void* c, const void* from, row_order rows,
                      std::size_t n) { static_cast<C*>(c)->append_rows(*static_cast<const C*>(from), rows, n); },
    .clear = [](void* c) { static_cast<C*>(c)->clear(); },
    .mark = [](void* c) { static_cast<C*>(c)->mark(); },
    .rollback = [](void* c) { static_cast<C*>(c)->rollback(); },
    .sparse = sparse_part<C>(),
};

}  // namespace detail

/// A borrowed column of any type. The column must outlive it.
class ref {
public:
    template <class C>
        requires(!std::same_as<std::remove_cv_t<C>, ref> && !std::same_as<std::remove_cv_t<C>, any>) && column<C>
    ref(C& c) noexcept : x_object(&c), x_table(&detail::operations_of<C>) {}
    ref(void* object, const detail::operations* table) noexcept : x_object(object), x_table(table) {}

    [[nodiscard]] std::string type() const { return x_table->type(x_object); }
    [[nodiscard]] std::size_t num_rows() const { return x_table->num_rows(x_object); }
    [[nodiscard]] std::size_t byte_len() const { return x_table->byte_len(x_object); }
    void append_defaults(std::size_t n) { x_table->append_defaults(x_object, n); }
    void encode_prefix(wire::segments& out) const { x_table->encode_prefix(x_object, out); }
    void encode(wire::segments& out) const { x_table->encode(x_object, out); }
    void decode_prefix(wire::cursor& in) { x_table->decode_prefix(x_object, in); }
    void decode(wire::cursor& in, std::size_t n) { x_table->decode(x_object, in, n); }
    void index_rows(row_bounds bounds) { x_table->index_rows(x_object, bounds); }
    void append_rows(const ref& from, row_order rows, std::size_t n) {
        COLBLOCK_ASSUME(*x_table->type_info == *from.x_table->type_info);
        x_table->append_rows(x_object, from.x_object, rows, n);
    }
    void clear() { x_table->clear(x_object); }
    void mark() { x_table->mark(x_object); }
    void rollback() { x_table->rollback(x_object); }

    /// The column as a C, or nullptr if it is another type.
    template <column C>
    [[nodiscard]] C* as() const noexcept {
        return *x_table->type_info == typeid(C) ? static_cast<C*>(x_object) : nullptr;
    }

    /// Whether the column models sparse_column; the calls below are only for those that do.
    [[nodiscard]] bool offers_sparse() const noexcept { return x_table->sparse != nullptr; }
    [[nodiscard]] wire::feature sparse_since() const noexcept { return x_table->sparse->since; }
    bool find_others(std::size_t at_most, row_list& rows) const {
        return x_table->sparse->find_others(x_object, at_most, rows);
    }
    void encode_rows(const row_list& rows, wire::segments& out) const {
        x_table->sparse->encode_rows(x_object, rows, out);
    }
    void append_zeros(std::size_t n) { x_table->sparse->append_zeros(x_object, n); }
    void decode_row(wire::cursor& in) { x_table->sparse->decode_row(x_object, in); }

private:
    void* x_object;
    const detail::operations* x_table;
};

/// An owned column of any type; itself a column, so composites of types known only at run time are
/// `array<any>`, `map<any, any>`, ... Never empty, except after being moved from.
class any {
public:
    template <class C>
        requires(!std::same_as<C, any>) && column<C>
    explicit any(C c)
        : x_object(new C(std::move(c)), [](void* p) { delete static_cast<C*>(p); }),
          x_table(&detail::operations_of<C>) {}

    [[nodiscard]] ref get() const noexcept { return {x_object.get(), x_table}; }
    operator ref() const noexcept { return get(); }  // NOLINT(google-explicit-constructor)
    template <column C>
    [[nodiscard]] C* as() const noexcept {
        return get().as<C>();
    }

    [[nodiscard]] std::string type() const { return get().type(); }
    [[nodiscard]] std::size_t num_rows() const { return get().num_rows(); }
    [[nodiscard]] std::size_t byte_len() const { return get().byte_len(); }
    void append_defaults(std::size_t n) { get().append_defaults(n); }
    void encode_prefix(wire::segments& out) const { get().encode_prefix(out); }
    void encode(wire::segments& out) const { get().encode(out); }
    void decode_prefix(wire::cursor& in) { get().decode_prefix(in); }
    void decode(wire::cursor& in, std::size_t n) { get().decode(in, n); }
    void index_rows(row_bounds bounds) { get().index_rows(bounds); }
    void append_rows(const any& from, row_order rows, std::size_t n) { get().append_rows(from.get(), rows, n); }
    void clear() { get().clear(); }
    void mark() { get().mark(); }
    void rollback() { get().rollback(); }
    [[nodiscard]] bool offers_sparse() const noexcept { return get().offers_sparse(); }
    void encode_rows(const row_list& rows, wire::segments& out) const { get().encode_rows(rows, out); }

private:
    std::unique_ptr<void, void (*)(void*)> x_object;
    const detail::operations* x_table;
};

}  // namespace colblock::column
