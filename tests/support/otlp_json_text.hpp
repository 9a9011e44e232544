// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "support/random_message.hpp"

namespace colblock::support {

/// An OTLP message as OTLP/JSON, as an SDK would write it: by descriptor, without any code of ours.
std::string otlp_json(const google::protobuf::Message& message);

/// The same as no SDK would write it, with an equal meaning: keys in any order and escaped, whitespace everywhere,
/// null for absent fields, unknown keys, scalars that are overwritten, lists in two pieces, numbers as strings and in
/// exponent form, enums by name, ids in either case, base64 of either alphabet.
std::string odd_otlp_json(const google::protobuf::Message& message, random_engine& random);

/// Replaces every NaN in `message` by the one that JSON has.
void drop_nan_payloads(google::protobuf::Message& message);

}  // namespace colblock::support
