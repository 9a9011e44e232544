// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/base/buffer.hpp"

namespace colblock {

/// Appends `text` as a JSON string, quotes included, the way Go's encoding/json does without HTML
/// escaping: \" \\ \b \f \n \r \t, other control characters as \u00xx, U+2028 and U+2029 as \u2028 and
/// \u2029, and each byte that is not part of valid UTF-8 as \ufffd. Everything else stays as it is.
void append_json_string(buffer& to, byte_view text);

}  // namespace colblock
