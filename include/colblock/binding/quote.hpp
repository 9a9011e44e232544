// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace colblock::binding {

/// An identifier in backticks, with backslash escapes: any bytes are safe in SQL text.
[[nodiscard]] std::string quoted(std::string_view identifier);
/// `database`.`name`, or just `name` if there is no database.
[[nodiscard]] std::string quoted(std::string_view database, std::string_view name);

}  // namespace colblock::binding
