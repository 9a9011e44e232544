// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/message.h>

#include <random>
#include <string>

namespace colblock::support {

using random_engine = std::mt19937_64;

/// A number below `n`, the same with every standard library.
inline std::uint64_t below(random_engine& random, std::uint64_t n) { return random() % n; }
inline bool chance(random_engine& random, unsigned percent) { return below(random, 100) < percent; }

/// Sets random fields of an OTLP message to random values: ids of all lengths, text that is not UTF-8,
/// unknown enums, NaN, nested values. `size` is about how many elements lists get.
void fill_randomly(google::protobuf::Message& message, random_engine& random, unsigned size = 3);

/// Serialises `message` as no sane encoder would, so that it still parses to an equal message: fields in
/// any order, messages in pieces, numbers packed and not, over-long varints, unknown fields and
/// groups, known fields with a wrong wire type, scalars and oneofs that are overwritten.
std::string serialize_oddly(const google::protobuf::Message& message, random_engine& random);

}  // namespace colblock::support
