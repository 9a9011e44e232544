// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "colblock/base/bytes.hpp"
#include "colblock/column/type_name.hpp"

namespace colblock::dump {

/// A value of a type of fixed width, for people: numbers, dates and times, names of an Enum, addresses;
/// hex where there is no short form.
[[nodiscard]] std::string value_text(const column::type_name& type, byte_view value);

}  // namespace colblock::dump
