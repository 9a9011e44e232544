// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "command.hpp"
#include "embedded_engine.hpp"

namespace colblock::tools {

exit_status refuse(exit_status status, std::string_view message) {
    std::cerr << "colblock-ingest: error: " << message << '\n';
    return status;
}

namespace {

// The environment variable of an option, e.g. COLBLOCK_GEN_RATE for --rate of gen. The service itself
// has the short names: --listen of serve is COLBLOCK_LISTEN.
std::string variable_name(std::string_view subcommand, std::string_view option) {
    std::string name = "COLBLOCK_";
    if (subcommand != "serve") name.append(subcommand).push_back('_');
    name += option;
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
        return static_cast<char>(c == '-' ? '_' : std::toupper(c));
    });
    return name;
}

void name_variables(CLI::App& app) {
    for (CLI::App* subcommand : app.get_subcommands({}))
        for (CLI::Option* option : subcommand->get_options())
            if (!option->get_lnames().empty() && option->get_configurable())
                option->envname(variable_name(subcommand->get_name(), option->get_lnames().front()));
}

// By itself CLI11 lets the file win over the environment; so what a variable sets is left out of the file.
class file_below_environment : public CLI::ConfigTOML {
public:
    std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
        std::vector<CLI::ConfigItem> given = CLI::ConfigTOML::from_config(in);
        std::erase_if(given, [](const CLI::ConfigItem& item) {
            return item.parents.size() == 1 &&
                   std::getenv(variable_name(item.parents.front(), item.name).c_str()) != nullptr;
        });
        return given;
    }
};

// Option and default on one line, what it does on the next ones; the variables follow one rule that
// the footer states, so they are not repeated for each option.
class sober_formatter : public CLI::Formatter {
public:
    sober_formatter() { column_width(34); }

    std::string make_option_opts(const CLI::Option* option) const override {
        return option->get_option_text().empty() ? "" : " " + option->get_option_text();
    }
    // CLI11 marks the second name of --on,!--off as "--off{false}".
    std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
        std::string name = Formatter::make_option_name(option, is_positional);
        constexpr std::string_view mark = "{false}";
        if (const std::size_t at = name.find(mark); at != std::string::npos) name.erase(at, mark.size());
        return name;
    }
    std::string make_option_desc(const CLI::Option* option) const override {
        std::string text = option->get_description();
        if (!option->get_default_str().empty()) text += " [" + option->get_default_str() + ']';
        return text;
    }
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
        std::string text = Formatter::make_help(app, std::move(name), mode);
        for (std::size_t at = 0; (at = text.find("\n\n\n", at)) != std::string::npos;) text.erase(at, 1);
        return text;
    }
};

void describe(CLI::App& app) {
    app.formatter(std::make_shared<sober_formatter>());
    app.option_defaults()->always_capture_default();
    app.set_version_flag("--version", "colblock-ingest " COLBLOCK_VERSION, "Print the version and exit");
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.config_formatter(std::make_shared<file_below_environment>());
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.set_config("--config", "", "Read options from an INI or TOML file, a [section] a subcommand")
        ->envname("COLBLOCK_CONFIG")
        ->option_text("FILE");
    app.require_subcommand(0, 1);
    app.fallthrough();
    app.footer(
        "Each option of a subcommand is also a key of its section in the configuration file, and an\n"
        "environment variable: --rate of gen is COLBLOCK_GEN_RATE. The command line wins, then the\n"
        "environment, then the file.\n"
        "Exit status: 0 done, 1 something was lost or broke, 2 an option is wrong.");
}

// One line for the user. CLI11 says of an unknown key that it cannot "parse" it, and marks sections by "++".
std::string explain(const CLI::ParseError& failure) {
    std::string message = failure.what();
    std::ranges::replace(message, '\n', ' ');
    if (failure.get_exit_code() == static_cast<int>(CLI::ExitCodes::FileError)) return "--config: " + message;
    constexpr std::string_view unknown = "INI was not able to parse ";
    if (!message.starts_with(unknown)) return message;
    message.erase(0, unknown.size());
    const bool is_section = message.ends_with(".++");
    if (is_section) message.resize(message.size() - 3);
    return std::string("--config: the file has ").append(message).append(
        is_section ? " as a section, which is no subcommand" : ", which is no option");
}

int run(int argc, char** argv) {
    CLI::App app("OTLP in, ClickHouse native blocks out", "colblock-ingest");
    describe(app);
    command chosen;
    add_serve(app, chosen);
    add_load(app, chosen);
    add_gen(app, chosen);
    add_schema(app, chosen);
    add_dump(app, chosen);
    name_variables(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& failure) {
        if (failure.get_exit_code() == 0) return app.exit(failure);
        const auto used = app.get_subcommands();
        const std::string help = used.empty() ? "--help" : used.front()->get_name() + " --help";
        return refuse(exit_usage, explain(failure) + ". See colblock-ingest " + help);
    }
    if (chosen) return chosen();
    return refuse(exit_usage, "no subcommand is given. See colblock-ingest --help");
}

}  // namespace
}  // namespace colblock::tools

int main(int argc, char** argv) {
    using namespace colblock::tools;
    try {
        if (argc > 1 && std::string_view(argv[1]) == engine_child_command) return run_engine_child(argc, argv);
        return run(argc, argv);
    } catch (const std::bad_alloc&) {
        return refuse(exit_failure, "out of memory. Ask for less at once, or give the process more");
    } catch (const std::exception& failure) {
        return refuse(exit_failure, failure.what());
    }
}
