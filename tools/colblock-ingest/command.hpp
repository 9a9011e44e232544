// SPDX-License-Identifier: Apache-2.0
#pragma once

// A subcommand is one file with one function that describes its options and says what to run. To
// add one: write its file (and name it in CMakeLists.txt), declare its function here, call it in main.

#include <CLI/CLI.hpp>
#include <functional>
#include <string_view>

namespace colblock::tools {

enum exit_status : int {
    exit_success = 0,
    exit_failure = 1,  ///< it ran and something was lost or broke
    exit_usage = 2,    ///< it did not run: a flag, variable or configuration file is wrong
};

/// What the chosen subcommand does; main runs it after everything has been parsed.
using command = std::function<exit_status()>;

void add_serve(CLI::App& app, command& chosen);
void add_load(CLI::App& app, command& chosen);
void add_gen(CLI::App& app, command& chosen);
void add_schema(CLI::App& app, command& chosen);
void add_dump(CLI::App& app, command& chosen);

/// Prints `colblock-ingest: error: MESSAGE` to standard error and returns `status`. The message names the thing and
/// the remedy.
exit_status refuse(exit_status status, std::string_view message);

}  // namespace colblock::tools
