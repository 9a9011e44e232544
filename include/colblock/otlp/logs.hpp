// SPDX-License-Identifier: Apache-2.0
#pragma once

// logs.proto, below the levels of otlp/source_walker.hpp:
// LogRecord := time_unix_nano 1,  severity_number 2,  severity_text 3,  AnyValue body 5,  KeyValue* 6,
//              dropped_attributes_count 7,  flags 8,  trace_id 9,  span_id 10,
//              observed_time_unix_nano 11,  event_name 12

#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/decoder.hpp"
#include "colblock/otlp/payload_reader.hpp"

namespace colblock::otlp {

/// Decodes ExportLogsServiceRequest, LogsData being the same on the wire. See the concept `decoder`.
class log_decoder : public record_reader<ready_log> {
public:
    using batch_type = log_batch;

    /// Fills `batch` with the next records. False if there are none or the payload is malformed.
    bool fill(log_batch& batch);
};
static_assert(decoder<log_decoder>);

}  // namespace colblock::otlp
