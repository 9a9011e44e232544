// SPDX-License-Identifier: Apache-2.0
#pragma once

// trace.proto, below the levels of otlp/source_walker.hpp:
// Span   := trace_id 1,  span_id 2,  trace_state 3,  parent_span_id 4,  name 5,  kind 6,
//           start_time_unix_nano 7,  end_time_unix_nano 8,  KeyValue* 9,  dropped_attributes_count 10,
//           Event* 11,  dropped_events_count 12,  Link* 13,  dropped_links_count 14,  Status 15,  flags 16
// Event  := time_unix_nano 1,  name 2,  KeyValue* 3,  dropped_attributes_count 4
// Link   := trace_id 1,  span_id 2,  trace_state 3,  KeyValue* 4,  dropped_attributes_count 5,  flags 6
// Status := message 2,  code 3

#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/decoder.hpp"
#include "colblock/otlp/payload_reader.hpp"

namespace colblock::otlp {

/// Decodes ExportTraceServiceRequest, TracesData being the same on the wire. See the concept `decoder`.
class trace_decoder : public record_reader<ready_span> {
public:
    using batch_type = span_batch;

    /// Fills `batch` with the next spans. False if there are none or the payload is malformed.
    bool fill(span_batch& batch);
};
static_assert(decoder<trace_decoder>);

}  // namespace colblock::otlp
