// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Rules and rows of the response table in words. A test holds these tables against the catalogue and the response table.
#include "words.hpp"

namespace bartizan_cli {

namespace {

struct rule_row {
    const char* rule;
    wording title;
    wording sentence;  ///< {0}: who acted; {1}: what was acted on
};

constexpr rule_row rules[] = {
    {"lsass_handle_theft",
     {"theft of credentials from LSASS memory", "LSASS メモリからの認証情報の窃取"},
     {"{0} asked for access to {1} with rights to take credentials out of its memory", "{0} が、メモリから認証情報を取り出せる権限で {1} へのアクセスを要求しました"}},
    {"lsass_handle_leak",
     {"a handle to LSASS taken from another process", "他プロセスからの LSASS ハンドルの入手"},
     {"{0} came to a handle to LSASS through {1}", "{0} が {1} を介して LSASS へのハンドルを入手しました"}},
    {"lsass_memory_read",
     {"LSASS memory read", "LSASS メモリの読み取り"},
     {"{0} read the memory of {1}", "{0} が {1} のメモリを読み取りました"}},
    {"lsass_clone",
     {"LSASS copied to be read", "読み取り目的の LSASS の複製"},
     {"{0} opened a copy of LSASS ({1})", "{0} が LSASS の複製（{1}）を開きました"}},
    {"lsass_error_reporting",
     {"error reporting abused to dump LSASS", "エラー報告を悪用した LSASS のダンプ"},
     {"{0} had Windows error reporting dump LSASS ({1})", "{0} が Windows エラー報告に LSASS のダンプを行わせました（{1}）"}},
    {"lsass_module",
     {"foreign module in LSASS", "LSASS への外部モジュールの組み込み"},
     {"{0} brought a foreign module into LSASS: {1}", "{0} が外部のモジュールを LSASS に組み込みました: {1}"}},
    {"lsass_dump_file",
     {"memory dump of LSASS written", "LSASS のメモリダンプの書き出し"},
     {"{0} wrote a memory dump of LSASS: {1}", "{0} が LSASS のメモリダンプを書き出しました: {1}"}},
    {"secret_value_read",
     {"password hashes or secrets read from the registry", "レジストリからのパスワードハッシュまたはシークレットの読み取り"},
     {"{0} read stored credentials from the registry: {1}", "{0} がレジストリに保存された認証情報を読み取りました: {1}"}},
    {"boot_key_read",
     {"boot key read", "ブートキーの読み取り"},
     {"{0} collected parts of the key that protects stored passwords: {1}", "{0} が、保存されたパスワードを保護するキーの構成要素を収集しました: {1}"}},
    {"hive_save",
     {"password database saved from the registry", "レジストリからのパスワードデータベース（SAM）の保存"},
     {"{0} saved or mounted a registry hive that holds credentials: {1}", "{0} が認証情報を含むレジストリハイブを保存またはマウントしました: {1}"}},
    {"hive_file_read",
     {"credential store opened as a file", "認証情報ストアのファイルとしてのオープン"},
     {"{0} opened a credential store as a file: {1}", "{0} が認証情報ストアをファイルとして開きました: {1}"}},
    {"hive_copy_written",
     {"copy of a credential store written", "認証情報ストアのコピーの書き出し"},
     {"{0} wrote a copy of a credential store: {1}", "{0} が認証情報ストアのコピーを書き出しました: {1}"}},
    {"hive_command",
     {"command that copies the password database", "パスワードデータベース（SAM）をコピーするコマンド"},
     {"{0} was told by its command line to copy stored credentials", "{0} がコマンドラインで、保存された認証情報のコピーを指示されました"}},
    {"raw_disk_read",
     {"credentials read straight from the disk", "ディスクからの認証情報の直接読み取り"},
     {"{0} read the disk past the file system: {1}", "{0} がファイルシステムを経由せずにディスクを読み取りました: {1}"}},
    {"code_cave_runs",
     {"code in the unused space of a module", "モジュールの未使用領域で動作するコード"},
     {"{0} ran code that lies in the unused space of a module", "{0} がモジュールの未使用領域にあるコードを実行しました"}},
    {"remote_thread_injected",
     {"code injected with a remote thread", "リモートスレッドによるコードの注入"},
     {"{0} started a thread of its own in {1}", "{0} が {1} の中で自身のスレッドを開始しました"}},
    {"remote_library_forced",
     {"library forced into another process", "他プロセスへのライブラリの強制ロード"},
     {"a library was forced into {0}: {1}", "{0} にライブラリが強制的にロードされました: {1}"}},
    {"remote_memory_changed",
     {"memory of another process changed", "他プロセスのメモリの改変"},
     {"{0} changed code or memory of {1}", "{0} が {1} のコードまたはメモリを改変しました"}},
    {"process_hollowed",
     {"process hollowed", "プロセスハロウイング"},
     {"{0} put another program in place of {1} before it ran", "{0} が {1} を、実行前に別のプログラムに差し替えました"}},
    {"thread_context_hijacked",
     {"thread hijacked", "スレッドの乗っ取り"},
     {"{0} pointed a thread of {1} at other code", "{0} が {1} のスレッドの実行先を別のコードに変更しました"}},
    {"tainted_code_acts",
     {"injected code acts", "注入されたコードの動作"},
     {"code that was put into {0} from outside acted on {1}", "外部から {0} に注入されたコードが {1} を操作しました"}},
    {"injector_tool_started",
     {"injection tool started", "コード注入ツールの起動"},
     {"{0} was started to inject code into another process", "他のプロセスにコードを注入するために {0} が起動されました"}},
    {"token_swap",
     {"token replaced by a more privileged one", "より高い特権のトークンへの差し替え"},
     {"the token of {0} was replaced by a more privileged one", "{0} のトークンが、より高い特権のトークンに差し替えられました"}},
    {"system_child",
     {"process came to SYSTEM without a right to it", "不正な SYSTEM 権限での起動"},
     {"{0} was started with rights that its creator does not have", "{0} が、作成元にはない権限で起動されました"}},
    {"token_borrowing",
     {"token of another process borrowed", "他プロセスのトークンの流用"},
     {"{0} reached for the token or handles of {1}", "{0} が {1} のトークンまたはハンドルを入手しようとしました"}},
    {"kernel_address",
     {"address of the kernel passed", "カーネルアドレスの受け渡し"},
     {"{0} passed an address of the kernel in a call", "{0} が呼び出しでカーネルのアドレスを渡しました"}},
    {"remote_apc_abused",
     {"code injected with an APC", "APC によるコードの注入"},
     {"{0} queued an asynchronous procedure call to {1}", "{0} が {1} に非同期プロシージャ呼び出し（APC）をキューに登録しました"}},
    {"kernel_apc_injected",
     {"code injected from the kernel with an APC", "カーネルからの APC によるコードの注入"},
     {"code of the kernel made {1} run code that no file accounts for", "カーネルのコードが、ファイルに対応しないコードを {1} に実行させました"}},
    {"verifier_provider_load",
     {"foreign Application Verifier provider loaded", "外部の Application Verifier プロバイダーのロード"},
     {"{0} loaded a verifier provider that is not Windows' own: {1}", "{0} が Windows 純正ではない検証プロバイダーをロードしました: {1}"}},
    {"verifier_provider_registration",
     {"foreign Application Verifier provider registered", "外部の Application Verifier プロバイダーの登録"},
     {"{0} registered a verifier provider that is not Windows' own: {1}", "{0} が Windows 純正ではない検証プロバイダーを登録しました: {1}"}},
    {"image_execution_options",
     {"start of a program redirected", "プログラム起動設定の改変"},
     {"{0} changed how a program is started: {1}", "{0} がプログラムの起動方法を変更しました: {1}"}},
    {"browser_powershell",
     {"lockdown: PowerShell from a browser", "ロックダウン: ブラウザーからの PowerShell"},
     {"{0} was started from a browser", "{0} がブラウザーから起動されました"}},
    {"html_application",
     {"lockdown: HTML application or script", "ロックダウン: HTML アプリケーションまたはスクリプト"},
     {"{0} was started for an HTML application or a script", "HTML アプリケーションまたはスクリプトのために {0} が起動されました"}},
    {"deferred_start",
     {"start put off past the browser's lockdown", "ブラウザーのロックダウンを避けた遅延起動"},
     {"{0} was made to start work for a browser later or by hand", "{0} が、ブラウザーのための処理を後からまたは手動で起動するよう仕向けられました"}},
};

struct table_row {
    const char* title;  ///< as policy/disposition.hpp has it
    wording words;
    wording advice;
};

constexpr table_row rows[] = {
    {"Credential theft", {"Credential theft", "認証情報の窃取"},
     {"Treat the passwords of every account that was signed in on this machine as known to the attacker: change them, service and "
      "administrator accounts first. Look in the graph for the way in.",
      "この端末にサインインしていたすべてのアカウントのパスワードは攻撃者に知られたものとみなし、サービスアカウントと管理者アカウントから順に変更してください。侵入経路は原因グラフで確認します。"}},
    {"Code cave", {"Code cave", "コードケーブ"},
     {"Find out where the altered program came from and replace it by the maker's original on every machine that has it.",
      "改変されたプログラムの入手元を調べ、同じものがあるすべての端末で製造元の正規のファイルに置き換えてください。"}},
    {"Remote reflective DLL injection", {"Remote reflective DLL injection", "リモートからのリフレクティブ DLL インジェクション"},
     {"Take the machine off the network until the way in is known. Foreign code may still be in the target's memory: save evidence, then end the target or restart the machine.",
      "侵入経路が判明するまで端末をネットワークから切り離してください。標的のメモリに外部のコードが残っている可能性があります。証拠を保全したうえで、標的を終了するか端末を再起動します。"}},
    {"Privilege escalation", {"Privilege escalation", "権限昇格"},
     {"Assume that the attacker had the rights of SYSTEM: take the machine off the network, install missing updates, and check what was changed after the detection.",
      "攻撃者が SYSTEM の権限を得たものとみなしてください。端末をネットワークから切り離し、未適用の更新プログラムを適用して、検知以降の変更を確認します。"}},
    {"APC protection", {"APC protection", "APC 保護"},
     {"Nothing is demanded. If the target serves the network, check that the machine has the current updates.",
      "対応は不要です。標的がネットワークサービスを提供している場合は、最新の更新プログラムが適用されていることを確認してください。"}},
    {"Application Verifier", {"Application Verifier", "Application Verifier"},
     {"Nothing is demanded: the foreign provider is not honoured. Remove its registration.", "対応は不要です。外部のプロバイダーは無視されます。登録は削除してください。"}},
    {"Lockdown: PowerShell from a browser", {"Lockdown: PowerShell from a browser", "ロックダウン: ブラウザーからの PowerShell"},
     {"Nothing is demanded. Ask the user which page was open, and block it if it was not wanted.",
      "対応は不要です。どのページを開いていたかを利用者に確認し、不審なものであればブロックしてください。"}},
    {"Lockdown: HTA from a browser", {"Lockdown: HTA from a browser", "ロックダウン: ブラウザーからの HTA"},
     {"Nothing is demanded. Ask the user which page was open, and block it if it was not wanted.",
      "対応は不要です。どのページを開いていたかを利用者に確認し、不審なものであればブロックしてください。"}},
    {"Malware before execution", {"Malware before execution", "実行前に検知したマルウェア"},
     {"Keep the file in quarantine. If it is wanted all the same, put it on the allow list by its hash.",
      "ファイルは隔離したままにしてください。業務上必要なファイルであれば、ハッシュで許可リストに登録します。"}},
    {"PUA before execution", {"Unwanted application before execution", "実行前に検知した PUA"},
     {"Decide whether the application is wanted; if so, put it on the allow list.",
      "必要なアプリケーションかどうかを判断し、必要であれば許可リストに登録してください。"}},
    {"LSASS rights stripped", {"LSASS rights stripped", "LSASS への権限の除去"},
     {"Nothing is demanded: the program went on without the rights.", "対応は不要です。プログラムは権限なしで続行しました。"}},
    {"Boot sector read", {"Boot sector read", "ブートセクターの読み取り"}, {"Nothing is demanded.", "対応は不要です。"}},
    {"Credential access recorded", {"Credential access recorded", "認証情報へのアクセス（記録）"},
     {"Nothing is demanded. If nobody here does this for a living, ask who did.", "対応は不要です。業務で行う担当者がいない場合は、実行者を確認してください。"}},
    {"Suspicion", {"Suspicion", "不審な動作"}, {"Nothing is demanded; it helps to read other findings of the machine.", "対応は不要です。同じ端末の他の検知を読む際の参考になります。"}},
    {"Unknown detection", {"Unknown detection", "不明な検知"},
     {"This version does not know the detection: have an administrator look at it.", "このバージョンでは不明な検知です。管理者が確認してください。"}},
};

const rule_row* find_rule(const std::string& rule) {
    for (const rule_row& r : rules)
        if (rule == r.rule) return &r;
    return nullptr;
}

const table_row* find_row(const std::string& title) {
    for (const table_row& r : rows)
        if (title == r.title) return &r;
    return nullptr;
}

}  // namespace

std::string rule_title(const std::string& rule, language l) {
    const rule_row* row = find_rule(rule);
    return row != nullptr ? row->title.in(l) : spaced(rule);
}

std::string rule_sentence(const std::string& rule, language l) {
    const rule_row* row = find_rule(rule);
    return row != nullptr ? row->sentence.in(l) : wording{"{0} acted on {1}", "{0} が {1} を操作しました"}.in(l);
}

std::string row_title(const std::string& title, language l) {
    const table_row* row = find_row(title);
    return row != nullptr ? row->words.in(l) : title;
}

std::string row_advice(const std::string& title, language l) {
    const table_row* row = find_row(title);
    return row != nullptr ? row->advice.in(l) : "";
}

}  // namespace bartizan_cli
