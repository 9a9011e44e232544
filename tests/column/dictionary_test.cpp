// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/dictionary.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "support/guarded_page.hpp"

namespace colblock::column {
namespace {

/// Texts with the padding that dictionaries ask for, and nothing readable behind it.
class padded_texts {
public:
    byte_view operator()(byte_view text) const { return x_page.place_at_end(text, read_padding); }

private:
    testing::guarded_page x_page{1 << 16};
};

std::string random_text(std::mt19937_64& random, std::size_t len) {
    std::string text(len, '\0');
    for (char& byte : text) byte = static_cast<char>(random());
    return text;
}

TEST(StringDictionary, StartsWithTheEmptyString) {
    string_dictionary d;
    const padded_texts padded;
    EXPECT_EQ(d.num_entries(), 1u);
    EXPECT_EQ(d.bytes().view(), byte_view("\0", 1));
    EXPECT_EQ(d.id_of(byte_view()), 0u);
    EXPECT_EQ(d.id_of(padded("")), 0u);
    EXPECT_EQ(d[0], "");
    EXPECT_EQ(d.num_entries(), 1u);
}

TEST(StringDictionary, GivesIdsInOrderOfFirstAppearance) {
    string_dictionary d;
    const padded_texts padded;
    EXPECT_EQ(d.id_of(padded("b")), 1u);
    EXPECT_EQ(d.id_of(padded("a")), 2u);
    EXPECT_EQ(d.id_of(padded("b")), 1u);
    EXPECT_EQ(d.id_of(padded("")), 0u);
    EXPECT_EQ(d[1], "b");
    EXPECT_EQ(d[2], "a");
    EXPECT_EQ(d.bytes().view(), byte_view("\0\1b\1a", 5));
}

TEST(StringDictionary, StoresLengthsAsVarints) {
    string_dictionary d;
    const padded_texts padded;
    const std::string a(127, 'a');
    const std::string b(128, 'b');
    const std::string c(16384, 'c');
    EXPECT_EQ(d.id_of(padded(a)), 1u);
    EXPECT_EQ(d.id_of(padded(b)), 2u);
    EXPECT_EQ(d.id_of(padded(c)), 3u);
    EXPECT_EQ(d.bytes().view(), std::string(1, '\0') + "\x7f" + a + "\x80\x01" + b + "\x80\x80\x01" + c);
    EXPECT_EQ(d[3], c);
}

TEST(StringDictionary, TellsZeroBytesFromNoBytes) {
    string_dictionary d;
    const padded_texts padded;
    for (std::uint32_t len = 0; len != 70; ++len) {
        EXPECT_EQ(d.id_of(padded(std::string(len, '\0'))), len);
    }
}

TEST(StringDictionary, TellsTextsApartThatDifferInOneByte) {
    std::mt19937_64 random(1);
    const padded_texts padded;
    for (const std::size_t len : {1, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 64, 65, 100, 500}) {
        string_dictionary d;
        const std::string text = random_text(random, len);
        ASSERT_EQ(d.id_of(padded(text)), 1u);
        for (std::size_t at = 0; at != len; ++at) {
            std::string other = text;
            other[at] ^= 0x40;
            ASSERT_EQ(d.id_of(padded(other)), at + 2) << "length " << len << ", byte " << at;
        }
        for (std::size_t at = 0; at != len; ++at) {
            std::string other = text;
            other[at] ^= 0x40;
            ASSERT_EQ(d.id_of(padded(other)), at + 2) << "length " << len << ", byte " << at;
        }
        EXPECT_EQ(d.id_of(padded(text)), 1u);
    }
}

TEST(StringDictionary, TellsATextFromItsPrefixes) {
    std::mt19937_64 random(2);
    const padded_texts padded;
    const std::string text = random_text(random, 200);
    string_dictionary d;
    for (int round = 0; round != 2; ++round) {
        for (std::size_t len = 0; len != text.size(); ++len) {
            ASSERT_EQ(d.id_of(padded(byte_view(text).substr(0, len))), len);
        }
    }
}

/// Random texts of `num_texts` kinds, all lengths to 80, "" among them, held in padded memory.
struct traffic {
    explicit traffic(std::size_t num_texts, std::size_t num_values) {
        std::mt19937_64 random(num_texts);
        std::vector<std::string> texts;
        for (std::size_t i = 0; i != num_texts; ++i) texts.push_back(random_text(random, random() % 80));
        std::vector<std::pair<std::size_t, std::size_t>> places;
        for (std::size_t i = 0; i != num_values; ++i) {
            const std::string& text = texts[random() % num_texts];
            places.emplace_back(memory.size(), text.size());
            memory.append(text);
        }
        for (const auto& [begin, len] : places) values.push_back(memory.view().substr(begin, len));
    }
    buffer memory;
    std::vector<byte_view> values;
};

std::vector<std::uint32_t> ids_by_map(const std::vector<byte_view>& values) {
    std::unordered_map<std::string_view, std::uint32_t> map{{{}, 0}};
    std::vector<std::uint32_t> ids;
    for (const byte_view value : values) {
        ids.push_back(map.emplace(value, static_cast<std::uint32_t>(map.size())).first->second);
    }
    return ids;
}

TEST(StringDictionary, GivesTheIdsOfAMapAtEverySizeDifferential) {
    for (const std::size_t num_texts : {1, 2, 30, 200, 2000, 50000}) {
        const traffic t(num_texts, 100'000);
        string_dictionary d;
        std::vector<std::uint32_t> ids(t.values.size());
        d.ids_of(ids.data(), t.values.data(), t.values.size());
        ASSERT_EQ(ids, ids_by_map(t.values)) << num_texts;
        std::string wire;
        for (std::uint32_t id = 0; id != d.num_entries(); ++id) {
            wire += static_cast<char>(d[id].size());
            wire += d[id];
        }
        EXPECT_EQ(d.bytes().view(), wire);
    }
}

std::string two_words(std::uint64_t low, std::uint64_t high) {
    std::string text(16, '\0');
    store(text.data(), low);
    store(text.data() + 8, high);
    return text;
}

// Random placement at this load has a longest search of 25 to 40 slots. One multiplication instead of
// two gave 291 for counters, under some of the keys that a process may draw.
TEST(StringDictionary, RegularTextsAreSpreadLikeRandomOnes) {
    using family = std::string (*)(std::uint64_t);
    const family families[] = {
        [](std::uint64_t i) { return two_words(i + 1, 0); },
        [](std::uint64_t i) { return two_words(0, i + 1); },
        [](std::uint64_t i) { return two_words(i, i); },
        [](std::uint64_t i) { return two_words(i, ~i); },
        [](std::uint64_t i) { return two_words(i << 48, 0); },
        [](std::uint64_t i) { return two_words(0, i << 48); },
        [](std::uint64_t i) { return two_words(i << 16, i << 32); },
        [](std::uint64_t i) { return std::to_string(i); },
        [](std::uint64_t i) { return "/api/v1/items/" + std::to_string(i); },
        [](std::uint64_t i) { return "/api/v1/tenants/acme/items/" + std::to_string(i) + "/details"; },
        [](std::uint64_t i) { return "xxxxxxxxxxxxxxxx" + two_words(i << 48, 0); },
        [](std::uint64_t i) { return std::string(i % 2000, '\0') + two_words(i / 2000, 0); },
    };
    const padded_texts padded;
    for (const family& text_of : families) {
        string_dictionary d;
        for (std::uint64_t i = 0; i != 30'000; ++i) (void)d.id_of(padded(text_of(i)));
        EXPECT_LT(d.longest_search(), 100u) << "family " << &text_of - families;
        EXPECT_GT(d.num_entries(), 29'000u);
    }
}

TEST(StringDictionary, PredictorsChangeNoIdsDifferential) {
    text_predictor predictor;  // kept, to arrive wrong
    for (const std::size_t num_texts : {1, 2, 30, 200, 50000, 3}) {
        const traffic t(num_texts, 50'000);
        string_dictionary d;
        std::vector<std::uint32_t> ids(t.values.size());
        for (std::size_t i = 0; i != t.values.size(); i += 250) {
            d.ids_of(ids.data() + i, 250, [&](std::size_t k) { return t.values[i + k]; }, predictor);
        }
        EXPECT_EQ(ids, ids_by_map(t.values)) << num_texts;
    }
}

TEST(StringDictionary, SharedTextsGetTheSameIdsDifferential) {
    for (const std::size_t num_texts : {1, 2, 30, 200, 50000}) {
        traffic t(num_texts, 50'000);
        std::unordered_map<byte_view, byte_view> first;
        for (std::size_t i = 0; i != t.values.size(); ++i) {
            const byte_view shared = first.try_emplace(t.values[i], t.values[i]).first->second;
            if (i % 8 != 0) t.values[i] = shared;
            if (i % 100 == 0) t.values[i] = shared.substr(0, i / 100 % (shared.size() + 1));  // begins where another does
        }
        string_dictionary d;
        std::vector<std::uint32_t> ids(t.values.size());
        for (std::size_t i = 0; i != t.values.size(); i += 250)
            d.ids_of_shared(ids.data() + i, 250, [&](std::size_t k) { return t.values[i + k]; });
        EXPECT_EQ(ids, ids_by_map(t.values)) << num_texts;
    }
}

TEST(StringDictionary, PredictionsReadNoFartherThanThePadding) {
    const padded_texts padded;
    for (std::size_t len = 0; len != 150; ++len) {
        string_dictionary d;
        text_predictor predictor;
        const std::string text(len, 'x');
        std::uint32_t ids[3] = {7, 7, 7};
        d.ids_of(ids, 3, [&](std::size_t) { return padded(text); }, predictor);
        for (const std::uint32_t id : ids) EXPECT_EQ(id, len == 0 ? 0u : 1u);
    }
}

TEST(StringDictionary, PredictionsSurviveTheEntryTheyPointTo) {
    const padded_texts padded;
    string_dictionary d;
    text_predictor predictor;
    std::uint32_t id = 0;
    const auto id_of = [&](byte_view text) {
        d.ids_of(&id, 1, [&](std::size_t) { return padded(text); }, predictor);
        return id;
    };
    EXPECT_EQ(id_of("one"), 1u);
    EXPECT_EQ(id_of("one"), 1u);
    d.clear();
    EXPECT_EQ(id_of("two"), 1u);
    EXPECT_EQ(id_of("one"), 2u);
    d.clear();
    EXPECT_EQ(id_of(""), 0u);
}

TEST(StringDictionary, RollbackForgetsEntriesAfterMark) {
    const padded_texts padded;
    for (const std::uint32_t num_added : {0, 1, 20, 60, 5000}) {  // 60 and 5000: it grows in between
        string_dictionary d;
        for (std::uint32_t i = 1; i != 21; ++i) ASSERT_EQ(d.id_of(padded("kept " + std::to_string(i))), i);
        const std::string before(d.bytes().view());
        d.mark();
        for (int round = 0; round != 2; ++round) {
            for (std::uint32_t i = 0; i != num_added; ++i) {
                ASSERT_EQ(d.id_of(padded("added " + std::to_string(i) + std::to_string(round))), 21 + i);
            }
            d.rollback();
            EXPECT_EQ(d.num_entries(), 21u);
            EXPECT_EQ(d.bytes().view(), before);
        }
        for (std::uint32_t i = 1; i != 21; ++i) ASSERT_EQ(d.id_of(padded("kept " + std::to_string(i))), i);
        EXPECT_EQ(d.id_of(padded("new")), 21u);
    }
}

TEST(StringDictionary, ClearThenRefillGivesTheSameBytes) {
    const traffic t(3000, 10'000);
    string_dictionary d;
    std::vector<std::uint32_t> first(t.values.size());
    d.ids_of(first.data(), t.values.data(), t.values.size());
    const std::string bytes(d.bytes().view());
    d.mark();
    d.clear();
    EXPECT_EQ(d.num_entries(), 1u);
    EXPECT_EQ(d.bytes().view(), byte_view("\0", 1));
    std::vector<std::uint32_t> second(t.values.size());
    d.ids_of(second.data(), t.values.data(), t.values.size());
    EXPECT_EQ(second, first);
    EXPECT_EQ(d.bytes().view(), bytes);
    d.rollback();  // clear forgot the mark
    EXPECT_EQ(d.num_entries(), 1u);
}

TEST(StringDictionary, CopiesAndMovesKeepTheEntries) {
    const padded_texts padded;
    string_dictionary a;
    EXPECT_EQ(a.id_of(padded("one")), 1u);
    string_dictionary copy = a;
    EXPECT_EQ(copy.id_of(padded("two")), 2u);
    EXPECT_EQ(a.num_entries(), 2u);
    const string_dictionary moved = std::move(copy);
    EXPECT_EQ(moved.bytes().view(), byte_view("\0\3one\3two", 9));
}

}  // namespace
}  // namespace colblock::column
