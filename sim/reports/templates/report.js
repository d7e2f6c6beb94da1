const config = JSON.parse(document.getElementById("config").textContent);
const charts = [...document.querySelectorAll(".chart")];
function fitted(figure, width) {
  const layout = JSON.parse(JSON.stringify(figure.layout)), narrow = width < 560, look = layout.template.layout;
  const named = figure.data.filter(t => t.showlegend !== false).length;
  delete layout.title;
  look.font.size = narrow ? 12 : 15;
  for (const axis of ["xaxis", "yaxis"]) look[axis].title.font.size = narrow ? 12 : 15;
  layout.margin = Object.assign({}, look.margin, layout.margin, {t: layout.annotations ? (narrow ? 34 : 54) : (narrow ? 14 : 34)});
  layout.height = layout.height || look.height;
  if (narrow) { Object.assign(layout.margin, {l: 44, r: Math.min(layout.margin.r, 48)}); layout.height += 18 * Math.max(0, named - 3) - 40; }
  if (narrow) for (const name of Object.keys(layout).filter(key => key.startsWith("xaxis"))) {
    if (layout[name].tickmode !== "array") layout[name].nticks = Math.min(layout[name].nticks || 5, 5);
    layout[name].tickangle = layout[name].tickangle || 0;  // a chart whose labels are long says so itself
  }
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
// the numbers in the cells of a map, without their intervals where cells are too narrow for them
function cells(figure, width) {
  const short = text => text.split("<br>")[0];
  return figure.data.map(trace => trace.text && trace.texttemplate && width / trace.text[0].length < 110
    ? Object.assign({}, trace, {text: trace.text.map(row => row.map(short))}) : trace);
}
for (const div of charts) {
  const figure = JSON.parse(div.nextElementSibling.textContent);
  div.drawn = div.clientWidth;
  Plotly.newPlot(div, cells(figure, div.drawn), fitted(figure, div.drawn), shown(div.drawn)).then(() => scaled(div));
  div.on("plotly_afterplot", () => scaled(div));
  div.figure = figure;
}
// a table that is wider than the page says so
function hint() { for (const box of document.querySelectorAll(".scroll")) box.classList.toggle("wide", box.scrollWidth > box.clientWidth + 4); }
hint();
for (const fold of document.querySelectorAll("details")) fold.addEventListener("toggle", hint);
function redraw(div) {
  if (div.clientWidth === div.drawn || div.clientWidth === 0) return;
  div.drawn = div.clientWidth;
  Plotly.react(div, cells(div.figure, div.drawn), fitted(div.figure, div.drawn), shown(div.drawn));
}
let waiting;
// a chart that would be cut is drawn again before the page is painted, one with room to spare after a while
const watch = new ResizeObserver(entries => {
  if (matchMedia("print").matches) return;
  for (const { target } of entries) if (target.clientWidth < target.drawn) redraw(target);
  clearTimeout(waiting);
  waiting = setTimeout(() => { hint(); charts.forEach(redraw); }, 120);
});
for (const div of charts) watch.observe(div);
addEventListener("resize", hint);
