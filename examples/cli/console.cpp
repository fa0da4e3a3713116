// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include <unistd.h>

#include <cstdio>

#include "visible_text.hpp"

namespace bartizan_cli {

namespace {

constexpr uint64_t sentences_at_most = 100;

void write_line(std::FILE* stream, std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stream);
    std::fputc('\n', stream);
}

}  // namespace

console::console() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

void console::print(const nlohmann::ordered_json& object) {
    clear_progress();
    write_line(stdout, object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void console::print_line(std::string_view line) {
    clear_progress();
    write_line(stdout, line);
}

void console::complain(std::string_view sentence) {
    failed_ = true;
    remark(sentence);
}

void console::remark(std::string_view sentence) {
    if (++sentences_ <= sentences_at_most) tell(sentence);
}

void console::tell(std::string_view sentence) {
    clear_progress();
    write_line(stderr, "bartizan: " + visible_text(sentence));
}

void console::progress(uint64_t done, uint64_t total, std::string_view what) {
    if (!is_terminal_ || total < 2) return;
    const int percent = static_cast<int>(done * 100 / total);
    if (percent == last_percent_ && progress_shown_) return;
    last_percent_ = percent;
    constexpr int width = 30;
    std::string bar(static_cast<size_t>(percent * width / 100), '#');
    bar.resize(width, '.');
    const std::string name = visible_text(what.substr(what.find_last_of('/') + 1));
    std::fprintf(stderr, "\r[%s] %3d %%  %llu of %llu  %.40s\x1b[K", bar.c_str(), percent,
                 static_cast<unsigned long long>(done), static_cast<unsigned long long>(total), name.c_str());
    progress_shown_ = true;
}

void console::clear_progress() {
    if (progress_shown_) std::fputs("\r\x1b[K", stderr);
    progress_shown_ = false;
}

int console::finish() {
    clear_progress();
    if (sentences_ > sentences_at_most)
        tell("and " + std::to_string(sentences_ - sentences_at_most) + " more problems that are not listed");
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        failed_ = true;
        tell("standard output: cannot be written");
    }
    return failed_ ? 2 : convicted_ ? 1 : 0;
}

}  // namespace bartizan_cli
