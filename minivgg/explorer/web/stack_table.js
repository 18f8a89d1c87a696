// A stack of layers as a table that can be edited; what each layer costs beside it.

import { bytes, el, hasText, short, t } from "./dom.js";
import { updateNumbers } from "./stack_numbers.js";
import { moveInNames, toolsLine } from "./stack_tools.js";
import { LIMITS } from "./state.js";

/**
 * @typedef {import("./state.js").StackLayer} StackLayer
 * @typedef {ReturnType<typeof import("./shapes.js").analyse>} Analysis
 * @typedef {{parameters: number, macs: number, memory: number}} Costs
 * @typedef {{select: (row: number | null) => void,
 *   change: (layers: StackLayer[], row: number | null) => void}} Actions
 */

/** @type {[string, number, number][]} */
const FIELDS = [
  ["kernel", 1, LIMITS.kernel],
  ["stride", 1, LIMITS.stride],
  ["padding", 0, LIMITS.padding],
  ["channels", 1, LIMITS.channels],
];
const COSTS = [
  ["parameters", short],
  ["macs", short],
  ["memory", bytes],
];
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
    const now = JSON.stringify([
      view.layers.map(({ kind, name, groups, bias }) => [kind, name, groups, bias]),
      view.selected,
      t("table.layer"),
      view.caption,
      view.analysis.rows.map(({ error }) => error && error.code),
    ]);
    if (now !== signature) {
      const focused = /** @type {HTMLElement | null} */ (
        element.contains(document.activeElement) ? document.activeElement : null
      );
      const key = focused?.dataset.key;
      element.replaceChildren(table(view, actions, edit));
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
function table(view, actions, edit) {
  const heads = [
    "layer",
    "kernel",
    "stride",
    "padding",
    "channels",
    "output",
    "field",
    "jump",
    "start",
    "parameters",
    "macs",
    "memory",
  ];
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
    const line = layerLine(view, layer, i, actions, edit);
    const { error } = view.analysis.rows[i] ?? { error: null };
    return [
      line,
      ...(error ? [messageLine(heads.length)] : []),
      ...(view.selected === i ? [toolsLine(view, i, actions, heads.length)] : []),
    ];
  });
  if (view.layers.length === 0) lines.push(toolsLine(view, -1, actions, heads.length));
  return el(
    "table",
    { role: "table", "aria-label": view.caption },
    el("thead", { role: "rowgroup" }, head),
    el("tbody", { role: "rowgroup" }, ...lines),
  );
}

function layerLine(view, layer, index, actions, edit) {
  const isSelected = view.selected === index;
  const name = el(
    "button",
    {
      type: "button",
      class: "layer-name",
      "data-key": `name-${index}`,
      "aria-expanded": String(isSelected),
      tabindex: index === (view.selected ?? 0) ? "0" : "-1",
      title: t("table.select"),
      onclick: () => actions.select(isSelected ? null : index),
    },
    el("span", { class: "dot", "aria-hidden": "true" }),
    layer.name ?? layer.kind,
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
    const input = el("input", {
      type: "number",
      inputmode: "numeric",
      min: least,
      max: most,
      "data-key": `${field}-${index}`,
      "data-field": field,
      "aria-label": `${layer.name}, ${t(`table.${field}.title`)}`,
    });
    const read = () => {
      const value = input.valueAsNumber;
      const fits = Number.isInteger(value) && value >= least && value <= most;
      input.setAttribute("aria-invalid", String(!fits));
      if (fits) edit(index, field, value);
      return fits;
    };
    input.addEventListener("input", read);
    input.addEventListener("change", () => {
      if (!read())
        edit(
          index,
          field,
          Math.min(Math.max(Math.round(input.valueAsNumber) || least, least), most),
        );
    });
    return el(
      "td",
      { role: "cell", class: `c-${field}`, "data-label": t(`table.${field}`) },
      input,
    );
  });
  const numbers = ["output", "field", "jump", "start", ...COSTS.map(([cost]) => cost)].map(
    (column) =>
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
      "data-layer": layer.name,
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
    { role: "row", class: "message" },
    el("td", { role: "cell", colspan: columns, class: "layer-error" }),
  );
}
