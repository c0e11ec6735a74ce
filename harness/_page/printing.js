// Printing: all rows at once, from the first that can be seen if they are very many, as a
// table, whose head is repeated on each page.

/** How many rows are printed at most, and how: in pixels, on a page across. */
const PRINTED = 4000;
const PRINTED_HEIGHT = 16;
const PRINTED_WIDTH = 1000;
const PRINTED_TOGETHER = 10;

window.addEventListener("beforeprint", () => {
  showTheme(true);
  const first = layout.shown.length > PRINTED ? layout.at(timeline.scrollTop) : 0;
  const shown = layout.shown.slice(first, first + PRINTED);
  const printed = new Layout(shown, PRINTED_HEIGHT, PRINTED_WIDTH, PRINTED_TOGETHER);
  const table = make("table", { id: "printed" });
  const headings = make("div", { className: "lanes", innerHTML: drawHeadings(printed) });
  table.createTHead().insertRow().insertCell().append(headings);
  const body = table.createTBody();
  for (let chunk = 0; chunk * PRINTED_TOGETHER < shown.length; chunk++) {
    body.insertRow().insertCell().append(drawChunk(printed, chunk, { ...state, chosen: null }));
  }
  document.body.append(table);
});
window.addEventListener("afterprint", () => {
  byId("printed").remove();
  showTheme();
});
