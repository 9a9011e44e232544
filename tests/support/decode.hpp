// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>

#include "colblock/otlp/json.hpp"
#include "support/batch_records.hpp"
#include "support/padded_payload.hpp"

namespace colblock::support {

/// The error in `status`; invalid_argument, which no decoder reports, if there is none.
inline error failure_of(const result<void>& status) { return status ? error{errc::invalid_argument, 0} : status.error(); }

/// What a decoder makes of a payload.
template <class Records>
struct decoded {
    Records records;
    result<void> status;
    otlp::rejections rejected;
    std::size_t num_batches = 0;
};

inline void append_records(const otlp::metric_batches& batches, std::array<records, otlp::num_metric_kinds>& to) {
    for (std::size_t k = 0; k != otlp::num_metric_kinds; ++k) append_records(batches.kinds[k], to[k]);
}

template <class Records, class Decoder>
decoded<Records> decode_with(Decoder& decoder, typename Decoder::batch_type& batch, padded_view payload) {
    decoded<Records> all;
    decoder.start(payload);
    while (decoder.fill(batch)) {
        append_records(batch, all.records);
        ++all.num_batches;
    }
    all.status = decoder.status();
    all.rejected = decoder.rejected();
    return all;
}

template <class Records, class Decoder>
decoded<Records> decode(padded_view payload) {
    Decoder decoder;
    const auto batch = std::make_unique<typename Decoder::batch_type>();
    return decode_with<Records>(decoder, *batch, payload);
}

inline decoded<records> decode_traces(padded_view payload) { return decode<records, otlp::trace_decoder>(payload); }
inline decoded<records> decode_logs(padded_view payload) { return decode<records, otlp::log_decoder>(payload); }
inline decoded<std::array<records, otlp::num_metric_kinds>> decode_metrics(padded_view payload) {
    return decode<std::array<records, otlp::num_metric_kinds>, otlp::metric_decoder>(payload);
}

inline decoded<records> decode_json_traces(padded_view payload) { return decode<records, otlp::json_trace_decoder>(payload); }
inline decoded<records> decode_json_logs(padded_view payload) { return decode<records, otlp::json_log_decoder>(payload); }
inline decoded<std::array<records, otlp::num_metric_kinds>> decode_json_metrics(padded_view payload) {
    return decode<std::array<records, otlp::num_metric_kinds>, otlp::json_metric_decoder>(payload);
}

}  // namespace colblock::support
