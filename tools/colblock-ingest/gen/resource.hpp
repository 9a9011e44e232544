// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gen/shop.hpp"

namespace colblock::gen {

/// The resource of every service, in the order of services(), each as a whole encoded field 1 of its
/// ResourceSpans, ResourceMetrics or ResourceLogs: for `tiny` its name; for `js` the 27
/// attributes of host and process detectors; for `rich` the 27 of a Kubernetes pod.
[[nodiscard]] std::vector<std::string> make_resources(profile attributes, std::uint64_t seed);

}  // namespace colblock::gen
