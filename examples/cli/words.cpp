// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <algorithm>

namespace bartizan_cli {

namespace {

struct entry {
    const char* name;
    wording words;
};

template <size_t N>
std::string look_up(const entry (&table)[N], const std::string& name, language l) {
    for (const entry& e : table)
        if (name == e.name) return e.words.in(l);
    return spaced(name);
}

constexpr entry blind_fields[] = {
    {"call_trace", {"the call stack of the operation", "操作時のコールスタック"}},
    {"jit_allocator", {"which module allocated memory that no file backs", "ファイルに対応しないメモリを割り当てたモジュール"}},
    {"granted_access", {"the access rights that were granted", "付与されたアクセス権"}},
    {"actor_image", {"which program acted", "操作を行ったプログラム"}},
    {"actor_trust", {"the signature of the program that acted", "操作を行ったプログラムの署名"}},
    {"actor_file_age", {"how old the program file was", "プログラムファイルの経過時間"}},
    {"actor_privileges", {"which privileges the actor had enabled", "操作元で有効になっていた特権"}},
    {"actor_protection", {"whether the actor is a protected process", "操作元が保護プロセスかどうか"}},
    {"target_image", {"which program was the target", "対象となったプログラム"}},
    {"target_protection", {"whether the target is a protected process", "対象が保護プロセスかどうか"}},
    {"memory_reads", {"reads of the target's memory", "対象のメモリの読み取り"}},
    {"open_history", {"which processes the actor opened just before", "操作元が直前に開いたプロセス"}},
    {"crash_reports", {"the faults that error reporting was called for", "エラー報告が呼び出された原因の障害"}},
    {"caller_module", {"the signature of the module that made the call", "呼び出し元モジュールの署名"}},
    {"file_name", {"the name of the file", "ファイルの名前"}},
    {"file_content", {"what the file holds", "ファイルの内容"}},
    {"lineage", {"how the actor's ancestors started", "操作元の祖先プロセスがどのように起動されたか"}},
    {"com_client", {"on whose behalf a COM or RPC broker acted", "COM または RPC ブローカーに処理を依頼した側"}},
    {"command_line", {"the command line", "コマンドライン"}},
    {"creator", {"which process made the new one, where that is not its parent", "新しいプロセスを作成したプロセス（親と異なる場合）"}},
    {"account", {"the account that the process ran under", "プロセスを実行していたアカウント"}},
    {"token", {"the token and its privileges", "トークンとその特権"}},
    {"load_order", {"the order in which images were loaded", "イメージが読み込まれた順序"}},
    {"module_signature", {"the signature of a loaded module", "読み込まれたモジュールの署名"}},
    {"registry_data", {"what was written to the registry", "レジストリに書き込まれたデータ"}},
    {"memory_state", {"what stands behind a memory address", "メモリアドレスの実体"}},
    {"memory_writes", {"allocations, protection changes and writes in other processes", "他のプロセスでのメモリの割り当て、保護属性の変更、書き込み"}},
    {"process_start", {"whether the process was made suspended, and whether it had run", "プロセスが一時停止状態で作成されたか、すでに実行されていたか"}},
    {"debug_object", {"who debugs whom", "どのプロセスがどのプロセスをデバッグしているか"}},
    {"code_symbol", {"which function stands at an address", "アドレスにある関数"}},
    {"kernel_stack", {"the kernel's part of the call stack", "コールスタックのカーネル部分"}},
    {"slack_map", {"the unused space of a module and what its file holds there", "モジュールの未使用領域と、ファイル上でのその内容"}},
    {"disk_extents", {"where the files lie on the disk, and which bytes were read", "ディスク上のファイルの位置と、読み取られたバイト"}},
    {"handle_origin", {"which object a duplicated handle stands for", "複製されたハンドルが指すオブジェクト"}},
    {"machine_code", {"code of a processor that the decoder knows", "デコーダーが対応するプロセッサーのコード"}},
    {"unwind_data", {"an exception table that covers the program's code", "プログラムのコードに対応する例外テーブル"}},
    {"backing_file", {"the file behind a loaded image at that time", "その時点で読み込み済みイメージの元になっていたファイル"}},
};

constexpr entry verdicts[] = {
    {"convict", {"detection", "検知"}},
    {"event", {"recorded", "記録のみ"}},
    {"strip", {"rights to remove", "権限の除去"}},
    {"blind", {"could not be judged", "判定不能（情報不足）"}},
};

constexpr entry features[] = {
    {"NumberOfSections", {"number of sections", "セクションの数"}},
    {"SizeOfOptionalHeader", {"size of the optional header", "オプションヘッダーのサイズ"}},
    {"Characteristics", {"characteristics flags", "特性フラグ"}},
    {"MajorLinkerVersion", {"linker version", "リンカーのバージョン"}},
    {"MinorLinkerVersion", {"linker version (minor)", "リンカーのバージョン（マイナー）"}},
    {"SizeOfCode", {"size of the code", "コードのサイズ"}},
    {"SizeOfInitializedData", {"size of the initialised data", "初期化済みデータのサイズ"}},
    {"SizeOfUninitializedData", {"size of the uninitialised data", "未初期化データのサイズ"}},
    {"AddressOfEntryPoint", {"address of the entry point", "エントリポイントのアドレス"}},
    {"BaseOfCode", {"address of the code", "コードのアドレス"}},
    {"ImageBase", {"preferred load address", "優先ロードアドレス"}},
    {"SectionAlignment", {"section alignment", "セクションの配置単位"}},
    {"FileAlignment", {"file alignment", "ファイルの配置単位"}},
    {"MajorOperatingSystemVersion", {"required Windows version", "必要な Windows のバージョン"}},
    {"MinorOperatingSystemVersion", {"required Windows version (minor)", "必要な Windows のバージョン（マイナー）"}},
    {"MajorImageVersion", {"image version", "イメージのバージョン"}},
    {"MinorImageVersion", {"image version (minor)", "イメージのバージョン（マイナー）"}},
    {"MajorSubsystemVersion", {"subsystem version", "サブシステムのバージョン"}},
    {"MinorSubsystemVersion", {"subsystem version (minor)", "サブシステムのバージョン（マイナー）"}},
    {"SizeOfImage", {"size in memory", "メモリ上のサイズ"}},
    {"SizeOfHeaders", {"size of the headers", "ヘッダーのサイズ"}},
    {"CheckSum", {"header checksum", "ヘッダーのチェックサム"}},
    {"Subsystem", {"subsystem", "サブシステム"}},
    {"DllCharacteristics", {"hardening flags", "セキュリティ強化フラグ"}},
    {"SizeOfStackReserve", {"stack reserve", "スタックの予約サイズ"}},
    {"SizeOfStackCommit", {"stack commit", "スタックのコミットサイズ"}},
    {"SizeOfHeapReserve", {"heap reserve", "ヒープの予約サイズ"}},
    {"SizeOfHeapCommit", {"heap commit", "ヒープのコミットサイズ"}},
    {"LoaderFlags", {"loader flags", "ローダーフラグ"}},
    {"NumberOfRvaAndSizes", {"number of data directories", "データディレクトリの数"}},
    {"SectionsMeanEntropy", {"mean entropy of the sections", "セクションの平均エントロピー"}},
    {"SectionsMinEntropy", {"lowest entropy of a section", "セクションの最小エントロピー"}},
    {"SectionsMaxEntropy", {"highest entropy of a section", "セクションの最大エントロピー"}},
    {"SectionsMeanRawsize", {"mean size of the sections in the file", "ファイル上のセクションの平均サイズ"}},
    {"SectionsMinRawsize", {"smallest section in the file", "ファイル上の最小のセクション"}},
    {"SectionsMaxRawsize", {"largest section in the file", "ファイル上の最大のセクション"}},
    {"SectionsMeanVirtualsize", {"mean size of the sections in memory", "メモリ上のセクションの平均サイズ"}},
    {"SectionsMinVirtualsize", {"smallest section in memory", "メモリ上の最小のセクション"}},
    {"SectionsMaxVirtualsize", {"largest section in memory", "メモリ上の最大のセクション"}},
    {"e_cblp", {"DOS header: bytes on the last page", "DOS ヘッダー: 最終ページのバイト数"}},
    {"e_cp", {"DOS header: pages", "DOS ヘッダー: ページ数"}},
    {"e_minalloc", {"DOS header: least extra memory", "DOS ヘッダー: 追加メモリの最小値"}},
    {"e_maxalloc", {"DOS header: most extra memory", "DOS ヘッダー: 追加メモリの最大値"}},
    {"e_sp", {"DOS header: stack pointer", "DOS ヘッダー: スタックポインタ"}},
    {"e_lfarlc", {"DOS header: place of the relocations", "DOS ヘッダー: 再配置表の位置"}},
    {"e_ovno", {"DOS header: overlay number", "DOS ヘッダー: オーバーレイ番号"}},
    {"e_lfanew", {"place of the PE header", "PE ヘッダーの位置"}},
    {"FileEntropy", {"entropy of the file", "ファイルのエントロピー"}},
    {"FileSize", {"size of the file", "ファイルのサイズ"}},
};

constexpr entry process_actions[] = {
    {"not_applicable", {"goes on", "続行"}},
    {"terminated", {"terminated", "終了"}},
    {"terminated_or_start_blocked", {"start blocked, or terminated", "起動を阻止、または終了"}},
    {"not_started", {"not started", "未実行（起動を阻止）"}},
};

constexpr entry admin_notices[] = {
    {"none", {"nothing to do", "対応不要"}},
    {"event", {"event, nothing to do", "対応不要（イベント）"}},
    {"alert", {"alert: action required", "要対応（アラート）"}},
};

constexpr entry healths[] = {
    {"red", {"red", "赤"}},
    {"green", {"green", "緑"}},
};

constexpr entry node_kinds[] = {
    {"process", {"process", "プロセス"}},
    {"file", {"file", "ファイル"}},
    {"registry", {"registry value", "レジストリ値"}},
    {"network", {"remote address", "接続先"}},
    {"module", {"module", "モジュール"}},
    {"service", {"service", "サービス"}},
    {"alert", {"detection", "検知"}},
};

constexpr entry several_nodes[] = {
    {"process", {"processes", "プロセス"}},
    {"file", {"files", "ファイル"}},
    {"registry", {"registry values", "レジストリ値"}},
    {"network", {"remote addresses", "接続先"}},
    {"module", {"modules", "モジュール"}},
    {"service", {"services", "サービス"}},
    {"alert", {"detections", "検知"}},
};

constexpr entry roles[] = {
    {"root_cause", {"root cause", "根本原因"}},
    {"culprit", {"attacking program", "攻撃プロセス"}},
    {"target", {"target", "標的"}},
    {"ancestor", {"ancestor", "祖先プロセス"}},
    {"touched", {"touched", "関連"}},
};

/// On an arrow of the cause graph.
constexpr entry edge_labels[] = {
    {"created", {"created", "作成"}},       {"wrote", {"wrote", "書き込み"}},         {"renamed", {"renamed", "名前変更"}},
    {"deleted", {"deleted", "削除"}},       {"read", {"read", "読み取り"}},           {"loaded", {"loaded", "ロード"}},
    {"injected", {"put code into", "注入"}}, {"opened", {"asked access", "アクセス要求"}}, {"connected", {"connected", "接続"}},
    {"registered", {"changed", "変更"}},    {"convicted", {"detected", "検知"}},      {"reached", {"reached for", "操作"}},
    {"started", {"runs as", "実行"}},       {"started_process", {"started", "起動"}},
    {"named", {"names", "指定"}},           {"installed", {"installed", "登録"}},     {"opened_file", {"opened", "オープン"}},
    {"wrote_file", {"wrote file", "書き込み"}}, {"recorded", {"recorded", "記録"}},
};

/// In a sentence, between two names in English and behind them in Japanese.
constexpr entry acts[] = {
    {"created", {"created", "を作成しました"}},
    {"wrote", {"wrote", "に書き込みました"}},
    {"renamed", {"renamed", "の名前を変更しました"}},
    {"deleted", {"deleted", "を削除しました"}},
    {"read", {"read", "を読み取りました"}},
    {"loaded", {"loaded", "をロードしました"}},
    {"injected", {"put code into", "にコードを注入しました"}},
    {"opened", {"asked for access to", "へのアクセスを要求しました"}},
    {"opened_file", {"opened", "を開きました"}},
    {"connected", {"connected to", "に接続しました"}},
    {"registered", {"changed the registry value", "のレジストリ値を変更しました"}},
    {"changed", {"changed", "を変更しました"}},
    {"installed", {"installed the service", "というサービスを登録しました"}},
    {"convicted", {"was detected:", "として検知されました"}},
    {"recorded", {"was recorded:", "として記録されました"}},
    {"reached", {"reached for", "に対して操作を行いました"}},
    {"started", {"runs as", "として実行されました"}},
    {"started_process", {"started", "を起動しました"}},
    {"named", {"names", "を指定しています"}},
};

/// Which sensor tells what was missing: a setting that an administrator can make, where there is one.
constexpr wording process_sensor{"Sysmon event 1, or Security 4688 with the command line", "Sysmon イベント 1、またはコマンドラインを含む Security 4688"};
constexpr wording access_sensor{"Sysmon event 10 (ProcessAccess) with the call trace", "呼び出し履歴を含む Sysmon イベント 10（ProcessAccess）"};
constexpr wording image_sensor{"Sysmon events 1 and 7 (ImageLoad) with hashes and signatures", "ハッシュと署名を含む Sysmon イベント 1 と 7（ImageLoad）"};
constexpr wording token_sensor{"Security 4703 (token right adjusted) and the product's own sensor", "Security 4703（トークン権限の調整）と製品のセンサー"};
constexpr wording memory_sensor{"ETW Threat Intelligence, which only a protected security product may read", "ETW の Threat Intelligence（保護されたセキュリティ製品だけが読み取り可能）"};
constexpr wording file_sensor{"Sysmon event 11, or the product's file-system filter", "Sysmon イベント 11、または製品のファイルシステムフィルター"};
constexpr wording registry_sensor{"Sysmon events 12 to 14 (registry)", "Sysmon イベント 12～14（レジストリ）"};
constexpr wording product_sensor{"the product's own sensor; Windows logs do not hold it", "製品のセンサー（Windows のログには含まれません）"};

struct sensor_entry {
    const char* field;
    wording sensor;
};

constexpr sensor_entry sensors[] = {
    {"command_line", process_sensor},  {"lineage", process_sensor},        {"creator", process_sensor},      {"account", process_sensor},
    {"actor_image", process_sensor},   {"target_image", process_sensor},   {"call_trace", access_sensor},    {"granted_access", access_sensor},
    {"open_history", access_sensor},   {"actor_trust", image_sensor},      {"caller_module", image_sensor},  {"module_signature", image_sensor},
    {"load_order", image_sensor},      {"actor_privileges", token_sensor}, {"token", token_sensor},         {"memory_reads", memory_sensor},
    {"memory_writes", memory_sensor},  {"memory_state", memory_sensor},    {"jit_allocator", memory_sensor}, {"code_symbol", memory_sensor},
    {"kernel_stack", memory_sensor},   {"file_name", file_sensor},         {"actor_file_age", file_sensor},  {"registry_data", registry_sensor},
};

}  // namespace

std::string sensor_words(const std::string& field, language l) {
    for (const sensor_entry& e : sensors)
        if (field == e.field) return e.sensor.in(l);
    return product_sensor.in(l);
}

std::string spaced(std::string name) {
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::string blind_words(const std::string& field, language l) { return look_up(blind_fields, field, l); }
std::string feature_words(const std::string& feature, language l) { return look_up(features, feature, l); }

std::string direction_words(const nlohmann::ordered_json& reason, language l) {
    const auto share = reason.find("contribution");
    const bool lowers = share != reason.end() && share->is_number() && share->get<double>() < 0;
    return (lowers ? wording{"lowers it", "下げる要因"} : wording{"raises it", "上げる要因"}).in(l);
}

std::string verdict_words(const std::string& verdict, language l) { return look_up(verdicts, verdict, l); }
std::string process_words(const std::string& action, language l) { return look_up(process_actions, action, l); }
std::string admin_words(const std::string& notice, language l) { return look_up(admin_notices, notice, l); }
std::string health_words(const std::string& health, language l) { return look_up(healths, health, l); }
std::string node_words(const std::string& kind, language l) { return look_up(node_kinds, kind, l); }
std::string several_words(const std::string& kind, language l) { return look_up(several_nodes, kind, l); }
std::string role_words(const std::string& role, language l) { return look_up(roles, role, l); }
std::string edge_words(const std::string& kind, language l) { return look_up(edge_labels, kind, l); }
std::string act_words(const std::string& kind, language l) { return look_up(acts, kind, l); }

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

const nlohmann::ordered_json& member_of(const nlohmann::ordered_json& object, const char* name) {
    static const nlohmann::ordered_json null;
    if (!object.is_object()) return null;
    const auto found = object.find(name);
    return found == object.end() ? null : *found;
}

bool flag_of(const nlohmann::ordered_json& object, const char* name) {
    const nlohmann::ordered_json& member = member_of(object, name);
    return member.is_boolean() && member.get<bool>();
}

const nlohmann::ordered_json& list_of(const nlohmann::ordered_json& object, const char* name) {
    static const nlohmann::ordered_json empty = nlohmann::ordered_json::array();
    const nlohmann::ordered_json& member = member_of(object, name);
    return member.is_array() ? member : empty;
}

std::string text_of(const nlohmann::ordered_json& object, const char* name) {
    const nlohmann::ordered_json& member = member_of(object, name);
    return member.is_string() ? member.get<std::string>() : std::string();
}

}  // namespace bartizan_cli
