// A stack of layers as a table that can be edited; what each layer costs beside it.

import { el, hasText, t } from "./dom.js";
import { numberField } from "./number_field.js";
import { updateNumbers, writeMessage } from "./stack_numbers.js";
import { moveInNames, toolsLine } from "./stack_tools.js";
import { LIMITS } from "./stack_text.js";

/**
 * @typedef {import("./stack_text.js").StackLayer} StackLayer
 * @typedef {ReturnType<typeof import("./shapes.js").analyse>} Analysis
 * @typedef {{parameters: number, macs: number, memory: number}} Costs
 * @typedef {{select: (row: number | null) => void,
 *   change: (layers: StackLayer[], row: number | null) => void,
 *   say: (text: string) => void}} Actions
 */

/** @type {[string, number, number][]} */
const FIELDS = [
  ["kernel", 1, LIMITS.kernel],
  ["stride", 1, LIMITS.stride],
  ["padding", 0, LIMITS.padding],
  ["channels", 1, LIMITS.channels],
];
const NUMBERS = ["output", "field", "jump", "start", "parameters", "macs", "memory"];

/**
 * @param {Actions} actions
 * @returns {{element: HTMLElement, render: (view: {layers: StackLayer[], analysis: Analysis,
 *   most: Costs, selected: number | null, caption: string}) => void}}
 */
export function createStackTable(actions) {
  const element = el("div", { class: "stack-table" });
  let signature = "";
  /** @type {{layers: StackLayer[], selected: number | null}} */
  let current = { layers: [], selected: null };

  const edit = (index, field, value) => {
    const layers = current.layers.map((layer, i) =>
      i === index ? { ...layer, [field]: value } : layer,
    );
    actions.change(layers, current.selected);
  };

  const render = (view) => {
    current = view;
    // a field that somebody types in must stay: a number changes only texts
    const kinds = view.layers.map(({ kind }) => kind);
    const now = JSON.stringify([kinds, view.selected, t("table.layer")]);
    if (now !== signature) {
      const focused = /** @type {HTMLElement | null} */ (
        element.contains(document.activeElement) ? document.activeElement : null
      );
      const key = focused?.dataset.key;
      element.replaceChildren(table(view, () => current, actions, edit));
      signature = now;
      if (key) restoreFocus(element, key);
    }
    updateNumbers(element, view);
  };
  element.addEventListener("keydown", (event) => moveInNames(event, element, current, actions));
  return { element, render };
}

/** The focus stays on what it was on, or goes to what is next to it. */
function restoreFocus(element, key) {
  const find = (selector) => /** @type {HTMLElement | null} */ (element.querySelector(selector));
  const same = find(`[data-key="${key}"]:not(:disabled)`);
  const next = find(".selected .layer-name") ?? find("[data-key=tool-conv]");
  (same ?? next)?.focus({ preventScroll: true });
}

/** Everything of the table that depends on the kinds of layers, not on their numbers. */
function table(view, current, actions, edit) {
  const heads = ["layer", ...FIELDS.map(([field]) => field), ...NUMBERS];
  const head = el(
    "tr",
    { role: "row" },
    ...heads.map((name) =>
      el(
        "th",
        { scope: "col", role: "columnheader", class: `c-${name}`, title: t(`table.${name}.title`) },
        t(`table.${name}`),
      ),
    ),
  );
  const lines = view.layers.flatMap((layer, i) => {
    const message = messageLine(heads.length);
    return [
      layerLine({ layer, index: i, message }, current, actions, edit),
      message,
      ...(view.selected === i ? [toolsLine(current, i, actions, heads.length)] : []),
    ];
  });
  if (view.layers.length === 0) lines.push(toolsLine(current, -1, actions, heads.length));
  return el(
    "table",
    { role: "table" },
    el("thead", { role: "rowgroup" }, head),
    el("tbody", { role: "rowgroup" }, ...lines),
  );
}

/** One layer; its texts are those of updateNumbers. */
function layerLine({ layer, index, message }, current, actions, edit) {
  const { selected } = current();
  const isSelected = selected === index;
  const name = el(
    "button",
    {
      type: "button",
      class: "layer-name",
      "data-key": `name-${index}`,
      "aria-expanded": String(isSelected),
      tabindex: index === (selected ?? 0) ? "0" : "-1",
      title: t("table.select"),
      onclick: () => actions.select(isSelected ? null : index),
    },
    el("span", { class: "dot", "aria-hidden": "true" }),
    el("span", { "data-name": "" }),
    el("span", { class: "spec", "data-spec": "" }),
  );
  const inputs = FIELDS.map(([field, least, most]) => {
    const unused =
      layer[field] === null ||
      layer.kind === "lrn" ||
      (layer.kind === "linear" && field !== "channels") ||
      (layer.kind === "pool" && field === "channels");
    if (unused)
      return el(
        "td",
        { role: "cell", class: `c-${field} empty`, "data-label": t(`table.${field}`) },
        "",
      );
    const input = numberField({
      least,
      most,
      name: t(`table.${field}.title`),
      attributes: { "data-key": `${field}-${index}`, "data-field": field },
      kept: () => current().layers[index][field],
      onValue: (value) => edit(index, field, value),
      onWrong: (text) => {
        writeMessage(message, text);
        if (text !== "") actions.say(text);
      },
    });
    return el(
      "td",
      { role: "cell", class: `c-${field}`, "data-label": t(`table.${field}`) },
      input,
    );
  });
  const numbers = NUMBERS.map((column) =>
    el("td", {
      role: "cell",
      class: `c-${column} number`,
      "data-column": column,
      "data-label": t(
        hasText(`table.short.${column}`) ? `table.short.${column}` : `table.${column}`,
      ),
    }),
  );
  return el(
    "tr",
    {
      role: "row",
      class: `layer ${layer.kind}${isSelected ? " selected" : ""}`,
      "data-row": index,
      onclick: (event) => {
        if (!(/** @type {Element} */ (event.target).closest("input, button")) && !isSelected)
          actions.select(index);
      },
    },
    el("th", { scope: "row", role: "rowheader", class: "c-layer" }, name),
    ...inputs,
    ...numbers,
  );
}

function messageLine(columns) {
  return el(
    "tr",
    { role: "row", class: "message", hidden: true },
    el("td", { role: "cell", colspan: columns, class: "layer-error" }),
  );
}
