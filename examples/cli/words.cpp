// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <algorithm>
#include <utility>

namespace bartizan_cli {

namespace {

using entry = std::pair<const char*, const char*>;

template <size_t N>
std::string look_up(const entry (&table)[N], const std::string& name) {
    for (const auto& [key, words] : table)
        if (name == key) return words;
    return spaced(name);
}

constexpr entry blind_fields[] = {
    {"call_trace", "the call stack of the operation"},
    {"jit_allocator", "which module allocated memory that no file backs"},
    {"granted_access", "the access rights that were granted"},
    {"actor_image", "which program acted"},
    {"actor_trust", "the signature of the program that acted"},
    {"actor_file_age", "how old the program file was"},
    {"actor_privileges", "which privileges the actor had enabled"},
    {"actor_protection", "whether the actor is a protected process"},
    {"target_image", "which program was the target"},
    {"target_protection", "whether the target is a protected process"},
    {"memory_reads", "reads of the target's memory"},
    {"open_history", "which processes the actor opened just before"},
    {"crash_reports", "the faults that error reporting was called for"},
    {"caller_module", "the signature of the module that made the call"},
    {"file_name", "the name of the file"},
    {"file_content", "what the file holds"},
    {"lineage", "how the actor's ancestors started"},
    {"com_client", "on whose behalf a COM or RPC broker acted"},
    {"command_line", "the command line"},
    {"creator", "which process made the new one, where that is not its parent"},
    {"account", "the account that the process ran under"},
    {"token", "the token and its privileges"},
    {"load_order", "the order in which images were loaded"},
    {"module_signature", "the signature of a loaded module"},
    {"registry_data", "what was written to the registry"},
    {"memory_state", "what stands behind a memory address"},
    {"memory_writes", "allocations, protection changes and writes in other processes"},
    {"process_start", "whether the process was made suspended, and whether it had run"},
    {"debug_object", "who debugs whom"},
    {"code_symbol", "which function stands at an address"},
    {"kernel_stack", "the kernel's part of the call stack"},
    {"slack_map", "the unused space of a module and what its file holds there"},
    {"disk_extents", "where the files lie on the disk, and which bytes were read"},
    {"handle_origin", "which object a duplicated handle stands for"},
    {"backing_file", "the file behind a loaded image at that time"},
};

constexpr entry verdicts[] = {
    {"convict", "convicted"},
    {"event", "recorded"},
    {"strip", "rights removed"},
    {"blind", "not seen"},
};

constexpr entry features[] = {
    {"NumberOfSections", "number of sections"},
    {"SizeOfOptionalHeader", "size of the optional header"},
    {"Characteristics", "characteristics flags"},
    {"MajorLinkerVersion", "linker version"},
    {"MinorLinkerVersion", "linker version (minor)"},
    {"SizeOfCode", "size of the code"},
    {"SizeOfInitializedData", "size of the initialised data"},
    {"SizeOfUninitializedData", "size of the uninitialised data"},
    {"AddressOfEntryPoint", "address of the entry point"},
    {"BaseOfCode", "address of the code"},
    {"ImageBase", "preferred load address"},
    {"SectionAlignment", "section alignment"},
    {"FileAlignment", "file alignment"},
    {"MajorOperatingSystemVersion", "required Windows version"},
    {"MinorOperatingSystemVersion", "required Windows version (minor)"},
    {"MajorImageVersion", "image version"},
    {"MinorImageVersion", "image version (minor)"},
    {"MajorSubsystemVersion", "subsystem version"},
    {"MinorSubsystemVersion", "subsystem version (minor)"},
    {"SizeOfImage", "size in memory"},
    {"SizeOfHeaders", "size of the headers"},
    {"CheckSum", "header checksum"},
    {"Subsystem", "subsystem"},
    {"DllCharacteristics", "hardening flags"},
    {"SizeOfStackReserve", "stack reserve"},
    {"SizeOfStackCommit", "stack commit"},
    {"SizeOfHeapReserve", "heap reserve"},
    {"SizeOfHeapCommit", "heap commit"},
    {"LoaderFlags", "loader flags"},
    {"NumberOfRvaAndSizes", "number of data directories"},
    {"SectionsMeanEntropy", "mean entropy of the sections"},
    {"SectionsMinEntropy", "lowest entropy of a section"},
    {"SectionsMaxEntropy", "highest entropy of a section"},
    {"SectionsMeanRawsize", "mean size of the sections in the file"},
    {"SectionsMinRawsize", "smallest section in the file"},
    {"SectionsMaxRawsize", "largest section in the file"},
    {"SectionsMeanVirtualsize", "mean size of the sections in memory"},
    {"SectionsMinVirtualsize", "smallest section in memory"},
    {"SectionsMaxVirtualsize", "largest section in memory"},
    {"FileEntropy", "entropy of the file"},
    {"FileSize", "size of the file"},
};

constexpr entry process_actions[] = {
    {"not_applicable", "goes on"},
    {"terminated", "terminated"},
    {"terminated_or_start_blocked", "start blocked, or terminated"},
    {"not_started", "not started"},
};

constexpr entry admin_notices[] = {
    {"none", "nothing to do"},
    {"event", "event, nothing to do"},
    {"alert", "alert: action required"},
};

}  // namespace

std::string spaced(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::string blind_words(const std::string& field) { return look_up(blind_fields, field); }
std::string feature_words(const std::string& feature) { return look_up(features, feature); }

std::string direction_words(const nlohmann::ordered_json& reason) {
    const auto share = reason.find("contribution");
    return share != reason.end() && share->is_number() && share->get<double>() < 0 ? "lowers it" : "raises it";
}

std::string verdict_words(const std::string& verdict) { return look_up(verdicts, verdict); }
std::string process_words(const std::string& action) { return look_up(process_actions, action); }
std::string admin_words(const std::string& notice) { return look_up(admin_notices, notice); }

std::string grouped(uint64_t n) {
    const std::string digits = std::to_string(n);
    std::string out;
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out;
}

std::string counted(uint64_t n, const char* noun) { return grouped(n) + " " + noun + (n == 1 ? "" : "s"); }

std::string text_of(const nlohmann::ordered_json& object, const char* name) {
    if (!object.is_object()) return {};
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace bartizan_cli
