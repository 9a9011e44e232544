// SPDX-License-Identifier: Apache-2.0
#include "otlp_oracle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace colblock;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    fuzz::check_against_libprotobuf<reference::log_request>(
        input, support::decode_logs, [](const reference::log_request& request, const auto& ours) {
            FUZZ_CHECK(ours.records == reference::records_of(request));
        });
    return 0;
}
