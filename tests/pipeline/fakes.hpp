// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/group.hpp"
#include "pipeline/ingest.hpp"
#include "receiver/payload.hpp"

namespace colblock::pipeline {

/// Collects what requests were answered. Any thread.
class answers {
public:
    receiver::reply make() {
        return receiver::reply([this](receiver::outcome&& o) {
            const std::lock_guard lock(x_mutex);
            x_all.push_back(std::move(o));
            x_changed.notify_all();
        });
    }
    [[nodiscard]] std::size_t size() {
        const std::lock_guard lock(x_mutex);
        return x_all.size();
    }
    receiver::outcome operator[](std::size_t i) {
        const std::lock_guard lock(x_mutex);
        return x_all.at(i);
    }
    /// Waits, for at most 10 s, so that a defect fails the test instead of hanging it.
    bool await(std::size_t n) {
        std::unique_lock lock(x_mutex);
        return x_changed.wait_for(lock, std::chrono::seconds(10), [&] { return x_all.size() >= n; });
    }

private:
    std::mutex x_mutex;
    std::condition_variable x_changed;
    std::vector<receiver::outcome> x_all;
};

/// A server as its connections see it: it stores what it is given, unless told otherwise.
class fake_server {
public:
    struct insert {
        std::string token;
        std::vector<std::string> frames;
        std::size_t rows;
    };

    /// The next INSERTs end like this instead of being stored.
    void fail_next(std::vector<insert_result> how) {
        const std::lock_guard lock(x_mutex);
        x_failures.insert(x_failures.end(), how.begin(), how.end());
    }
    /// INSERTs hang until `resume`, or until their connection is aborted.
    void hang() {
        const std::lock_guard lock(x_mutex);
        x_hanging = true;
    }
    void resume() {
        const std::lock_guard lock(x_mutex);
        x_hanging = false;
        x_changed.notify_all();
    }
    [[nodiscard]] std::vector<insert> stored() {
        const std::lock_guard lock(x_mutex);
        return x_stored;
    }
    [[nodiscard]] std::vector<insert> attempted() {
        const std::lock_guard lock(x_mutex);
        return x_attempted;
    }
    bool await_attempts(std::size_t n) {
        std::unique_lock lock(x_mutex);
        return x_changed.wait_for(lock, std::chrono::seconds(10), [&] { return x_attempted.size() >= n; });
    }
    [[nodiscard]] std::unique_ptr<insert_sink> connect() { return std::make_unique<sink>(*this); }

private:
    class sink final : public insert_sink {
    public:
        explicit sink(fake_server& to) : x_to(to) {}
        insert_result insert(const group& what) override { return x_to.take(what, x_aborted); }
        void abort() noexcept override {
            const std::lock_guard lock(x_to.x_mutex);
            x_aborted = true;
            x_to.x_changed.notify_all();
        }

    private:
        fake_server& x_to;
        bool x_aborted = false;
    };

    insert_result take(const group& what, const bool& aborted) {
        insert given{what.token, {}, what.num_rows};
        for (const sealed_block& each : what.blocks) given.frames.emplace_back(each.frames.view());
        std::unique_lock lock(x_mutex);
        x_attempted.push_back(given);
        x_changed.notify_all();
        x_changed.wait(lock, [&] { return !x_hanging || aborted; });
        if (aborted) return {insert_result::kind::retry, 0, "aborted"};
        if (!x_failures.empty()) {
            insert_result how = x_failures.front();
            x_failures.pop_front();
            return how;
        }
        x_stored.push_back(std::move(given));
        return {};
    }

    std::mutex x_mutex;
    std::condition_variable x_changed;
    std::deque<insert_result> x_failures;
    std::vector<insert> x_attempted;
    std::vector<insert> x_stored;
    bool x_hanging = false;
};

/// An open block whose rows are bytes: every row is one character, in one "partition" a digit.
class fake_block final : public binding::open_block {
public:
    explicit fake_block(std::string table) {
        x_description.database = "db";
        x_description.name = std::move(table);
        x_statement = "INSERT INTO db." + x_description.name + " (a) FORMAT Native";
    }

    void append(char row) {
        rows.push_back(row);
        refresh();
    }
    void rollback(std::size_t to) {
        rows.resize(to);
        refresh();
    }
    [[nodiscard]] std::size_t num_rows() const noexcept override { return rows.size(); }
    [[nodiscard]] std::size_t byte_len() const override { return rows.size(); }
    [[nodiscard]] const binding::partition_set& partitions() const noexcept override { return x_partitions; }
    result<void> encode(wire::segments& out, wire::revision) const override {
        if (broken) return fail(errc::row_count_mismatch);
        out.borrow(rows);
        return {};
    }
    [[nodiscard]] bool knows_order() const noexcept override { return ordered; }
    column::row_order order() override {
        x_order.resize(rows.size());
        std::iota(x_order.begin(), x_order.end(), 0);
        std::ranges::stable_sort(x_order, {}, [this](std::uint32_t row) { return rows[row]; });
        return x_order;
    }
    result<void> encode_rows(column::row_order which, wire::segments& out, wire::revision revision) override {
        x_taken.clear();
        for (const std::uint32_t row : which) x_taken += rows[row];
        if (broken) return encode(out, revision);
        out.borrow(x_taken);
        return {};
    }
    void clear() override { rollback(0); }
    void release() override {
        rollback(0);
        ++num_releases;
    }
    [[nodiscard]] const std::string& insert_statement() const noexcept override { return x_statement; }
    [[nodiscard]] const binding::table_description& table() const noexcept override { return x_description; }

    std::string rows;
    bool broken = false;
    unsigned num_releases = 0;
    bool ordered = false;  // by the characters

private:
    void refresh() {
        x_partitions.clear();
        for (const char row : rows)
            if (row >= '0' && row <= '9') {
                const std::uint64_t time = static_cast<std::uint64_t>(row - '0') * binding::nanoseconds_per_day;
                x_partitions.add({&time, 1});
            }
    }

    binding::table_description x_description;
    std::string x_statement;
    binding::partition_set x_partitions;
    std::vector<std::uint32_t> x_order;
    std::string x_taken;
};

/// Payloads are texts: upper case goes to the second table, everything else to the first, a '-' is a
/// rejected record and a '!' is malformed. Digits are of their day, everything else of none.
class fake_ingest final : public ingest {
public:
    explicit fake_ingest(std::vector<std::string> tables) {
        for (std::string& each : tables) x_tables.push_back(std::make_unique<fake_block>(std::move(each)));
        x_marks.resize(x_tables.size());
    }

    result<ingested> write_days(receiver::encoding, padded_view payload, std::uint64_t,
                                const binding::day_range& days) override {
        for (std::size_t i = 0; i != x_tables.size(); ++i) x_marks[i] = x_tables[i]->num_rows();
        ingested all;
        for (std::size_t at = 0; at != payload.bytes.size(); ++at) {
            const char c = payload.bytes[at];
            if (c == '!') {
                undo();
                return fail(errc::bad_tag, at);
            }
            if (c == '-') {
                ++all.rejected.bad_span_ids;
                continue;
            }
            const bool is_day = c >= '0' && c <= '9';
            if (is_day && !days.contains(static_cast<std::uint64_t>(c - '0') * binding::nanoseconds_per_day)) continue;
            if (!is_day && days != binding::every_day) continue;
            x_tables[c >= 'A' && c <= 'Z' ? 1 : 0]->append(c);
            ++all.num_records;
        }
        return all;
    }
    void undo() override {
        for (std::size_t i = 0; i != x_tables.size(); ++i) x_tables[i]->rollback(x_marks[i]);
    }
    [[nodiscard]] std::size_t num_tables() const noexcept override { return x_tables.size(); }
    [[nodiscard]] binding::open_block& table(std::size_t index) noexcept override { return *x_tables[index]; }
    [[nodiscard]] std::uint64_t num_times_replaced() const noexcept override { return 0; }
    [[nodiscard]] fake_block& block(std::size_t index) noexcept { return *x_tables[index]; }

private:
    std::vector<std::unique_ptr<fake_block>> x_tables;
    std::vector<std::size_t> x_marks;
};

}  // namespace colblock::pipeline
