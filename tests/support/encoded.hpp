// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "colblock/base/buffer.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::support {

/// The bytes that segments stand for.
inline std::string flat(const wire::segments& from) {
    buffer bytes;
    from.flatten(bytes);
    return std::string(bytes.view());
}

/// What a column writes: state prefix, then data.
template <class Column>
std::string encoded(const Column& column) {
    wire::segments out;
    column.encode_prefix(out);
    column.encode(out);
    return flat(out);
}

}  // namespace colblock::support
