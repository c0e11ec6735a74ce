// What the reader does.

const byId = (id) => document.getElementById(id);
const timeline = byId("timeline");
const events = byId("events");
const search = byId("search");
const overview = new Overview(byId("overview"), timeline);
const HEADINGS = 46;

const state = {
  hidden: new Set(HIDDEN_AT_FIRST),
  zoom: USUAL,
  chosen: null,
  query: "",
  hits: new Set(),
};

let layout;
let drawn = new Map();
let wanted = false;

// Drawing

/** Lay everything out anew, and keep what is in the middle where it is. */
function arrange() {
  const anchor = anchorRow();
  const shown = rows.filter((row) => !state.hidden.has(category(row))).map((row) => row.number);
  layout = new Layout(shown, HEIGHTS[state.zoom], timeline.clientWidth);
  events.style.height = `${layout.total}px`;
  events.style.minWidth = `${layout.textAt + layout.widths.fate + 240}px`;
  events.style.setProperty("--time", `${layout.widths.time}px`);
  events.style.setProperty("--fate", `${layout.widths.fate}px`);
  events.classList.toggle("small", !layout.readable);
  byId("lanes").innerHTML = drawHeadings(layout);
  byId("lanes").style.minWidth = events.style.minWidth;
  byId("none").hidden = shown.length > 0;
  byId("out").disabled = state.zoom === 0;
  byId("in").disabled = state.zoom === HEIGHTS.length - 1;
  if (anchor) scrollTo(anchor.number, anchor.offset);
  redraw();
}

/** What is to stay where it is, and how far from the top that is. */
function anchorRow() {
  if (!layout?.shown.length) return null;
  const chosen = state.chosen === null ? -1 : layout.place[state.chosen];
  const isSeen = chosen >= 0 && Math.abs(layout.middle(chosen) - middleOfView()) < timeline.clientHeight / 2;
  const place = isSeen ? chosen : layout.at(middleOfView());
  return { number: layout.shown[place], offset: layout.middle(place) - timeline.scrollTop };
}

const middleOfView = () => timeline.scrollTop + (timeline.clientHeight - HEADINGS) / 2;

function scrollTo(number, offset) {
  while (number > 0 && layout.place[number] < 0) number--;
  if (layout.place[number] >= 0) timeline.scrollTop = layout.middle(layout.place[number]) - offset;
}

/** Draw again what can be seen, since it looks different now. */
function redraw() {
  drawn.forEach((chunk) => chunk.remove());
  drawn = new Map();
  draw();
  overview.draw(layout, state.hits);
}

/** Draw what can be seen and has not been drawn, and forget the rest. */
function draw() {
  wanted = false;
  overview.follow();
  if (!layout.shown.length) return;
  const { scrollTop, clientHeight } = timeline;
  const first = layout.chunkOf(layout.at(scrollTop - clientHeight / 2));
  const last = layout.chunkOf(layout.at(scrollTop + clientHeight * 1.5));
  drawn.forEach((chunk, number) => {
    if (number >= first && number <= last) return;
    chunk.remove();
    drawn.delete(number);
  });
  for (let number = first; number <= last; number++) {
    if (drawn.has(number)) continue;
    const chunk = drawChunk(layout, number, state);
    drawn.set(number, chunk);
    events.append(chunk);
  }
}

function drawSoon() {
  if (!wanted) requestAnimationFrame(draw);
  wanted = true;
}

// Selecting

/** Select a row and bring it into view. */
function choose(number) {
  if (number === undefined || number === null) return;
  const row = rows[number];
  if (state.hidden.has(category(row))) toggle(category(row));
  mark(state.chosen, false);
  state.chosen = number;
  reveal(number);
  draw();
  mark(number, true);
  showSame(row);
  timeline.setAttribute("aria-activedescendant", `e${number}`);
  showDetails(byId("details"), row, choose);
  history.replaceState(null, "", `#e${number}`);
}

/** Show which others are about the same. */
function showSame(row) {
  for (const element of events.querySelectorAll(".row")) {
    element.classList.toggle("same", isSame(rows[element.dataset.row], row));
  }
}

function mark(number, on) {
  if (number === null) return;
  const element = byId(`e${number}`);
  element?.classList.toggle("chosen", on);
  element?.setAttribute("aria-selected", String(on));
  for (const arrow of marksOf(number)) arrow.classList.toggle("chosen", on);
}

/** All that is drawn for a row: an arrow may cross several chunks. */
const marksOf = (number) => events.querySelectorAll(`[data-mark="${sent(rows[number]).number}"]`);

function reveal(number) {
  const place = layout.place[number];
  const top = layout.middle(place) - layout.height;
  const bottom = layout.middle(place) + layout.height * 2;
  const room = timeline.clientHeight - HEADINGS;
  if (top < timeline.scrollTop || bottom > timeline.scrollTop + room) {
    timeline.scrollTop = layout.middle(place) - room / 2;
  }
}

/** Go some places on from the selected row. */
function step(places) {
  if (!layout.shown.length) return;
  const from = state.chosen === null ? layout.at(timeline.scrollTop) - Math.sign(places) : layout.place[state.chosen];
  const to = Math.max(0, Math.min(layout.shown.length - 1, from + places));
  choose(layout.shown[to]);
}

/** The next row that is shown and fulfils a condition, round the end if need be. */
function seek(direction, fulfils) {
  const { shown } = layout;
  const from = state.chosen === null ? (direction > 0 ? -1 : shown.length) : layout.place[state.chosen];
  for (let tried = 1; tried <= shown.length; tried++) {
    const place = (((from + direction * tried) % shown.length) + shown.length) % shown.length;
    if (fulfils(shown[place])) return choose(shown[place]);
  }
}

const seekTrouble = (direction) => seek(direction, (number) => isTrouble(rows[number]));
const seekHit = (direction) => seek(direction, (number) => state.hits.has(number));

function seekSame(direction) {
  if (state.chosen === null) return;
  choose(neighbour(rows[state.chosen], direction, (number) => layout.place[number] >= 0));
}

function goToOtherEnd() {
  if (state.chosen !== null) choose(rows[state.chosen].of ?? rows[state.chosen].arrival);
}

// Searching

function find(text) {
  state.query = text.trim().toLowerCase();
  state.hits = new Set(
    state.query ? rows.filter((row) => row.of === undefined && haystack(row).includes(state.query)).map((row) => row.number) : [],
  );
  redraw();
  sayHits();
}

function sayHits() {
  const seen = layout.shown.filter((number) => state.hits.has(number));
  const at = seen.indexOf(state.chosen);
  byId("count").textContent = state.query ? `${at >= 0 ? `${at + 1} of ` : ""}${seen.length}` : "";
  for (const id of ["earlier", "later"]) byId(id).disabled = seen.length === 0;
}

// What is shown, and how

function toggle(name) {
  if (!state.hidden.delete(name)) state.hidden.add(name);
  showFilters();
  arrange();
  sayHits();
}

function showFilters() {
  byId("filters").replaceChildren(
    ...model.categories.flatMap((name, number) => {
      const much = rows.filter((row) => row.about === number && row.of === undefined).length;
      if (!much) return [];
      const button = make("button", { type: "button", className: `about-${name}`, textContent: NAMES[name] });
      button.dataset.category = name;
      button.ariaPressed = String(!state.hidden.has(name));
      button.append(make("span", { className: "number", textContent: much.toLocaleString("en") }));
      button.addEventListener("click", () => {
        toggle(name);
        byId("filters").querySelector(`[data-category="${name}"]`).focus();
      });
      return [button];
    }),
  );
}

function zoom(steps) {
  state.zoom = steps === 0 ? USUAL : Math.max(0, Math.min(HEIGHTS.length - 1, state.zoom + steps));
  arrange();
}

// The top

function showTop() {
  const title = byId("title");
  if (model.outcome) title.append(make("span", { className: `outcome ${model.outcome}`, textContent: model.outcome }));
  title.append(model.title || "Trace");
  const machines = new Set(model.lanes.map((lane) => lane.machine).filter(Boolean)).size;
  const length = rows.length ? inWords(rows.at(-1).time - rows[0].time) : "0 s";
  byId("summary").textContent = [
    count(model.events, "event"),
    count(machines, "machine"),
    `${length} of virtual time`,
    `seed ${model.seed}`,
    `digest ${model.digest.slice(0, 12)}`,
  ].join(" · ");
  byId("summary").title = model.digest;
  if (model.failure) {
    const box = byId("failure");
    box.hidden = false;
    box.querySelector("summary").textContent = model.failure.trim().split("\n").at(-1);
    box.querySelector("pre").textContent = model.failure;
  }
}
