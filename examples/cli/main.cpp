// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <bartizan/core/config.hpp>
#include <exception>
#include <functional>

#include "commands.hpp"

namespace {

namespace cli = bartizan_cli;

constexpr const char* footer =
    "Exit code: 0 nothing convicted, 1 something convicted, 2 usage or I/O error (the rest of the batch is still done).\n"
    "Results go to standard output, sentences about problems and summaries to standard error.";

/// What the chosen command will do; set by the subcommand that was parsed.
using action = std::function<void(cli::console&)>;

/// Adds a subcommand whose arguments live as long as the action that uses them.
template <class Arguments>
std::pair<CLI::App*, std::shared_ptr<Arguments>> add_command(CLI::App& parent, const char* name, const char* description, action& chosen,
                                                             void (*run)(const Arguments&, cli::console&)) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = parent.add_subcommand(name, description);
    command->callback([&chosen, arguments, run] { chosen = [arguments, run](cli::console& out) { run(*arguments, out); }; });
    return {command, arguments};
}

void add_path_trust(CLI::App* command, std::string& value) {
    command->add_option("--path-trust", value, "let an image's folder stand in for a signature that was not recorded (on)")
        ->check(CLI::IsMember({"on", "off"}))
        ->option_text("on|off");
}

void add_replay(CLI::App& app, action& chosen) {
    const auto [command, arguments] =
        add_command(app, "replay", "Replay recorded events (.jsonl, .jsonl.gz) through the rules and say what they find", chosen, cli::run_replay);
    command->add_flag("--json", arguments->json, "one JSON object a line for each finding");
    add_path_trust(command, arguments->path_trust);
    command->add_option("PATH", arguments->paths, "recordings; folders are walked")->required();
}

void add_report(CLI::App& app, action& chosen) {
    const auto [command, arguments] =
        add_command(app, "report", "Replay recordings and scan files, and write one self-contained HTML page", chosen, cli::run_report);
    command->add_option("--out", arguments->out, "the page to write")->required()->option_text("FILE.html");
    add_path_trust(command, arguments->path_trust);
    command->add_option("PATH", arguments->paths, "recordings (.jsonl, .jsonl.gz) and files to scan; folders are walked")->required();
}

int parse_and_run(int argc, char** argv) {
    CLI::App app("bartizan: verdicts on files before they run and on what programs do", "bartizan");
    app.set_version_flag("--version", BARTIZAN_VERSION_STRING);
    app.footer(footer);
    app.require_subcommand(1);
    action chosen;
    add_replay(app, chosen);
    add_report(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& answer) {
        return app.exit(answer);  // --help, --version
    } catch (const CLI::ParseError& error) {
        cli::console out;
        // CLI11 looks for what is missing before it looks at what it did not understand.
        const std::vector<std::string> unknown = app.remaining();
        out.complain((unknown.empty() ? std::string(error.what()) : "There is no command or option " + unknown.front()) + " (see bartizan --help)");
        return out.finish();
    }
    cli::console out;
    try {
        chosen(out);
    } catch (const std::exception& error) {
        out.complain(std::string("gave up: ") + error.what());
    }
    return out.finish();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return parse_and_run(argc, argv);
    } catch (...) {
        return 2;
    }
}
