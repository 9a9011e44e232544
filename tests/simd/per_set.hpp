// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "colblock/simd/kernels.hpp"
#include "support/guarded_page.hpp"

namespace colblock::simd {

/// How GoogleTest prints, and CTest names, the set of a test.
inline void PrintTo(const kernel_set& set, std::ostream* out) { *out << set.name; }

/// Runs a test with every kernel set that this machine has.
class per_set : public ::testing::TestWithParam<kernel_set> {
protected:
    [[nodiscard]] const kernel_set& kernels() const { return GetParam(); }
};

inline std::string set_name(const ::testing::TestParamInfo<kernel_set>& info) {
    return std::string(info.param.name);
}

/// Values in memory of their own, each with exactly `read_padding` readable bytes behind it.
class padded_values {
public:
    void add(byte_view text) {
        x_pages.push_back(std::make_unique<testing::guarded_page>(text.size() + read_padding));
        views.push_back(x_pages.back()->place_at_end(text, read_padding));
    }
    std::vector<byte_view> views;

private:
    std::vector<std::unique_ptr<testing::guarded_page>> x_pages;
};

/// What `write(to)` writes when `room` bytes and `slack` more may be overwritten, and no others.
template <class Write>
std::string written(std::size_t room, std::size_t slack, const Write& write) {
    const testing::guarded_page page(room + slack);
    char* const to = page.end() - room - slack;
    return {to, write(to)};
}

}  // namespace colblock::simd

#define COLBLOCK_FOR_EVERY_SET(suite)                                                               \
    INSTANTIATE_TEST_SUITE_P(, suite, ::testing::ValuesIn(::colblock::simd::available().begin(), \
                                                          ::colblock::simd::available().end()),  \
                             ::colblock::simd::set_name)
