// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/detect.hpp"

#include <algorithm>

#include "colblock/binding/layout_collector.hpp"

namespace colblock::binding {
namespace {

bool holds(std::span<const std::string> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// Some table of the layout, or empty.
std::string_view any_table(layout which, std::span<const std::string> names) {
    for (std::size_t i = 0; i != num_table_roles; ++i) {
        const std::string_view name = find_table(which, static_cast<table_role>(i), names);
        if (holds(names, name)) return name;
    }
    return {};
}

}  // namespace

std::string_view find_table(layout which, table_role role, std::span<const std::string> table_names) noexcept {
    const std::string_view usual = default_table_name(which, role);
    if (which == layout::colblock || holds(table_names, usual)) return usual;
    for (const std::string_view other : collector_table_aliases(role))
        if (holds(table_names, other)) return other;
    return usual;
}

option_result<layout> detect(std::span<const std::string> table_names, std::optional<layout> configured) {
    if (configured) return *configured;
    const std::string_view ours = any_table(layout::colblock, table_names);
    const std::string_view theirs = any_table(layout::collector, table_names);
    if (!ours.empty() && !theirs.empty())
        return std::unexpected(option_error{"layout",
                                            "the database holds '" + std::string(ours) +
                                                "' of the layout colblock and '" + std::string(theirs) +
                                                "' of the layout collector",
                                            "set it to colblock or collector"});
    return theirs.empty() ? layout::colblock : layout::collector;
}

}  // namespace colblock::binding
