// SPDX-License-Identifier: Apache-2.0
#include "receiver/payload_intake.hpp"

#include <string>

namespace colblock::receiver {

namespace {

// Memory for decompressed bodies that is kept between requests; a rare giant is given back.
constexpr std::size_t max_kept_len = std::size_t{4} << 20;

outcome refusal_of(errc why) {
    if (why == errc::too_large) return {.what = outcome::kind::too_large, .message = "the body is over the limit after decompression"};
    return {.what = outcome::kind::bad_data, .message = std::string(message(why))};
}

}  // namespace

void payload_intake::take(payload& taken, content_encoding coding) {
    if (coding == content_encoding::identity) return x_sink(taken);
    const auto decoded = x_decoder.decode(coding, taken.body().bytes, x_max_payload_len, x_decoded);
    if (!decoded) return taken.answer(refusal_of(decoded.error().code));
    // The decoder's memory goes to the sink, and back; the received bytes stay with the caller.
    taken.bytes.swap(x_decoded);
    const std::size_t body_offset = std::exchange(taken.body_offset, 0);
    x_sink(taken);
    taken.bytes.swap(x_decoded);
    taken.body_offset = body_offset;
    if (x_decoded.capacity() > max_kept_len) x_decoded.release();
}

}  // namespace colblock::receiver
