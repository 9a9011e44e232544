// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/fixed_types.hpp"

#include "colblock/column/type_name.hpp"

namespace colblock::column {

std::string datetime_type::name() const {
    return timezone.empty() ? "DateTime" : "DateTime(" + quoted(timezone) + ")";
}

std::string datetime64_type::name() const {
    return "DateTime64(" + std::to_string(scale) + (timezone.empty() ? "" : ", " + quoted(timezone)) + ")";
}

std::string time64_type::name() const { return "Time64(" + std::to_string(scale) + ")"; }

template <class Value>
std::string decimal_type<Value>::name() const {
    return "Decimal(" + std::to_string(precision) + ", " + std::to_string(scale) + ")";
}

template <class Value>
std::string enum_type<Value>::name() const {
    std::string text = sizeof(Value) == 1 ? "Enum8(" : "Enum16(";
    for (const auto& [label, value] : x_entries) text += quoted(label) + " = " + std::to_string(value) + ", ";
    text.replace(text.size() - 2, 2, ")");
    return text;
}

template struct decimal_type<std::int32_t>;
template struct decimal_type<std::int64_t>;
template struct decimal_type<int128_value>;
template struct decimal_type<int256_value>;
template class enum_type<std::int8_t>;
template class enum_type<std::int16_t>;

}  // namespace colblock::column
