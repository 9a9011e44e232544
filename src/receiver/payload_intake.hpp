// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>

#include "receiver/content_encoding.hpp"
#include "receiver/payload.hpp"

namespace colblock::receiver {

/// Where payloads go. It may take a payload's bytes, or leave them to be reused.
using payload_sink = std::function<void(payload&)>;

/// The last step of every protocol: undoes the compression of a body and hands the payload to the sink.
/// One a thread.
class payload_intake {
public:
    payload_intake(std::size_t max_payload_len, payload_sink sink)
        : x_max_payload_len(max_payload_len), x_sink(std::move(sink)) {}

    /// `taken` holds the body as it was sent; what the sink leaves of its bytes is there afterwards. A body
    /// that does not decompress, or to too much, is answered and goes no further.
    void take(payload& taken, content_encoding coding);

    [[nodiscard]] std::size_t max_payload_len() const noexcept { return x_max_payload_len; }

private:
    std::size_t x_max_payload_len;
    payload_sink x_sink;
    body_decoder x_decoder;
    buffer x_decoded;
};

}  // namespace colblock::receiver
