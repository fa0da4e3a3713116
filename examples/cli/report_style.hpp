// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_STYLE_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_STYLE_HPP

namespace bartizan_cli {

/// The report's style sheet. Colours are variables with a light and a dark value (text on its ground has a contrast of 4.5 or more);
/// tones: convict, event, strip, blind, good.
inline constexpr const char* report_style = R"css(
:root { color-scheme: light dark;
  --ground: #f4f5f6; --card: #ffffff; --ink: #1b2127; --soft: #56616c; --line: #d9dee3; --inset: #f2f4f6;
  --convict: #b3261e; --event: #8a5a00; --strip: #1f5fa8; --blind: #5b6570; --good: #1d7044;
  --convict-wash: #fbeae8; --event-wash: #fbf1dd; --strip-wash: #e7f0fa; --blind-wash: #eceff1; --good-wash: #e4f3ea; }
@media screen and (prefers-color-scheme: dark) { :root {
  --ground: #12161a; --card: #1a2026; --ink: #e4e8ec; --soft: #9aa6b2; --line: #313a43; --inset: #12181d;
  --convict: #ff8a80; --event: #e6b450; --strip: #84b9f5; --blind: #a3adb8; --good: #6fcf97;
  --convict-wash: #3a1f1f; --event-wash: #33290f; --strip-wash: #172a40; --blind-wash: #262d34; --good-wash: #16301f; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
:lang(ja) body { font-family: system-ui, -apple-system, "Segoe UI", "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "IPAGothic", sans-serif;
  line-height: 1.65; line-break: strict; }
:lang(ja) :is(h1, p, li, dd, summary, .rule) { word-break: auto-phrase; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.55rem; margin: 0; font-weight: 650; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .4rem; font-weight: 650; }
h2 .n { color: var(--soft); font-weight: 400; margin-left: .35rem; font-variant-numeric: tabular-nums; }
h3 { font-size: .82rem; margin: 1.1rem 0 .35rem; font-weight: 600; color: var(--soft); }
p { margin: .3rem 0 .6rem; max-width: 46rem; }
a { color: inherit; text-underline-offset: .2em; }
:focus-visible { outline: 2px solid var(--strip); outline-offset: 2px; border-radius: 3px; }
code, pre, .mono { font: 12.5px/1.5 ui-monospace, "Cascadia Mono", "SF Mono", Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; }
.soft { color: var(--soft); } code { overflow-wrap: anywhere; }
.path { overflow-wrap: anywhere; }
.brand { display: flex; align-items: center; gap: .5rem; color: var(--soft); margin-bottom: 1rem; font-weight: 600; }
.brand svg { width: 20px; height: 20px; fill: currentColor; }
.headline { background: var(--good-wash); border-radius: 10px; padding: 1.4rem 1.5rem 1.2rem; }
.headline.red { background: var(--convict-wash); }
.headline.amber { background: var(--event-wash); }
.headline > p { margin: .5rem 0 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.2rem, 1fr)); gap: 1rem 1.5rem; margin: 1.3rem 0 0;
  padding-top: 1.1rem; border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
.tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.tiles dt { color: color-mix(in srgb, var(--ink) 78%, transparent); font-size: .85rem; line-height: 1.35; }
.tiles dd { margin: 0; font-size: 1.5rem; font-weight: 620; font-variant-numeric: tabular-nums; line-height: 1.25; }
.tone-convict { color: var(--convict); } .tone-event { color: var(--event); } .tone-strip { color: var(--strip); }
.tone-blind { color: var(--blind); } .tone-good { color: var(--good); }
.jump { display: flex; flex-wrap: wrap; gap: .35rem 1.3rem; margin: 1rem 0 0; padding: 0; list-style: none; font-size: .92rem; }
.badge { display: inline-block; border-radius: 999px; padding: .05rem .6rem; font-size: .8rem; font-weight: 600; white-space: nowrap; }
.badge.convict { color: var(--convict); background: var(--convict-wash); } .badge.event { color: var(--event); background: var(--event-wash); }
.badge.strip { color: var(--strip); background: var(--strip-wash); } .badge.blind { color: var(--blind); background: var(--blind-wash); }
.badge.good { color: var(--good); background: var(--good-wash); }
.card, .finding { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.card { padding: 1rem 1.2rem; } .card h4 { margin: .8rem 0 .3rem; }
.finding { margin: .6rem 0; }
.finding > summary { cursor: pointer; list-style: none; padding: .7rem 1.1rem .7rem 2.1rem; display: grid; position: relative;
  grid-template-columns: 7.2rem minmax(0, 1fr) auto; gap: .1rem 1rem; align-items: baseline; }
.finding > summary::-webkit-details-marker { display: none; }
.finding > summary::before { content: ""; position: absolute; left: 1rem; top: 1.15rem; border: .28rem solid transparent;
  border-left: .42rem solid var(--soft); }
.finding[open] > summary::before { transform: translate(-.1rem, .1rem) rotate(90deg); }
.finding > summary:hover { background: var(--inset); border-radius: 8px; }
.finding > summary .what { font-weight: 600; overflow-wrap: anywhere; }
.finding > summary .when { color: var(--soft); font-size: .88rem; font-variant-numeric: tabular-nums; text-align: right; }
.finding:target { border-color: var(--strip); box-shadow: 0 0 0 2px var(--strip-wash); }
.body { padding: .1rem 1.2rem 1.2rem 2.1rem; border-top: 1px solid var(--line); }
.body ul { margin: 0; padding-left: 1.15rem; } .body li { margin: .12rem 0; }
.pair { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 2.5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); font-size: .82rem; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.row-table th, .row-table td { white-space: normal; }
.files td:nth-child(2) { min-width: 15rem; } .files td:nth-child(5) { min-width: 15rem; }
.bar { display: block; width: 5.5rem; height: 5px; margin: .3rem 0 .1rem; }
.fields { margin-top: .8rem; }
.fields > summary { cursor: pointer; color: var(--soft); font-size: .88rem; overflow-wrap: anywhere; }
.fields dl { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .1rem 1.2rem; margin: .6rem 0 0;
  background: var(--inset); border-radius: 6px; padding: .7rem .9rem; }
.fields dt { color: var(--soft); } .fields dd { margin: 0; overflow-wrap: anywhere; }
svg text { font-family: inherit; fill: var(--ink); font-size: 13px; }
svg .small { font-size: 11.5px; fill: var(--soft); } svg .strong { font-weight: 600; }
svg .lane { stroke: var(--line); } svg .cave-part { fill: var(--inset); stroke: var(--line); } svg .cave-part.runs { stroke: var(--soft); }
svg .mark.convict { fill: var(--convict); } svg .mark.event { fill: var(--event); } svg .mark.strip { fill: var(--card); stroke: var(--strip); stroke-width: 1.6; }
svg .back { fill: var(--blind-wash); } svg .fill-convict { fill: var(--convict); } svg .fill-event { fill: var(--event); } svg .fill-good { fill: var(--good); }
svg .edge { fill: none; stroke: var(--soft); stroke-width: 1.3; } svg .edge.reach { stroke: var(--ink); stroke-dasharray: 5 4; }
svg .head { fill: var(--soft); } svg .edge.grave { stroke: var(--convict); stroke-width: 2; } svg .head.grave { fill: var(--convict); }
svg .act { font-size: 11px; fill: var(--ink); } svg .act-ground { fill: var(--card); }
svg .box { fill: var(--inset); stroke: var(--soft); stroke-width: 1; }
svg .icon, .legend .icon { fill: none; stroke: var(--soft); stroke-width: 1.3; stroke-linejoin: round; stroke-linecap: round; }
.ancestor .box { fill: var(--card); } .root_cause .box { fill: var(--event-wash); stroke: var(--event); stroke-width: 2.5; }
.culprit .box { fill: var(--convict-wash); stroke: var(--convict); stroke-width: 2.5; } .target .box { fill: var(--strip-wash); stroke: var(--strip); stroke-width: 2.5; stroke-dasharray: 7 3; }
.chip { fill: var(--soft); } .root_cause .chip { fill: var(--event); } .culprit .chip { fill: var(--convict); } .target .chip { fill: var(--strip); }
svg .chip-text { fill: var(--card); font-size: 10.5px; font-weight: 650; }
a.node { cursor: pointer; text-decoration: none; } a.node:hover .box, a.node.chosen .box { stroke: var(--ink); stroke-width: 2.5; }
a.node:focus-visible { outline: none; } a.node:focus-visible .box { stroke: var(--ink); stroke-width: 3.5; stroke-dasharray: none; } svg a:focus-visible { outline: 2px solid var(--strip); }
.graph { border: 1px solid var(--line); border-radius: 8px; padding: .5rem .7rem .7rem; margin: .3rem 0 .8rem; }
.view { overflow: auto; max-height: 34rem; } .view svg { display: block; margin: 0 auto; }
.live .view { cursor: grab; } .live .view:active { cursor: grabbing; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; margin-bottom: .4rem; } .tools .soft { font-size: .8rem; flex: 1 1 14rem; }
button { font: inherit; font-size: .85rem; color: var(--ink); background: var(--inset); border: 1px solid var(--soft); border-radius: 6px; min-width: 2.1rem; min-height: 2rem; padding: .1rem .6rem; cursor: pointer; }
button:hover { border-color: var(--ink); }
.panel { background: var(--inset); border-radius: 8px; padding: .7rem .9rem; margin: .5rem 0; max-height: 24rem; overflow: auto; } .panel .close { float: right; }
.in-words { margin-top: .5rem; } .in-words > summary { cursor: pointer; color: var(--soft); font-size: .88rem; }
.in-words > ul { padding-left: 0; list-style: none; } .in-words > ul > li { border-top: 1px solid var(--line); padding: .5rem 0; }
.node-name { font-weight: 600; margin: 0 0 .2rem; max-width: none; overflow-wrap: anywhere; } .node-name .soft { font-weight: 400; margin-left: .4rem; }
.in-words dl, .panel dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 1rem; margin: 0; font-size: .88rem; } .in-words dt, .panel dt { color: var(--soft); } .in-words dd, .panel dd { margin: 0; }
.in-words ul ul, .panel ul { font-size: .88rem; margin: .3rem 0 0; padding-left: 1.15rem; overflow-wrap: anywhere; }
.cut { color: var(--event); font-size: .88rem; margin: .5rem 0 0; max-width: none; }
.story { list-style: none; margin: 0; padding: 0; } .story li { display: grid; grid-template-columns: 10.2rem minmax(0, 1fr); gap: 0 1rem; padding: .22rem 0; overflow-wrap: anywhere; }
.story .when { color: var(--soft); font-variant-numeric: tabular-nums; font-size: .88rem; line-height: 1.7; } .story .found { border-top: 1px solid var(--line); margin-top: .3rem; padding-top: .5rem; }
.steps, .todo { margin: 0; padding-left: 1.3rem; } .steps li, .todo li { margin: .25rem 0; overflow-wrap: anywhere; } .todo ol { padding-left: 1.5rem; margin: .2rem 0; }
.card > p, .headline > p, .card p.brief { max-width: none; } .brief { overflow-wrap: anywhere; } .brief a { text-decoration: underline dotted 1px; } .banner { font-size: 1.02rem; }
ul.routine { padding-left: 1.1rem; font-size: .88rem; overflow-wrap: anywhere; } small { font-size: .78rem; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0 0 .6rem; } .facts div { display: contents; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; }
.rule { display: block; font-weight: 400; color: var(--soft); font-size: .9rem; } .pair > div > p { max-width: none; }
tbody th { color: var(--ink); font-size: .9rem; font-weight: 600; padding-right: 1.2rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .85rem; color: var(--soft); margin-top: .5rem; }
.legend svg { width: 12px; height: 12px; vertical-align: -1px; margin-right: .35rem; }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
.facts.wide dd { overflow-wrap: anywhere; } .all > summary { cursor: pointer; color: var(--soft); font-size: .88rem; }
@media (max-width: 44rem) {
  .row-table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .row-table, .row-table tbody, .row-table tr, .row-table th, .row-table td { display: block; } .row-table td { white-space: normal; border: 0; padding: .1rem 0; }
  .row-table td::before { content: attr(data-head) ": "; color: var(--soft); } .row-table th { border: 0; padding: .5rem 0 .1rem; white-space: normal; } .row-table tr { border-bottom: 1px solid var(--line); padding-bottom: .5rem; } .row-table tr:last-child { border: 0; }
  .facts.wide { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts.wide dd { margin-bottom: .5rem; }
  main { padding: 1rem .8rem 3rem; }
  .headline { padding: 1.1rem 1.1rem 1rem; } h1 { font-size: 1.3rem; }
  .finding > summary { grid-template-columns: minmax(0, 1fr); } .finding > summary .when { text-align: left; }
  .pair { grid-template-columns: minmax(0, 1fr); } .body { padding: .1rem .9rem 1rem; }
  .fields dl { grid-template-columns: minmax(0, 1fr); } .fields dd { margin-bottom: .4rem; }
  .story li { grid-template-columns: minmax(0, 1fr); } .tools .soft { display: none; } .graph { padding: .4rem; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --card: #fff; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0 2mm; } .jump, .all, .in-words, .finding .fields, #false-alarm, #false-alarm + details,
  #blind, #blind + details, #blind-fields, #blind-fields + details { display: none; }
  @page { size: A4; margin: 14mm 12mm; }
  .finding, .card, .headline { break-inside: avoid; } .finding[open] { break-inside: auto; }
  .pair { display: block; } .tools, .panel { display: none; } .view { overflow: visible; max-height: none; } .view svg { width: auto !important; height: auto !important; max-width: 100%; max-height: 24cm; }
  .view, .story li, .in-words > ul > li, .pair li, .card li { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
  .scroll { overflow: visible; } .scroll svg { max-width: 100%; height: auto; }
  .badge, .headline, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace bartizan_cli

#endif
