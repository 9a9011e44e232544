// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "colblock/base/signal.hpp"

namespace colblock::reference {

/// The protobuf form of an OTLP/JSON request as libprotobuf's JSON parser reads it, with ids in hex as OTLP has them.
/// Nothing if it refuses, or if `json` holds what it reads differently: a snake_case or empty key, which OTLP
/// ignores, or a long integer with a fraction or an exponent, which it reads through a double.
std::optional<std::string> protobuf_of_json(signal s, std::string_view json);

}  // namespace colblock::reference
