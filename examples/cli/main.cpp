// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <bartizan/core/config.hpp>
#include <exception>
#include <functional>

#include "commands.hpp"
#include "feature_schema.hpp"

namespace {

namespace cli = bartizan_cli;

constexpr const char* footer =
    "Exit code: 0 nothing convicted, 1 something convicted, 2 usage or I/O error (the rest of the batch is still "
    "done).\n"
    "Results go to standard output, sentences about problems and summaries to standard error.";

/// What the chosen command will do; set by the subcommand that was parsed.
using action = std::function<void(cli::console&)>;

/// Adds a subcommand whose arguments live as long as the action that uses them.
template <class Arguments>
std::pair<CLI::App*, std::shared_ptr<Arguments>> add_command(CLI::App& parent, const char* name,
                                                             const char* description, action& chosen,
                                                             void (*run)(const Arguments&, cli::console&)) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = parent.add_subcommand(name, description);
    command->callback(
        [&chosen, arguments, run] { chosen = [arguments, run](cli::console& out) { run(*arguments, out); }; });
    return {command, arguments};
}

void add_path_trust(CLI::App* command, std::string& value) {
    command
        ->add_option("--path-trust", value, "let an image's folder stand in for a signature that was not recorded (on)")
        ->check(CLI::IsMember({"on", "off"}))
        ->option_text("on|off");
}

void add_model(CLI::App* command, std::string& value) {
    command->add_option("--model", value, "a model file (.btz) in place of the embedded one")->option_text("FILE");
}

void add_policy(CLI::App* command, std::string& value) {
    command->add_option("--policy", value, "modes, sets, windows and exclusions (docs/policy.md)")->option_text("FILE.json");
}

template <class Arguments>
void add_lists(CLI::App* command, Arguments& arguments) {
    command->add_option("--lists", arguments.lists, "block, suppression and allow lists (.bzl); may be given again")->option_text("FILE")->allow_extra_args(false);
    command->add_option("--lists-key", arguments.lists_key, "public key (Ed25519, PEM) by which every list must be signed")->option_text("KEY.pem");
}

void add_scan(CLI::App& app, action& chosen) {
    const auto [command, arguments] =
        add_command(app, "scan", "Judge files before they run: malware, PUA or legitimate", chosen, cli::run_scan);
    command->add_flag("--json", arguments->json, "one JSON object a line for each file");
    add_model(command, arguments->model);
    add_lists(command, *arguments);
    command->add_option("PATH", arguments->paths, "files; folders are walked in byte order of their paths")->required();
}

void add_replay(CLI::App& app, action& chosen) {
    const auto [command, arguments] = add_command(
        app, "replay", "Replay recorded events (.jsonl, .jsonl.gz, .evtx) through the rules and say what they find", chosen,
        cli::run_replay);
    command->add_flag("--json", arguments->json, "one JSON object a line for each finding");
    add_path_trust(command, arguments->path_trust);
    add_policy(command, arguments->policy);
    command->add_flag("--root-cause", arguments->root_cause, "analyse findings: adds graph, clean_up and minimal evidence_lines to their JSON (docs/root_cause.md)");
    command->add_option("--graphs", arguments->graphs, "write each conviction's graph there: .json, .dot, .ocsf.json, .ecs.json")->option_text("FOLDER");
    command->add_option("PATH", arguments->paths, "recordings; folders are walked")->required();
}

void add_explain(CLI::App& app, action& chosen) {
    const auto [command, arguments] = add_command(
        app, "explain", "Say in words how a finding came about: who began it, what happened in order, why, on what evidence, and what to clean up", chosen,
        cli::run_explain);
    for (const char* form : {"json", "dot", "ocsf", "ecs"})
        command
            ->add_flag_callback(std::string("--") + form, [arguments = arguments, form] { arguments->form = form; },
                                std::string(form) == "json"   ? "the finding with graph and clean_up (docs/root_cause.md)"
                                : std::string(form) == "dot"  ? "the graph in Graphviz' language"
                                : std::string(form) == "ocsf" ? "an OCSF Detection Finding"
                                                              : "an event of the Elastic Common Schema")
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    add_path_trust(command, arguments->path_trust);
    add_policy(command, arguments->policy);
    command
        ->add_option("FINDING", arguments->findings,
                     "RECORDING:LINE or RECORDING:LINE:RULE (line counts from 0, as in a finding's line), or a file of findings that replay --json printed")
        ->required();
}

void add_report(CLI::App& app, action& chosen) {
    const auto [command, arguments] =
        add_command(app, "report", "Replay recordings and scan files, and write one self-contained HTML page", chosen,
                    cli::run_report);
    command->add_option("--out", arguments->out, "the page to write")->required()->option_text("FILE.html");
    add_path_trust(command, arguments->path_trust);
    add_policy(command, arguments->policy);
    add_model(command, arguments->model);
    add_lists(command, *arguments);
    command->add_option("--lang", arguments->lang, "the page's language (en)")->check(CLI::IsMember({"en", "ja"}))->option_text("en|ja");
    command->add_option("--results", arguments->results, "JSON lines that scan --json or replay --json wrote; may be given again")
        ->option_text("FILE")->allow_extra_args(false);
    command->add_option("PATH", arguments->paths, "recordings (.jsonl, .jsonl.gz, .evtx) and files to scan; folders are walked");
}

void add_score_rows(CLI::App& app, action& chosen) {
    const auto [command, arguments] = add_command(
        app, "score-rows",
        "Judge rows of named feature columns; writes row,malware_score,pua_score,verdict (rows count from 0, "
        "scores are of 32768)",
        chosen, cli::run_score_rows);
    command
        ->add_option("--csv", arguments->csv,
                     "the rows (.csv, .csv.gz); an absent column or an empty cell means unknown")
        ->required()
        ->option_text("FILE");
    add_model(command, arguments->model);
}

void add_features(CLI::App& app, action& chosen) {
    const auto [command, arguments] = add_command(
        app, "features", "Extract the feature vector of each file; without --f32 and --csv, as CSV on standard output",
        chosen, cli::run_features);
    command->add_option("--schema", arguments->schema, "which features")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(std::begin(cli::feature_schema_names), std::end(cli::feature_schema_names))))
        ->option_text("bartizan_v1|ember_v2|ember_v3");
    command->add_option("--f32", arguments->f32, "write rows of little-endian float32, NaN for unknown")
        ->option_text("OUT");
    command->add_option("--csv", arguments->csv, "write paths and named columns, empty for unknown")
        ->option_text("OUT");
    command
        ->add_option("PATH", arguments->paths, "files, a row for each; folders are walked in byte order of their paths")
        ->required();
}

void add_model_commands(CLI::App& app, action& chosen) {
    CLI::App* model = app.add_subcommand("model", "Look at a model file");
    model->require_subcommand(1);
    for (const bool verify : {false, true}) {
        const auto [command, arguments] =
            add_command(*model, verify ? "verify" : "info",
                        verify ? "Check SHA-256, schema, shapes and test vectors, with every kernel that runs here"
                               : "Say what is in a model file, once it is checked",
                        chosen, cli::run_model);
        arguments->verify = verify;
        command->add_flag("--json", arguments->json, "one JSON object");
        command->add_option("FILE", arguments->file, "a model file (.btz); without it, the embedded model");
    }
}

void add_list_commands(CLI::App& app, action& chosen) {
    CLI::App* lists = app.add_subcommand("lists", "Build and look at block, suppression and allow lists (docs/lists.md)");
    lists->require_subcommand(1);
    using what = cli::lists_arguments;
    {
        const auto [command, arguments] = add_command(*lists, "build", "Make a list file of JSON Lines; refused whole if a line is wrong", chosen, cli::run_lists);
        arguments->what = what::build;
        command->add_option("--out", arguments->out, "the list file to write")->required()->option_text("FILE.bzl");
        command->add_option("--version", arguments->version, "in place of the one that the texts state")->check(CLI::PositiveNumber)->option_text("N");
        command->add_option("--sign", arguments->sign, "private key (Ed25519, PEM)")->option_text("KEY.pem");
        command->add_option("FILE", arguments->paths, "texts (.jsonl) of one kind")->required();
    }
    {
        const auto [command, arguments] = add_command(*lists, "check", "Check list files whole, or texts (.jsonl) line by line", chosen, cli::run_lists);
        arguments->what = what::check;
        command->add_option("--public-key", arguments->public_key, "key (Ed25519, PEM) by which the list must be signed")->option_text("KEY.pem");
        command->add_option_function<uint64_t>("--installed", [arguments = arguments](const uint64_t& n) { arguments->installed = n, arguments->has_installed = true; },
                                               "version in force, above which the list's must be")->option_text("N");
        command->add_option("FILE", arguments->paths, "list files or texts")->required();
    }
    const auto [command, arguments] = add_command(*lists, "show", "Give a list file back as JSON Lines", chosen, cli::run_lists);
    arguments->what = what::show;
    command->add_option("FILE", arguments->paths, "a list file")->required()->expected(1);
}

void add_policy_command(CLI::App& app, action& chosen) {
    CLI::App* policy = app.add_subcommand("policy", "Look at policy files (docs/policy.md)");
    policy->require_subcommand(1);
    const auto [command, arguments] = add_command(*policy, "check", "Read policies and say what is wrong with them", chosen, cli::run_policy);
    command->add_flag("--json", arguments->json, "one JSON object a line for each file");
    command->add_option("FILE", arguments->paths, "policies (.json)")->required();
}

void add_quarantine_commands(CLI::App& app, action& chosen) {
    CLI::App* quarantine = app.add_subcommand("quarantine", "Isolate files in a vault and let them out again (docs/quarantine.md)");
    quarantine->require_subcommand(1);
    using what = cli::quarantine_arguments;
    const auto add = [&](const char* name, const char* description, auto which) {
        const auto made = add_command(*quarantine, name, description, chosen, cli::run_quarantine);
        made.second->what = which;
        made.first->add_option("--vault", made.second->vault, "the vault's folder; made where there is none")->required()->option_text("DIR");
        made.first->add_flag("--json", made.second->json, "one JSON object a line for each item");
        return made;
    };
    {
        const auto [command, arguments] = add("add", "Take files out of their place into the vault", what::add);
        command->add_option("--reason", arguments->reason, "why, for whoever finds them there")->option_text("TEXT");
        command->add_option("--detection", arguments->detection, "what was found")->option_text("TEXT");
        command->add_option("--companion", arguments->companions, "a file or link that belongs to the one FILE and goes with it; may be given again")->option_text("FILE")->allow_extra_args(false);
        command->add_option("FILE", arguments->names, "the files")->required();
    }
    add("list", "Say what is in the vault", what::list);
    {
        const auto [command, arguments] = add("release", "Put items back to their places, with all that belongs to them", what::release);
        command->add_option("--to", arguments->to, "another place for the one item; replaces nothing")->option_text("PATH");
        command->add_option("--allow", arguments->allow, "allow the file from now on, by this key")->check(CLI::IsMember({"hash", "certificate", "name", "path"}))->option_text("hash|certificate|name|path");
        command->add_option("--allow-list", arguments->allow_list, "allow list (.jsonl) that gets the entry, made where there is none; its list file (.bzl) is rebuilt beside it")->option_text("FILE.jsonl");
        command->add_option("--sign", arguments->sign, "private key (Ed25519, PEM) for that list file")->option_text("KEY.pem");
        command->add_option("--expires", arguments->expires, "last instant of the entry (a year from now)")->option_text("ISO8601");
        command->add_option("--author", arguments->author, "of the entry (the user's name)")->option_text("TEXT");
        command->add_option("--reason", arguments->reason, "of the entry")->option_text("TEXT");
        command->add_option("ID", arguments->names, "the items, as `quarantine list` names them")->required();
    }
    {
        const auto [command, arguments] = add("delete", "Destroy items, with all that belongs to them", what::destroy);
        command->add_option("ID", arguments->names, "the items")->required();
    }
    const auto [command, arguments] = add("apply", "Release what new lists allow; a list older than the one in force is refused", what::apply);
    add_lists(command, *arguments);
    command->get_option("--lists")->required();
}

int parse_and_run(int argc, char** argv) {
    CLI::App app("bartizan: verdicts on files before they run and on what programs do", "bartizan");
    app.set_version_flag("--version", BARTIZAN_VERSION_STRING);
    app.footer(footer);
    app.require_subcommand(1);
    action chosen;
    add_scan(app, chosen);
    add_replay(app, chosen);
    add_explain(app, chosen);
    add_report(app, chosen);
    add_score_rows(app, chosen);
    add_features(app, chosen);
    add_model_commands(app, chosen);
    add_list_commands(app, chosen);
    add_policy_command(app, chosen);
    add_quarantine_commands(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& answer) {
        return app.exit(answer);  // --help, --version
    } catch (const CLI::ParseError& error) {
        cli::console out;
        // CLI11 looks for what is missing before it looks at what it did not understand.
        const std::vector<std::string> unknown = app.remaining();
        out.complain(
            (unknown.empty() ? std::string(error.what()) : "There is no command or option " + unknown.front()) +
            " (see bartizan --help)");
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
