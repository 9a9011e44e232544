// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lane.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <xxhash.h>

namespace colblock::pipeline {

namespace {

using kind = receiver::outcome::kind;

payload_hash hash_of(const receiver::payload& p) {
    const byte_view body = p.body().bytes;
    const auto seed = static_cast<XXH64_hash_t>(p.signal) << 8 | static_cast<XXH64_hash_t>(p.form);
    const XXH128_hash_t h = XXH3_128bits_withSeed(body.data(), body.size(), seed);
    return {h.low64, h.high64};
}

receiver::outcome outcome_of(const ingested& all) {
    const std::uint64_t rejected = all.rejected.total();
    if (rejected == 0) return {};
    std::string why;
    if (all.rejected.bad_span_ids != 0)
        why += std::to_string(all.rejected.bad_span_ids) + " spans without a valid trace id and span id";
    if (all.rejected.too_many_attributes != 0) {
        if (!why.empty()) why += ", ";
        why += std::to_string(all.rejected.too_many_attributes) + " records with too many attributes";
    }
    return {kind::partially_stored, rejected, {}, std::move(why)};
}

std::string where_it_fails(const error& e) {
    return std::string(message(e.code)) + ", at byte " + std::to_string(e.offset);
}

}  // namespace

lane::lane(options how, committer& to, stats& counted)
    : x_options(std::move(how)), x_committer(to), x_stats(counted), x_encoder(x_options.compression) {}

void lane::bind(signal s, binding to) {
    bound_signal& bound = x_signals[static_cast<std::size_t>(s)];
    if (bound.in) seal_all(bound);
    bound = {.in = std::move(to.in), .tables = {}, .rows_before = {}, .parts = {}};
    for (std::size_t i = 0; i != bound.in->num_tables(); ++i) {
        const auto& table = bound.in->table(i);
        auto plan = std::make_shared<insert_plan>();
        plan->table = table.table().database + '.' + table.table().name;
        plan->statement = table.insert_statement();
        plan->revision = to.revision;
        bound.tables.push_back({.id = to.first_table + i, .plan = std::move(plan), .requests = {}});
    }
    bound.rows_before.resize(bound.tables.size());
}

void lane::take(receiver::payload& p) {
    bound_signal& to = x_signals[static_cast<std::size_t>(p.signal)];
    stats::per_signal& counted = x_stats.of(p.signal);
    counted.requests.add();
    counted.received_len.add(p.body().bytes.size());
    if (refused(p, to)) return;

    const bool waits = x_options.ack == acknowledgement::inserted;
    const payload_hash hash = waits ? hash_of(p) : payload_hash();
    if (waits && x_committer.expects_returns() && x_committer.rejoin(hash, p.answer)) return;

    const std::uint64_t now = x_options.wall_clock();
    const auto written = write(to, p, now);
    if (!written) {
        counted.payloads_bad.add();
        return p.answer({kind::bad_data, 0, {}, where_it_fails(written.error()), written.error()});
    }
    counted.records_received.add(written->num_records + written->rejected.total());
    counted.records_rejected.add(written->rejected.total());

    if (!waits) {
        counted.records_stored.add(written->num_records);
        attach(to, nullptr, p, now);
        return p.answer(outcome_of(*written));
    }
    const auto who = std::make_shared<ticket>(std::move(p.answer), outcome_of(*written), clock::now());
    who->hash = hash;
    who->num_records = written->num_records;
    who->stored = &counted.records_stored;
    attach(to, who, p, now);
    who->release();
}

bool lane::refused(receiver::payload& p, bound_signal& to) {
    if (!to.in) {
        p.answer({kind::unavailable, 0, std::chrono::seconds(1),
                  "the tables for " + std::string(name(p.signal)) + " are not known yet"});
    } else if (!x_committer.accepts()) {
        x_stats.of(p.signal).payloads_refused.add();
        p.answer({kind::overloaded, 0, std::chrono::seconds(2), "too much waits for ClickHouse already"});
    } else {
        return false;
    }
    return true;
}

// An INSERT may reach at most so many partitions: a payload that would make the open blocks cover more
// starts new ones. One that covers more by itself is only looked at here: attach() writes it in parts.
result<ingested> lane::write(bound_signal& to, const receiver::payload& p, std::uint64_t now) {
    to.parts.clear();
    remember_rows(to);
    auto written = to.in->write(p.form, p.body(), now);
    if (!written || !over_partitions(to)) return written;
    if (std::ranges::any_of(to.rows_before, [](std::size_t rows) { return rows != 0; })) {
        to.in->undo();
        seal_all(to);
        remember_rows(to);
        written = to.in->write(p.form, p.body(), now);
        if (!over_partitions(to)) return written;
    }
    colblock::binding::partition_set days;
    for (std::size_t i = 0; i != to.tables.size(); ++i) days.add(to.in->table(i).partitions());
    to.parts = days.ranges(x_options.max_partitions);
    to.in->undo();
    return written;
}

bool lane::over_partitions(bound_signal& to) const {
    for (std::size_t i = 0; i != to.tables.size(); ++i)
        if (to.in->table(i).partitions().size() > x_options.max_partitions) return true;
    return false;
}

// Makes blocks of what was written. `who` may be null.
void lane::attach(bound_signal& to, const ticket_ptr& who, const receiver::payload& p, std::uint64_t now) {
    if (to.parts.empty()) attach_rows(to, who, p.sender);
    for (const colblock::binding::day_range& days : to.parts) {
        remember_rows(to);
        const auto written = to.in->write_days(p.form, p.body(), now, days);
        COLBLOCK_ASSUME(written.has_value());  // the whole payload was
        attach_rows(to, who, p.sender);
        seal_all(to);
    }
    const std::uint64_t replaced = to.in->num_times_replaced();
    x_stats.of(p.signal).times_replaced.add(replaced - std::exchange(to.num_times_replaced, replaced));
}

void lane::remember_rows(bound_signal& to) {
    for (std::size_t i = 0; i != to.tables.size(); ++i) to.rows_before[i] = to.in->table(i).num_rows();
}

// Tells the committer what the last write added, and seals what is full.
void lane::attach_rows(bound_signal& to, const ticket_ptr& who, const receiver::pacing& sender) {
    for (std::size_t i = 0; i != to.tables.size(); ++i) {
        auto& block = to.in->table(i);
        open_table& table = to.tables[i];
        const std::size_t added = block.num_rows() - to.rows_before[i];
        if (added == 0) continue;
        if (to.rows_before[i] == 0) table.oldest = clock::now();
        if (who) {
            who->hold();
            table.requests.push_back({who, added});
        }
        const std::size_t len = block.byte_len();
        x_committer.rows_added({table.id, x_options.id},
                               {block.num_rows(), len, block.partitions(), table.oldest, block.knows_order()}, sender);
        if (is_full(block, len)) x_committer.sealed({table.id, x_options.id}, seal(to, i), false);
    }
}

bool lane::is_full(const colblock::binding::open_block& block, std::size_t len) const noexcept {
    if (!block.knows_order()) return block.num_rows() >= x_options.max_rows || len >= x_options.max_len;
    return block.num_rows() >= x_options.max_ordered_rows || len >= x_options.max_ordered_len ||
           (len >= x_options.max_len && x_committer.is_crowded());
}

void lane::seal_all(bound_signal& from) {
    for (std::size_t i = 0; i != from.tables.size(); ++i)
        if (from.in->table(i).num_rows() != 0)
            x_committer.sealed({from.tables[i].id, x_options.id}, seal(from, i), false);
}

void lane::seal_asked(table_id table, clock::time_point asked_at) {
    for (bound_signal& each : x_signals)
        for (std::size_t i = 0; i != each.tables.size(); ++i)
            if (each.tables[i].id == table && each.in->table(i).num_rows() != 0 && each.tables[i].oldest <= asked_at)
                return x_committer.sealed({table, x_options.id}, seal(each, i), true);
    x_committer.declined({table, x_options.id});
}

std::vector<sealed_block> lane::seal(bound_signal& from, std::size_t index) {
    auto& block = from.in->table(index);
    open_table& table = from.tables[index];
    if (block.num_rows() == 0) return {};
    std::vector<sealed_block> sealed;
    if (block.knows_order()) {
        sealed = seal_in_order(from, index);
    } else {
        sealed.push_back({.plan = table.plan, .frames = {}, .num_rows = block.num_rows(),
                          .partitions = block.partitions(), .oldest = table.oldest, .requests = {}});
        sealed.back().requests = std::exchange(table.requests, {});
        x_segments.clear();
        compress(block.encode(x_segments, table.plan->revision), sealed.back());
    }
    clear(block, table);
    std::erase_if(sealed, [](const sealed_block& each) { return each.num_rows == 0; });
    return sealed;
}

// One block after the other, so that only one is there uncompressed beside the rows as they came.
std::vector<sealed_block> lane::seal_in_order(bound_signal& from, std::size_t index) {
    auto& block = from.in->table(index);
    open_table& table = from.tables[index];
    x_request_of.clear();
    for (std::uint32_t i = 0; i != table.requests.size(); ++i)
        x_request_of.insert(x_request_of.end(), table.requests[i].rows, i);
    COLBLOCK_ASSUME(x_request_of.empty() || x_request_of.size() == block.num_rows());
    std::vector<sealed_block> sealed;
    colblock::column::row_order rows = block.order();
    while (!rows.empty()) {
        const auto some = rows.first(std::min(rows.size(), x_options.max_rows));
        rows = rows.subspan(some.size());
        sealed.push_back({.plan = table.plan, .frames = {}, .num_rows = some.size(),
                          .partitions = block.partitions(), .oldest = table.oldest,
                          .order = sealed.empty() ? in_order::first : in_order::later, .requests = {}});
        if (!x_request_of.empty()) sealed.back().requests = requests_of(some, table);
        x_segments.clear();
        compress(block.encode_rows(some, x_segments, table.plan->revision), sealed.back());
    }
    for (const sealed_block::waiting& each : std::exchange(table.requests, {})) each.who->release();
    return sealed;
}

// Whose rows these are. The requests are held once more for it.
std::vector<sealed_block::waiting> lane::requests_of(colblock::column::row_order rows, const open_table& table) {
    x_rows_of.assign(table.requests.size(), 0);
    for (const std::uint32_t row : rows) ++x_rows_of[x_request_of[row]];
    std::vector<sealed_block::waiting> found;
    for (std::size_t i = 0; i != x_rows_of.size(); ++i) {
        if (x_rows_of[i] == 0) continue;
        table.requests[i].who->hold();
        found.push_back({table.requests[i].who, x_rows_of[i]});
    }
    return found;
}

// A lane that had the rows of a whole INSERT keeps the memory for the next ones, but not for ever: with many lanes
// and tables it is more than everything else.
void lane::clear(colblock::binding::open_block& block, open_table& table) const {
    constexpr unsigned many = 8;
    const std::size_t rows = block.num_rows();
    table.most_rows = std::max(table.most_rows, rows);
    const bool is_small = table.most_rows > 2 * x_options.max_rows && rows < table.most_rows / 4;
    table.num_small_blocks = is_small ? table.num_small_blocks + 1 : 0;
    if (table.num_small_blocks < many) return block.clear();
    block.release();
    table.most_rows = table.num_small_blocks = 0;
}

// Makes frames of x_segments, if they could be made.
void lane::compress(const result<void>& encoded, sealed_block& to) {
    if (encoded) {
        to.column_len = static_cast<std::size_t>(x_segments.total_len());
        x_frames.clear();
        x_encoder.encode(x_segments, x_frames);
        to.frames = x_committer.frames().copy(x_frames.view());
        return;
    }
    // A defect of ours: columns that disagree. Nobody may believe that the rows are stored.
    x_stats.rows_given_up.add(to.num_rows);
    for (const sealed_block::waiting& each : to.requests)
        each.who->settle({kind::internal, 0, {}, where_it_fails(encoded.error())}, each.rows);
    to.num_rows = 0;
}

}  // namespace colblock::pipeline
