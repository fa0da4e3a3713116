// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The vault on Windows' file system, seen from outside with Win32 and the standard library. run_wine.sh builds and runs it. Arguments: a
// folder to work in, which must not exist. With three more, a process that ends at one call to the system: deed, call, id.
#include <bartizan/quarantine/system/windows.hpp>
#include <bartizan/quarantine/vault.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "watched_files.hpp"

namespace {

namespace fs = std::filesystem;
using namespace bartizan_tests;
using bartizan::error_code;
using vault = q::vault<q::windows_files>;
using watched_vault = q::vault<watched_files<q::windows_files>>;

const std::string content = "MZ" + std::string(100'000, 'x') + "end";
int failures = 0;

#define EXPECT(condition) expect((condition), #condition, __LINE__)
void expect(bool holds, const char* what, int line) {
    if (!holds) std::printf("line %d: %s does not hold\n", line, what), ++failures;
}
bool ok(const q::fault& f) {
    if (f) std::printf("%s (system's number %d)\n", bartizan::describe(f.code), f.native);
    return !f;
}

struct folders {
    std::string root;
    [[nodiscard]] std::string vault() const { return root + "\\vault"; }
    [[nodiscard]] std::string home(const std::string& name = "evil.exe") const { return root + "\\home\\" + name; }
};

void write_file(const fs::path& path, const std::string& data) { std::ofstream(path, std::ios::binary) << data; }
std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
q::take_request taking_of(const std::string& path) {
    q::take_request r;
    r.path = path;
    r.reason = "tested";
    r.time_100ns = 133'000'000'000'000'000;
    return r;
}

/// A fresh pair of folders with the file in its place.
folders fresh(const std::string& root) {
    static int count = 0;
    const folders f{root + "\\" + std::to_string(++count)};
    fs::create_directories(f.root + "\\home");
    write_file(f.home(), content);
    return f;
}

void goes_in_and_comes_back(const std::string& root) {
    const folders f = fresh(root);
    const HANDLE h = CreateFileA(f.home().c_str(), FILE_WRITE_ATTRIBUTES, 0, nullptr, OPEN_EXISTING, 0, nullptr);
    const FILETIME modified = {0x12345678, 0x01D00000}, accessed = {0x23456780, 0x01D10000};
    EXPECT(SetFileTime(h, nullptr, &accessed, &modified));
    CloseHandle(h);
    EXPECT(SetFileAttributesA(f.home().c_str(), FILE_ATTRIBUTE_HIDDEN));
    const DWORD attributes = GetFileAttributesA(f.home().c_str());
    q::item m, found;
    {
        vault v, second;
        EXPECT(ok(v.open(f.vault())));
        EXPECT(second.open(f.vault(), false).code == error_code::vault_busy);
        EXPECT(ok(v.add(taking_of(f.home()), m)));
        EXPECT(!fs::exists(f.home()));
        EXPECT(fs::is_empty(f.root + "\\home"));
        const std::string held = read_file(f.vault() + "\\" + q::to_text(m.id) + ".held");
        EXPECT(held.size() > content.size() && held.find("xxxxxxxx") == std::string::npos && held.find("MZ") != 0);
        std::vector<q::listed_item> items;
        EXPECT(ok(v.list(items)));
        EXPECT(items.size() == 1 && !items[0].why && items[0].is_held && items[0].about.path == f.home() && items[0].about.reason == "tested");
        EXPECT(items.size() == 1 && items[0].about.status.mode == attributes && items[0].about.attached.security.size() > 28);

        write_file(f.home(), "another");
        EXPECT(v.release(m.id, "", found).code == error_code::vault_place_taken);
        EXPECT(read_file(f.home()) == "another");
        fs::remove(f.home());
        EXPECT(ok(v.release(m.id, "", found)));
        EXPECT(ok(v.list(items)) && items.empty());
    }
    EXPECT(read_file(f.home()) == content);
    WIN32_FILE_ATTRIBUTE_DATA now = {};
    EXPECT(GetFileAttributesExA(f.home().c_str(), GetFileExInfoStandard, &now));
    EXPECT(CompareFileTime(&now.ftLastWriteTime, &modified) == 0);
    EXPECT(now.dwFileAttributes == attributes);
    vault v;
    EXPECT(ok(v.open(f.vault())));  // the lock went with the other
    EXPECT(ok(v.add(taking_of(f.home()), m)));
    EXPECT(ok(v.release(m.id, f.home("elsewhere"), found)));
    EXPECT(read_file(f.home("elsewhere")) == content && !fs::exists(f.home()));
    EXPECT(ok(v.add(taking_of(f.home("elsewhere")), m)));
    EXPECT(ok(v.destroy(m.id)));
    EXPECT(fs::is_empty(f.root + "\\home"));
}

void refuses(const std::string& root) {
    const folders f = fresh(root);
    vault v;
    q::item m, found;
    EXPECT(ok(v.open(f.vault())));
    const auto refused = [&](const std::string& path) { return v.add(taking_of(path), m).code; };
    EXPECT(refused("evil.exe") == error_code::vault_bad_path);
    EXPECT(refused("C:evil.exe") == error_code::vault_bad_path);
    EXPECT(refused(f.root + "\\home\\..\\home\\evil.exe") == error_code::vault_bad_path);
    EXPECT(refused(f.home("absent")) == error_code::vault_absent);
    EXPECT(refused(f.home() + ":stream") == error_code::vault_unsupported);
    EXPECT(refused(f.home() + "\\below") == error_code::vault_link_in_path);
    EXPECT(refused(f.root + "\\home") == error_code::vault_not_a_file);
    EXPECT(refused(f.vault() + "\\lock") == error_code::vault_inside);
    const HANDLE writer = CreateFileA(f.home().c_str(), GENERIC_WRITE, 7, nullptr, OPEN_EXISTING, 0, nullptr);
    EXPECT(refused(f.home()) == error_code::vault_busy);
    CloseHandle(writer);
    EXPECT(read_file(f.home()) == content);

    vault w;  // what anybody may use is no vault
    SECURITY_DESCRIPTOR anybody = {};
    InitializeSecurityDescriptor(&anybody, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorDacl(&anybody, TRUE, nullptr, FALSE);
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &anybody, FALSE};
    EXPECT(CreateDirectoryA((f.root + "\\open").c_str(), &attributes));
    EXPECT(w.open(f.root + "\\open").code == error_code::vault_folder_unsafe);

    EXPECT(ok(v.add(taking_of(f.home()), m)));
    fs::rename(f.root + "\\home", f.root + "\\moved");
    fs::create_directory(f.root + "\\home");
    EXPECT(v.release(m.id, "", found).code == error_code::vault_parent_changed);
    EXPECT(fs::is_empty(f.root + "\\home") && fs::is_empty(f.root + "\\moved"));
    EXPECT(ok(v.release(m.id, f.root + "\\moved\\back", found)));
    EXPECT(read_file(f.root + "\\moved\\back") == content);
}

/// What the vault cannot show: somebody else is quicker, and the calls themselves must refuse.
void replaces_only_where_asked(const std::string& root) {
    const folders f = fresh(root);
    write_file(f.home("other"), "other");
    q::windows_files files;
    q::place<q::windows_files> p;
    EXPECT(ok(q::find_place(files, f.home(), p)));
    const auto folder = p.folder.get();
    q::windows_files::handle h;
    q::file_status before, after;
    EXPECT(files.rename(folder, "other", "evil.exe").what == q::trouble::exists);
    EXPECT(files.create_file(folder, "EVIL.exe", h).what == q::trouble::exists);
    EXPECT(files.create_folder(folder, "other").what == q::trouble::exists);
    EXPECT(files.remove(folder, "absent").what == q::trouble::absent);
    EXPECT(read_file(f.home()) == content && read_file(f.home("other")) == "other");
    EXPECT(!MoveFileExA((f.root + "\\home").c_str(), (f.root + "\\moved").c_str(), 0));  // the folder is open
    EXPECT(!files.status_at(folder, "other", before));
    EXPECT(!files.replace(folder, "other", "evil.exe"));
    EXPECT(!files.status_at(folder, "evil.exe", after));
    EXPECT(q::same_object(before.identity, after.identity) && before.identity.file_low != 0);
    EXPECT(read_file(f.home()) == "other" && !fs::exists(f.home("other")));
}

void refuses_links(const std::string& root) {
    const folders f = fresh(root);
    const std::string link = f.root + "\\link";
    if (!CreateSymbolicLinkA(link.c_str(), (f.root + "\\home").c_str(), SYMBOLIC_LINK_FLAG_DIRECTORY | 2) ||
        (GetFileAttributesA(link.c_str()) & FILE_ATTRIBUTE_REPARSE_POINT) == 0 || !fs::exists(link + "\\evil.exe")) {
        std::puts("skipped: no symbolic link can be made here, so none in a path is seen to be refused");
        return;
    }
    vault v;
    q::item m;
    EXPECT(ok(v.open(f.vault())));
    EXPECT(v.add(taking_of(link + "\\evil.exe"), m).code == error_code::vault_link_in_path);
    EXPECT(read_file(f.home()) == content);
}

void keeps_streams(const std::string& root) {
    const folders f = fresh(root);
    DWORD flags = 0;
    GetVolumeInformationA(root.substr(0, 3).c_str(), nullptr, 0, nullptr, nullptr, &flags, nullptr, 0);
    if ((flags & FILE_NAMED_STREAMS) == 0) {
        std::puts("skipped: the file system here has no alternate data streams, so none is seen to come back");
        return;
    }
    write_file(f.home() + ":Zone.Identifier", "ZoneId=3");
    vault v;
    q::item m, found;
    EXPECT(ok(v.open(f.vault())));
    EXPECT(ok(v.add(taking_of(f.home()), m)));
    EXPECT(m.attached.streams.size() == 1 && m.attached.streams[0].name == "Zone.Identifier");
    EXPECT(ok(v.release(m.id, "", found)));
    EXPECT(read_file(f.home() + ":Zone.Identifier") == "ZoneId=3");
}

/// Where the file is: "home", "vault", both, or what is broken. The vault is opened, and so recovers.
std::string whereabouts(const folders& f) {
    vault v;
    std::string out;
    const auto say = [&out](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
    if (const q::fault bad = v.open(f.vault())) return bartizan::describe(bad.code);
    for (const q::problem& p : v.recovered().problems) say(std::string("problem: ") + bartizan::describe(p.why.code));
    if (fs::exists(f.home())) say(read_file(f.home()) == content ? "home" : "broken home");
    std::vector<q::listed_item> items;
    EXPECT(ok(v.list(items)));
    for (const q::listed_item& i : items) {
        std::vector<uint8_t> held;
        say(!v.read_content(i.about.id, held) && std::string(held.begin(), held.end()) == content ? "vault" : "broken vault");
    }
    for (const auto& entry : fs::directory_iterator(f.root + "\\home"))
        if (entry.path().filename() != "evil.exe") say("debris " + entry.path().filename().string());
    for (const auto& entry : fs::directory_iterator(f.vault()))
        if (entry.path().extension() != ".held" && entry.path().filename() != "lock") say("debris " + entry.path().filename().string());
    return out;
}

/// The process that ends at one call to the system.
int act_until(const folders& f, const std::string& deed, uint64_t call, const std::string& id_text) {
    auto s = std::make_shared<script>();
    s->stop_at = call;
    s->stop = [] { TerminateProcess(GetCurrentProcess(), 9); };
    watched_vault v(watched_files<q::windows_files>({}, s));
    q::item m;
    q::item_id id;
    (void)q::parse_id(id_text, id);
    if (v.open(f.vault())) return 7;
    const q::fault bad = deed == "add" ? v.add(taking_of(f.home()), m) : deed == "release" ? v.release(id, "", m) : v.destroy(id);
    return bad ? 8 : 0;
}

DWORD run_child(std::string command) {
    STARTUPINFOA start = {};
    start.cb = sizeof start;
    PROCESS_INFORMATION child = {};
    DWORD code = 1000;
    if (!CreateProcessA(nullptr, command.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &start, &child)) return code;
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    CloseHandle(child.hProcess);
    CloseHandle(child.hThread);
    return code;
}

void recovers_from_every_call(const std::string& program, const std::string& root) {
    for (const std::string deed : {"add", "release", "destroy"}) {
        const std::string before = deed == "add" ? "home" : "vault", after = deed == "add" ? "vault" : deed == "release" ? "home" : "";
        for (int call = 0;; ++call) {
            const folders f = fresh(root);
            q::item taken;
            {
                vault v;
                EXPECT(ok(v.open(f.vault())));
                if (deed != "add") EXPECT(ok(v.add(taking_of(f.home()), taken)));
            }
            const DWORD code = run_child("\"" + program + "\" " + f.root + " " + deed + " " + std::to_string(call) + " " + q::to_text(taken.id));
            const std::string where = whereabouts(f);
            const bool right = code == 0 ? where == after : code == 9 && (where == before || where == after);
            if (!right) std::printf("%s ended at call %d, exit code %lu: %s\n", deed.c_str(), call, code, where.c_str()), ++failures;
            fs::remove_all(f.root);
            if (code == 0 || !right) {
                std::printf("%s: %d calls\n", deed.c_str(), call);
                EXPECT(call > 10);
                break;
            }
        }
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count == 5) return act_until({arguments[1]}, arguments[2], static_cast<uint64_t>(std::atoi(arguments[3])), arguments[4]);
    if (count != 2) return 2;
    const std::string root = arguments[1];
    goes_in_and_comes_back(root);
    refuses(root);
    replaces_only_where_asked(root);
    refuses_links(root);
    keeps_streams(root);
    recovers_from_every_call(arguments[0], root);
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
