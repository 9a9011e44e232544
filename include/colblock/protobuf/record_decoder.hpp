// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

#include "colblock/otlp/ids.hpp"
#include "colblock/protobuf/message_decoder.hpp"
#include "colblock/protobuf/message_walker.hpp"

namespace colblock::protobuf {

/// What the decoders of the three signals share: one message, and how far it has been read.
template <class Message, class Levels>
class record_decoder {
public:
    /// Borrows `message` until the last batch has been used. Any earlier one is forgotten.
    void start(const Message& message) {
        x_walker.start(message);
        x_rejected = {};
    }
    [[nodiscard]] result<void> status() const noexcept { return x_walker.status(); }
    [[nodiscard]] const otlp::rejections& rejected() const noexcept { return x_rejected; }

protected:
    using walker = message_walker<Message, Levels>;

    /// Clears `batch`, whose texts go to `arena`, a part of it.
    template <class Batch>
    void begin_batch(Batch& batch, text_arena& arena) {
        batch.clear();
        x_values.start(arena);
        x_enough_copied = x_walker.num_copied() + limits::max_batch_wire_len;
    }
    /// Whether a batch has as much as one may, whatever its number of records.
    [[nodiscard]] bool is_enough() const noexcept {
        return x_values.len() >= limits::max_batch_wire_len || x_walker.num_copied() >= x_enough_copied;
    }
    /// Whether a record has a list that is too long. It is counted as rejected then.
    bool is_over_limit(std::initializer_list<std::size_t> list_lens) noexcept {
        for (const std::size_t len : list_lens)
            if (len > limits::max_attributes_per_record) {
                ++x_rejected.too_many_attributes;
                return true;
            }
        return false;
    }
    /// Whether everything that was copied was fine.
    bool check_values() noexcept {
        if (!x_values.ok()) x_walker.fail(errc::depth_exceeded);
        return x_walker.status().has_value();
    }

    /// The attributes of all elements of a list together: `attributes(element)` are those of one.
    template <class List, class Attributes>
    static std::size_t num_inside(const List& list, Attributes&& attributes) {
        std::size_t num = 0;
        for (const auto& element : list) num += static_cast<std::size_t>(attributes(element).size());
        return num;
    }
    template <class List>
    static std::size_t size(const List& list) noexcept { return static_cast<std::size_t>(list.size()); }

    walker x_walker;
    value_copier x_values;
    otlp::rejections x_rejected;

private:
    std::size_t x_enough_copied = 0;
};

}  // namespace colblock::protobuf
