// SPDX-License-Identifier: Apache-2.0
#include "receiver/http_service.hpp"

namespace colblock::receiver {

http_response http_service::broken_head(byte_view, const bad_head& what) {
    return {.status = what.status, .content_type = "text/plain; charset=utf-8", .body = std::string(what.why) + '\n'};
}

}  // namespace colblock::receiver
