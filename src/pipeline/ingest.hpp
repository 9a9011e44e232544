// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>

#include "colblock/base/result.hpp"
#include "colblock/base/signal.hpp"
#include "colblock/binding/open_block.hpp"
#include "colblock/otlp/decoder.hpp"
#include "receiver/payload.hpp"

namespace colblock::pipeline {

/// What a payload became.
struct ingested {
    std::uint64_t num_records = 0;  ///< written to the open blocks
    otlp::rejections rejected;
};

/// Payloads of one signal in, rows of its tables' open blocks out. What a lane knows of decoders and
/// bindings. Used by one thread.
class ingest {
public:
    virtual ~ingest() = default;

    /// Writes all records of `payload`, or none: a payload that does not decode leaves no trace.
    /// `receive_time` in nanoseconds since 1970 stands in for unknown times.
    result<ingested> write(receiver::encoding form, padded_view payload, std::uint64_t receive_time) {
        return write_days(form, payload, receive_time, binding::every_day);
    }
    /// As write, but only the records whose rows are of these days. What is rejected is told every time.
    virtual result<ingested> write_days(receiver::encoding form, padded_view payload, std::uint64_t receive_time,
                                        const binding::day_range& days) = 0;
    /// Takes back the last write. Only if no table was cleared since.
    virtual void undo() = 0;

    [[nodiscard]] virtual std::size_t num_tables() const noexcept = 0;
    [[nodiscard]] virtual binding::open_block& table(std::size_t index) noexcept = 0;
    /// Records whose unknown time became the time of receipt, so far; not counting what was taken back.
    [[nodiscard]] virtual std::uint64_t num_times_replaced() const noexcept = 0;
};

/// What `ingest_of` needs of a binding; binding::signal_writer is one.
template <class W, class Batch>
concept batch_writer = requires(W& w, const W& k, Batch& batch, std::uint64_t time, std::size_t i) {
    w.append(std::as_const(batch), time);
    w.keep_days(batch, time, binding::every_day);
    w.mark();
    w.rollback();
    { k.num_tables() } -> std::same_as<std::size_t>;
    { w.table(i) } -> std::same_as<binding::open_block&>;
    { k.num_times_replaced() } -> std::same_as<std::uint64_t>;
};

/// Decoders for both forms of a signal and a binding, joined by the batch they share.
template <otlp::decoder Decoder, otlp::decoder JsonDecoder, batch_writer<typename Decoder::batch_type> Writer>
class ingest_of final : public ingest {
public:
    explicit ingest_of(Writer writer) : x_writer(std::move(writer)) {}

    result<ingested> write_days(receiver::encoding form, padded_view payload, std::uint64_t receive_time,
                                const binding::day_range& days) override {
        if (form == receiver::encoding::protobuf) return write_from(x_decoder, payload, receive_time, days);
        auto written = write_from(x_json_decoder, payload, receive_time, days);
        x_json_decoder.shrink(max_kept_len);
        return written;
    }
    void undo() override { x_writer.rollback(); }

    [[nodiscard]] std::size_t num_tables() const noexcept override { return x_writer.num_tables(); }
    [[nodiscard]] binding::open_block& table(std::size_t index) noexcept override { return x_writer.table(index); }
    [[nodiscard]] std::uint64_t num_times_replaced() const noexcept override { return x_writer.num_times_replaced(); }

private:
    // Memory that a decoder keeps between payloads; a rare giant is given back.
    static constexpr std::size_t max_kept_len = std::size_t{4} << 20;

    template <class D>
    result<ingested> write_from(D& decoder, padded_view payload, std::uint64_t receive_time, const binding::day_range& days) {
        x_writer.mark();
        const std::size_t before = num_rows();
        decoder.start(payload);
        while (decoder.fill(*x_batch)) {
            if (days != binding::every_day) x_writer.keep_days(*x_batch, receive_time, days);
            x_writer.append(*x_batch, receive_time);
        }
        if (const auto decoded = decoder.status(); !decoded) {
            x_writer.rollback();
            return std::unexpected(decoded.error());
        }
        return ingested{num_rows() - before, decoder.rejected()};
    }
    // Every record is one row of one table.
    [[nodiscard]] std::size_t num_rows() noexcept {
        std::size_t rows = 0;
        for (std::size_t i = 0; i != x_writer.num_tables(); ++i) rows += x_writer.table(i).num_rows();
        return rows;
    }

    Decoder x_decoder;
    JsonDecoder x_json_decoder;
    Writer x_writer;
    // Tens of KiB, hence not a member; its vectors grow once.
    std::unique_ptr<typename Decoder::batch_type> x_batch = std::make_unique<typename Decoder::batch_type>();
};

}  // namespace colblock::pipeline
