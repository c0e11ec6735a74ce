// The selected event, in full.

let asHex = false;

function showDetails(panel, row, go) {
  panel.replaceChildren();
  if (row === null) {
    panel.append(make("p", { className: "hint", textContent: "Select an event to see all of it. The keys are listed under “?”." }));
    return;
  }
  panel.append(
    make("h2", { textContent: row.destination ? `${row.source} → ${row.destination}` : row.source || said(row) }),
    make("p", { className: `about about-${category(row)}`, textContent: NAMES[category(row)] }),
    factsOf(row),
    waysFrom(row, go),
  );
  const payload = payloadOf(row);
  if (payload !== null) showPayload(panel, row, payload, go);
}

function factsOf(row) {
  const list = make("dl");
  const facts = [
    ["What", row.size ? "" : said(row)],
    ["Time", `${row.time.toFixed(9)} s`],
    ["Sent", row.of === undefined ? "" : `${sent(row).time.toFixed(9)} s`],
    [row.fate === "lost" ? "Lost" : "Arrived", endOf(row)],
    ["Under way", row.fate === "arrived" ? fateOf(row) : ""],
    ["Packet", row.packet ? `${row.packet}${sent(row).again ? ", sent again" : ""}` : ""],
    ["Bytes", sizesOf(sent(row))],
    ["Recorded as", row.kind],
  ];
  for (const [name, value] of facts) {
    if (value) list.append(make("dt", { textContent: name }), make("dd", { textContent: value }));
  }
  return list;
}

function endOf(row) {
  if (row.fate === "under way") return "not before the end";
  if (row.end === undefined) return "";
  return row.fate === "lost" && row.end === row.time ? "at once" : `${row.end.toFixed(9)} s`;
}

function sizesOf(row) {
  const size = row.size ?? 0;
  const wire = row.wire ?? 0;
  if (!size && !wire) return "";
  if (!size) return `${wire.toLocaleString("en")}, encrypted`;
  return wire && wire !== size ? `${size.toLocaleString("en")}, encrypted ${wire.toLocaleString("en")}` : size.toLocaleString("en");
}

/** Where one can go from an event: to its arrival, and along its connection. */
function waysFrom(row, go) {
  const ways = make("div", { className: "ways" });
  const other = row.of ?? row.arrival;
  const add = (label, number) => {
    const button = make("button", { type: "button", textContent: label, disabled: number === undefined });
    button.addEventListener("click", () => go(number));
    ways.append(button);
  };
  if (other !== undefined) add(row.of === undefined ? "Its arrival" : "Where it was sent", other);
  add("← Same", neighbour(row, -1));
  add("Same →", neighbour(row, 1));
  return ways;
}

/** The number of the next row about the same, in one direction. */
function neighbour(row, step, isShown = () => true) {
  for (let number = row.number + step; number >= 0 && number < rows.length; number += step) {
    if (isSame(rows[number], row) && isShown(number)) return number;
  }
  return undefined;
}

function showPayload(panel, row, payload, go) {
  const isText = sent(row).payload.text !== undefined;
  const tabs = make("div", { className: "tabs", role: "group", ariaLabel: "How bytes are shown" });
  const hex = asHex || !isText;
  for (const [label, value] of [["Text", false], ["Hex", true]]) {
    const button = make("button", { type: "button", textContent: label, ariaPressed: String(hex === value) });
    button.addEventListener("click", () => {
      asHex = value;
      if (!isText && !value) panel.querySelector("pre").replaceWith(pre(decoded(payload), ""));
      else go(row.number);
    });
    tabs.append(button);
  }
  panel.append(tabs, pre(hex ? hexDump(payload) : decoded(payload), hex ? "hex" : ""));
  const left = sent(row).size - payload.length;
  if (left > 0) panel.append(make("p", { className: "hint", textContent: `${count(left, "more byte")} in the JSON file.` }));
}

const pre = (textContent, className) => make("pre", { textContent, className, tabIndex: 0 });

const decoded = (payload) => new TextDecoder().decode(payload);

/** Bytes as `xxd` writes them. */
function hexDump(payload) {
  const lines = [];
  for (let start = 0; start < payload.length; start += 8) {
    const piece = [...payload.subarray(start, start + 8)];
    const digits = piece.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = piece.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${start.toString(16).padStart(4, "0")}  ${digits.padEnd(23)}  ${text}`);
  }
  return lines.join("\n");
}

/** Make an element and set its properties. */
function make(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}
