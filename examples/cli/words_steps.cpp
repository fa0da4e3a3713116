// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Steps of response plans and clean-up lists in words, and why they are taken. The library gives its reasons in English.
#include <string_view>

#include "words.hpp"

namespace bartizan_cli {

namespace {

struct entry {
    const char* name;
    wording words;
};

constexpr entry steps[] = {
    {"strip", {"take rights off the handle", "ハンドルから権限を取り除く"}},
    {"deny", {"make the operation fail", "操作を拒否する"}},
    {"not_prevented", {"not prevented", "阻止していません"}},
    {"terminate", {"terminate the process", "プロセスを終了する"}},
    {"termination_withheld", {"process not terminated", "プロセスは終了しない"}},
    {"quarantine", {"move the file to quarantine", "ファイルを隔離する"}},
    {"record", {"write the finding to the log", "ログに記録する"}},
    {"event", {"list it as an event for the administrator", "イベントとして管理者に表示する"}},
    {"alert", {"raise an alert: the administrator must look into it", "アラートを発行する（管理者による調査が必要）"}},
    {"health_red", {"turn the endpoint's health red", "エンドポイントの状態を赤にする"}},
    {"notify_user", {"notify the user", "利用者に通知する"}},
    {"root_cause_analysis", {"start the root-cause analysis", "根本原因分析を開始する"}},
    {"clean_up", {"clean up", "クリーンアップを行う"}},
    {"allow_again", {"allow again", "再び許可する"}},
    {"terminate_process", {"terminate the process", "プロセスを終了する"}},
    {"quarantine_file", {"move the file to quarantine", "ファイルを隔離する"}},
    {"remove_registry_value", {"remove the registry value", "レジストリ値を削除する"}},
    {"set_back_registry_value", {"set the registry value back to what it was", "レジストリ値を元の値に戻す"}},
    {"remove_service", {"remove the service", "サービスを削除する"}},
    {"remove_link", {"remove the link", "リンクを削除する"}},
    {"review", {"look at this", "確認する"}},
    {"leave", {"leave this as it is", "そのままにする"}},
};

/// Why a clean-up list grades an object so (response/clean_up_reason.hpp).
constexpr entry grounds[] = {
    {"runs_payload", {"it runs from a file that goes", "隔離するファイルから実行中"}},
    {"starts_by_itself", {"Windows starts it by itself", "Windows により自動的に起動される"}},
    {"payload", {"a program or script of the attack", "攻撃に使われたプログラムまたはスクリプト"}},
    {"stolen_credentials", {"a copy of stored credentials or of a process's memory", "保存された認証情報、またはプロセスのメモリの写し"}},
    {"links_to_payload", {"it leads to a file of the attack", "攻撃のファイルへのリンク"}},
    {"names_payload", {"it names a file of the attack", "攻撃のファイルを指している"}},
    {"changed_setting", {"the attack set it; what it was before was not recorded", "攻撃により設定された値（以前の値は記録されていない）"}},
    {"signed_by_microsoft", {"signed by Microsoft, and used by the attack", "Microsoft の署名があり、攻撃に使われた"}},
    {"program_of_chain", {"the attack came through this program", "攻撃の経路となったプログラム"}},
    {"was_there_before", {"it was there before the attack", "攻撃の前から存在した"}},
    {"unclear_place", {"where it lies is not certain", "場所を特定できない"}},
    {"unknown_file", {"the attack wrote it; what it is for is not known", "攻撃により書き込まれた（用途は不明）"}},
    {"installed_program", {"an installed program that the attack did not write", "攻撃により書き込まれたものではない、インストール済みのプログラム"}},
    {"key_store", {"Windows keeps keys and certificates here", "Windows が鍵や証明書を保管する場所"}},
    {"registry_hive", {"the registry or a directory database itself", "レジストリまたはディレクトリデータベースの本体"}},
    {"directory", {"a folder", "フォルダー"}},
    {"routine_trace", {"Windows writes this for any program", "どのプログラムでも Windows が書き込む記録"}},
};

/// Of a replay: what a protected machine would have done.
constexpr entry would_steps[] = {
    {"strip", {"It would have taken rights off the handle", "ハンドルから権限を取り除きます"}},
    {"deny", {"It would have refused the operation", "操作を拒否します"}},
    {"not_prevented", {"Not prevented", "阻止していません"}},
    {"terminate", {"It would have ended the process", "プロセスを終了します"}},
    {"termination_withheld", {"It would not have ended the process", "プロセスは終了しません"}},
    {"quarantine", {"It would have moved the file to quarantine", "ファイルを隔離します"}},
    {"record", {"It would have written the finding to the log", "ログに記録します"}},
    {"event", {"It would have listed it as an event for the administrator", "イベントとして管理者に表示します"}},
    {"alert", {"It would have raised an alert: the administrator must look into it", "アラートを発行します（管理者による調査が必要）"}},
    {"health_red", {"It would have turned the endpoint's health red until the alert is cleared", "アラートが解除されるまで、エンドポイントの状態を赤にします"}},
    {"notify_user", {"It would have told the user", "利用者に通知します"}},
    {"root_cause_analysis", {"It would have started the root-cause analysis, which this report shows", "根本原因分析を開始します（このレポートに示すもの）"}},
    {"clean_up", {"It would have cleaned up", "クリーンアップを行います"}},
    {"allow_again", {"It would have allowed this again", "再び許可します"}},
};

constexpr entry results[] = {
    {"done", {"done", "完了"}},
    {"deferred", {"deferred", "保留"}},
    {"waiting", {"deferred", "保留"}},
    {"failed", {"failed", "失敗"}},
    {"retry", {"failed, will be tried again", "失敗（再試行）"}},
    {"given_up", {"failed for the last time", "失敗（中止）"}},
};

/// In the page's words: what the library says in English (include/bartizan/response/). `en` stands for itself where `plain` is null.
struct reason {
    const char* en;
    const char* ja;
    const char* plain = nullptr;
};

constexpr reason reasons[] = {
    {"a block list names it", "ブロックリストに登録されている"},
    {"a critical system process is never ended", "重要なシステムプロセスは終了しない"},
    {"a critical system process is never ended: isolate the machine, and restart it once the analysis is done",
     "重要なシステムプロセスは終了しない。端末をネットワークから切り離し、分析が完了したら再起動する"},
    {"a suppression list calls the detection false", "抑制リストで誤検知とされている"},
    {"an allow list speaks for the file", "許可リストに登録されたファイルである"},
    {"audit: the file is watched and nothing is done", "監査モード: ファイルを監視するのみで、対応は行わない"},
    {"audit: the rule is watched and nothing is done", "監査モード: ルールを監視するのみで、対応は行わない"},
    {"audit: to judge the detection by", "監査モード: 検知の妥当性を判断するため"},
    {"audit: to judge the rule by", "監査モード: ルールの妥当性を判断するため"},
    {"code in the kernel did it, and no process can be ended for it: isolate the machine and restart it",
     "カーネル内のコードによるもので、終了できるプロセスがない。端末をネットワークから切り離し、再起動する"},
    {"how it came in, what began it, what it touched", "侵入経路、起点、影響範囲を調べるため"},
    {"it attacked, and the response table ends it", "攻撃を行ったため、対応表に従って終了する"},
    {"it is not started", "起動させない"},
    {"no process on this machine stands behind it", "この端末上に原因となるプロセスがない"},
    {"only a path or a name on an allow list speaks for the file", "許可リストの根拠がパスまたは名前だけである"},
    {"red until an administrator clears the alert", "管理者がアラートを解除するまで赤のまま"},
    {"rights that the program has no business with are taken off the handle", "プログラムに不要な権限をハンドルから取り除く"},
    {"the alert was cleared: what was stopped may run as before", "アラートが解除されたため、停止されたものは以前のように実行できる"},
    {"the attacker's code runs in it", "攻撃者のコードがこのプロセス内で動作している"},
    {"the file, and what belongs to it, is isolated", "ファイルとその関連項目を隔離する"},
    {"the offending file and all that belongs to it go to quarantine", "原因のファイルと、それに関連するすべての項目を隔離する"},
    {"the operation fails", "操作は失敗する"},
    {"the operation would have failed: the event came after it had happened", "記録を受け取った時点で操作は完了していました。リアルタイムのセンサーであれば拒否しました",
     "it had already happened when the record arrived; a live sensor would have refused it"},
    {"the response table has no row for a file that already runs", "すでに実行中のファイルに対応する行が対応表にない"},
    {"the response table has no row for this detection", "この検知に対応する行が対応表にない"},
    {"the rule did not see enough to judge", "ルールの判定に必要な情報が不足している"},
    {"the verdict came after the file had been started", "判定がファイルの起動後になった"},
    {"these rights would have been taken off the handle: the event came after it was given out",
     "記録を受け取った時点でハンドルは発行済みでした。リアルタイムのセンサーであればこれらの権限を取り除きました",
     "the handle had already been given out when the record arrived; a live sensor would have taken these rights off it"},
};

/// "NAME (pid 7) wrote it, record 12" and "it started NAME, record 12" (response/clean_up.hpp) in Japanese; "" for anything else.
std::string clean_up_reason(const std::string& sentence) {
    const auto act = [](const std::string& kind) { return act_words(kind == "registered" ? "changed" : kind, language::ja); };
    constexpr std::string_view before_record = ", record ";
    const size_t record = sentence.rfind(before_record);
    if (record == std::string::npos) return "";
    const std::string said = sentence.substr(0, record);
    const std::string behind = "（レコード " + sentence.substr(record + before_record.size()) + "）";
    if (said.ends_with(" it")) {
        const size_t kind = said.rfind(' ', said.size() - 4);
        if (kind == std::string::npos || kind == 0) return "";
        return said.substr(0, kind) + " がこれ" + act(said.substr(kind + 1, said.size() - 4 - kind)) + behind;
    }
    const size_t kind_end = said.find(' ', 3);
    if (!said.starts_with("it ") || kind_end == std::string::npos) return "";
    return "これが " + said.substr(kind_end + 1) + " " + act(said.substr(3, kind_end - 3)) + behind;
}

}  // namespace

std::string step_words(const std::string& step, language l) {
    for (const entry& e : steps)
        if (step == e.name) return e.words.in(l);
    return spaced(step);
}

std::string would_words(const std::string& step, language l) {
    for (const entry& e : would_steps)
        if (step == e.name) return e.words.in(l);
    return step_words(step, l);
}

std::string result_words(const std::string& result, language l) {
    for (const entry& e : results)
        if (result == e.name) return e.words.in(l);
    return spaced(result);
}

std::string ground_words(const std::string& reason, language l) {
    for (const entry& e : grounds)
        if (reason == e.name) return e.words.in(l);
    return spaced(reason);
}

std::string reason_words(const std::string& sentence, language l) {
    for (const reason& r : reasons)
        if (sentence == r.en) return l == language::ja ? r.ja : r.plain != nullptr ? r.plain : sentence;
    if (l == language::en) return sentence;
    const std::string clean_up = clean_up_reason(sentence);
    return clean_up.empty() ? sentence : clean_up;
}

}  // namespace bartizan_cli
