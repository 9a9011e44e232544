// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>

#include "opentelemetry_bytes/proto/collector/logs/v1/logs_service.pb.h"
#include "opentelemetry_bytes/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry_bytes/proto/collector/trace/v1/trace_service.pb.h"
#include "support/record_text.hpp"

// What decoders must make of a request, found by reading libprotobuf's messages, slowly and by other code.
namespace colblock::reference {

using trace_request = opentelemetry_bytes::proto::collector::trace::v1::ExportTraceServiceRequest;
using log_request = opentelemetry_bytes::proto::collector::logs::v1::ExportLogsServiceRequest;
using metric_request = opentelemetry_bytes::proto::collector::metrics::v1::ExportMetricsServiceRequest;
using any_value = opentelemetry_bytes::proto::common::v1::AnyValue;

/// An array or list as compact JSON; empty if it cannot be printed.
std::string json_of(const any_value& value);

/// The spans that are kept. `num_rejected` counts those that are not, for their ids.
support::records records_of(const trace_request& request, std::size_t& num_rejected);
support::records records_of(const log_request& request);
/// Points by kind, in the order of the oneof.
std::array<support::records, 5> records_of(const metric_request& request);

/// Parses with a recursion limit that no test reaches; false if libprotobuf refuses.
bool parse(std::string_view bytes, google::protobuf::Message& message);

/// Whether `bytes`, as far as they are a message of this type, hold what libprotobuf and we judge differently:
/// a tag or length of more than five bytes (we take it) or a tag of more than 32 bits (we do not).
bool has_long_tag_or_length(std::string_view bytes, const google::protobuf::Descriptor& type);

}  // namespace colblock::reference
