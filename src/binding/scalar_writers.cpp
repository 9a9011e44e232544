// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "binding/borrowed_column.hpp"
#include "colblock/binding/value_writer.hpp"
#include "colblock/column/factory.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/nullable.hpp"

namespace colblock::binding {

namespace {

// A column of fixed-width values and how a T becomes one of them.
template <class T, class Column, class Convert>
class fixed_writer final : public value_writer<T> {
public:
    fixed_writer(column::any column, Convert convert)
        : x_column(std::move(column)), x_typed(x_column.as<Column>()), x_convert(convert) {}
    void append(std::span<const T> values) override {
        auto* to = x_typed->extend(values.size());
        for (const T& value : values) *to++ = x_convert(value);
    }
    void append_repeated(const T& value, std::size_t n, bool) override {
        x_typed->append_repeated(x_convert(value), n);
    }
    column::ref column() noexcept override { return x_column.get(); }

private:
    column::any x_column;
    Column* x_typed;
    Convert x_convert;
};

// The writer for the first of `Columns` that the column is, with values cut to its low bits.
template <class T, class... Columns>
result<value_writer_ptr<T>> make_casting_writer(column::any column) {
    value_writer_ptr<T> writer;
    const auto attempt = [&]<class Column>() {
        if (writer != nullptr || column.as<Column>() == nullptr) return;
        using value = typename Column::value_type;
        const auto cast = [](const T& v) { return static_cast<value>(v); };
        writer = std::make_unique<fixed_writer<T, Column, decltype(cast)>>(std::move(column), cast);
    };
    (attempt.template operator()<Columns>(), ...);
    if (writer == nullptr) return fail(errc::unsupported_type);
    return writer;
}

constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;

// Nanoseconds to the ticks of a column; later than the type's last moment becomes that.
struct to_ticks {
    std::uint64_t nanoseconds_per_tick;
    std::int64_t operator()(std::uint64_t time) const noexcept {
        const std::uint64_t ticks = nanoseconds_per_tick == 1 ? time : time / nanoseconds_per_tick;
        return static_cast<std::int64_t>(std::min<std::uint64_t>(ticks, INT64_MAX));
    }
};
struct to_seconds {
    std::uint32_t operator()(std::uint64_t time) const noexcept {
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(time / nanoseconds_per_second, UINT32_MAX));
    }
};

std::uint64_t power_of_ten(unsigned exponent) noexcept {
    std::uint64_t power = 1;
    while (exponent-- != 0) power *= 10;
    return power;
}

// Nullable(T), or T with 0 where there is no value.
template <class T>
class optional_writer final : public value_writer<std::optional<T>> {
public:
    optional_writer(value_writer_ptr<T> values, bool nullable)
        : x_values(std::move(values)), x_column(borrowed_column(x_values->column())), x_nullable(nullable) {}
    void append(std::span<const std::optional<T>> values) override {
        x_scratch.clear();
        for (const std::optional<T>& value : values) x_scratch.push_back(value.value_or(T{}));
        x_values->append(x_scratch);
        if (!x_nullable) return;
        std::uint8_t* is_null = x_column.nulls().extend(values.size());
        for (const std::optional<T>& value : values) *is_null++ = value.has_value() ? 0 : 1;
    }
    void append_repeated(const std::optional<T>& value, std::size_t n, bool) override {
        for (std::size_t i = 0; i != n; ++i) append(std::span(&value, 1));
    }
    column::ref column() noexcept override { return x_nullable ? column::ref(x_column) : x_values->column(); }

private:
    value_writer_ptr<T> x_values;
    column::nullable<borrowed_column> x_column;
    bool x_nullable;
    std::vector<T> x_scratch;
};

template <class T>
result<value_writer_ptr<std::optional<T>>> make_optional_writer(
    std::string_view type, result<value_writer_ptr<T>> (*make_inner)(std::string_view)) {
    constexpr std::string_view open = "Nullable(";
    const bool nullable = type.starts_with(open) && type.ends_with(')');
    if (nullable) type = type.substr(open.size(), type.size() - open.size() - 1);
    auto inner = make_inner(type);
    if (!inner) return std::unexpected(inner.error());
    return std::make_unique<optional_writer<T>>(std::move(*inner), nullable);
}

}  // namespace

result<value_writer_ptr<optional_integer>> make_optional_integer_writer(std::string_view type) {
    return make_optional_writer<std::int64_t>(type, make_integer_writer);
}

result<value_writer_ptr<optional_number>> make_optional_number_writer(std::string_view type) {
    return make_optional_writer<double>(type, make_number_writer);
}

result<value_writer_ptr<std::uint64_t>> make_time_writer(std::string_view type) {
    auto column = column::make(type);
    if (!column) return std::unexpected(column.error());
    if (const auto* ticks = column->as<column::datetime64>()) {
        const unsigned scale = ticks->description().scale;
        if (scale > 9) return fail(errc::unsupported_type);
        return std::make_unique<fixed_writer<std::uint64_t, column::datetime64, to_ticks>>(
            std::move(*column), to_ticks{power_of_ten(9 - scale)});
    }
    if (column->as<column::datetime>() != nullptr)
        return std::make_unique<fixed_writer<std::uint64_t, column::datetime, to_seconds>>(std::move(*column),
                                                                                           to_seconds{});
    return make_casting_writer<std::uint64_t, column::uint64, column::int64>(std::move(*column));
}

result<value_writer_ptr<std::int64_t>> make_integer_writer(std::string_view type) {
    auto column = column::make(type);
    if (!column) return std::unexpected(column.error());
    return make_casting_writer<std::int64_t, column::uint64, column::uint32, column::uint8, column::int32,
                               column::int64, column::uint16, column::int16, column::int8, column::boolean,
                               column::float64>(std::move(*column));
}

result<value_writer_ptr<double>> make_number_writer(std::string_view type) {
    auto column = column::make(type);
    if (!column) return std::unexpected(column.error());
    return make_casting_writer<double, column::float64, column::float32>(std::move(*column));
}

}  // namespace colblock::binding
