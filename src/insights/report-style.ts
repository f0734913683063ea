/** One colour for what is right, one for what is wrong, told apart by lightness as well. */
export const reportStyle = `
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --card: #fff; --ink: #1c2024; --soft: #5b6470; --rule: #e2e4e0;
  --good: #0f7a5a; --bad: #b8401c; --second: #6a6fc4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1c2024; --ink: #e9ebe8; --soft: #a0a8b2; --rule: #333a41;
    --good: #4cc79d; --bad: #f08a62; --second: #a3a8f0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 6px; }
h2 { font-size: 20px; margin: 44px 0 12px; padding-top: 20px; border-top: 1px solid var(--rule); }
h3 { font-size: 16px; margin: 28px 0 10px; }
p { margin: 0 0 10px; max-width: 75ch; }
.soft, figcaption { color: var(--soft); font-size: 13.5px; }
.floors { margin: 18px 0; padding: 12px 16px; border-radius: 8px; background: var(--card); border-left: 4px solid var(--good); }
.floors.none { border-left-color: var(--rule); }
.floors.missed { border-left-color: var(--bad); }
.floors ul { margin: 4px 0 0; padding-left: 20px; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; background: var(--card); border-radius: 8px; }
th, td { padding: 6px 12px; text-align: end; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th { font-weight: 600; }
tbody tr:last-child > * { border-bottom: 0; }
th:first-child, td:first-child { text-align: start; }
tbody th { font-weight: 500; white-space: normal; min-width: 8.5em; }
tbody tr.part th { padding-inline-start: 28px; color: var(--soft); font-weight: 400; }
.plots { display: flex; flex-wrap: wrap; gap: 18px; }
figure { margin: 0; padding: 14px 14px 10px; background: var(--card); border-radius: 8px; flex: 1 1 290px; max-width: 345px; }
figure.wide { max-width: 100%; flex: 0 1 auto; }
.plot { width: 100%; height: auto; display: block; }
svg text { font: 10.5px system-ui, sans-serif; fill: var(--soft); }
svg .axis { font-size: 11px; }
svg .note { font-size: 11px; fill: var(--ink); }
svg .cell { font-size: 12px; fill: var(--ink); }
svg .count { font-size: 8.5px; }
svg .matrix text { font-size: 11px; }
.grid { stroke: var(--rule); }
.ideal { stroke: var(--soft); stroke-dasharray: 3 4; }
.bar, .right { fill: var(--good); }
.wrong { fill: var(--bad); }
.dot { fill: var(--card); stroke: var(--good); stroke-width: 2; }
.line { fill: none; stroke: var(--good); stroke-width: 2; stroke-linejoin: round; }
.dot.top3 { stroke: var(--second); }
.line.top3 { stroke: var(--second); }
.confusions { margin-top: 14px; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); gap: 14px; }
.confusions section { background: var(--card); border-radius: 8px; padding: 12px 16px; min-width: 0; }
.confusions h4 { margin: 0 0 6px; font-size: 14.5px; overflow-wrap: anywhere; }
.confusions h4 b { color: var(--bad); font-variant-numeric: tabular-nums; margin-inline-end: 6px; }
.confusions ul { margin: 0; padding: 0; list-style: none; }
.confusions li { padding: 2px 0; overflow-wrap: anywhere; }
.confusions small { color: var(--soft); margin-inline-start: 6px; }
@media (max-width: 640px) {
  th, td { padding: 6px 8px; }
  td small { display: block; }
}
details { margin: 14px 0; }
summary { cursor: pointer; color: var(--soft); }
details .scroll { margin-top: 10px; }
.low { color: var(--bad); }
.good { color: var(--good); }
code { font: 12.5px ui-monospace, monospace; }
`;
