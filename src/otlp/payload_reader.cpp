// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/payload_reader.hpp"

#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

void payload_reader::start(padded_view payload) noexcept {
    x_payload = payload.bytes;
    x_walker.start(payload.bytes);
    x_rejected = {};
    x_status = {};
    x_malformed = false;
}

bool payload_reader::count_rejected(outcome what) noexcept {
    switch (what) {
    case outcome::bad_ids: ++x_rejected.bad_span_ids; return true;
    case outcome::too_many_attributes: ++x_rejected.too_many_attributes; return true;
    default: x_malformed = true; return false;
    }
}

// The decoders know only that something is wrong. The payload is walked again to say what and where.
bool payload_reader::end_batch(signal kind) {
    if (!x_malformed && !x_walker.failed()) return x_status.has_value();
    constexpr shape requests[] = {shape::trace_request, shape::metric_request, shape::log_request};
    x_malformed = true;
    x_status = check(requests[static_cast<unsigned>(kind)], x_payload, x_payload.data());
    if (x_status) x_status = colblock::fail(errc::too_large);
    return false;
}

}  // namespace colblock::otlp
