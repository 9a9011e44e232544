// SPDX-License-Identifier: Apache-2.0
#include "binding/bind.hpp"

#include <type_traits>
#include <utility>

#include "binding/borrowed_column.hpp"
#include "colblock/binding/value_writer.hpp"
#include "colblock/column/array.hpp"

namespace colblock::binding {

namespace {

template <class Batch>
using bound_ptr = std::unique_ptr<bound_column<Batch>>;

using list_column = column::array<borrowed_column>;

template <class T>
result<value_writer_ptr<T>> make_value_writer(std::string_view type, repetition how, value_sense sense) {
    if constexpr (std::is_same_v<T, byte_view>) {
        if (sense == value_sense::id16) return make_id_writer(type, 16);
        if (sense == value_sense::id8) return make_id_writer(type, 8);
        return make_text_writer(type, sense == value_sense::name ? repetition::few_names : how);
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
        return make_time_writer(type);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return make_integer_writer(type);
    } else if constexpr (std::is_same_v<T, double>) {
        return make_number_writer(type);
    } else if constexpr (std::is_same_v<T, optional_integer>) {
        return make_optional_integer_writer(type);
    } else if constexpr (std::is_same_v<T, optional_number>) {
        return make_optional_number_writer(type);
    } else {
        return make_any_value_writer(type, how);
    }
}

// T of `Array(T)`, or empty.
std::string_view element_type(std::string_view type) {
    constexpr std::string_view open = "Array(";
    if (!type.starts_with(open) || !type.ends_with(')')) return {};
    return type.substr(open.size(), type.size() - open.size() - 1);
}

template <class Batch, class T>
class record_column final : public bound_column<Batch> {
public:
    record_column(of_records<Batch, T> from, value_writer_ptr<T> writer) : x_from(from), x_writer(std::move(writer)) {}
    void append(const Batch& batch, const context& where) override {
        x_writer->append(x_from.values(batch, where, x_scratch));
    }
    column::ref column() noexcept override { return x_writer->column(); }
    void forget() noexcept override { x_writer->forget(); }

private:
    of_records<Batch, T> x_from;
    value_writer_ptr<T> x_writer;
    std::vector<T> x_scratch;
};

// A value that stretches of records have in common, once a stretch.
template <class Batch, class T>
class stretch_column final : public bound_column<Batch> {
public:
    stretch_column(of_stretches<Batch, T> from, value_writer_ptr<T> writer) : x_from(from), x_writer(std::move(writer)) {}
    void append(const Batch& batch, const context&) override {
        const std::span<const std::uint32_t> index = x_from.index(batch);
        for (std::size_t begin = 0, end = 0; begin != index.size(); begin = end) {
            while (end != index.size() && index[end] == index[begin]) ++end;
            x_writer->append_repeated(x_from.value(batch, index[begin]), end - begin, false);
        }
    }
    column::ref column() noexcept override { return x_writer->column(); }
    void forget() noexcept override { x_writer->forget(); }

private:
    of_stretches<Batch, T> x_from;
    value_writer_ptr<T> x_writer;
};

// A value of the resource or scope, once a run.
template <class Batch, class T, class From>
class source_column final : public bound_column<Batch> {
public:
    source_column(From from, value_writer_ptr<T> writer) : x_from(from), x_writer(std::move(writer)) {}
    void append(const Batch& batch, const context& where) override {
        for (std::size_t i = 0; i != batch.runs.size(); ++i) {
            const otlp::source_run& run = batch.runs[i];
            if constexpr (std::is_same_v<From, of_resource<Batch, T>>)
                x_writer->append_repeated(x_from.value(batch, where, batch.resources[run.resource]), run.num_rows,
                                          where.same_resource[i]);
            else
                x_writer->append_repeated(x_from.value(batch, where, batch.scopes[run.scope]), run.num_rows,
                                          where.same_scope[i]);
        }
    }
    column::ref column() noexcept override { return x_writer->column(); }
    void forget() noexcept override { x_writer->forget(); }

private:
    From x_from;
    value_writer_ptr<T> x_writer;
};

template <class Batch, class T>
class element_column final : public bound_column<Batch> {
public:
    element_column(of_elements<Batch, T> from, value_writer_ptr<T> writer)
        : x_from(from), x_writer(std::move(writer)), x_column(borrowed_column(x_writer->column())) {}
    void append(const Batch& batch, const context& where) override {
        x_column.offsets().append_ends(x_from.ends(batch));
        const std::span<const T> values = x_from.values(batch, where, x_scratch);
        if (!values.empty()) x_writer->append(values);
    }
    column::ref column() noexcept override { return x_column; }
    void forget() noexcept override { x_writer->forget(); }

private:
    of_elements<Batch, T> x_from;
    value_writer_ptr<T> x_writer;
    list_column x_column;
    std::vector<T> x_scratch;
};

template <class Batch>
class attributes_column final : public bound_column<Batch> {
public:
    attributes_column(attributes_of_records<Batch> from, std::unique_ptr<attributes_writer> writer)
        : x_from(from), x_writer(std::move(writer)) {}
    void append(const Batch& batch, const context&) override {
        x_writer->append(x_from.rows(batch, x_scratch));
    }
    column::ref column() noexcept override { return x_writer->column(); }
    void forget() noexcept override { x_writer->forget(); }

private:
    attributes_of_records<Batch> x_from;
    std::unique_ptr<attributes_writer> x_writer;
    attribute_scratch x_scratch;
};

template <class Batch>
class element_attributes_column final : public bound_column<Batch> {
public:
    element_attributes_column(attributes_of_elements<Batch> from, std::unique_ptr<attributes_writer> writer)
        : x_from(from), x_writer(std::move(writer)), x_column(borrowed_column(x_writer->column())) {}
    void append(const Batch& batch, const context&) override {
        x_column.offsets().append_ends(x_from.ends(batch));
        const attribute_rows rows = x_from.rows(batch, x_scratch);
        if (!rows.ends.empty()) x_writer->append(rows);
    }
    column::ref column() noexcept override { return x_column; }
    void forget() noexcept override { x_writer->forget(); }

private:
    attributes_of_elements<Batch> x_from;
    std::unique_ptr<attributes_writer> x_writer;
    list_column x_column;
    attribute_scratch x_scratch;
};

template <class Batch, bool IsResource>
class source_attributes_column final : public bound_column<Batch> {
public:
    explicit source_attributes_column(std::unique_ptr<attributes_writer> writer) : x_writer(std::move(writer)) {}
    void append(const Batch& batch, const context& where) override {
        for (std::size_t i = 0; i != batch.runs.size(); ++i) {
            const otlp::source_run& run = batch.runs[i];
            if constexpr (IsResource)
                append_run(batch, batch.resources[run.resource], run.num_rows, where.same_resource[i]);
            else
                append_run(batch, batch.scopes[run.scope], run.num_rows, where.same_scope[i]);
        }
    }
    column::ref column() noexcept override { return x_writer->column(); }
    void forget() noexcept override { x_writer->forget(); }

private:
    template <class Source>
    void append_run(const Batch& batch, const Source& from, std::size_t num_rows, bool same) {
        const std::span<const otlp::attribute> all(batch.attributes_of_sources);
        x_writer->append_repeated(all.subspan(from.attributes_begin, from.attributes_end - from.attributes_begin),
                                  num_rows, same);
    }

    std::unique_ptr<attributes_writer> x_writer;
};

// A field that only some kinds of points have: the others get the type's default.
template <class Batch>
class kind_column final : public bound_column<Batch> {
public:
    kind_column(kind_mask kinds, bound_ptr<Batch> inner) : x_kinds(kinds), x_inner(std::move(inner)) {}
    void append(const Batch& batch, const context& where) override {
        if ((x_kinds >> static_cast<unsigned>(batch.kind) & 1) != 0)
            x_inner->append(batch, where);
        else
            x_inner->column().append_defaults(batch.num_records);
    }
    column::ref column() noexcept override { return x_inner->column(); }
    void forget() noexcept override { x_inner->forget(); }

private:
    kind_mask x_kinds;
    bound_ptr<Batch> x_inner;
};

// Binds one alternative of binding::source.
template <class Batch>
struct binder {
    std::string_view type;

    template <class Column, class From, class Writer>
    static result<bound_ptr<Batch>> finish(const From& from, Writer writer) {
        if (!writer) return std::unexpected(writer.error());
        return std::make_unique<Column>(from, std::move(*writer));
    }
    template <class T>
    result<bound_ptr<Batch>> operator()(const of_records<Batch, T>& from) const {
        return finish<record_column<Batch, T>>(from, make_value_writer<T>(type, repetition::per_record, from.sense));
    }
    template <class T>
    result<bound_ptr<Batch>> operator()(const of_resource<Batch, T>& from) const {
        return finish<source_column<Batch, T, of_resource<Batch, T>>>(
            from, make_value_writer<T>(type, repetition::per_source, value_sense::plain));
    }
    template <class T>
    result<bound_ptr<Batch>> operator()(const of_scope<Batch, T>& from) const {
        return finish<source_column<Batch, T, of_scope<Batch, T>>>(
            from, make_value_writer<T>(type, repetition::per_source, value_sense::plain));
    }
    template <class T>
    result<bound_ptr<Batch>> operator()(const of_stretches<Batch, T>& from) const {
        return finish<stretch_column<Batch, T>>(
            from, make_value_writer<T>(type, repetition::per_record, value_sense::plain));
    }
    template <class T>
    result<bound_ptr<Batch>> operator()(const of_elements<Batch, T>& from) const {
        return finish<element_column<Batch, T>>(
            from, make_value_writer<T>(element_type(type), repetition::per_record, from.sense));
    }
    result<bound_ptr<Batch>> operator()(const attributes_of_records<Batch>& from) const {
        return finish<attributes_column<Batch>>(from,
                                                make_attributes_writer(type, repetition::per_record, from.sorted));
    }
    result<bound_ptr<Batch>> operator()(const attributes_of_elements<Batch>& from) const {
        return finish<element_attributes_column<Batch>>(
            from, make_attributes_writer(element_type(type), repetition::per_record, false));
    }
    result<bound_ptr<Batch>> operator()(const attributes_of_resource<Batch>&) const { return bind_source<true>(); }
    result<bound_ptr<Batch>> operator()(const attributes_of_scope<Batch>&) const { return bind_source<false>(); }

    template <bool IsResource>
    result<bound_ptr<Batch>> bind_source() const {
        auto writer = make_attributes_writer(type, repetition::per_source, false);
        if (!writer) return std::unexpected(writer.error());
        return std::make_unique<source_attributes_column<Batch, IsResource>>(std::move(*writer));
    }
};

}  // namespace

template <class Batch>
result<bound_ptr<Batch>> bind(const field<Batch>& from, std::string_view type) {
    auto bound = std::visit(binder<Batch>{type}, from.from);
    if constexpr (std::is_same_v<Batch, otlp::point_batch>)
        if (bound && from.kinds != all_kinds)
            return std::make_unique<kind_column<Batch>>(from.kinds, std::move(*bound));
    return bound;
}

template result<bound_ptr<otlp::span_batch>> bind(const field<otlp::span_batch>&, std::string_view);
template result<bound_ptr<otlp::log_batch>> bind(const field<otlp::log_batch>&, std::string_view);
template result<bound_ptr<otlp::point_batch>> bind(const field<otlp::point_batch>&, std::string_view);

}  // namespace colblock::binding
