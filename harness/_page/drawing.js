// What a chunk of rows looks like. All of it is text: that is the fastest way to build it.

/** The rows from one place to another, drawn: lines, arrows and words. */
function drawChunk(layout, chunk, look) {
  const first = chunk * layout.chunk;
  const last = Math.min(first + layout.chunk, layout.shown.length);
  const top = layout.tops[first];
  const element = document.createElement("div");
  element.className = "chunk";
  element.style.top = `${top}px`;
  element.style.height = `${layout.tops[last] - top}px`;
  const marks = [];
  const words = [];
  const labels = new Labels(layout);
  for (let place = first; place < last; place++) {
    words.push(drawPause(layout, place, top), drawRow(layout, place, top, look));
    marks.push(drawMark(layout, place, top, look, labels));
  }
  for (const number of layout.long.get(chunk) ?? []) marks.push(drawLong(layout, number, top, look, labels));
  const height = layout.tops[last] - top;
  element.innerHTML =
    words.join("") +
    `<svg width="${layout.textAt}" height="${height}" style="clip-path:inset(0 -9px)">` +
    drawLanes(layout, top, height) +
    marks.join("") +
    labels.texts.join("") +
    "</svg>";
  return element;
}

/** The lines of the lanes; a dotted one while a machine is down. */
function drawLanes(layout, top, height) {
  const lines = [];
  layout.lanes.forEach((number) => {
    const lane = model.lanes[number];
    const x = layout.x(number);
    lines.push(`<line class="line" x1="${x}" x2="${x}" y1="0" y2="${height}"/>`);
    for (const { machine, top: from, bottom } of layout.down) {
      if (machine !== lane.machine || bottom < top || from > top + height) continue;
      const [y1, y2] = [Math.max(0, from - top), Math.min(height, bottom - top)];
      lines.push(`<rect x="${x - 2}" y="${y1}" width="4" height="${Math.max(0, y2 - y1)}" fill="var(--ground)"/>`);
      lines.push(`<line class="line down" x1="${x}" x2="${x}" y1="${y1}" y2="${y2}"/>`);
    }
  });
  return lines.join("");
}

/** How much time passes before a row, if any does. */
function drawPause(layout, place, top) {
  const passed = layout.passed(place);
  const room = layout.pause(place);
  if (room < 10) return "";
  const y = layout.tops[place] - top;
  return `<div class="gap" style="top:${y}px;height:${room}px;line-height:${room}px"><span>${inWords(passed)} later</span></div>`;
}

function drawRow(layout, place, top, look) {
  const row = rows[layout.shown[place]];
  const { height } = layout;
  const y = layout.tops[place + 1] - height - top;
  const classes = ["row", `about-${category(row)}`, row.fate];
  if (row.of !== undefined) classes.push("arrival");
  if (isTrouble(row)) classes.push("trouble");
  if (look.hits.has(row.number)) classes.push("hit");
  if (look.chosen === row.number) classes.push("chosen");
  if (look.chosen !== null && isSame(row, rows[look.chosen])) classes.push("same");
  const attributes =
    `class="${classes.filter(Boolean).join(" ")}" role="option" id="e${row.number}" data-row="${row.number}"` +
    ` aria-selected="${look.chosen === row.number}" aria-setsize="${layout.shown.length}"` +
    ` aria-posinset="${place + 1}" style="top:${y}px;height:${height}px;line-height:${height}px"`;
  if (!layout.readable) return `<div ${attributes}></div>`;
  const moves = !place || place % layout.chunk === 0 || layout.passed(place) > 0;
  const time = moves ? `<span class="time">${row.time.toFixed(6)}</span>` : "";
  const left = layout.textAt;
  return (
    `<div ${attributes} aria-label="${escaped(sentence(row))}">${time}` +
    `<span class="fate" style="left:${left}px">${escaped(fateOf(row))}</span>` +
    `<span class="say" style="left:${left + layout.widths.fate}px">${words(row, look.query)}</span></div>`
  );
}

/** What a row says, with what is searched for marked in it. */
function words(row, query) {
  const about = category(row);
  const badge = { tls: "TLS ", datagram: "UDP " }[about] ?? "";
  const again = sent(row).again ? "<i>again: </i>" : "";
  const arrives = row.of === undefined || row.text ? "" : "<i>arrives: </i>";
  const size = row.size ? `<i>  ${count(row.size, "byte")}</i>` : "";
  const who = speaks(row) ? "" : `${row.source} `;
  return `${badge && `<b>${badge}</b>`}${arrives}${again}${marked(who + said(row), query)}${size}`;
}

/** Whether a row is clear without the name of its end. */
const speaks = (row) => !["connection", "machine"].includes(category(row)) || row.of !== undefined;

function marked(text, query) {
  if (!query) return escaped(text);
  const parts = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(query); at >= 0; at = lower.indexOf(query, from)) {
    parts.push(escaped(text.slice(from, at)), `<mark>${escaped(text.slice(at, at + query.length))}</mark>`);
    from = at + query.length;
  }
  return parts.join("") + escaped(text.slice(from));
}

/** What is drawn at a row: a dot on a lane, or an arrow to another. */
function drawMark(layout, place, top, look, labels) {
  const row = rows[layout.shown[place]];
  const y = layout.middle(place) - top;
  const x = layout.x(row.lane);
  if (row.of !== undefined) return "";
  if (row.to === undefined) return group(row, look, dot(layout, row, x, y));
  if (row.fate === "lost" || row.fate === "under way") return group(row, look, broken(layout, row, x, y, labels));
  if (row.arrival !== undefined) return "";
  return group(row, look, row.to === row.lane ? loop(layout, x, y) : straight(layout, x, layout.x(row.to), y));
}

function group(row, look, inside) {
  const classes = ["mark", `about-${category(row)}`];
  if (row.kind === "deferred") classes.push("hollow");
  if (row.fate === "lost") classes.push("lost");
  if (row.fate === "under way") classes.push("under");
  if (look.chosen === row.number || look.chosen === row.arrival) classes.push("chosen");
  return `<g class="${classes.filter(Boolean).join(" ")}" data-mark="${row.number}">${inside}</g>`;
}

/** A dot; for a timer the hands of a clock, for a machine a square. */
function dot(layout, row, x, y) {
  const size = Math.max(1, Math.min(4.5, layout.height / 4));
  const about = category(row);
  if (about === "timer" && layout.readable) {
    const [x2, y2] = [x + size * 0.6, y - size * 0.75];
    return `<circle cx="${x}" cy="${y}" r="${size + 1}"/><path d="M${x} ${y - size * 0.8}V${y}L${x2} ${y}" style="stroke:var(--ground);stroke-width:1.3"/>`;
  }
  if (about === "machine") return `<rect x="${x - size}" y="${y - size}" width="${2 * size}" height="${2 * size}"/>`;
  return `<circle cx="${x}" cy="${y}" r="${size * 0.8}"/>`;
}

/** An arrow that takes no time. */
function straight(layout, from, to, y) {
  return `<path d="M${from} ${y}H${to}"/>${head(layout, from, y, to, y)}`;
}

/** An arrow from a lane to itself: the two ends are on one machine. */
function loop(layout, x, y) {
  const reach = Math.min(34, layout.laneWidth / 3);
  const half = Math.min(5, layout.height / 4);
  return `<path d="M${x} ${y - half}H${x + reach}V${y + half}H${x}"/>${head(layout, x + reach, y + half, x, y + half)}`;
}

/** An arrow that never arrives: struck through where it is lost. */
function broken(layout, row, x, y, labels) {
  const to = row.to === row.lane ? x + layout.laneWidth / 2 : layout.x(row.to);
  const end = x + (to - x) * 0.55;
  const fall = layout.height * 0.3;
  const line = `<path d="M${x} ${y}L${end} ${y + fall}"/>`;
  if (row.fate !== "lost") return line;
  const arm = Math.max(2, Math.min(5, layout.height / 4));
  const [cx, cy] = [end, y + fall];
  labels.avoid(cx, cy);
  return `${line}<path class="cross" d="M${cx - arm} ${cy - arm}L${cx + arm} ${cy + arm}M${cx - arm} ${cy + arm}L${cx + arm} ${cy - arm}"/>`;
}

/** An arrow that arrives later, at another row, with how long it took. */
function drawLong(layout, number, top, look, labels) {
  const row = rows[number];
  const [x1, x2] = [layout.x(row.lane), layout.x(row.to)];
  const y1 = layout.middle(layout.place[number]) - top;
  const y2 = layout.middle(layout.place[row.arrival]) - top;
  labels.add(x1, y1, x2, y2, inWords(row.end - row.time));
  return group(row, look, `<path d="M${x1} ${y1}L${x2} ${y2}"/>${head(layout, x1, y1, x2, y2)}`);
}

/** The head of an arrow. */
function head(layout, x1, y1, x2, y2) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const size = Math.max(3, Math.min(8, layout.height / 2.6));
  const corner = (turn) => `${x2 - size * Math.cos(angle + turn)} ${y2 - size * Math.sin(angle + turn)}`;
  return `<path class="head" d="M${x2} ${y2}L${corner(0.42)}L${corner(-0.42)}Z"/>`;
}

/** What is written on arrows, as far as it hides nothing. */
class Labels {
  constructor(layout) {
    this.fit = layout.height >= 16;
    this.taken = [];
    this.texts = [];
  }

  /** Keep a place free. */
  avoid(x, y) {
    this.taken.push([x, y]);
  }

  /** Write on an arrow: in its middle, or else before or behind it. */
  add(x1, y1, x2, y2, text) {
    if (!this.fit) return;
    for (const share of [0.5, 0.3, 0.7]) {
      const [x, y] = [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
      if (this.taken.some(([otherX, otherY]) => Math.abs(otherX - x) < 50 && Math.abs(otherY - y) < 14)) continue;
      this.avoid(x, y);
      this.texts.push(`<text x="${x}" y="${y + 4}">${text}</text>`);
      return;
    }
  }
}

/** The names of the lanes. */
function drawHeadings(layout) {
  const parts = [];
  const lanes = layout.lanes.map((number) => model.lanes[number]);
  const at = (column) => layout.widths.time + layout.laneWidth * column;
  lanes.forEach(({ machine, service }, column) => {
    const width = layout.laneWidth;
    parts.push(`<div class="service" style="left:${at(column)}px;width:${width}px">${escaped(service)}</div>`);
    if (machine === lanes[column - 1]?.machine) return;
    const all = lanes.filter((lane) => lane.machine === machine).length;
    parts.push(
      `<div class="machine${all > 1 ? " wide" : ""}" style="left:${at(column)}px;width:${all * width}px">` +
        `${escaped(machine || "Deferreds")}</div>`,
    );
  });
  parts.push(`<div class="heading" style="left:0;width:${layout.widths.time - 10}px;text-align:right">seconds</div>`);
  if (layout.readable) parts.push(`<div class="heading" style="left:${layout.textAt + layout.widths.fate}px">what happened</div>`);
  return parts.join("");
}
