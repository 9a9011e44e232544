// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

#include "colblock/base/signal.hpp"
#include "colblock/binding/signal_writer.hpp"
#include "database.hpp"
#include "schema_flags.hpp"

namespace colblock::tools {

/// The tables that telemetry goes into, as the server describes them.
struct server_tables {
    binding::layout layout = binding::layout::colblock;
    std::array<std::vector<binding::bound_table>, num_signals> of_signal;

    /// Of all signals.
    [[nodiscard]] std::size_t num_tables() const noexcept;
};

/// Settles the layout by what is in `database`, creates what is missing if `create` says so (never
/// changing what is there), and describes the tables. Fails with a sentence that names the table and the
/// remedy.
answer<server_tables> prepare_tables(database& server, const schema_flags& flags, bool create);

/// Whether every signal can be written to these tables; a sentence if not.
answer<void> check_binding(const server_tables& tables);

}  // namespace colblock::tools
