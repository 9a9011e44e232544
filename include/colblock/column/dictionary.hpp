// SPDX-License-Identifier: Apache-2.0
#pragma once

// The dictionary of a LowCardinality(String) column while its block is filled.
//
// dictionary := entry*                       entry 0 is "", then in order of first appearance
// entry      := varint length, bytes
//
// Entries are stored in this form, so that writing the dictionary hands over `bytes()`.
//
// Lookup is by open addressing over 32-byte slots, two a cache line. A slot holds two words that
// identify its text: the text itself up to 16 bytes, a 128-bit digest of it above. So a hit on a
// short text touches one cache line, and a text that is not there is compared with none.
//
// Senders choose the texts. Slots and digests come from multiplications with keys that each process
// draws at random, so that texts which collide cannot be prepared; nothing else depends on the keys.
//
// docs/decisions.md says what was measured; bench/dictionary_bench.cpp measures it again.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "colblock/base/assume.hpp"
#include "colblock/base/buffer.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/wire/cursor.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::column {

class string_dictionary;

/// What a caller keeps between calls for one stream of texts, e.g. the attribute keys of spans: which
/// text followed which. Any predictor is valid for any dictionary at any time; at worst it does not
/// help. It forgets what it knows when the dictionary grows.
class text_predictor {
private:
    friend class string_dictionary;
    // Where a slot is: 8 times its number. That is the offset of its successors, and a quarter of its own, so that one
    // guess leads to the next without arithmetic. Enough for 2^27 texts, which a block has no memory for.
    using place = std::uint32_t;

    // What was hit after a slot. A surprise has to come twice running to be expected: or each text out of turn would
    // leave another surprise behind.
    struct successors {
        place expected = 0;
        place other = 0;  // the last surprise
    };
    static_assert(sizeof(successors) == 8);

    std::vector<successors> x_next;  // by slot
    place x_last = 0;                // what was hit last
};

/// Ids of texts in order of first appearance; "" always has id 0. Texts are shorter than 4 GiB. Not
/// thread-safe. A dictionary that was moved from may only be destroyed or assigned to.
class string_dictionary {
public:
    string_dictionary();

    /// The id of `value`, which is added if it is new. `value` is padded; an empty one may be null.
    [[nodiscard]] COLBLOCK_ALWAYS_INLINE std::uint32_t id_of(byte_view value) {
        return value.empty() ? 0 : slot_of(value).id;
    }

    /// The same for a value that need not be padded.
    [[nodiscard]] std::uint32_t id_of_unpadded(byte_view value) {
        // Only up to this length a text is read past its end.
        constexpr std::size_t longest_in_words = sizeof(text_words);
        if (value.empty() || value.size() > longest_in_words) return id_of(value);
        char padded[longest_in_words];
        std::memcpy(padded, value.data(), value.size());
        return id_of({padded, value.size()});
    }

    /// The type of the entries.
    [[nodiscard]] static std::string type() { return "String"; }
    /// The id of the entry that is next in the wire form of another dictionary.
    std::uint32_t decode_entry(wire::cursor& in);

    /// The ids of n values, as by id_of one after the other.
    void ids_of(std::uint32_t* ids, const byte_view* values, std::size_t n) {
        ids_of(ids, n, [values](std::size_t i) { return values[i]; });
    }
    /// The ids of `text_at(0)` to `text_at(n - 1)`, each a padded byte_view.
    template <class TextAt>
    void ids_of(std::uint32_t* ids, std::size_t n, const TextAt& text_at) {
        for (std::size_t i = 0; i != n; ++i) ids[i] = id_of(text_at(i));
    }
    /// The same, faster where texts mostly follow each other as they did before: the attribute keys of
    /// a batch of records, in one call and in their order. Empty texts are padded as well.
    template <class TextAt>
    void ids_of(std::uint32_t* ids, std::size_t n, const TextAt& text_at, text_predictor& predictor);

    /// The same, faster where equal texts are mostly the same bytes at the same address.
    template <class TextAt>
    void ids_of_shared(std::uint32_t* ids, std::size_t n, const TextAt& text_at);

    /// Entry `id`, padded; valid until the next entry is added.
    [[nodiscard]] byte_view operator[](std::uint32_t id) const noexcept {
        return {x_bytes.data() + x_entries[id].text_begin, x_entries[id].text_len};
    }
    /// At least 1.
    [[nodiscard]] std::size_t num_entries() const noexcept { return x_entries.size(); }
    /// The entries in wire form; valid until the next one is added.
    [[nodiscard]] const buffer& bytes() const noexcept { return x_bytes; }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_bytes.size(); }
    void encode(wire::segments& out) const { out.borrow(x_bytes.view()); }
    void encode_default(wire::segments& out) const { out.borrow(x_bytes.view().substr(0, 1)); }

    /// How many slots the search for the worst placed entry visits: for tests and diagnosis.
    [[nodiscard]] std::size_t longest_search() const noexcept;

    /// Forgets all entries but "", and the mark. Keeps capacity.
    void clear() noexcept {
        forget_from(1);
        x_num_marked = 1;
    }
    void mark() noexcept { x_num_marked = x_entries.size(); }
    /// Forgets the entries added since the last mark; their ids will be given again.
    void rollback() noexcept { forget_from(x_num_marked); }

private:
    static constexpr std::size_t longest_in_slot = 16;

    struct text_words {
        std::uint64_t low;
        std::uint64_t high;
    };
    struct alignas(32) slot {
        text_words words{};
        std::uint64_t text_begin = 0;  // in x_bytes
        std::uint32_t text_len = 0;
        std::uint32_t id = 0;          // 0: free
    };
    struct entry {
        std::uint64_t text_begin;  // in x_bytes
        std::uint32_t text_len;
        std::uint32_t slot;        // so that forgetting needs no search
    };
    struct hash_keys {
        std::uint64_t a, b, c, d, spread;
    };
    using vector_16 [[gnu::vector_size(16)]] = std::uint64_t;

    __extension__ using wide = unsigned __int128;
    [[nodiscard]] static std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
        const wide product = static_cast<wide>(a) * b;
        auto high = static_cast<std::uint64_t>(product >> 64);
        __asm__("" : "+r"(high));  // or GCC passes the low half through memory
        return static_cast<std::uint64_t>(product) ^ high;
    }
    [[nodiscard]] static hash_keys draw_keys() noexcept;
    [[nodiscard]] static const hash_keys& process_keys() noexcept;

    [[nodiscard]] static text_words words_of(byte_view value) noexcept;
    [[nodiscard]] text_words digest_of(byte_view value) const noexcept;
    /// Where the search for a text begins. One multiplication leaves counters in clumps where the key
    /// happens to be a poor factor; the middle bits of a second one do not (docs/decisions.md).
    [[nodiscard]] std::size_t home_of(text_words words, std::size_t len) const noexcept {
        const std::uint64_t mixed = len <= longest_in_slot ? mix(words.low ^ x_keys.a, words.high ^ x_keys.b ^ len)
                                                           : words.low ^ words.high;
        return static_cast<std::size_t>((static_cast<wide>(mixed) * x_keys.spread) >> 64) & x_home_mask;
    }
    /// Whether a slot that has the length of `value` has its text.
    [[nodiscard]] bool is_short_text(const slot& s, text_words words) const noexcept {
        return ((s.words.low ^ words.low) | (s.words.high ^ words.high)) == 0;
    }
    [[nodiscard]] bool is_long_text(const slot& s, byte_view value) const noexcept;
    [[nodiscard]] bool holds(const slot& s, text_words words, byte_view value) const noexcept {
        const std::uint64_t differing =
            (s.words.low ^ words.low) | (s.words.high ^ words.high) | (s.text_len ^ value.size());
        return differing == 0 && (value.size() <= longest_in_slot || is_long_text(s, value));
    }
    /// Where `value` is, which is not empty, or is added.
    [[nodiscard]] COLBLOCK_ALWAYS_INLINE const slot& slot_of(byte_view value) {
        // Apart to the end: where the two kinds join, compilers spill their words.
        if (value.size() <= longest_in_slot) return slot_of_words(words_of(value), value);
        return slot_of_words(digest_of(value), value);
    }
    [[nodiscard]] COLBLOCK_ALWAYS_INLINE const slot& slot_of_words(text_words words, byte_view value) {
        // Which slot of its pair holds a text cannot be predicted, so it is chosen without a branch;
        // two texts of one pair that begin with the same word take the long way.
        const slot* const pair = &x_slots[home_of(words, value.size())];
        const slot& chosen = pair[pair[0].words.low != words.low ? 1 : 0];
        return COLBLOCK_LIKELY(holds(chosen, words, value)) ? chosen : find_or_add(words, value);
    }
    COLBLOCK_NOINLINE const slot& find_or_add(text_words words, byte_view value);
    /// Where `value` is, which is not empty and not what was expected after `last`.
    COLBLOCK_NOINLINE text_predictor::place find_surprise(byte_view value, text_predictor& predictor,
                                                          text_predictor::place last);
    [[nodiscard]] static const slot& slot_at(const slot* slots, std::size_t place) noexcept {
        static_assert(sizeof(slot) == 4 * sizeof(text_predictor::successors));
        return *reinterpret_cast<const slot*>(reinterpret_cast<const char*>(slots) + 4 * place);
    }
    /// Leaves only guesses that are slots.
    void fit(text_predictor& predictor) const {
        if (predictor.x_next.size() == x_slots.size()) return;
        predictor.x_next.assign(x_slots.size(), {});
        predictor.x_last = 0;
    }
    const slot& add(slot& free, text_words words, byte_view value);
    void grow();
    void forget_from(std::size_t first) noexcept;

    std::vector<slot> x_slots;    // a power of two, at most a quarter of them taken
    std::size_t x_home_mask = 0;  // searches begin at even slots
    hash_keys x_keys;
    std::vector<entry> x_entries;
    buffer x_bytes;
    std::size_t x_num_marked = 1;
};

COLBLOCK_ALWAYS_INLINE string_dictionary::text_words string_dictionary::words_of(byte_view value) noexcept {
    constexpr std::uint64_t all = ~std::uint64_t{0};
    static constexpr std::uint64_t masks[25] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0,  // the second word of texts up to 8 bytes
        all >> 56, all >> 48, all >> 40, all >> 32, all >> 24, all >> 16, all >> 8,
        all, all, all, all, all, all, all, all, all,  // the first word of texts from 8 bytes
    };
    std::uint64_t low = load<std::uint64_t>(value.data()) & masks[value.size() + 8];
    const std::uint64_t high = load<std::uint64_t>(value.data() + 8) & masks[value.size()];
    __asm__("" : "+r"(low));  // or GCC joins the two in a vector and takes it apart through memory
    return {low, high};
}

COLBLOCK_ALWAYS_INLINE string_dictionary::text_words string_dictionary::digest_of(
    byte_view value) const noexcept {
    // Two independent chains over halves of 32 bytes. The last step overlaps what came before it; up
    // to 32 bytes it is the only one and takes the first and the last 16.
    const char* from = value.data();
    const char* const end = from + value.size();
    std::uint64_t low = x_keys.c ^ value.size();
    std::uint64_t high = x_keys.d;
    for (; end - from > 32; from += 32) {
        low = mix(load<std::uint64_t>(from) ^ x_keys.a, load<std::uint64_t>(from + 8) ^ low);
        high = mix(load<std::uint64_t>(from + 16) ^ x_keys.b, load<std::uint64_t>(from + 24) ^ high);
    }
    const char* const first = value.size() <= 32 ? from : end - 32;
    return {mix(load<std::uint64_t>(first) ^ x_keys.a, load<std::uint64_t>(first + 8) ^ low),
            mix(load<std::uint64_t>(end - 16) ^ x_keys.b, load<std::uint64_t>(end - 8) ^ high)};
}

COLBLOCK_ALWAYS_INLINE bool string_dictionary::is_long_text(const slot& s, byte_view value) const noexcept {
    const char* const text = x_bytes.data() + s.text_begin;
    const std::size_t last = value.size() - 16;
    vector_16 differing = load<vector_16>(text + last) ^ load<vector_16>(value.data() + last);
    for (std::size_t at = 0; at < last; at += 16) {
        differing |= load<vector_16>(text + at) ^ load<vector_16>(value.data() + at);
    }
    return (differing[0] | differing[1]) == 0;
}

template <class TextAt>
void string_dictionary::ids_of(std::uint32_t* ids, std::size_t n, const TextAt& text_at,
                               text_predictor& predictor) {
    fit(predictor);
    // In registers: each guess waits for the one before it, and `ids` may be anywhere as far as compilers know.
    const slot* slots = x_slots.data();
    auto next = reinterpret_cast<const char*>(predictor.x_next.data());
    std::size_t last = predictor.x_last;
    for (std::size_t i = 0; i != n; ++i) {
        const byte_view value = text_at(i);
        const std::size_t guessed = load<text_predictor::place>(next + last);
        const slot& s = slot_at(slots, guessed);
        const bool right = s.text_len == value.size() &&  // a free slot is "", and its id 0
                           (value.size() <= longest_in_slot ? is_short_text(s, words_of(value))
                                                            : is_long_text(s, value));
        if (COLBLOCK_LIKELY(right)) {
            ids[i] = s.id;
            last = guessed;
            continue;
        }
        if (value.empty()) {
            ids[i] = 0;
            continue;
        }
        last = find_surprise(value, predictor, static_cast<text_predictor::place>(last));
        slots = x_slots.data();
        next = reinterpret_cast<const char*>(predictor.x_next.data());
        ids[i] = slot_at(slots, last).id;
    }
    predictor.x_last = static_cast<text_predictor::place>(last);
}

template <class TextAt>
void string_dictionary::ids_of_shared(std::uint32_t* ids, std::size_t n, const TextAt& text_at) {
    struct known_text {
        const char* text = nullptr;
        std::uint32_t len = 0;
        std::uint32_t id = 0;
    };
    std::array<known_text, 256> known{};
    for (std::size_t i = 0; i != n; ++i) {
        const byte_view value = text_at(i);
        known_text& k = known[reinterpret_cast<std::uintptr_t>(value.data()) * 0x9e37'79b9'7f4a'7c15 >> 56];
        if (COLBLOCK_UNLIKELY(k.text != value.data() || k.len != value.size()))
            k = {value.data(), static_cast<std::uint32_t>(value.size()), id_of(value)};
        ids[i] = k.id;
    }
}

}  // namespace colblock::column
