// The page: its state, its address, its modes, and its settings.

import { createBuildMode } from "./build_mode.js";
import { el, language, t, useLanguage } from "./dom.js";
import { palette } from "./draw.js";
import { createNetModes } from "./net_modes.js";
import { choices } from "./presets.js";
import { isProjector, listenToProjector, showProjector } from "./projector.js";
import { formatState, MODES, parseState } from "./state.js";
import { store, stored } from "./storage.js";
import { taskOf, withTask } from "./lesson_tasks.js";
import { createTeaching, isPossible } from "./teaching.js";

const WRITE_PAUSE = 100; // milliseconds between two addresses
const THEMES = ["auto", "light", "dark"];

if (typeof document !== "undefined") startPage();

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

function startPage() {
  const strings = JSON.parse(byId("explorer-strings").textContent ?? "{}");
  const data = JSON.parse(byId("explorer-data").textContent ?? "{}");
  const app = {
    data,
    strings,
    state: parseState("").state,
    colours: palette(false),
    lastHash: "",
    shownMode: "",
    written: -WRITE_PAUSE,
    writing: 0,
    change(patch) {
      byId("notices").replaceChildren(); // they were about what is changed now
      app.state = { ...app.state, ...patch };
      renderPage(app);
      writeSoon(app);
    },
    notice: (text) => addNotice(text),
    say: (text) => (byId("live").textContent = text),
  };
  applyTheme(app, stored("theme") ?? "auto");
  readAddress(app);
  app.build = createBuildMode(byId("build"), app);
  const { modes, numbers } = createNetModes(byId, app);
  Object.assign(app, modes);
  app.teaching = createTeaching(byId("teaching"), byId("tasks"), app);
  listen(app);
  renderPage(app);
  // all numbers of the page, for the browser's console
  /** @type {any} */ (window).explorer = { state: () => app.state, ...numbers };
}

/** The state of the address; what cannot be read is said, and the rest is shown. */
function readAddress(app) {
  const { state, problems } = parseState(withTask(location.hash));
  const hasNets = app.data.nets.length > 0;
  const known = choices(app.data.stack).map(({ id }) => id);
  chooseLanguage(app, state.language ?? stored("language") ?? app.data.language);
  byId("notices").replaceChildren();
  if (location.hash.length < 2) {
    state.mode = hasNets && !app.data.stack ? "see" : "build";
    state.preset = app.data.stack?.preset ?? known[0];
    if (known[0] === "A" && !app.data.stack) state.preset = "D";
  }
  if (state.preset !== null && !known.includes(state.preset)) {
    problems.push({ code: "address", part: "preset", value: state.preset });
    state.preset = "D";
  } else if (state.preset === null && state.stacks.length === 0) {
    state.preset = "D";
  }
  if (hasNets && state.net !== null && !app.data.nets.some(({ name }) => name === state.net)) {
    problems.push({ code: "address", part: "net", value: state.net });
    state.net = null;
    state.unit = null;
  }
  if (state.mode !== "build" && !hasNets) {
    problems.push({ code: "no-nets" });
    state.mode = "build";
  }
  const task = taskOf(state.task);
  if (state.task !== null && !(task && isPossible(task, app.data))) {
    problems.push(task ? { code: "task" } : { code: "address", part: "task", value: state.task });
    state.task = null;
  }
  app.state = state;
  for (const { code, ...values } of problems) app.notice(t(`problem.${code}`, values));
}

/** Browsers allow about ten changes of the address a second; a slider asks for more. */
function writeSoon(app) {
  clearTimeout(app.writing);
  const wait = app.written + WRITE_PAUSE - performance.now();
  if (wait <= 0) writeAddress(app);
  else app.writing = setTimeout(() => writeAddress(app), wait);
}

function writeAddress(app) {
  app.written = performance.now();
  const hash = formatState(app.state);
  if (hash === location.hash) return;
  app.lastHash = hash;
  try {
    history.replaceState(null, "", hash);
  } catch {
    location.hash = hash; // browsers that do not allow it for files, or not so often
  }
}

function renderPage(app) {
  const { mode, projector } = app.state;
  for (const name of MODES) {
    byId(name).hidden = name !== mode;
    const tab = byId(`tab-${name}`);
    tab.hidden = name !== "build" && app.data.nets.length === 0;
    tab.setAttribute("aria-selected", String(name === mode));
    tab.tabIndex = name === mode ? 0 : -1;
  }
  if (isProjector() !== projector) {
    showProjector(byId("projector"), projector);
    applyTheme(app, /** @type {HTMLSelectElement} */ (byId("theme")).value);
    for (const name of MODES) app[name]?.fold?.(projector);
  }
  if (app.shownMode !== mode) showTab(byId(`tab-${mode}`));
  app.shownMode = mode;
  app.teaching.render();
  app[mode].render();
}

/** On a phone the tabs are wider than the screen. @param {HTMLElement} tab */
function showTab(tab) {
  const strip = /** @type {HTMLElement} */ (tab.parentElement);
  const beside = (strip.clientWidth - tab.offsetWidth) / 2;
  strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - beside;
}

function listen(app) {
  const tabs = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-mode]"));
  for (const tab of tabs) {
    tab.addEventListener("click", () => app.change({ mode: tab.dataset.mode }));
    tab.addEventListener("keydown", (event) => {
      const shown = MODES.filter((name) => !byId(`tab-${name}`).hidden);
      const mode = nextTab(shown, app.state.mode, event.key);
      if (mode === undefined) return;
      event.preventDefault();
      app.change({ mode });
      byId(`tab-${mode}`).focus();
    });
  }
  byId("language").addEventListener("click", () => {
    const other = language() === "en" ? "ko" : "en";
    chooseLanguage(app, other);
    store("language", other);
    app.change({ language: other });
  });
  byId("theme").addEventListener("change", (event) => {
    applyTheme(app, /** @type {HTMLSelectElement} */ (event.target).value);
    store("theme", /** @type {HTMLSelectElement} */ (event.target).value);
    renderPage(app);
  });
  byId("copy-link").addEventListener("click", () => copyLink(app));
  listenToProjector(byId("projector"), app);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    applyTheme(app, /** @type {HTMLSelectElement} */ (byId("theme")).value);
    renderPage(app);
  });
  window.addEventListener("hashchange", () => {
    if (location.hash === app.lastHash) return;
    readAddress(app);
    renderPage(app);
  });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return; // phones hide their bars while scrolling
    width = window.innerWidth;
    requestAnimationFrame(() => renderPage(app));
  });
}

/** The tab that a key leads to; undefined: the key leads nowhere. */
function nextTab(names, current, key) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step !== undefined) return names.at((names.indexOf(current) + step) % names.length);
  return { Home: names[0], End: names.at(-1) }[key];
}

function chooseLanguage(app, chosen) {
  useLanguage(app.strings, chosen === "ko" ? "ko" : "en");
  document.documentElement.lang = language();
  document.title = t("app.title");
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-t]")
  )) {
    element.textContent = t(/** @type {string} */ (element.dataset.t));
  }
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-t-label]")
  )) {
    element.setAttribute("aria-label", t(/** @type {string} */ (element.dataset.tLabel)));
  }
  const button = byId("language");
  button.textContent = t("app.other-language");
  button.lang = language() === "en" ? "ko" : "en";
  const theme = /** @type {HTMLSelectElement} */ (byId("theme"));
  const value = theme.value || stored("theme") || "auto";
  theme.replaceChildren(...THEMES.map((name) => el("option", { value: name }, t(`theme.${name}`))));
  theme.value = THEMES.includes(value) ? value : "auto";
}

function applyTheme(app, chosen) {
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  app.colours = palette(dark);
}

async function copyLink(app) {
  writeAddress(app);
  const button = byId("copy-link");
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = t("app.copied");
    app.say(t("app.copied"));
    setTimeout(() => (button.textContent = t("app.link")), 2000);
  } catch {
    app.notice(t("problem.clipboard"));
  }
}

function addNotice(text) {
  const notices = byId("notices");
  if ([...notices.children].some((notice) => notice.firstChild?.textContent === text)) return;
  const notice = el("div", { class: "notice" }, el("p", {}, text));
  notice.append(
    el(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": t("app.dismiss"),
        onclick: () => notice.remove(),
      },
      "✕",
    ),
  );
  notices.append(notice);
}
