// SPDX-License-Identifier: Apache-2.0
#pragma once

// Decoders of generated OTLP messages, for programs that hold some: the third way, beside protobuf bytes
// and JSON, to the batches of otlp/batch.hpp.
//
//     protobuf::trace_message_decoder<opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest> decoder;
//     decoder.start(request);
//     while (decoder.fill(*batch)) writer.append(*batch, now);
//     COLBLOCK_TRY(decoder.status());
//
// They are templates over the message and call only its accessors: any message class fits that protoc
// generated from the OTLP files, in whatever package, by whatever version, on an arena or not, and
// TracesData as well as ExportTraceServiceRequest. Neither protobuf nor generated headers are included
// here; fields that older OTLP versions lack are left empty.

#include <concepts>

#include "colblock/base/result.hpp"
#include "colblock/otlp/decoder.hpp"

namespace colblock::protobuf {

/// As otlp::decoder, with a message in place of bytes. `start` borrows the message until the last batch has
/// been used; the texts of a batch are copies (texts of messages are not padded), valid until it is
/// filled again. Errors: too_large if a resource, scope or metric has a list over
/// limits::max_attributes_per_record, depth_exceeded if a value nests deeper than limits::max_value_depth;
/// their offset is the number of records before. Records are rejected for the same reasons as those of
/// otlp::trace_decoder and its siblings, and counted.
template <class D, class Message>
concept message_decoder = requires(D& d, const D& k, const Message& message, typename D::batch_type& batch) {
    d.start(message);
    { d.fill(batch) } -> std::same_as<bool>;
    { k.status() } -> std::same_as<result<void>>;
    { k.rejected() } -> std::same_as<const otlp::rejections&>;
};

}  // namespace colblock::protobuf
