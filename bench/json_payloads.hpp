// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/payloads.hpp"

namespace colblock::bench {

/// The requests of `protobuf`, which hold spans or logs, as the JavaScript SDK's http/json exporter writes them:
/// its keys in its order, times as strings, no whitespace. `wire_len` is that of the JSON.
corpus as_js_sdk_json(const corpus& protobuf, payload_set which);

}  // namespace colblock::bench
