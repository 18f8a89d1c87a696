// A stack of layers as a table that can be edited; what each layer costs beside it.

import { bytes, count, el, hasText, short, t } from "./dom.js";
import { LIMITS } from "./state.js";

/**
 * @typedef {import("./state.js").StackLayer} StackLayer
 * @typedef {ReturnType<typeof import("./shapes.js").analyse>} Analysis
 * @typedef {{parameters: number, macs: number, memory: number}} Costs
 * @typedef {{select: (row: number | null) => void, change: (layers: StackLayer[], row: number | null) => void}} Actions
 */

const FIELDS = [
  ["kernel", 1, LIMITS.kernel], ["stride", 1, LIMITS.stride],
  ["padding", 0, LIMITS.padding], ["channels", 1, LIMITS.channels],
];
const COSTS = [["parameters", short], ["macs", short], ["memory", bytes]];
const NEW_LAYERS = {
  conv: { kind: "conv", kernel: 3, stride: 1, padding: 1, channels: 64 },
  pool: { kind: "pool", kernel: 2, stride: 2, padding: 0, channels: null },
  linear: { kind: "linear", kernel: 1, stride: 1, padding: 0, channels: 10 },
};

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
    const layers = current.layers.map((layer, i) => (i === index ? { ...layer, [field]: value } : layer));
    actions.change(layers, current.selected);
  };

  const render = (view) => {
    current = view;
    const now = JSON.stringify([view.layers.map(({ kind, name, groups, bias }) => [kind, name, groups, bias]),
      view.selected, t("table.layer"), view.caption, view.analysis.rows.map(({ error }) => error && error.code)]);
    if (now !== signature) {
      const focused = /** @type {HTMLElement | null} */ (element.contains(document.activeElement) ? document.activeElement : null);
      const key = focused?.dataset.key;
      element.replaceChildren(table(view, actions, edit));
      signature = now;
      if (key) /** @type {HTMLElement | null} */ (element.querySelector(`[data-key="${key}"]`))?.focus({ preventScroll: true });
    }
    update(element, view);
  };
  element.addEventListener("keydown", (event) => moveInNames(event, element, current, actions));
  return { element, render };
}

/** Everything of the table that depends on the kinds of layers, not on their numbers. */
function table(view, actions, edit) {
  const heads = ["layer", "kernel", "stride", "padding", "channels", "output", "field", "jump", "start",
    "parameters", "macs", "memory"];
  const head = el("tr", { role: "row" }, ...heads.map((name) => el("th", {
    scope: "col", role: "columnheader", class: `c-${name}`, title: t(`table.${name}.title`),
  }, t(`table.${name}`))));
  const lines = view.layers.flatMap((layer, i) => {
    const line = layerLine(view, layer, i, actions, edit);
    const { error } = view.analysis.rows[i] ?? { error: null };
    return [line, ...(error ? [messageLine(heads.length)] : []),
      ...(view.selected === i ? [toolsLine(view, i, actions, heads.length)] : [])];
  });
  if (view.layers.length === 0) lines.push(toolsLine(view, -1, actions, heads.length));
  return el("table", { role: "table", "aria-label": view.caption },
    el("thead", { role: "rowgroup" }, head), el("tbody", { role: "rowgroup" }, ...lines));
}

function layerLine(view, layer, index, actions, edit) {
  const isSelected = view.selected === index;
  const name = el("button", {
    type: "button", class: "layer-name", "data-key": `name-${index}`, "aria-expanded": String(isSelected),
    tabindex: index === (view.selected ?? 0) ? "0" : "-1", title: t("table.select"),
    onclick: () => actions.select(isSelected ? null : index),
  }, el("span", { class: "dot", "aria-hidden": "true" }), layer.name ?? layer.kind,
  el("span", { class: "spec", "data-spec": "" }));
  const inputs = FIELDS.map(([field, least, most]) => {
    const unused = layer[field] === null || layer.kind === "lrn" || (layer.kind === "linear" && field !== "channels")
      || (layer.kind === "pool" && field === "channels");
    if (unused) return el("td", { role: "cell", class: `c-${field} empty`, "data-label": t(`table.${field}`) }, "");
    const input = el("input", {
      type: "number", inputmode: "numeric", min: least, max: most, "data-key": `${field}-${index}`, "data-field": field,
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
      if (!read()) edit(index, field, Math.min(Math.max(Math.round(input.valueAsNumber) || least, least), most));
    });
    return el("td", { role: "cell", class: `c-${field}`, "data-label": t(`table.${field}`) }, input);
  });
  const numbers = ["output", "field", "jump", "start", ...COSTS.map(([cost]) => cost)].map((column) => el("td", {
    role: "cell", class: `c-${column} number`, "data-column": column, "data-label": t(hasText(`table.short.${column}`) ? `table.short.${column}` : `table.${column}`),
  }));
  return el("tr", {
    role: "row", class: `layer ${layer.kind}${isSelected ? " selected" : ""}`, "data-row": index,
    onclick: (event) => {
      if (!(/** @type {Element} */ (event.target).closest("input, button")) && !isSelected) actions.select(index);
    },
  }, el("th", { scope: "row", role: "rowheader", class: "c-layer" }, name), ...inputs, ...numbers);
}

function messageLine(columns) {
  return el("tr", { role: "row", class: "message" },
    el("td", { role: "cell", colspan: columns, class: "layer-error" }));
}

function toolsLine(view, index, actions, columns) {
  const { layers } = view;
  const button = (key, action, enabled = true) => el("button", {
    type: "button", class: "small", disabled: !enabled, onclick: action, "data-key": `tool-${key}`,
  }, t(`tool.${key}`));
  const insert = (kind) => () => {
    const layer = { ...NEW_LAYERS[kind], ...(kind === "conv" ? { channels: channelsBefore(layers, index) } : {}) };
    actions.change([...layers.slice(0, index + 1), layer, ...layers.slice(index + 1)], index + 1);
  };
  const isRoom = layers.length < LIMITS.layers;
  const buttons = [button("conv", insert("conv"), isRoom), button("pool", insert("pool"), isRoom),
    button("linear", insert("linear"), isRoom)];
  if (index >= 0) {
    buttons.push(
      button("up", () => actions.change(swapped(layers, index - 1), index - 1), index > 0),
      button("down", () => actions.change(swapped(layers, index), index + 1), index < layers.length - 1),
      button("remove", () => remove(layers, index, actions)),
    );
  }
  return el("tr", { role: "row", class: "tools" }, el("td", { role: "cell", colspan: columns },
    el("div", { class: "tool-buttons", role: "group", "aria-label": t("tool.group") }, ...buttons)));
}

function channelsBefore(layers, index) {
  const before = layers.slice(0, index + 1).reverse().find(({ kind }) => kind === "conv");
  return before?.channels ?? 64;
}

function swapped(layers, index) {
  const copy = [...layers];
  [copy[index], copy[index + 1]] = [copy[index + 1], copy[index]];
  return copy;
}

function remove(layers, index, actions) {
  const left = layers.filter((_, i) => i !== index);
  actions.change(left, left.length === 0 ? null : Math.min(index, left.length - 1));
}

/** Arrow keys move among the names of layers; Alt and an arrow moves the layer; Delete removes it. */
function moveInNames(event, element, { layers, selected }, actions) {
  const match = /^name-(\d+)$/.exec(/** @type {HTMLElement} */ (event.target).dataset.key ?? "");
  if (match === null) return;
  const index = Number(match[1]);
  const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: layers.length - 1 };
  if (event.key === "Delete") {
    event.preventDefault();
    remove(layers, index, actions);
    focusName(element, Math.min(index, layers.length - 2));
  } else if (event.key in targets) {
    const next = targets[event.key];
    if (next < 0 || next >= layers.length) return;
    event.preventDefault();
    if (event.altKey) actions.change(swapped(layers, Math.min(index, next)), next);
    else if (selected !== null) actions.select(next);
    focusName(element, next);
  }
}

function focusName(element, index) {
  const names = /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll(".layer-name"));
  names.forEach((name, i) => name.setAttribute("tabindex", i === index ? "0" : "-1"));
  names[index]?.focus();
}

/** The numbers of the table. */
function update(element, { layers, analysis, most }) {
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (element.querySelectorAll("tr.layer"))) {
    const index = Number(line.dataset.row);
    const row = analysis.rows[index];
    for (const input of line.querySelectorAll("input")) {
      const value = String(layers[index][/** @type {string} */ (input.dataset.field)]);
      if (input !== document.activeElement && input.value !== value) input.value = value;
      if (input.value === value) input.setAttribute("aria-invalid", "false");
    }
    for (const cell of /** @type {NodeListOf<HTMLElement>} */ (line.querySelectorAll("[data-column]"))) {
      fill(cell, /** @type {string} */ (cell.dataset.column), row, most);
    }
    /** @type {HTMLElement} */ (line.querySelector("[data-spec]")).textContent = specOf(layers[index]);
    line.classList.toggle("unknown", row.height === null);
    const message = line.nextElementSibling?.querySelector(".layer-error");
    if (message && row.error) message.textContent = t(`error.${row.error.code}`, /** @type {any} */ (row.error));
  }
}

/** What a layer is, in short, where its numbers have no columns: 3×3 s1 p1. */
function specOf({ kind, kernel, stride, padding }) {
  return kind === "conv" || kind === "pool" ? `${kernel}×${kernel} s${stride} p${padding}` : "";
}

function fill(cell, column, row, most) {
  if (row.height === null) {
    cell.textContent = "–";
    cell.style.setProperty("--share", "0");
  } else if (column === "output") {
    cell.textContent = row.height === 1 && row.width === 1 ? count(row.channels)
      : `${count(row.channels)} × ${row.height} × ${row.width}`;
  } else if (column === "field") {
    cell.textContent = row.field === row.fieldWidth ? count(row.field) : `${row.field} × ${row.fieldWidth}`;
  } else if (column === "jump" || column === "start") {
    cell.textContent = count(row[column]);
  } else {
    const format = column === "memory" ? bytes : short;
    cell.textContent = format(row[column]);
    cell.title = count(row[column]);
    cell.style.setProperty("--share", String(most[column] > 0 ? row[column] / most[column] : 0));
  }
}
