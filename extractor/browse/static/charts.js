// Table -> chart. A table of the class "ainews-chart" is drawn by Observable Plot, and stays below as a table.
//
//   <table class="ainews-chart" data-chart="dots" data-log data-unit="USD" data-name="training_cost">
//     <caption>Training cost</caption>
//     <thead><tr><th data-as="x" data-type="date">Published</th><th data-as="y">Cost</th> ...
//
// data-chart  dots: a dot a row, with a bar up to "high" where there is one; bars: stacked; cells: a grid of counts;
//             lines: y is a name, and each name a line of its own that has a dot a row
// data-open   the table stays open below its chart
// data-log    the y axis is logarithmic: what is not above zero cannot be drawn
// data-unit   words behind the numbers of the y axis
// data-name   of the files that are downloaded
// caption     the title; of the class "ainews-unseen" where the page tells it above the table
// data-csv    address of the CSV; without it the table itself is offered
// th data-as  x, y, high, color, shape, label or fill (the number of a cell); any other column is told in the tip only
// th data-type="date" for days, months ("2025-03") and years: these two are drawn at their middle
// td data-value  what the cell stands for, where its words are written for people; empty if it is not drawn
// td data-high   the upper end of the range that a cell of y tells
//
// The first link of a row is where its dot leads to, but for one of the class "ainews-to".

import {save, saveCsv, savePng} from "./chart_files.js";

const SHAPES = {
  asserted: "circle", estimated: "triangle", planned: "square2", disputed: "diamond", denied: "times",
  hypothetical: "plus",
};
// Of these each keeps a contrast of at least 3 to 1 to the paper: the light ones are for dark pages.
const COLOURS = [
  ["#2f67b1", "#b8540a", "#2a8047", "#ad2c4b", "#7650ad", "#0b7b85", "#82611a", "#b23f91", "#586877"],
  ["#7fb0ff", "#f7a35c", "#6fd08c", "#ff8fa3", "#c3a0f5", "#5fd3dc", "#e0c060", "#f29ad8", "#b4c0cc"],
];
const OTHERS = "others";

export function drawAll(root = document) {
  for (const table of root.querySelectorAll("table.ainews-chart:not([data-drawn])")) prepare(table);
}

function prepare(table) {
  const chart = read(table);
  if (!chart.rows.length || !window.Plot) return;
  table.dataset.drawn = "";
  const place = make("div", {className: "ainews-drawn"});
  const chosen = make("p", {className: "ainews-chosen"});
  chosen.setAttribute("aria-live", "polite");
  const folded = make("details", {className: "ainews-as-table"});
  const rows = table.tBodies[0].rows.length;
  folded.append(make("summary", {textContent: `The same as a table (${rows} row${rows === 1 ? "" : "s"})`}));
  const title = table.caption && !table.caption.classList.contains("ainews-unseen")
    ? [make("p", {className: "ainews-chart-title", textContent: chart.title})] : [];
  // Datasette closes each <details> that a click is outside of: a table that stays open stands in none.
  const isOpen = "open" in table.dataset;
  const scroller = make("div", {className: "ainews-scroll", tabIndex: 0});
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", `${chart.title}, as a table`);
  table.replaceWith(...title, place, chosen, buttons(table, chart, place), isOpen ? scroller : folded);
  scroller.append(table);
  if (!isOpen) folded.append(scroller);
  let width = 0;
  const draw = () => {
    width = place.clientWidth;
    if (!width) return;
    const plot = plotOf(chart, width, isDark(place));
    plot.addEventListener("click", () => plot.value && tell(chosen, chart, plot.value));
    // A name needs a role: Plot gives its groups none.
    for (const group of plot.querySelectorAll("g[aria-label]")) group.setAttribute("role", "group");
    place.replaceChildren(plot);
    dropOverlaps(place);
  };
  draw();
  new ResizeObserver(() => Math.abs(place.clientWidth - width) > 8 && draw()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  // Paper is light, however dark the screen.
  matchMedia("print").addEventListener("change", draw);
}

function read(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => ({
    words: cell.textContent.trim(), as: cell.dataset.as || "", type: cell.dataset.type || "",
  }));
  const {chart: kind, log, unit = "", name = "chart", csv = ""} = table.dataset;
  const rows = [];
  for (const line of table.tBodies[0].rows) {
    const row = {tip: {}, href: (line.querySelector("a.ainews-to") || line.querySelector("a[href]"))?.href || ""};
    [...line.cells].forEach((cell, at) => {
      const {words, as, type} = heads[at];
      const told = cell.textContent.trim();
      const value = cell.dataset.value ?? told;
      if (told) row.tip[words] = told;
      if (["high", "fill"].includes(as) || (as === "y" && isNumber(kind))) row[as] = value === "" ? null : Number(value);
      else if (as) row[as] = type === "date" ? middle(value) : value;
      if (cell.dataset.high) row.high = Number(cell.dataset.high);
    });
    if (row.high == null) row.high = row.y;
    rows.push(row);
  }
  const word = (as) => heads.find((head) => head.as === as)?.words || "";
  const chart = {
    kind, unit, name, csv, word, isLog: log !== undefined, title: table.caption?.textContent.trim() || name,
    has: (as) => heads.some((head) => head.as === as),
    isTime: heads.some((head) => head.as === "x" && head.type === "date"),
  };
  chart.rows = rows.filter((row) => isDrawn(row, chart));
  if (chart.has("color")) keepMost(chart.rows);
  return chart;
}

function isNumber(kind) {
  return kind !== "cells" && kind !== "lines";
}

function isDrawn(row, chart) {
  if (chart.kind === "lines") return Boolean(row.x) && row.y !== "";
  if (chart.kind === "cells") return row.x !== "" && row.y !== "" && Number.isFinite(row.fill);
  return row.x !== null && row.x !== "" && Number.isFinite(row.y) && !(chart.isLog && row.y <= 0);
}

// There are only so many colours that eyes tell apart: the rest of the names share the last one.
function keepMost(rows) {
  const counts = d3.rollup(rows, (group) => group.length, (row) => row.color);
  if (counts.size <= COLOURS[0].length) return;
  const most = d3.sort(counts, ([, count]) => -count).slice(0, COLOURS[0].length - 1);
  const kept = new Set(most.map(([name]) => name));
  for (const row of rows) if (!kept.has(row.color)) row.color = OTHERS;
}

function middle(words) {
  const found = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(words);
  if (!found) return null;
  const [, year, month, day] = found;
  return new Date(Date.UTC(year, (month || 7) - 1, day || (month ? 15 : 1)));
}

function plotOf(chart, width, dark) {
  const palette = COLOURS[dark ? 1 : 0];
  const common = {
    width, style: {background: "none", color: "inherit", fontSize: "12px", overflow: "visible"},
    ariaLabel: `${chart.title}; its numbers stand in the table below`, marginLeft: 62, marginTop: 28, marginBottom: 42,
  };
  const plot = Plot.plot({...common, ...{dots, bars, cells, lines}[chart.kind](chart, width, palette, dark)});
  (plot.matches("svg") ? plot : plot.querySelector(":scope > svg")).setAttribute("role", "img");
  return plot;
}

function dots(chart, width, palette, dark) {
  const {rows} = chart;
  const values = rows.flatMap((row) => [row.y, row.high]);
  const days = chart.isTime ? d3.extent(rows, (row) => +row.x) : null;
  const room = days && Math.max((days[1] - days[0]) * 0.04, 20 * 864e5);
  const shapes = Object.keys(SHAPES).filter((shape) => rows.some((row) => row.shape === shape));
  const hue = ["color", "shape"].find((as) => chart.has(as));
  const channels = {x: "x", y: "y", stroke: hue || palette[0]};
  const look = {...channels, ...(chart.has("shape") && {symbol: "shape"})};
  const [low, high] = d3.extent(values);
  return {
    height: Math.max(260, Math.min(440, width * 0.55)), marginRight: 24,
    x: {
      label: null, grid: true,
      ...(days && {type: "utc", domain: [new Date(days[0] - room), new Date(days[1] + room)]}),
      ...(width < 500 && {ticks: 4}),
    },
    y: {
      label: chart.unit || chart.word("y"), grid: true, tickFormat: (value) => figure(value, chart.unit),
      ...(chart.isLog ? {type: "log", domain: [low / 2, high * 2], ticks: powers(low / 2, high * 2)} : {nice: true, zero: true}),
    },
    color: hue === "shape"
      ? {type: "ordinal", domain: shapes, range: palette}
      : {...colours(rows, palette), legend: chart.has("color")},
    symbol: {domain: shapes, range: shapes.map((shape) => SHAPES[shape]), legend: chart.has("shape")},
    marks: [
      Plot.ruleX(rows.filter((row) => row.high > row.y), {
        x: "x", y1: "y", y2: "high", strokeWidth: 3, strokeOpacity: 0.5, strokeLinecap: "round",
        stroke: channels.stroke,
      }),
      Plot.dot(rows, {...look, r: 4.5, strokeWidth: 2}),
      ...(chart.has("label") ? labels(rows, days ? days[0] + (days[1] - days[0]) * 0.75 : Infinity) : []),
      tips(rows, Plot.pointer({x: "x", y: "y"}), dark),
    ],
  };
}

// Dots over time as in the other kind, but y is a name: there is a line a name, and no scale.
function lines(chart, width, palette, dark) {
  const names = [...new Set(chart.rows.map((row) => row.y))];
  return {
    ...dots({...chart, isLog: false}, width, palette, dark),
    height: 84 + names.length * 26, marginLeft: Math.min(width * 0.42, 170),
    y: {label: null, type: "point", domain: names, padding: 0.6, grid: true, tickFormat: (words) => cut(words, width < 500 ? 18 : 24)},
  };
}

// Words stand beside their dot, on the side that has room.
function labels(rows, turn) {
  const look = {x: "x", y: "y", text: (row) => cut(row.label, 24), fill: "currentColor", className: "ainews-label"};
  return [
    Plot.text(rows.filter((row) => +row.x <= turn), {...look, dx: 9, textAnchor: "start"}),
    Plot.text(rows.filter((row) => +row.x > turn), {...look, dx: -9, textAnchor: "end"}),
  ];
}

function bars(chart, width, palette, dark) {
  const {rows} = chart;
  const order = columnsOf(rows);
  const stack = Plot.stackY({x: "x", y: "y", ...(chart.has("color") && {fill: "color"})});
  return {
    height: Math.max(240, Math.min(380, width * 0.5)), marginBottom: 56, marginRight: 24,
    x: {label: null, domain: order, ...(order.length > width / 60 && {tickRotate: -40}), type: "band"},
    y: {label: chart.word("y"), grid: true, tickFormat: (value) => figure(value, chart.unit)},
    color: {...colours(rows, palette), legend: chart.has("color")},
    marks: [
      Plot.barY(rows, {...stack, ...(!chart.has("color") && {fill: palette[0]}), inset: 0.5}),
      Plot.ruleY([0]),
      tips(rows, Plot.pointerX(Plot.stackY({x: "x", y: "y"})), dark),
    ],
  };
}

function cells(chart, width, palette, dark) {
  const {rows} = chart;
  const columns = columnsOf(rows);
  const lines = [...new Set(rows.map((row) => row.y))];
  const scheme = d3.interpolateRgb(dark ? "#22406b" : "#dbe8fb", dark ? "#a8ccff" : "#1d5199");
  const most = d3.max(rows, (row) => row.fill);
  return {
    height: 76 + lines.length * 24, marginLeft: Math.min(width * 0.42, 190), marginBottom: 56, marginRight: 8,
    x: {
      label: null, domain: columns, type: "band", ...(columns.length > width / 80 && {tickRotate: -40}),
      ...(columns.length > width / 36 && {ticks: columns.filter((words) => !/ Q[234]$/.test(words))}),
    },
    y: {label: null, domain: lines, type: "band", tickFormat: (words) => cut(words, width < 500 ? 20 : 28)},
    color: {type: "linear", domain: [1, Math.max(2, most)], range: [0, 1], interpolate: () => scheme},
    marks: [
      Plot.cell(rows, {x: "x", y: "y", fill: "fill", inset: 0.5, rx: 2}),
      Plot.text(rows, {
        x: "x", y: "y", text: (row) => String(row.fill),
        fill: (row) => ((row.fill - 1) / Math.max(1, most - 1) > 0.45 === dark ? "#15171a" : "#fff"),
      }),
      tips(rows, Plot.pointer({x: "x", y: "y"}), dark),
    ],
  };
}

// Years ("2025") and quarters ("2025 Q1") in their order, with those between them of which nothing is told.
function columnsOf(rows) {
  const found = [...new Set(rows.map((row) => row.x))];
  const times = found.filter((words) => /^\d{4}( Q[1-4])?$/.test(words)).sort();
  if (times.length < 2 || times[0].length !== times.at(-1).length) return found;
  const [first, last] = [times[0], times.at(-1)].map(number);
  if (last - first > 80) return found.sort();
  const between = d3.range(first, last).map((at) => (times[0].length === 4 ? `${at}` : `${Math.floor(at / 4)} Q${(at % 4) + 1}`));
  return [...new Set([...found, ...between])].sort();
}

function number(words) {
  return words.length === 4 ? Number(words) : Number(words.slice(0, 4)) * 4 + Number(words.slice(6)) - 1;
}

// Powers of ten, or 1, 2 and 5 of each where there are few of them.
function powers(low, high) {
  const exponents = d3.range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)) + 1);
  const steps = exponents.length > 5 ? [1] : [1, 2, 5];
  return exponents.flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)))
    .filter((tick) => tick >= low && tick <= high);
}

function tips(rows, options, dark) {
  return Plot.tip(rows, {
    ...options, fill: dark ? "#23262b" : "#fff", stroke: dark ? "#5b626c" : "#a9afb8", fontSize: 12,
    title: (row) => Object.entries(row.tip).map(([key, words]) => `${key}: ${cut(words, 90)}`).join("\n"),
  });
}

function colours(rows, palette) {
  const names = d3.groupSort(rows, (group) => -group.length, (row) => row.color).filter((name) => name !== undefined);
  const last = names.indexOf(OTHERS);
  if (last >= 0) names.push(...names.splice(last, 1));
  return {type: "ordinal", domain: names, range: names.map((name, at) => palette[at % palette.length])};
}

// A label that would lie on one before it is left out: the tip and the table have it.
function dropOverlaps(place) {
  const kept = [];
  for (const text of place.querySelectorAll(".ainews-label text")) {
    const box = text.getBoundingClientRect();
    const hit = kept.some((other) => box.left < other.right + 4 && other.left < box.right + 4
      && box.top < other.bottom && other.top < box.bottom);
    if (hit || !text.textContent) text.remove();
    else kept.push(box);
  }
}

function tell(chosen, chart, row) {
  const words = Object.values(row.tip).slice(0, 4).join(", ");
  chosen.replaceChildren(row.href ? make("a", {href: row.href, textContent: words}) : words);
}

function buttons(table, chart, place) {
  const line = make("p", {className: "ainews-downloads"});
  const add = (words, act) => {
    const button = make("button", {type: "button", textContent: words});
    button.setAttribute("aria-label", `${chart.title}: save as ${words}`);
    button.addEventListener("click", act);
    line.append(button);
  };
  add("SVG", () => save(place, chart));
  add("PNG", () => savePng(place, chart));
  if (!chart.csv) add("CSV", () => saveCsv(table, chart));
  return line;
}

function figure(value, unit) {
  if (unit === "watts") return `${d3.format("~s")(value)}W`;
  if (Math.abs(value) >= 1e15) return d3.format(".1~e")(value).replace("e+", "e");
  return new Intl.NumberFormat("en", {notation: "compact", maximumSignificantDigits: 3}).format(value);
}

function cut(words, longest) {
  return words.length > longest ? `${words.slice(0, longest - 1)}…` : words;
}

function isDark(element) {
  return !matchMedia("print").matches && d3.hsl(getComputedStyle(element).color).l > 0.6;
}

function make(name, fields) {
  return Object.assign(document.createElement(name), fields);
}

// What took longer than a page may wait is asked for when the page stands: the chart's own page has its table.
async function fetchLater(link) {
  const section = link.closest(".ainews-drawing");
  const answer = await fetch(link.href, {credentials: "same-origin"});
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const table = page.querySelector(".ainews-drawing table.ainews-chart");
  if (!answer.ok || !table) return;
  link.closest(".ainews-later").replaceWith(document.importNode(table, true));
  drawAll(section);
}

drawAll();
(async () => {
  for (const link of document.querySelectorAll(".ainews-later a[href]")) await fetchLater(link).catch(() => {});
})();
