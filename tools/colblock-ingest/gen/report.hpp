// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "gen/drive.hpp"

namespace colblock::gen {

/// A line a second: rewritten in place on a terminal, one below the other elsewhere.
class progress_line {
public:
    progress_line(std::ostream& out, bool is_terminal) : x_out(&out), x_is_terminal(is_terminal) {}
    void show(const drive_progress& now);
    /// Clears the line on a terminal.
    void end();

private:
    std::ostream* x_out;
    bool x_is_terminal;
    drive_progress x_last{};
};

/// The report for a reader: one fact a line.
void print_table(std::ostream& out, const drive_report& report);
/// The report for a program: one JSON object on one line.
void print_json(std::ostream& out, const drive_report& report);

}  // namespace colblock::gen
