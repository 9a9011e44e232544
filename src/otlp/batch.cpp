// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/batch.hpp"

namespace colblock::otlp {

void point_batch::clear() noexcept {
    clear_base();
    metrics.clear();
    attributes.clear();
    bucket_counts.clear();
    explicit_bounds.clear();
    positive_counts.clear();
    negative_counts.clear();
    quantiles.clear();
    quantile_values.clear();
    exemplars.clear();
    exemplar_attributes.clear();
}

}  // namespace colblock::otlp
