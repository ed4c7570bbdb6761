// Chart -> file. The drawn SVG with its title and legend, as SVG and as PNG, and a table as CSV. Nothing is asked of a server.

const SVG = "http://www.w3.org/2000/svg";
const HEAD = 30;
const LINE = 22;

export function save(place, chart) {
  offer(new Blob([compose(place, chart).text], {type: "image/svg+xml"}), `${chart.name}.svg`);
}

export async function savePng(place, chart) {
  const {text, width, height} = compose(place, chart);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: width * 2, height: height * 2});
  canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
  canvas.toBlob((blob) => offer(blob, `${chart.name}.png`), "image/png");
}

export function saveCsv(table, chart) {
  const lines = [...table.rows].map((row) => [...row.cells].map((cell) => quote(cell.dataset.value ?? cell.textContent.trim())));
  offer(new Blob([lines.map((line) => line.join(",")).join("\r\n") + "\r\n"], {type: "text/csv"}), `${chart.name}.csv`);
}

// A field that a spreadsheet would take for a formula is told as text.
function quote(words) {
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(words) ? `'${words}` : words;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// The picture stands alone: with its paper, its colours in full, its title, and the legend that the page has as HTML.
function compose(place, chart) {
  const drawn = place.querySelector("figure > svg, :scope > svg");
  const style = getComputedStyle(drawn);
  const width = Number(drawn.getAttribute("width"));
  const legend = legendOf(place, width);
  const above = HEAD + legend.height;
  const height = Number(drawn.getAttribute("height")) + above;
  const out = element("svg", {width, height, viewBox: `0 0 ${width} ${height}`, color: style.color});
  out.setAttribute("font-family", "system-ui, sans-serif");
  out.append(element("rect", {width, height, fill: paperOf(place)}));
  const title = element("text", {x: 8, y: 20, "font-size": 15, "font-weight": "bold", fill: style.color});
  title.textContent = chart.title;
  out.append(title, legend.group);
  const inner = drawn.cloneNode(true);
  inner.querySelectorAll('[aria-label="tip"]').forEach((tip) => tip.remove());
  inner.setAttribute("y", above);
  inner.setAttribute("color", style.color);
  out.append(inner);
  return {text: new XMLSerializer().serializeToString(out), width, height};
}

function legendOf(place, width) {
  const group = element("g", {"font-size": 12, fill: "currentColor"});
  const context = document.createElement("canvas").getContext("2d");
  context.font = "12px system-ui, sans-serif";
  let x = 8;
  let y = HEAD;
  for (const item of place.querySelectorAll('[class$="-swatch"]')) {
    const words = item.textContent;
    const room = context.measureText(words).width + 38;
    if (x > 8 && x + room > width) [x, y] = [8, y + LINE];
    const sign = item.querySelector("svg").cloneNode(true);
    for (const [key, value] of Object.entries({x, y, width: 15, height: 15})) sign.setAttribute(key, value);
    const text = element("text", {x: x + 20, y: y + 12});
    text.textContent = words;
    group.append(sign, text);
    x += room;
  }
  return {group, height: group.childNodes.length ? y - HEAD + LINE : 0};
}

function paperOf(place) {
  for (let at = place; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/^rgba\(.*, 0\)$|^transparent$/.test(colour)) return colour;
  }
  return "white";
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function offer(blob, name) {
  const link = Object.assign(document.createElement("a"), {href: URL.createObjectURL(blob), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
