// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/column/ref.hpp"

namespace colblock::binding {

/// A column that a value writer owns, as the inner column of an Array or Nullable. (A type of its own:
/// in array<ref> the copy constructor would compete with ref's implicit one.)
struct borrowed_column : column::ref {
    explicit borrowed_column(column::ref inner) : ref(inner) {}
};

}  // namespace colblock::binding
