"use strict";

// What there is: the rows, and what can be asked of them.

const model = JSON.parse(document.getElementById("model").textContent);
const rows = model.rows;

const NAMES = {
  data: "Streams",
  tls: "TLS",
  datagram: "Datagrams",
  connection: "Connections",
  name: "Names",
  machine: "Machines",
  timer: "Timers",
  note: "Notes",
  window: "Windows",
  deferred: "Deferreds",
};

/** What is seldom wanted, and a lot. */
const HIDDEN_AT_FIRST = ["window", "deferred"];

const TROUBLE = new Set(["refused", "reset", "RST", "timeout", "crash", "partition", "fault"]);

/** The row itself, or what arrives if it is an arrival. */
const sent = (row) => (row.of === undefined ? row : rows[row.of]);

const category = (row) => model.categories[row.about];

const isTrouble = (row) =>
  row.of === undefined && (row.fate === "lost" || TROUBLE.has(row.kind) || row.kind === "errback");

/** Whether two rows are about the same connection, timer or Deferred. */
const isSame = (row, other) => row.subject === other.subject && (row.lane === other.lane || row.subject.includes(" "));

/** What a row says, in one line. */
const said = (row) => row.text ?? sent(row).text ?? "";

/** All that a search looks at. */
const haystack = (row) =>
  [row.source, row.destination, said(row), row.kind, row.fate, row.again ? "again" : "", payloadText(row)]
    .join("\n")
    .toLowerCase();

rows.forEach((row, number) => {
  row.number = number;
  if (row.of !== undefined) rows[row.of].arrival = number;
});

/** The bytes of a row, as far as the page has them. */
function payloadOf(row) {
  const payload = sent(row).payload;
  if (payload === undefined) return null;
  if (payload.text !== undefined) return new TextEncoder().encode(payload.text);
  return Uint8Array.from(atob(payload.base64), (char) => char.charCodeAt(0));
}

function payloadText(row) {
  const payload = sent(row).payload;
  return payload?.text ?? "";
}

/** A length of time, in words. */
function inWords(seconds) {
  for (const [unit, size] of [["s", 1], ["ms", 1e-3], ["µs", 1e-6]]) {
    if (seconds >= size) return `${trimmed(seconds / size)} ${unit}`;
  }
  return `${trimmed(seconds / 1e-9)} ns`;
}

/** A number with three digits, and no more than it needs. */
function trimmed(number) {
  return number >= 100 ? String(Math.round(number)) : String(Number(number.toPrecision(3)));
}

const count = (number, one, many = `${one}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/** What became of a row: how long it was under way, or that it is lost. */
function fateOf(row) {
  if (row.of !== undefined) return "";
  if (row.fate === "arrived") return row.end > row.time ? inWords(row.end - row.time) : "";
  return row.fate === "written" ? "" : (row.fate ?? "");
}

/** A row in one sentence, for those who hear it. */
function sentence(row) {
  const ends = row.destination ? `${row.source} to ${row.destination}` : row.source;
  const fate = row.of === undefined ? fateOf(row) : "arrival";
  return [`${row.time.toFixed(6)} seconds`, ends, category(row), said(row), fate].filter(Boolean).join(", ");
}

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => String(text).replace(/[&<>"]/g, (char) => escapes[char]);
