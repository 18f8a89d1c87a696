// What can be done with a layer of the table: insert another one after it, move it, remove it.

import { el, t } from "./dom.js";
import { LIMITS } from "./stack_text.js";

/** @typedef {import("./stack_table.js").Actions} Actions */

const NEW_LAYERS = {
  conv: { kind: "conv", kernel: 3, stride: 1, padding: 1, channels: 64 },
  pool: { kind: "pool", kernel: 2, stride: 2, padding: 0, channels: null },
  linear: { kind: "linear", kernel: 1, stride: 1, padding: 0, channels: 10 },
};

/**
 * @param {() => {layers: import("./stack_text.js").StackLayer[]}} current numbers change under the line
 * @param {number} index of the layer, -1 in an empty stack
 * @param {Actions} actions
 * @param {number} columns
 */
export function toolsLine(current, index, actions, columns) {
  const button = (key, action, enabled = true) =>
    el(
      "button",
      {
        type: "button",
        class: "small",
        disabled: !enabled,
        onclick: action,
        "data-key": `tool-${key}`,
      },
      t(`tool.${key}`),
    );
  const insert = (kind) => () => {
    const { layers } = current();
    const layer = {
      ...NEW_LAYERS[kind],
      ...(kind === "conv" ? { channels: channelsBefore(layers, index) } : {}),
    };
    actions.change([...layers.slice(0, index + 1), layer, ...layers.slice(index + 1)], index + 1);
  };
  const size = current().layers.length;
  const isRoom = size < LIMITS.layers;
  const move = (upper, to) => actions.change(swapped(current().layers, upper), to);
  const buttons = [
    button("conv", insert("conv"), isRoom),
    button("pool", insert("pool"), isRoom),
    button("linear", insert("linear"), isRoom),
  ];
  if (index >= 0) {
    buttons.push(
      button("up", () => move(index - 1, index - 1), index > 0),
      button("down", () => move(index, index + 1), index < size - 1),
      button("remove", () => remove(current().layers, index, actions)),
    );
  }
  return el(
    "tr",
    { role: "row", class: "tools" },
    el(
      "td",
      { role: "cell", colspan: columns },
      el(
        "div",
        { class: "tool-buttons", role: "group", "aria-label": t("tool.group") },
        ...buttons,
      ),
      isRoom ? null : el("p", { class: "hint" }, t("tool.full", { most: LIMITS.layers })),
      index >= 0 ? el("p", { class: "layer-share" }) : null,
    ),
  );
}

function channelsBefore(layers, index) {
  const before = layers
    .slice(0, index + 1)
    .reverse()
    .find(({ kind }) => kind === "conv");
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

/** Arrow keys move among the names of layers, with Alt they move the layer; Delete removes it. */
export function moveInNames(event, element, { layers, selected }, actions) {
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
  const target = names[index] ?? element.querySelector("[data-key=tool-conv]");
  target?.focus();
}
