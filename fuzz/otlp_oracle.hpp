// SPDX-License-Identifier: Apache-2.0
#pragma once

// The property of the three OTLP fuzzers: we accept exactly what libprotobuf accepts, and then the records
// are those of a slow reading of its messages. Documented exceptions: values nested beyond
// limits::max_value_depth, groups too; lists beyond limits::max_attributes_per_record; tags and lengths of
// more than five bytes. Text that is not UTF-8 is none: the messages declare every string as bytes.

#include "fuzz_check.hpp"
#include "reference/otlp_records.hpp"
#include "support/decode.hpp"

namespace colblock::fuzz {

inline bool is_over_limit(const result<void>& status) {
    return !status && (status.error().code == errc::depth_exceeded || status.error().code == errc::too_large);
}

/// Checks one input. `compare(request, decoded)` compares the records of an accepted one.
template <class Request, class Decode, class Compare>
void check_against_libprotobuf(std::string_view input, Decode&& decode, Compare&& compare) {
    const support::padded_payload payload(input);
    const auto ours = decode(payload.view());
    Request request;
    if (is_over_limit(ours.status) || reference::has_long_tag_or_length(input, *Request::GetDescriptor())) return;
    const bool accepted = reference::parse(input, request);
    FUZZ_CHECK(accepted == ours.status.has_value());
    if (!accepted) FUZZ_CHECK(ours.status.error().offset <= input.size());
    if (accepted && ours.rejected.too_many_attributes == 0) compare(request, ours);
}

}  // namespace colblock::fuzz
