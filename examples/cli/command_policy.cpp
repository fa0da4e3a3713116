// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"
#include "policy_file.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

/// Sentences go to standard error; with `--json`, {"path","problems":[sentences]} to standard output as well.
void run_policy(const policy_arguments& arguments, console& out) {
    for (const std::string& path : arguments.paths) {
        std::vector<std::string> problems;
        const std::optional<policy_file> policy = read_policy_file(path, problems);
        for (const std::string& sentence : problems) out.complain(sentence);
        if (arguments.json) out.print({{"path", path}, {"problems", problems}});
        else if (policy)
            out.print_line(visible_text(path) + ": " + counted(policy->rule_modes.size(), "rule mode") + ", " +
                           counted(policy->image_names.size(), "program name") + ", " + counted(policy->exclusions.size(), "exclusion"));
    }
}

}  // namespace bartizan_cli
