// Begin: with what the address asks for, or the failure, or the first event.

showTheme();
showTop();
showFilters();
arrange();
sayHits();
showDetails(byId("details"), null, choose);
const linked = /^#e(\d+)$/.exec(location.hash);
if (linked && Number(linked[1]) < rows.length) choose(Number(linked[1]));
else if (model.outcome === "failed" && layout.shown.length) choose(layout.shown.at(-1));
timeline.focus({ preventScroll: true });
