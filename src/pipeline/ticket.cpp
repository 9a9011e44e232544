// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ticket.hpp"

#include <utility>

namespace colblock::pipeline {

namespace {

using kind = receiver::outcome::kind;

// What the sender should do, from nothing to sending again: the more it must do, the higher.
int severity(kind k) noexcept {
    switch (k) {
    case kind::stored: return 0;
    case kind::partially_stored: return 1;
    case kind::bad_data:
    case kind::too_large: return 2;
    case kind::internal: return 3;
    case kind::overloaded:
    case kind::unavailable: return 4;
    }
    return 4;
}

}  // namespace

void ticket::release() { let_go(std::unique_lock(x_mutex)); }

void ticket::settle(const receiver::outcome& fate, std::size_t rows) {
    std::unique_lock lock(x_mutex);
    if (fate.what == kind::stored) x_any_stored = true;
    else x_lost_rows += rows;
    if (severity(fate.what) > severity(x_worst.what)) x_worst = fate;
    let_go(std::move(lock));
}

receiver::outcome ticket::verdict() const {
    if (x_worst.what == kind::stored) return x_if_stored;
    receiver::outcome all = x_worst;
    // Some rows can never be stored, others are: that is what a partial success says.
    if (x_any_stored && severity(all.what) == severity(kind::bad_data)) all.what = kind::partially_stored;
    all.rejected = x_if_stored.rejected + x_lost_rows;
    return all;
}

void ticket::let_go(std::unique_lock<std::mutex> lock) {
    if (x_holds.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    x_settled = true;
    receiver::reply answer = std::move(x_reply);
    receiver::outcome what = verdict();
    lock.unlock();
    if (stored != nullptr && severity(what.what) <= severity(kind::partially_stored)) stored->add(num_records - x_lost_rows);
    answer(std::move(what));
}

receiver::reply ticket::take_expired(clock::time_point now, batch_policy::duration age) {
    const std::lock_guard lock(x_mutex);
    if (!x_reply || now - x_arrived < age) return {};
    return std::move(x_reply);
}

bool ticket::rejoin(receiver::reply& answer, clock::time_point now) {
    std::unique_lock lock(x_mutex);
    if (x_reply) return false;
    if (!x_settled) {
        x_reply = std::move(answer);
        x_arrived = now;
        return true;
    }
    receiver::outcome what = verdict();
    if (severity(what.what) > severity(kind::partially_stored)) return false;
    lock.unlock();
    answer(std::move(what));
    return true;
}

}  // namespace colblock::pipeline
