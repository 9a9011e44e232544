// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "colblock/binding/table.hpp"

namespace colblock::binding {

/// What the loops over a batch need beside the batch: computed once a batch by the table writer.
struct context {
    layout which = layout::colblock;
    /// The time column of every record, nanoseconds, after the layout's rule for unknown times.
    std::span<const std::uint64_t> timestamps;
    /// For every run of the batch: whether its resource (its scope) equals that of the run before,
    /// also over the ends of batches and payloads within a block.
    std::span<const bool> same_resource;
    std::span<const bool> same_scope;
};

}  // namespace colblock::binding
