// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole records in the form in which nearly all of them come, read straight into fields (otlp/ready_records.hpp):
// no whitespace, no escapes, members in the order of SDKs.
//
// span       := {"traceId":hex32,"spanId":hex16 [,"traceState":text] [,"parentSpanId":hex16 or ""] [,"flags":number]
//               [,"name":text] [,"kind":number] [,"startTimeUnixNano":time] [,"endTimeUnixNano":time]
//               [,"attributes":attributes] [,"droppedAttributesCount":number] [,"events":[]] [,"droppedEventsCount":number]
//               [,"status":status] [,"links":[]] [,"droppedLinksCount":number] [,"status":status] [,"flags":number]
//               [,"traceState":text]}
// log        := {times [,"severityNumber":number] [,"severityText":text] [,"body":{"stringValue":text}]
//               [,"eventName":text] [,"attributes":attributes] [,"droppedAttributesCount":number] [,"flags":number]
//               [,"traceId":hex32 or ""] [,"spanId":hex16 or ""] [,"eventName":text]}
// times      := "timeUnixNano":time [,"observedTimeUnixNano":time] | "observedTimeUnixNano":time
// attributes := [] | [attribute (,attribute)*]
// attribute  := {"key":text,"value":value}
// value      := {"stringValue":text} | {"intValue":integer} | {"intValue":"integer"} | {"boolValue":true or false}
//               | {"doubleValue":a number of RFC 8259}
// status     := {} | {"code":number [,"message":text]} | {"message":text [,"code":number]}
// number     := 1 to 7 digits          time := "1 to 19 digits"
// integer    := -? 1 to 18 digits      no zero in front of any
//
// Ids are not all zero. No member stands twice. What is of another form, or wrong, is not read here and leaves no trace: the general
// reader (json.cpp) says which. Whatever is read here is what that one would make of it.

#include "colblock/base/limits.hpp"
#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/ready_records.hpp"

namespace colblock::otlp::json {

/// The longest record that is read so. A full batch of them has at most limits::max_batch_wire_len.
inline constexpr std::size_t max_ready_len = limits::max_batch_wire_len / batch_capacity;

/// Appends the record whose opening brace is at `at` to `to`, and returns the position behind it. Null, and nothing is
/// appended, if it has another form, is longer than max_ready_len or would take more memory than its text. Text up to
/// `end` is read; up to `read_padding` bytes behind it have to be readable.
const char* read_ready(const char* at, const char* end, ready_list<ready_span>& to);
const char* read_ready(const char* at, const char* end, ready_list<ready_log>& to);

}  // namespace colblock::otlp::json
