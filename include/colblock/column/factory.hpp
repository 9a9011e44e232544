// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "colblock/base/result.hpp"
#include "colblock/column/ref.hpp"
#include "colblock/column/type_name.hpp"

namespace colblock::column {

/// An empty column of the type that `type_text` names. Fails like parse_type, with bad_type_name where
/// a type has the wrong arguments, and with unsupported_type where it is unknown or has no column here
/// (AggregateFunction, Variant, Dynamic, JSON); the offset is that of the type.
///
/// What comes back: the columns of fixed_types.hpp, string, fixed_string, nothing, tuple; nullable<any>,
/// array<any> and map<any, any>; low_cardinality over string_dictionary or fixed_dictionary, each plain or
/// inside nullable_dictionary; renamed for Point and its kin, Nested and SimpleAggregateFunction.
result<any> make(std::string_view type_text);
result<any> make(const type_name& type);

}  // namespace colblock::column
