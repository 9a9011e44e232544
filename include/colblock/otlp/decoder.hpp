// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>

#include "colblock/base/bytes.hpp"
#include "colblock/base/result.hpp"
#include "colblock/base/signal.hpp"
#include "colblock/otlp/batch.hpp"

namespace colblock::otlp {

using colblock::signal;

/// Records that a decoder left out, and why. The request is answered with a partial success.
struct rejections {
    std::uint64_t bad_span_ids = 0;         ///< spans whose trace or span id is absent, zero or of a wrong length
    std::uint64_t too_many_attributes = 0;  ///< records with a list over limits::max_attributes_per_record

    [[nodiscard]] std::uint64_t total() const noexcept { return bad_span_ids + too_many_attributes; }
};

/// A decoder turns one payload after the other into batches:
///
///     decoder.start(payload);
///     while (decoder.fill(batch)) use(batch);
///     COLBLOCK_TRY(decoder.status());
///
/// `start` borrows the payload until the last batch has been used. `fill` clears the batch, fills it
/// with the next records and returns false when there are none left or the payload is malformed;
/// `status` tells which. Batches filled before a failure were complete: who used them rolls back.
/// One decoder and one batch serve any number of payloads without allocating in the steady state.
template <class D>
concept decoder = requires(D& d, const D& k, padded_view payload, typename D::batch_type& batch) {
    d.start(payload);
    { d.fill(batch) } -> std::same_as<bool>;
    { k.status() } -> std::same_as<result<void>>;
    { k.rejected() } -> std::same_as<const rejections&>;
};

}  // namespace colblock::otlp
