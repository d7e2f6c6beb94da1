# ruff: noqa: E501 (the lines of other languages)
"""Style and script of the report: everything a browser needs beside Plotly itself."""

CSS = """
:root { --ink: #1a1a1a; --quiet: #595959; --rule: #d9d8d3; --paper: #fff; --wash: #f6f5f1; --accent: #0072B2; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.6 "Helvetica Neue", Helvetica, Arial,
  "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main, header, footer, nav { max-width: 980px; margin: 0 auto; padding: 0 24px; }
h1, h2 { font-family: "Source Serif 4", Charter, Georgia, "Noto Serif CJK SC", "Songti SC", serif; font-weight: 600;
  line-height: 1.2; text-wrap: balance; }
h1 { font-size: 44px; margin: 4px 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 28px; margin: 0 0 6px; }
header { padding-top: 48px; }
.eyebrow { color: var(--quiet); font-size: 15px; letter-spacing: .02em; }
.about { font-size: 20px; color: var(--quiet); margin: 0 0 20px; }
.summary { font-size: 19px; max-width: 46em; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(145px, 1fr)); gap: 1px; margin: 28px 0;
  background: var(--rule); border: 1px solid var(--rule); }
.tile { background: var(--paper); padding: 14px 16px; }
.tile b { display: block; font: 600 30px/1.2 "Source Serif 4", Charter, Georgia, serif; font-variant-numeric: lining-nums; }
.tile span { display: block; font-size: 14px; line-height: 1.35; }
.tile small { display: block; font-size: 13px; line-height: 1.35; color: var(--quiet); margin-top: 2px; }
nav { font-size: 15px; line-height: 1.9; }
nav a { color: var(--accent); text-decoration: none; border-bottom: 1px solid var(--rule); margin-right: 18px;
  white-space: nowrap; }
nav a:hover { border-color: var(--accent); }
section { border-top: 1px solid var(--rule); padding: 36px 0 28px; }
main > section:first-child { margin-top: 32px; }
.says { font-size: 19px; line-height: 1.5; margin: 0 0 14px; max-width: 46em; }
figure { margin: 0; }
.chart { width: 100%; overflow: hidden; }
.marks { font-size: 14px; color: var(--quiet); margin: 6px 0 0; }
.marks b { color: var(--ink); }
details { margin-top: 10px; font-size: 15px; }
summary { cursor: pointer; color: var(--quiet); width: fit-content; }
summary:focus-visible, nav a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
.scroll { overflow-x: auto; margin-top: 10px; }
table { border-collapse: collapse; font-size: 14px; line-height: 1.4; font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
th { font-weight: 600; color: var(--quiet); }
td code { overflow-wrap: normal; white-space: nowrap; }
td.n, th.n { text-align: right; }
code { font: 14px/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { background: var(--wash); padding: 12px 16px; overflow-x: auto; }
footer h2 { color: var(--ink); padding-top: 12px; }
footer { color: var(--quiet); font-size: 14px; padding-bottom: 64px; }
@media (max-width: 560px) {
  body { font-size: 16px; }
  main, header, footer, nav { padding-left: 14px; padding-right: 14px; }
  header { padding-top: 24px; }
  h1 { font-size: 32px; } h2 { font-size: 23px; }
  .summary, .says { font-size: 17px; } .about { font-size: 17px; }
  .tiles { grid-template-columns: 1fr 1fr; } .tile { padding: 10px 12px; } .tile b { font-size: 25px; }
  section { padding: 26px 0 20px; }
}
@media print {
  @page { size: A4; margin: 16mm 14mm; }
  body { font-size: 11pt; }
  main, header, footer { max-width: none; padding: 0; }
  nav, details, .modebar, .modebar-container { display: none !important; }
  h1 { font-size: 26pt; } h2 { font-size: 16pt; } .summary, .says, .about { font-size: 11.5pt; }
  .tiles { grid-template-columns: repeat(6, 1fr); margin: 14px 0; } .tile { padding: 8px 10px; } .tile b { font-size: 20px; }
  header { padding-top: 0; } main > section:first-child { margin-top: 10px; }
  section { page-break-inside: avoid; break-inside: avoid; padding: 14pt 0 8pt; }
  .chart { height: auto !important; min-height: 0 !important; }
  .js-plotly-plot, .plot-container, .svg-container { width: 100% !important; height: auto !important; position: relative; }
  .svg-container { aspect-ratio: var(--shape); max-height: 84mm; }
  .main-svg { width: 100% !important; height: 100% !important; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

SCRIPT = """
const config = JSON.parse(document.getElementById("config").textContent);
const charts = [...document.querySelectorAll(".chart")];
function fitted(figure, width) {
  const layout = JSON.parse(JSON.stringify(figure.layout)), narrow = width < 560, look = layout.template.layout;
  const named = figure.data.filter(t => t.showlegend !== false).length;
  delete layout.title;
  look.font.size = narrow ? 12 : 15;
  for (const axis of ["xaxis", "yaxis"]) look[axis].title.font.size = narrow ? 12 : 15;
  layout.margin = Object.assign({}, look.margin, layout.margin, {t: narrow && !layout.annotations ? 14 : 34});
  layout.height = layout.height || look.height;
  if (narrow) { Object.assign(layout.margin, {l: 44, r: Math.min(layout.margin.r, 48)}); layout.height += 18 * Math.max(0, named - 3) - 40; }
  if (narrow && layout.yaxis.tickfont) layout.yaxis.tickfont.size = 11;
  for (const note of layout.annotations || []) if (narrow && note.font) note.font.size = 12;
  layout.width = width;
  return layout;
}
function shown(width) { return Object.assign({displayModeBar: width < 560 ? false : "hover"}, config); }
function scaled(div) {
  const layout = div._fullLayout, svgs = div.querySelectorAll(".main-svg");
  for (const svg of svgs) svg.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
  div.querySelector(".svg-container").style.setProperty("--shape", `${layout.width} / ${layout.height}`);
}
for (const div of charts) {
  const figure = JSON.parse(div.nextElementSibling.textContent);
  div.drawn = div.clientWidth;
  Plotly.newPlot(div, figure.data, fitted(figure, div.drawn), shown(div.drawn)).then(() => scaled(div));
  div.on("plotly_afterplot", () => scaled(div));
  div.figure = figure;
}
let waiting;
addEventListener("resize", () => {
  if (matchMedia("print").matches) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    for (const div of charts) if (div.clientWidth !== div.drawn) {
      div.drawn = div.clientWidth;
      Plotly.react(div, div.figure.data, fitted(div.figure, div.drawn), shown(div.drawn));
    }
  }, 120);
});
"""
