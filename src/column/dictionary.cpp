// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/dictionary.hpp"

#include <sys/random.h>

#include <algorithm>
#include <ctime>
#include <limits>

#include "colblock/wire/varint.hpp"

namespace colblock::column {

namespace {

constexpr std::size_t first_num_slots = 64;

}  // namespace

string_dictionary::hash_keys string_dictionary::draw_keys() noexcept {
    hash_keys drawn{};
    if (::getrandom(&drawn, sizeof(drawn), GRND_NONBLOCK) != static_cast<ssize_t>(sizeof(drawn))) {
        // Early in boot, or a sandbox without the call: time and address are better than nothing.
        std::timespec now{};
        std::timespec_get(&now, TIME_UTC);
        std::uint64_t state = static_cast<std::uint64_t>(now.tv_nsec) ^ reinterpret_cast<std::uintptr_t>(&now);
        for (std::uint64_t* word : {&drawn.a, &drawn.b, &drawn.c, &drawn.d, &drawn.spread}) {
            state = mix(state + 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9);
            *word = state;
        }
    }
    drawn.spread |= std::uint64_t{1} << 63 | 1;  // a small or even factor would lose bits
    return drawn;
}

const string_dictionary::hash_keys& string_dictionary::process_keys() noexcept {
    static const hash_keys drawn = draw_keys();
    return drawn;
}

string_dictionary::string_dictionary()
    : x_slots(first_num_slots), x_home_mask(first_num_slots - 2), x_keys(process_keys()) {
    x_bytes.push_back('\0');
    x_entries.push_back({1, 0, 0});
}

const string_dictionary::slot& string_dictionary::find_or_add(text_words words, byte_view value) {
    std::size_t at = home_of(words, value.size());
    for (; x_slots[at].id != 0; at = (at + 1) & (x_home_mask | 1)) {
        if (holds(x_slots[at], words, value)) return x_slots[at];
    }
    return add(x_slots[at], words, value);
}

text_predictor::place string_dictionary::find_surprise(byte_view value, text_predictor& predictor,
                                                       text_predictor::place last) {
    const slot& found = slot_of(value);
    const auto hit = static_cast<text_predictor::place>(&found - x_slots.data()) * 8;
    if (predictor.x_next.size() != x_slots.size()) {
        fit(predictor);
        return hit;
    }
    text_predictor::successors& after = predictor.x_next[last / 8];
    if (after.expected == 0) after.expected = hit;
    else if (after.other == hit) std::swap(after.other, after.expected);
    else after.other = hit;
    return hit;
}

const string_dictionary::slot& string_dictionary::add(slot& free, text_words words, byte_view value) {
    COLBLOCK_ASSUME(value.size() <= std::numeric_limits<std::uint32_t>::max());
    const auto id = static_cast<std::uint32_t>(x_entries.size());
    const auto len = static_cast<std::uint32_t>(value.size());
    // Everything that may fail to allocate comes before the first change, or after the last.
    char* to = x_bytes.reserve(value.size() + wire::max_varint_len);
    to = wire::write_varint(to, value.size());
    const auto text_begin = static_cast<std::uint64_t>(to - x_bytes.data());
    x_entries.push_back({text_begin, len, static_cast<std::uint32_t>(&free - x_slots.data())});
    std::memcpy(to, value.data(), value.size());
    x_bytes.set_end(to + value.size());
    free = {words, text_begin, len, id};
    if (x_entries.size() > x_slots.size() / 4) grow();
    return x_slots[x_entries[id].slot];
}

void string_dictionary::grow() {
    // Entries go in by id, so that forgetting from the last id backwards never leaves a gap in a
    // chain that a remaining entry was placed behind.
    std::vector<slot> fresh(2 * x_slots.size());
    x_home_mask = fresh.size() - 2;
    for (std::size_t id = 1; id != x_entries.size(); ++id) {
        const slot& old = x_slots[x_entries[id].slot];
        std::size_t at = home_of(old.words, old.text_len);
        while (fresh[at].id != 0) at = (at + 1) & (x_home_mask | 1);
        fresh[at] = old;
        x_entries[id].slot = static_cast<std::uint32_t>(at);
    }
    x_slots.swap(fresh);
}

std::size_t string_dictionary::longest_search() const noexcept {
    std::size_t longest = 0;
    for (std::size_t id = 1; id != x_entries.size(); ++id) {
        const slot& s = x_slots[x_entries[id].slot];
        const std::size_t distance = (x_entries[id].slot - home_of(s.words, s.text_len)) & (x_home_mask | 1);
        longest = std::max(longest, distance + 1);
    }
    return longest;
}

void string_dictionary::forget_from(std::size_t first) noexcept {
    if (first >= x_entries.size()) return;
    for (std::size_t id = x_entries.size(); id-- != first;) x_slots[x_entries[id].slot] = {};
    const entry& last = x_entries[first - 1];
    x_bytes.truncate(last.text_begin + last.text_len);
    x_entries.erase(x_entries.begin() + static_cast<std::ptrdiff_t>(first), x_entries.end());
}

std::uint32_t string_dictionary::decode_entry(wire::cursor& in) {
    return id_of_unpadded(in.string());
}

}  // namespace colblock::column
