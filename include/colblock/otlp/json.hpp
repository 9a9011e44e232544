// SPDX-License-Identifier: Apache-2.0
#pragma once

// OTLP/JSON is the JSON mapping of protobuf 3 with the deviations of the OTLP specification ("JSON Protobuf
// Encoding"): ids are hex, enums are numbers, keys are lowerCamelCase, unknown keys are ignored.
// docs/formats/otlp_mapping.md lists what is accepted beyond that.
//
// A request is read once, from left to right, and written down as the protobuf message that it stands for; the
// protobuf decoders do the rest. So both forms of a record are the same record from there on: the order of
// fields, merging of messages that are split, limits and rejections are decided in one place. Spans and log records of
// the usual form are spared the way through protobuf (ready_records.hpp): nothing in them is left to decide.
// docs/decisions.md has the measurements that speak for it.

#include <memory>

#include "colblock/base/buffer.hpp"
#include "colblock/otlp/decoder.hpp"
#include "colblock/otlp/logs.hpp"
#include "colblock/otlp/metrics.hpp"
#include "colblock/otlp/ready_records.hpp"
#include "colblock/otlp/traces.hpp"

namespace colblock::otlp {

/// Appends to `to` the protobuf form of the Export...ServiceRequest in `json`, a padded JSON text. Lengths of
/// messages may be written in more bytes than they need. On failure `to` is as it was, and the error says at which
/// byte of the JSON text: truncated, bad_json (also for a value that its field cannot hold), bad_base64,
/// depth_exceeded, trailing_bytes, or too_large (the message is longer than `json` and limits::max_payload_len).
result<void> json_to_protobuf(signal kind, padded_view json, buffer& to);

/// The same for decoders: records of the usual form are appended to `ready`, with views into `json`, and only marked
/// in `to` (ready_records.hpp). After a failure `ready` holds anything.
result<void> read_json(padded_view json, buffer& to, ready_list<ready_span>& ready);
result<void> read_json(padded_view json, buffer& to, ready_list<ready_log>& ready);
result<void> read_json(padded_view json, buffer& to, no_ready& ready);  ///< metrics

/// Decodes JSON by the decoder for the protobuf form of the same request. See the concept `decoder`.
template <decoder Protobuf, signal Kind>
class json_decoder {
public:
    using batch_type = typename Protobuf::batch_type;

    /// Reads the whole of `payload`.
    void start(padded_view payload) {
        x_message.clear();
        x_ready.clear();
        x_status = read_json(payload, x_message, x_ready);
        if (!x_status) x_message.clear();
        x_message.reserve(0);  // padding also behind nothing
        x_protobuf.start(x_message.padded(), x_ready);
    }
    bool fill(batch_type& batch) { return x_protobuf.fill(batch); }
    /// Offsets count bytes of the JSON text. A message over a limit that the text does not show is too_large at 0.
    [[nodiscard]] result<void> status() const {
        if (!x_status) return x_status;
        if (!x_protobuf.status()) return fail(errc::too_large);  // the message itself is well-formed
        return {};
    }
    [[nodiscard]] const rejections& rejected() const noexcept { return x_protobuf.rejected(); }
    /// Gives back the memory of a payload that was unusually large.
    void shrink(std::size_t most) {
        if (x_message.capacity() > most) x_message.release();
        x_ready.shrink(most);
    }

private:
    Protobuf x_protobuf;
    buffer x_message;
    typename Protobuf::ready x_ready;
    result<void> x_status;
};

using json_trace_decoder = json_decoder<trace_decoder, signal::traces>;
using json_log_decoder = json_decoder<log_decoder, signal::logs>;
using json_metric_decoder = json_decoder<metric_decoder, signal::metrics>;
static_assert(decoder<json_trace_decoder> && decoder<json_log_decoder> && decoder<json_metric_decoder>);

}  // namespace colblock::otlp
