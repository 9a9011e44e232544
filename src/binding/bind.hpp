// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "colblock/base/result.hpp"
#include "colblock/binding/field.hpp"
#include "colblock/binding/table_writer.hpp"

namespace colblock::binding {

/// Makes the loop that fills a column of ClickHouse type `type` with `from`'s values. Fails with
/// unsupported_type if the type cannot hold them.
template <class Batch>
result<std::unique_ptr<bound_column<Batch>>> bind(const field<Batch>& from, std::string_view type);

}  // namespace colblock::binding
