// Light or dark: as the reader's system prefers, until the reader chooses.

const THEMES = ["auto", "light", "dark"];
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function remembered() {
  try {
    return localStorage.getItem("harness-theme") ?? "auto";
  } catch {
    return "auto";
  }
}

let theme = remembered();

function setTheme(name) {
  theme = name;
  try {
    localStorage.setItem("harness-theme", name);
  } catch {
    // A page from a file may not be allowed to remember anything.
  }
  showTheme();
  overview.draw(layout, state.hits);
}

function showTheme(printing = false) {
  const dark = !printing && (theme === "auto" ? prefersDark.matches : theme === "dark");
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  byId("theme").textContent = { auto: "◐ Auto", light: "○ Light", dark: "● Dark" }[theme];
}

const nextTheme = () => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]);

prefersDark.addEventListener("change", () => {
  showTheme();
  overview.draw(layout, state.hits);
});
