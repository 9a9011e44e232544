// SPDX-License-Identifier: Apache-2.0
#include "binding/row_sorter.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <limits>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "binding/sql_tokens.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/low_cardinality.hpp"
#include "colblock/column/string.hpp"

namespace colblock::binding {

namespace {

// -- what a part of the key is ---------------------------------------------------------------------

struct key_part {
    std::string column;
    std::uint64_t seconds = 0;  // a time is cut down to so many; 0: not at all
};

struct time_function {
    std::string_view name;
    std::uint64_t seconds;
};
// Time zones that are off by less than such a unit only cost the gain: the server looks for itself.
constexpr auto time_functions = std::to_array<time_function>({
    {"toDateTime", 1},
    {"toUnixTimestamp", 1},
    {"toUnixTimestamp64Nano", 0},
    {"toStartOfSecond", 1},
    {"toStartOfMinute", 60},
    {"toStartOfFiveMinute", 300},
    {"toStartOfFiveMinutes", 300},
    {"toStartOfTenMinutes", 600},
    {"toStartOfFifteenMinutes", 900},
    {"toStartOfHour", 3600},
    {"toStartOfDay", 86'400},
    {"toDate", 86'400},
    {"toYYYYMMDD", 86'400},
});

std::optional<key_part> read_part(sql_tokens& in) {
    if (!in.peek().is_name()) return std::nullopt;
    key_part part{in.take().text};
    if (!in.take_sign('(')) return part;
    const auto* const cut = std::ranges::find(time_functions, part.column, &time_function::name);
    if (cut == time_functions.end() || !in.peek().is_name()) return std::nullopt;
    part = {in.take().text, cut->seconds};
    if (!in.take_sign(')')) return std::nullopt;
    return part;
}

// Nothing if any part is one that we do not know.
std::vector<key_part> read_key(std::string_view text) {
    std::vector<key_part> parts;
    sql_tokens in(text);
    do {
        auto part = read_part(in);
        if (!part) return {};
        parts.push_back(std::move(*part));
    } while (in.take_sign(','));
    if (in.peek().kind != sql_tokens::kind::end) return {};
    return parts;
}

// -- the values of a part --------------------------------------------------------------------------

// What rows have for one part of the key, as numbers in the order of the values.
class key_values {
public:
    virtual ~key_values() = default;
    /// One number a row.
    virtual void find(std::vector<std::uint64_t>& numbers) = 0;
    /// Whether equal numbers may stand for different values. Then `compare` decides.
    [[nodiscard]] virtual bool is_prefix() const noexcept { return false; }
    /// Two rows with equal numbers: negative if the first is less, positive if it is greater.
    [[nodiscard]] virtual int compare(std::uint32_t, std::uint32_t) const { return 0; }
};

template <class Column>
class integers final : public key_values {
public:
    integers(const Column& column, std::uint64_t ticks) : x_column(column), x_ticks(ticks) {}
    void find(std::vector<std::uint64_t>& numbers) override {
        using value = typename Column::value_type;
        // Moves the least value of a signed type to 0.
        constexpr std::uint64_t bias = std::is_signed_v<value> ? std::uint64_t{1} << 63 : 0;
        for (const value v : x_column.values()) {
            const auto whole = static_cast<std::int64_t>(v);
            if (x_ticks > 1 && whole >= 0) numbers.push_back(static_cast<std::uint64_t>(v) / x_ticks + bias);
            else numbers.push_back(static_cast<std::uint64_t>(whole) + bias);
        }
    }

private:
    const Column& x_column;
    std::uint64_t x_ticks;
};

class dictionary_texts final : public key_values {
public:
    using column_type = column::low_cardinality<column::string_dictionary>;
    explicit dictionary_texts(column_type& column) : x_column(column) {}
    void find(std::vector<std::uint64_t>& numbers) override {
        const auto& entries = std::as_const(x_column).dictionary();
        x_sorted.resize(entries.num_entries());
        std::iota(x_sorted.begin(), x_sorted.end(), 0);
        std::ranges::sort(x_sorted, {}, [&](std::uint32_t id) { return entries[id]; });
        x_ranks.resize(x_sorted.size());
        for (std::uint32_t rank = 0; rank != x_sorted.size(); ++rank) x_ranks[x_sorted[rank]] = rank;
        const std::size_t num_rows = x_column.num_rows();
        for (std::size_t row = 0; row != num_rows; ++row) numbers.push_back(x_ranks[x_column.indexes()[row]]);
    }

private:
    column_type& x_column;
    std::vector<std::uint32_t> x_sorted;
    std::vector<std::uint32_t> x_ranks;
};

class texts final : public key_values {
public:
    explicit texts(const column::string& column) : x_column(column) {}
    void find(std::vector<std::uint64_t>& numbers) override {
        x_column.for_each([&](byte_view text) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), std::min(text.size(), sizeof(word)));
            numbers.push_back(__builtin_bswap64(word));
        });
    }
    [[nodiscard]] bool is_prefix() const noexcept override { return true; }
    [[nodiscard]] int compare(std::uint32_t a, std::uint32_t b) const override {
        return x_column.indexed(a).compare(x_column.indexed(b));
    }

private:
    const column::string& x_column;
};

std::uint64_t ticks_of(const column::datetime64& column, std::uint64_t seconds) {
    for (unsigned scale = column.description().scale; scale != 0; --scale) seconds *= 10;
    return seconds;
}

template <class... Columns>
std::unique_ptr<key_values> integers_of(column::ref from, std::uint64_t seconds) {
    std::unique_ptr<key_values> made;
    const auto attempt = [&]<class Column>() {
        const Column* const column = from.as<Column>();
        if (made != nullptr || column == nullptr) return;
        if constexpr (std::same_as<Column, column::datetime64>)
            made = std::make_unique<integers<Column>>(*column, ticks_of(*column, seconds));
        else if (seconds == 0 || std::same_as<Column, column::datetime>)
            made = std::make_unique<integers<Column>>(*column, seconds);
    };
    (attempt.template operator()<Columns>(), ...);
    return made;
}

std::unique_ptr<key_values> values_of(column::ref from, std::uint64_t seconds) {
    if (seconds == 0) {
        if (auto* const column = from.as<dictionary_texts::column_type>())
            return std::make_unique<dictionary_texts>(*column);
        if (const auto* const column = from.as<column::string>()) return std::make_unique<texts>(*column);
    }
    return integers_of<column::datetime64, column::datetime, column::uint8, column::uint16, column::uint32,
                       column::uint64, column::int8, column::int16, column::int32, column::int64, column::boolean>(
        from, seconds);
}

// -- sorting -----------------------------------------------------------------------------------------

struct keyed_row {
    std::uint64_t key;
    std::uint32_t row;
};

// Sorts by the low `bits` of the keys, digit by digit from the lowest; equal keys keep their order. `spare` is
// scratch. A comparison sort takes five times as long for a hundred thousand rows.
void sort_by_key(std::vector<keyed_row>& rows, std::vector<keyed_row>& spare, unsigned bits) {
    constexpr unsigned digit_bits = 11;
    constexpr std::size_t num_digits = std::size_t{1} << digit_bits;
    spare.resize(rows.size());
    for (unsigned shift = 0; shift < bits; shift += digit_bits) {
        const auto digit = [shift](const keyed_row& r) { return r.key >> shift & (num_digits - 1); };
        std::array<std::uint32_t, num_digits> ends{};
        for (const keyed_row& r : rows) ++ends[digit(r)];
        std::uint32_t begin = 0;
        for (std::uint32_t& end : ends) begin += std::exchange(end, begin);
        for (const keyed_row& r : rows) spare[ends[digit(r)]++] = r;
        rows.swap(spare);
    }
}

// All parts are packed into one number, the first part highest. What does not fit, or is only the beginning of a
// text, is compared afterwards among the rows that are equal so far.
class packing_sorter final : public row_sorter {
public:
    explicit packing_sorter(std::vector<std::unique_ptr<key_values>> parts) : x_parts(std::move(parts)) {
        x_numbers.resize(x_parts.size());
    }

    column::row_order sort(std::size_t num_rows) override {
        x_keys.resize(num_rows);
        for (std::uint32_t row = 0; row != num_rows; ++row) x_keys[row] = {0, row};
        unsigned free_bits = key_bits;
        x_is_exact = true;
        unsigned used_bits = 0;
        for (std::size_t i = 0; i != x_parts.size(); ++i) {
            x_numbers[i].clear();
            x_parts[i]->find(x_numbers[i]);
            used_bits += pack(x_numbers[i], free_bits - used_bits);
            if (!x_parts[i]->is_prefix() && x_is_exact) continue;
            x_is_exact = false;
            free_bits = used_bits;  // what follows does not count before this is whole
        }
        sort_by_key(x_keys, x_spare, used_bits);
        x_rows.resize(num_rows);
        for (std::size_t i = 0; i != num_rows; ++i) x_rows[i] = x_keys[i].row;
        if (!x_is_exact) sort_equal_keys();
        return x_rows;
    }

private:
    static constexpr unsigned key_bits = 64;

    // Adds a part to the keys, cut to so many bits. Returns how many it took.
    unsigned pack(const std::vector<std::uint64_t>& numbers, unsigned free_bits) {
        if (numbers.empty()) return 0;
        const auto [least, most] = std::ranges::minmax(numbers);
        const auto bits = static_cast<unsigned>(std::bit_width(most - least));
        const unsigned kept = std::min(bits, free_bits);
        x_is_exact = x_is_exact && kept == bits;
        if (kept == 0) return 0;
        for (std::size_t row = 0; row != numbers.size(); ++row) {
            const std::uint64_t part = (numbers[row] - least) >> (bits - kept);
            x_keys[row].key = kept == key_bits ? part : x_keys[row].key << kept | part;
        }
        return kept;
    }

    void sort_equal_keys() {
        const auto less = [this](std::uint32_t a, std::uint32_t b) { return is_less(a, b); };
        for (std::size_t begin = 0, end = 0; begin != x_rows.size(); begin = end) {
            while (end != x_rows.size() && x_keys[begin].key == x_keys[end].key) ++end;
            const std::span<std::uint32_t> equal_so_far(x_rows.data() + begin, end - begin);
            // Mostly the few spans of a trace, which are equal.
            if (!std::ranges::is_sorted(equal_so_far, less)) std::ranges::sort(equal_so_far, less);
        }
    }
    [[nodiscard]] bool is_less(std::uint32_t a, std::uint32_t b) const {
        for (std::size_t i = 0; i != x_parts.size(); ++i) {
            if (x_numbers[i][a] != x_numbers[i][b]) return x_numbers[i][a] < x_numbers[i][b];
            const int compared = x_parts[i]->compare(a, b);
            if (compared != 0) return compared < 0;
        }
        return a < b;
    }

    std::vector<std::unique_ptr<key_values>> x_parts;
    std::vector<std::vector<std::uint64_t>> x_numbers;  // by part
    std::vector<keyed_row> x_keys;
    std::vector<keyed_row> x_spare;
    std::vector<std::uint32_t> x_rows;
    bool x_is_exact = true;
};

}  // namespace

std::unique_ptr<row_sorter> make_row_sorter(std::string_view sorting_key,
                                            std::span<const block::column_view> columns) {
    std::vector<std::unique_ptr<key_values>> parts;
    for (const key_part& part : read_key(sorting_key)) {
        const auto found = std::ranges::find(columns, part.column, &block::column_view::name);
        if (found == columns.end()) return nullptr;
        auto values = values_of(found->column, part.seconds);
        if (values == nullptr) return nullptr;
        parts.push_back(std::move(values));
    }
    if (parts.empty()) return nullptr;
    return std::make_unique<packing_sorter>(std::move(parts));
}

}  // namespace colblock::binding
