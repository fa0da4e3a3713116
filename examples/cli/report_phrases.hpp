// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_PHRASES_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_PHRASES_HPP

#include "language.hpp"

namespace bartizan_cli {

struct phrase_row {
    const char* key;
    wording words;
};

/// Every sentence of the report in every language. {0} is a value, {0|file|files} a noun that goes with its number.
inline constexpr phrase_row phrases[] = {
    {"page.title", {"bartizan report", "bartizan レポート"}},
    {"page.footer", {"bartizan {0}. Times are UTC as recorded.", "bartizan {0}。時刻は記録どおりの UTC です。"}},
    {"nav.label", {"On this page", "このページの内容"}},
    {"yes", {"yes", "あり"}},
    {"no", {"no", "なし"}},
    {"comma", {", ", "、"}},
    {"and_more", {"and {0} more", "ほか {0} 件"}},
    {"unknown_program", {"an unknown program", "不明なプログラム"}},
    {"something", {"something that was not recorded", "記録されていない対象"}},
    {"no_host", {"(no host name)", "（ホスト名なし）"}},

    {"headline.convicted", {"{0} {0|conviction|convictions} on {1} {1|machine|machines}", "{1} 台の端末で {0} 件を検知"}},
    {"headline.and_files",
     {", and {0} {0|file|files} convicted before {0|it|they} could run", "、実行前のファイル {0} 件を検知"}},
    {"headline.files", {"{0} {0|file|files} convicted before {0|it|they} could run", "実行前のファイル {0} 件を検知"}},
    {"headline.act", {": an administrator must act", " ― 管理者の対応が必要です"}},
    {"headline.nothing", {"Nothing was convicted", "検知はありません"}},
    {"headline.unread", {"Nothing was convicted, but not everything could be read", "検知はありませんが、読み取れないものがありました"}},
    {"input.both",
     {"Replayed {0} {0|event|events} of {1} {1|recording|recordings} and scanned {2} {2|file|files}.",
      "記録 {1} 件のイベント {0} 件を再生し、ファイル {2} 件をスキャンしました。"}},
    {"input.replayed", {"Replayed {0} {0|event|events} of {1} {1|recording|recordings}.", "記録 {1} 件のイベント {0} 件を再生しました。"}},
    {"input.scanned", {"Scanned {0} {0|file|files}.", "ファイル {0} 件をスキャンしました。"}},
    {"advice.red",
     {"The endpoint's health is red and stays red until an administrator has finished the investigation and cleared the alerts.",
      "エンドポイントの状態は赤です。管理者が調査を終えてアラートを解除するまで、赤のままです。"}},
    {"advice.stopped",
     {"What was convicted is stopped by the response table; nothing here demands an administrator. Health is green.",
      "検知したものは対応表に従って阻止されます。管理者の対応は不要です。エンドポイントの状態は緑です。"}},
    {"advice.green", {"Health is green. What follows is for the record.", "エンドポイントの状態は緑です。以下は記録のための情報です。"}},
    {"advice.unread",
     {"Health is green as far as could be seen. What could not be read was not judged.",
      "確認できた範囲では、エンドポイントの状態は緑です。読み取れなかったものは判定していません。"}},

    {"tile.health", {"health", "エンドポイントの状態"}},
    {"tile.convicted", {"convicted", "検知"}},
    {"tile.recorded", {"recorded", "記録のみ"}},
    {"tile.stripped", {"stripped of rights", "権限を除去"}},
    {"tile.blind", {"not seen", "未観測"}},
    {"tile.malware", {"malware {0|file|files}", "マルウェア"}},
    {"tile.pua", {"unwanted {0|file|files}", "PUA"}},
    {"tile.hidden", {"hiding a program", "プログラムの隠蔽"}},
    {"tile.legitimate", {"legitimate {0|file|files}", "正当なファイル"}},
    {"tile.blocked", {"blocked by a list", "リストでブロック"}},
    {"tile.suppressed", {"suppressed by a list", "リストで抑制"}},
    {"tile.problems", {"could not be read", "読み取り不可"}},

    {"next.title", {"What to do next", "次に行うこと"}},
    {"next.nothing", {"Nothing.", "対応は不要です。"}},
    {"next.machine", {"On {0}, {1} {1|alert demands|alerts demand} an investigation.", "{0}: 調査が必要なアラートが {1} 件あります。"}},
    {"next.begin", {"Begin with {0}.", "最初に {0} を確認してください。"}},
    {"next.more_machines", {"{0} more {0|machine has|machines have} alerts.", "ほか {0} 台の端末にもアラートがあります。"}},
    {"next.clean_up", {"Carry out the clean-up lists that stand in the findings.", "各検知に示したクリーンアップの項目を実施してください。"}},
    {"next.problems", {"See under “{0}” what was not judged because it could not be read.", "読み取れずに判定できなかったものは「{0}」を参照してください。"}},
    {"next.clear",
     {"When the investigation is finished, clear the alerts. Health returns to green, and the actions that were stopped may run again.",
      "調査が完了したら、アラートを解除してください。エンドポイントの状態は緑に戻り、停止された操作は再び実行できるようになります。"}},

    {"response.title", {"Response table", "対応表"}},
    {"response.replayed",
     {"This is a replay: the table says what a protected machine does at these points. The replay itself stopped nothing.",
      "これは記録の再生です。表は、保護された端末がその時点で行う対応を示します。再生そのものは何も停止していません。"}},
    {"row.detection", {"Detection", "検知の種類"}},
    {"row.count", {"Number", "件数"}},
    {"row.user", {"User notified", "利用者への通知"}},
    {"row.rca", {"Root-cause analysis", "根本原因分析"}},
    {"row.admin", {"Administrator", "管理者"}},
    {"row.health", {"Health", "状態"}},
    {"row.process", {"Process", "プロセス"}},
    {"row.clean_up", {"Clean-up", "クリーンアップ"}},

    {"convict.title", {"Convicted", "検知"}},
    {"convict.sentence", {"Evidence that convicts; the row of the response table applies.", "証拠により検知したものです。対応表の該当する行が適用されます。"}},
    {"event.title", {"Recorded", "記録のみ"}},
    {"event.sentence", {"Worth knowing, not enough to convict.", "把握しておくべき動作ですが、検知とするには証拠が足りません。"}},
    {"strip.title", {"Rights removed", "権限を除去"}},
    {"strip.sentence",
     {"The program asked for rights over a protected process that it does not need. They were taken off the handle, and the program went on.",
      "プログラムが、保護されたプロセスに対して不要な権限を要求しました。権限はハンドルから取り除かれ、プログラムはそのまま続行しました。"}},
    {"blind.title", {"Not seen", "未観測"}},
    {"blind.sentence",
     {"The sensor left out what these rules needed, so they did not judge. That is not the same as clean.",
      "ルールに必要な情報がセンサーから得られず、判定していません。問題なしという意味ではありません。"}},
    {"findings.left_out",
     {"{0} more {0|finding|findings} left out here; “bartizan replay --json” lists all.",
      "ほか {0} 件はここでは省略しています。すべての一覧は「bartizan replay --json」で出力できます。"}},

    {"finding.rule", {"Rule {0} · ATT&CK {1}", "ルール {0} · ATT&CK {1}"}},
    {"finding.silent", {"· done in silence: the program goes on without the rights", "· 通知なしで処理（プログラムは権限なしで続行）"}},
    {"finding.story", {"What happened, in order", "経過（時系列）"}},
    {"finding.why", {"Evidence", "検知の根拠"}},
    {"finding.no_atoms", {"No evidence held; see what was not seen.", "成立した根拠はありません。未観測の項目を参照してください。"}},
    {"finding.path_trust",
     {"No signature of the program was recorded; its folder stood in for one.", "プログラムの署名が記録されていないため、フォルダーの場所で代用しました。"}},
    {"finding.not_seen", {"What was not seen", "観測できなかった情報"}},
    {"finding.all_seen", {"Nothing that could have changed the verdict.", "判定に影響する情報の不足はありません。"}},
    {"finding.done", {"What was done", "実施した対応"}},
    {"finding.no_response", {"Nothing: a rule that did not see demands nothing.", "なし。観測できなかったルールは対応を求めません。"}},
    {"finding.audited", {"The policy has this rule in audit mode: recorded, and nothing was done.", "ポリシーでこのルールは監査モードです。記録のみで、対応は行いません。"}},
    {"finding.next", {"What to do next", "次に行うこと"}},
    {"finding.no_advice", {"Nothing is demanded.", "対応は不要です。"}},
    {"finding.evidence", {"Recorded event: {0}, line {1}", "記録されたイベント: {0}、{1} 行目"}},
    {"finding.no_evidence", {"The recording was not given to this report.", "このレポートの作成時に、元の記録は渡されていません。"}},
    {"finding.line", {"line", "行"}},
    {"plan.intro", {"Steps of the response plan:", "対応計画の手順:"}},
    {"plan.handle", {"rights {2} of {0} over {1}", "{0} が {1} に対して持つ権限 {2}"}},
    {"clean_up.intro", {"Clean up, in this order:", "次の順にクリーンアップしてください:"}},

    {"role.both", {"root cause, culprit", "根本原因・攻撃元"}},
    {"story.root", {"It began with {0}.", "起点（根本原因）は {0} です。"}},
    {"story.no_root", {"How it began was not recorded.", "起点は記録されていません。"}},
    {"story.act", {"{0} {1} {2}", "{0} が {2} {1}"}},
    {"story.before", {"before", "記録前"}},
    {"story.times", {"({0} times)", "（{0} 回）"}},
    {"story.left_out", {"{0} lesser {0|step stands|steps stand} in the graph.", "重要度の低いほか {0} 件は原因グラフに示します。"}},
    {"node.pid", {"pid {0}", "PID {0}"}},
    {"node.several", {"{0} {1}", "{1} {0} 件"}},
    {"node.unknown", {"(unknown {0})", "（不明な{0}）"}},
    {"node.full", {"Full name", "完全な名前"}},
    {"node.command_line", {"Command line", "コマンドライン"}},
    {"node.process_id", {"Process id", "プロセス ID"}},
    {"node.user", {"Account", "アカウント"}},
    {"node.time", {"Time", "時刻"}},
    {"edge.times", {"{0} times, last {1}", "{0} 回、最終 {1}"}},
    {"edge.record", {"record {0}", "レコード {0}"}},

    {"graph.title", {"Cause graph", "原因グラフ（根本原因分析）"}},
    {"graph.label", {"Cause graph: {0} {0|node|nodes}, {1} {1|edge|edges}", "原因グラフ: ノード {0} 個、関係 {1} 件"}},
    {"graph.in_words", {"The graph in words", "原因グラフの内容を文章で表示"}},
    {"graph.hint",
     {"Enter or a click opens a node. Keys in the drawing: + and −, 0 fits, arrows move; so do the wheel and dragging.",
      "Enter またはクリックで詳細を表示。図の中では + − で拡大縮小、0 で全体表示、矢印キーで移動できます（ホイールとドラッグも可）。"}},
    {"graph.cut", {"The graph is not whole, to keep its size bounded: {0}.", "大きさの上限により、原因グラフの一部を省略しています: {0}。"}},
    {"cut.nodes", {"{0} {0|node|nodes} left out", "ノード {0} 個を省略"}},
    {"cut.edges", {"{0} {0|edge|edges} left out", "関係 {0} 件を省略"}},
    {"cut.texts", {"{0} {0|text|texts} cut short", "文字列 {0} 件を短縮"}},
    {"graph.left_out",
     {"Not drawn here, to keep the page small; “bartizan replay --json” has it.",
      "ページの大きさを抑えるため、ここでは図を省略しています。内容は「bartizan replay --json」で出力できます。"}},
    {"zoom.in", {"Zoom in", "拡大"}},
    {"zoom.out", {"Zoom out", "縮小"}},
    {"zoom.fit", {"Fit", "全体表示"}},
    {"panel.label", {"Details of the node", "ノードの詳細"}},
    {"panel.close", {"Close", "閉じる"}},

    {"timeline.title", {"Time line", "タイムライン"}},
    {"timeline.label", {"Time line of the findings, one lane a machine", "検知のタイムライン（端末ごとに 1 行）"}},
    {"timeline.left_out", {"{0} more {0|machine is|machines are} not drawn.", "ほか {0} 台の端末は省略しています。"}},

    {"files.title", {"Files scanned", "スキャンしたファイル"}},
    {"files.verdict", {"Verdict", "判定"}},
    {"files.file", {"File", "ファイル"}},
    {"files.unwanted", {"Unwanted", "不要度"}},
    {"files.pua", {"PUA, if so", "うち PUA"}},
    {"files.reasons", {"Strongest reasons", "主な理由"}},
    {"files.left_out", {"{0} more {0|file|files} left out here; “bartizan scan” lists all.", "ほか {0} 件はここでは省略しています。すべての一覧は「bartizan scan」で出力できます。"}},
    {"files.other", {"{0} other {0|file|files} in the folders: not programs for Windows.", "フォルダー内のほかのファイル {0} 件は、Windows のプログラムではありません。"}},
    {"file.malware", {"malware", "マルウェア"}},
    {"file.pua", {"potentially unwanted", "PUA"}},
    {"file.legitimate", {"legitimate", "正当"}},
    {"file.blocked", {"blocked", "ブロック"}},
    {"file.suppressed", {"suppressed", "抑制"}},
    {"file.lowered", {"lowered to event", "イベントに変更"}},
    {"file.hides", {"hides a program", "プログラムを隠蔽"}},
    {"file.unsupported", {"unsupported", "対象外"}},
    {"file.not_read", {"not read", "読み取り不可"}},
    {"file.bytes", {"{0} bytes", "{0} バイト"}},
    {"file.offset", {"(offset {0})", "（オフセット {0}）"}},

    {"cave.headers", {"headers", "ヘッダー"}},
    {"cave.rest", {"rest", "残り"}},
    {"cave.entry_point", {"the entry point", "エントリポイント"}},
    {"cave.tls", {"a TLS callback", "TLS コールバック"}},
    {"cave.export", {"an export", "エクスポート"}},
    {"cave.pointer", {"a function pointer", "関数ポインター"}},
    {"cave.branch", {"a branch in the program", "プログラム内の分岐"}},
    {"cave.way", {"control goes there from {0}", "{0}からここに制御が移る"}},
    {"cave.picture", {"Picture of the file", "ファイルの構成図"}},
    {"cave.label", {"The file's sections, its unused space, and where control enters it", "ファイルのセクションと未使用領域、および制御の入口"}},
    {"cave.extent", {"{0}: {1} bytes at {2}", "{0}: {2} から {1} バイト"}},
    {"cave.code", {"code in unused space", "未使用領域のコード"}},
    {"cave.unused", {"unused", "未使用"}},
    {"cave.in_use", {"unused space is in use", "未使用領域の使用"}},

    {"blind_fields.title", {"What the sensor left out", "センサーから得られなかった情報"}},
    {"blind_fields.sentence",
     {"Findings that lacked a field. A sensor that records it makes these rules see more.",
      "情報が不足していた結果の件数です。センサーで記録するようにすると、ルールがより多くを判定できます。"}},
    {"blind_fields.field", {"Field", "情報"}},
    {"blind_fields.count", {"Findings", "件数"}},
    {"problems.title", {"Problems", "問題"}},
    {"problems.sentence",
     {"What could not be read was not judged.", "読み取れなかったものは判定していません。メッセージは、コマンドが出力した英語のまま示します。"}},
};

namespace detail {

/// No key twice, and no language without its words.
constexpr bool phrases_are_whole() {
    for (const phrase_row& row : phrases)
        if (row.words.en == nullptr || row.words.ja == nullptr || row.words.en[0] == 0 || row.words.ja[0] == 0) return false;
    return true;
}
static_assert(phrases_are_whole());

}  // namespace detail

}  // namespace bartizan_cli

#endif
