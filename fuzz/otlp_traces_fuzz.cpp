// SPDX-License-Identifier: Apache-2.0
#include "otlp_oracle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace colblock;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    fuzz::check_against_libprotobuf<reference::trace_request>(
        input, support::decode_traces, [](const reference::trace_request& request, const auto& ours) {
            std::size_t num_rejected = 0;
            FUZZ_CHECK(ours.records == reference::records_of(request, num_rejected));
            FUZZ_CHECK(ours.rejected.bad_span_ids == num_rejected);
        });
    return 0;
}
