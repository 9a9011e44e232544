// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "colblock/base/buffer.hpp"

namespace colblock::bench {

/// What the payloads hold. Sizes are bytes on the wire a record.
enum class payload_set {
    js_spans,    ///< as the JavaScript SDK instruments a web service: 5.5 attributes, 300 B, 27 resource attributes
    rich_spans,  ///< HTTP and SQL spans of 16 services: 11.7 attributes, 690 B, 5 % with an exception event
    tiny_spans,  ///< 2 attributes, 150 B, 1 resource attribute
    logs,        ///< 6 attributes, 90 B of body, 27 resource attributes
    points,      ///< gauge and sum points: 3 or 4 attributes, 8 points a metric
};

/// Export requests of 512 records, serialised by libprotobuf.
struct corpus {
    std::vector<buffer> payloads;
    std::size_t num_records = 0;
    std::size_t wire_len = 0;
};
inline constexpr std::size_t records_per_payload = 512;

/// Makes `num_payloads` distinct payloads, the same ones in every run. 130 of them are more records than a
/// branch predictor remembers.
corpus make_corpus(payload_set which, std::size_t num_payloads = 130);

}  // namespace colblock::bench
