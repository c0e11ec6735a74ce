// Keys and clicks.

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  j: () => step(1),
  k: () => step(-1),
  ArrowRight: () => seekSame(1),
  ArrowLeft: () => seekSame(-1),
  PageDown: () => step(pageful()),
  PageUp: () => step(-pageful()),
  Home: () => step(-rows.length),
  End: () => step(rows.length),
  Enter: goToOtherEnd,
  x: () => seekTrouble(1),
  X: () => seekTrouble(-1),
  n: () => seekHit(1),
  N: () => seekHit(-1),
  "/": () => search.focus(),
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  0: () => zoom(0),
  t: () => nextTheme(),
  "?": () => byId("keys").showModal(),
};

const pageful = () => Math.max(1, Math.floor((timeline.clientHeight - HEADINGS) / layout.height) - 2);

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  if (target === search) return;
  const isControl = target.closest("button, summary, pre, a");
  if (isControl && (key === "Enter" || key.startsWith("Arrow") || key.startsWith("Page"))) return;
  if (!Object.hasOwn(KEYS, key)) return;
  event.preventDefault();
  KEYS[key]();
  sayHits();
});

search.addEventListener("input", () => find(search.value));
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") seekHit(event.shiftKey ? -1 : 1);
  else if (event.key === "Escape") {
    search.value = "";
    find("");
    timeline.focus();
  } else return;
  event.preventDefault();
  sayHits();
});

byId("earlier").addEventListener("click", () => (seekHit(-1), sayHits()));
byId("later").addEventListener("click", () => (seekHit(1), sayHits()));
byId("trouble").addEventListener("click", () => seekTrouble(1));
byId("in").addEventListener("click", () => zoom(1));
byId("out").addEventListener("click", () => zoom(-1));
byId("theme").addEventListener("click", nextTheme);
byId("help").addEventListener("click", () => byId("keys").showModal());

events.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (row) choose(Number(row.dataset.row));
  sayHits();
});

function heat(event, on) {
  const row = event.target.closest?.(".row");
  if (!row) return;
  for (const arrow of marksOf(Number(row.dataset.row))) arrow.classList.toggle("hot", on);
}
events.addEventListener("pointerover", (event) => heat(event, true));
events.addEventListener("pointerout", (event) => heat(event, false));

timeline.addEventListener("scroll", drawSoon, { passive: true });
timeline.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1 : -1);
  },
  { passive: false },
);
new ResizeObserver(arrange).observe(timeline);
