// Build: a stack of layers, chosen or edited, what each layer costs, and what its units see.

import { cone } from "./cone.js";
import { bytes, count, el, percent, short, t } from "./dom.js";
import { numberField, showNumber } from "./number_field.js";
import { choices, withSliders } from "./presets.js";
import { analyse } from "./shapes.js";
import { createSmallFilters } from "./small_filters.js";
import { createStackTable } from "./stack_table.js";
import { formatStack, LIMITS, nameLayers, parseStack } from "./stack_text.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./stack_text.js").StackLayer} StackLayer
 * @typedef {{data: any, state: State, change: (patch: Partial<State>) => void,
 *   notice: (text: string) => void, say: (text: string) => void}} App
 */

/**
 * @param {HTMLElement} root
 * @param {App} app
 * @returns {{render: () => void}}
 */
export function createBuildMode(root, app) {
  const known = choices(app.data.stack);
  const chooser = el("div", { class: "chips", role: "radiogroup" });
  const size = el("fieldset", { class: "input-size" });
  const stacks = el("div", { class: "stacks" });
  const filters = createSmallFilters((sliders) => app.change({ sliders }));
  const title = el("h2", { id: "small-filters-title" });
  root.append(
    el("div", { class: "build-bar" }, chooser, size),
    stacks,
    el(
      "section",
      { class: "why-small", "aria-labelledby": "small-filters-title" },
      title,
      filters.element,
    ),
  );
  /** @type {ReturnType<typeof createStackView>[]} */
  let views = [];
  let language = "";

  const render = () => {
    const shown = shownStacks(app, known);
    if (language !== t("build.choose")) {
      language = t("build.choose");
      chooser.setAttribute("aria-label", t("build.choose"));
      chooser.replaceChildren(...chips(app, known));
      fillSize(size, app, known);
    }
    for (const radio of chooser.querySelectorAll("input"))
      radio.checked = radio.value === app.state.preset;
    for (const input of size.querySelectorAll("input")) {
      showNumber(input, shown.input[/** @type {string} */ (input.dataset.side)]);
    }
    title.textContent = t("small.title");
    if (views.length !== shown.stacks.length) {
      views = shown.stacks.map((_, i) => createStackView(app, known, i));
      stacks.replaceChildren(...views.map(({ element }) => element));
      stacks.classList.toggle("pair", views.length === 2);
    }
    const analyses = shown.stacks.map(({ layers }) =>
      analyse(/** @type {any} */ (layers), shown.input),
    );
    const most = { parameters: 0, macs: 0, memory: 0 };
    for (const { rows } of analyses) {
      for (const row of rows)
        for (const key of Object.keys(most)) most[key] = Math.max(most[key], row[key] ?? 0);
    }
    views.forEach((view, i) =>
      view.render({
        ...shown.stacks[i],
        analysis: analyses[i],
        most,
        input: shown.input,
        isPair: shown.pair,
      }),
    );
    filters.render(app.state.sliders);
    announce(app, shown.stacks, analyses);
  };
  return { render };
}

let announced = "";
let announcing = 0;

/** Says the totals to screen readers, when they have changed and nothing else changes. */
function announce(app, stacks, analyses) {
  const text = analyses
    .map(({ totals, error }, i) =>
      t(error === null ? "build.summary" : "build.summary-error", {
        title: stacks[i].title,
        parameters: totals.parameters,
        macs: totals.macs,
        error: error === null ? "" : t(`error.${error.code}`, /** @type {any} */ (error)),
      }),
    )
    .join(" ");
  if (text === announced) return;
  clearTimeout(announcing);
  if (announced !== "") {
    announcing = window.setTimeout(() => app.say(text), 700);
  }
  announced = text;
}

/** The stacks of the state: of a preset, or those written in the address. */
function shownStacks({ state }, known) {
  const choice = known.find(({ id }) => id === state.preset);
  if (choice) return withSliders(choice, state.sliders);
  return {
    pair: state.stacks.length === 2,
    input: state.input,
    stacks: state.stacks.map((text, i) => ({
      title: state.stacks.length === 2 ? t("build.stack", { number: i + 1 }) : t("build.own"),
      layers: parseStack(text).layers,
    })),
  };
}

function chips(app, known) {
  return known.map(({ id, title }) =>
    el(
      "label",
      { class: "chip" },
      el("input", {
        type: "radio",
        name: "preset",
        value: id,
        onchange: () => app.change({ preset: id, stacks: [], row: null }),
      }),
      el("span", {}, title),
    ),
  );
}

function fillSize(size, app, known) {
  const message = el("p", { class: "field-error", role: "alert" });
  const input = (side, most) =>
    numberField({
      least: 1,
      most,
      name: t(`input.${side}`),
      attributes: { "data-side": side, "aria-label": t(`input.${side}`) },
      kept: () => shownStacks(app, known).input[side],
      onValue: (value) =>
        edited(app, known, { input: { ...shownStacks(app, known).input, [side]: value } }),
      onWrong: (text) => (message.textContent = text),
    });
  size.replaceChildren(
    el("legend", {}, t("input.title")),
    input("channels", LIMITS.channels),
    el("span", {}, "×"),
    input("height", LIMITS.side),
    el("span", {}, "×"),
    input("width", LIMITS.side),
    message,
  );
}

/** Writes the stacks as they are shown, with a change, into the state. */
function edited(app, known, patch, changed = {}) {
  const shown = shownStacks(app, known);
  app.change({
    preset: null,
    input: shown.input,
    stacks: shown.stacks.map(({ layers }, i) => formatStack(changed[i] ?? layers)),
    ...patch,
  });
}

/** One stack: its table, its totals, and the cone of the chosen layer. */
function createStackView(app, known, index) {
  const heading = el("h2", {});
  const totals = el("div", { class: "totals" });
  const seen = el("section", { class: "sees" });
  const select = (row) => app.change({ row: row === null ? null : `${index}:${row}` });
  const table = createStackTable({
    select,
    say: app.say,
    change: (layers, row) =>
      edited(
        app,
        known,
        { row: row === null ? null : `${index}:${row}` },
        { [index]: nameLayers(layers) },
      ),
  });
  const element = el(
    "article",
    { class: "stack" },
    heading,
    el("div", { class: "stack-main" }, table.element),
    el("aside", { class: "stack-side" }, totals, seen),
  );

  const render = ({ title, layers, analysis, most, input, isPair }) => {
    heading.textContent = title;
    // a single net is named by its choice above
    heading.classList.toggle("visually-hidden", !isPair && app.state.preset !== null);
    const match = /^(\d):(\d+)$/.exec(app.state.row ?? "");
    const isHere = match !== null && Number(match[1]) === index && Number(match[2]) < layers.length;
    const selected = isHere ? Number(match[2]) : null;
    table.render({ layers, analysis, most, selected, caption: title });
    totals.replaceChildren(...totalLines(analysis));
    seen.replaceChildren(...coneOf(analysis, selected, input));
  };
  return { element, render };
}

function totalLines({ rows, totals, error }) {
  const number = (key, format) =>
    el(
      "div",
      { class: "total" },
      el("dt", {}, t(`total.${key}`)),
      el("dd", { title: count(totals[key]) }, format(totals[key])),
    );
  /** @type {HTMLElement[]} */
  const lines = [
    el("dl", {}, number("parameters", short), number("macs", short), number("memory", bytes)),
  ];
  const exact = el(
    "p",
    { class: "exact" },
    t("total.exact", { parameters: totals.parameters, macs: totals.macs }),
  );
  lines.push(exact);
  if (error !== null) lines.push(el("p", { class: "hint" }, t("total.until")));
  const share = (key) => {
    const linear = rows.reduce(
      (sum, row) => sum + (row.kind === "linear" ? (row[key] ?? 0) : 0),
      0,
    );
    return totals[key] > 0 ? linear / totals[key] : 0;
  };
  const hasBoth =
    rows.some(({ kind }) => kind === "linear") && rows.some(({ kind }) => kind === "conv");
  if (hasBoth && error === null) {
    for (const key of ["parameters", "macs"]) {
      const part = share(key);
      lines.push(
        el(
          "div",
          { class: "share" },
          el("p", {}, t(`share.${key}`, { linear: percent(part), conv: percent(1 - part) })),
          el(
            "div",
            { class: "share-bar", "aria-hidden": "true" },
            el("span", { class: "conv", style: `flex-grow: ${1 - part}` }),
            el("span", { class: "linear", style: `flex-grow: ${part}` }),
          ),
        ),
      );
    }
  }
  return lines;
}

function coneOf({ rows }, selected, input) {
  const lastMap = rows.findLastIndex((row) => row.height !== null && row.kind !== "linear");
  const index = selected !== null && rows[selected].height !== null ? selected : lastMap;
  if (index < 0) return [el("p", {}, t("cone.none"))];
  const row = rows[index];
  const { jump, start } = row;
  const values = { field: `${row.field} × ${row.fieldWidth}`, jump, start };
  const isAlone = row.height === 1 && row.width === 1; // its units have no neighbours
  return [
    el("h3", {}, t("cone.title", { layer: row.name })),
    el("p", {}, t(isAlone ? "cone.text-flat" : "cone.text", values)),
    cone(rows, index, input),
    ...(selected === null ? [el("p", { class: "hint" }, t("cone.hint"))] : []),
  ];
}
