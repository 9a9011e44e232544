// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <optional>
#include <string>

#include "colblock/binding/schema_options.hpp"
#include "colblock/client/options.hpp"

namespace colblock::tools {

/// What every signal's tables can be given, as text.
struct table_flags {
    std::string engine;
    std::string partition;
    std::string ttl;
    std::string order_by;
    std::string primary_key;
    std::string sample_by;
};

/// The flags that say which tables there are and how they are created.
struct schema_flags {
    std::string layout = "auto";
    std::string database = "default";
    std::string cluster;
    std::array<std::string, binding::num_table_roles> table_names;
    table_flags all;
    std::array<table_flags, num_signals> signals;
    std::string indexes = "all";
    bool no_codecs = false;
    bool no_views = false;
    std::uint64_t deduplication_window = 1000;
};

/// Adds them to `sub`. `flags` must live as long as `sub`.
void add_schema_flags(CLI::App& sub, schema_flags& flags);

/// Moves the database of an address, if it names one, to where tables are looked for and made: it wins over
/// --database. A session in it would be refused before it is created.
void take_database(schema_flags& flags, client::options& server);

/// The layout that was asked for; nothing for `auto`.
std::optional<binding::layout> layout_of(const schema_flags& flags);

/// Reads the texts. The options are for the layout `chosen`.
binding::option_result<binding::schema_options> options_of(const schema_flags& flags, binding::layout chosen);

}  // namespace colblock::tools
