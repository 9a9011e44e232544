// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/base/result.hpp"
#include "colblock/otlp/decoder.hpp"
#include "colblock/otlp/ready_records.hpp"
#include "colblock/otlp/source_walker.hpp"
#include "colblock/otlp/value_reader.hpp"

namespace colblock::otlp {

/// What the three protobuf decoders share: one payload, and how far it has been read.
class payload_reader {
public:
    /// What became of a record.
    enum class outcome : std::uint8_t { appended, bad_ids, too_many_attributes, malformed };

    /// Borrows `payload` until the last batch has been used. Any earlier payload is forgotten.
    void start(padded_view payload) noexcept;
    /// Whether everything read so far was well-formed and within limits; if not, what was wrong and
    /// where. A payload over a limit that has no entry of its own is too_large at its first byte.
    [[nodiscard]] result<void> status() const noexcept { return x_status; }
    /// Records of this payload that were left out.
    [[nodiscard]] const rejections& rejected() const noexcept { return x_rejected; }

protected:
    /// Appends the records of the next batch by `append(record) -> outcome` until it is full.
    template <class Batch, class Append>
    bool fill_from_records(Batch& batch, signal kind, Append&& append) {
        do {
            begin_batch(batch, batch.arena);
        } while (append_records(batch, append) && batch.num_records == 0);  // all were left out: no batch yet
        return end_batch(kind) && batch.num_records != 0;
    }

    /// Clears `batch`. Text that has to be made goes to `arena`, which is part of it.
    template <class Batch>
    void begin_batch(Batch& batch, text_arena& arena) {
        batch.clear();
        x_values.start(arena, x_payload.data());
    }
    /// Counts a record that was left out. False if that is so because it is malformed.
    bool count_rejected(outcome what) noexcept;
    /// Whether all is well. If not, finds out what is wrong.
    bool end_batch(signal kind);

    source_walker x_walker;
    value_reader x_values;

private:
    /// Appends until the batch is full or has used up its share of the payload. False if nothing follows.
    template <class Batch, class Append>
    bool append_records(Batch& batch, Append& append) {
        byte_view record;
        std::size_t wire_len = 0;
        const std::size_t enough_copied = x_walker.num_copied() + limits::max_batch_wire_len;
        source_walker::mark known;
        while (!batch.full() && wire_len < limits::max_batch_wire_len && x_walker.num_copied() < enough_copied) {
            if (!x_walker.next(record)) return false;
            wire_len += record.size();
            const outcome what = append(record);
            if (COLBLOCK_UNLIKELY(what != outcome::appended)) {
                if (!count_rejected(what)) return false;
                continue;
            }
            if (COLBLOCK_UNLIKELY(!x_walker.count_record(batch, known))) return false;
        }
        return true;
    }

    byte_view x_payload;
    rejections x_rejected;
    result<void> x_status;
    bool x_malformed = false;
};

/// The same for signals of which the JSON reader takes records whole.
template <class Record>
class record_reader : public payload_reader {
public:
    using ready = ready_list<Record>;

    void start(padded_view payload) noexcept {
        payload_reader::start(payload);
        x_ready = nullptr;
    }
    /// Borrows a message of the JSON reader, and the records that are only marked there.
    void start(padded_view message, const ready& records) noexcept {
        payload_reader::start(message);
        x_ready = &records;
    }

protected:
    /// Fills `batch` by a Reader for each record, made of the batch and a value_reader.
    template <class Reader, class Batch>
    bool fill_by(Batch& batch, signal kind) {
        return fill_from_records(batch, kind, [&, ready = x_ready](byte_view record) {
            Reader reader(batch, x_values);
            if (ready != nullptr && is_ready_mark(record)) return reader.append_ready(*ready, number_of_mark(record));
            return reader.append(record);
        });
    }

private:
    const ready* x_ready = nullptr;  // null: the payload is a stranger's and has no marks
};

}  // namespace colblock::otlp
