// SPDX-License-Identifier: Apache-2.0
#include "pipeline/late_requests.hpp"

namespace colblock::pipeline {

void late_requests::add(const ticket_ptr& expired, clock::time_point now) {
    x_by_hash.emplace(expired->hash, expired);
    x_order.push_back({expired->hash, now});
    forget_old(now);
}

bool late_requests::rejoin(const payload_hash& hash, receiver::reply& answer, clock::time_point now) {
    forget_old(now);
    const auto found = x_by_hash.find(hash);
    if (found == x_by_hash.end()) return false;
    const ticket_ptr first = found->second;
    x_by_hash.erase(found);
    return first->rejoin(answer, now);
}

void late_requests::forget_old(clock::time_point now) {
    while (!x_order.empty() && (x_order.size() > max_num || now - x_order.front().since > max_age)) {
        if (const auto found = x_by_hash.find(x_order.front().hash); found != x_by_hash.end()) x_by_hash.erase(found);
        x_order.pop_front();
    }
}

}  // namespace colblock::pipeline
