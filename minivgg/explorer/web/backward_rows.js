// Rows of the backward pass: the maps of a layer, the gradient that arrives at them, and what of it
// a ReLU lets through.

import { count, el, percent, real, t } from "./dom.js";
import { drawImage, fit, mapImage, strong } from "./draw.js";
import { stoppedAt } from "./fan_out.js";
import { createLayerRow, drawRow, layOut } from "./layer_row.js";
import { tileBox } from "./tiles.js";

const STRONGEST_SLOPES = 0.003; // the share of the numbers that have the strongest colour
const LINES = ["values", "slopes", "passed"];

/**
 * @param {import("./layer_groups.js").Group} group
 * @param {any} events  of createLayerRow
 */
export function createBackwardRow(group, events) {
  const row = createLayerRow(group, events);
  const canvas = () => el("canvas", { "aria-hidden": "true" });
  const canvases = { values: canvas(), slopes: row.base, passed: canvas() };
  const names = Object.fromEntries(LINES.map((line) => [line, el("p", { class: "line-name" })]));
  const note = el("p", { class: "facts flow" });
  /** @type {HTMLElement} */ (row.element.firstElementChild).append(note);
  const lines = el(
    "div",
    { class: "flow-lines" },
    names.values,
    canvases.values,
    names.slopes,
    row.maps,
    names.passed,
    canvases.passed,
  );
  row.element.append(lines);
  return Object.assign(row, { canvases, names, note });
}

/** @typedef {ReturnType<typeof createBackwardRow>} BackwardRow */

/**
 * @param {BackwardRow} row
 * @param {{net: any, activations: any[], found: any, colours: import("./draw.js").Palette,
 *   wish: {target: number, least: number}, isOpen: boolean, least: number}} scene  found: of the
 *   task "training"
 */
export function drawBackwardRow(row, scene) {
  const { net, activations, found, colours, isOpen, least, wish } = scene;
  const { group, canvases, names } = row;
  layOut(row, { isOpen, least, wish });
  if (group.unit === 0) row.heading.textContent = t("picture.input");
  const above = net.layers[group.map]; // the layer that takes these maps
  const hasRelu = group.map > group.unit;
  names.values.textContent = t(hasRelu ? "flow.values-relu" : "flow.values");
  names.slopes.textContent =
    above === undefined ? t("flow.loss") : t("flow.slopes", { layer: above.name });
  names.passed.textContent = hasRelu ? t("flow.passed") : "";
  names.passed.hidden = canvases.passed.hidden = !hasRelu;
  const layer = "layer";
  drawRow({ ...row, base: canvases.values }, activations[group.map], null, {
    colours,
    scale: layer,
  });
  const lost =
    above?.kind === "pool" && stoppedAt(above, activations[group.map], activations[group.map + 1]);
  drawSlopes(row, canvases.slopes, found.maps[group.map], lost || null, colours);
  const off = hasRelu
    ? stoppedAt(net.layers[group.unit], activations[group.unit], activations[group.map])
    : null;
  if (hasRelu) drawSlopes(row, canvases.passed, found.maps[group.unit], off, colours);
  row.note.replaceChildren(
    ...facts(net.layers[group.unit - 1], found, group, lost || null, off).map((text) =>
      el("span", {}, text),
    ),
  );
  row.hasOverlay = false;
}

/** Maps of gradients; grey where they are stopped. */
function drawSlopes(row, canvas, slopes, stopped, colours) {
  const { height, width } = row.group;
  const context = fit(canvas, row.size[0], row.size[1]);
  const size = height * width,
    most = strong(slopes, STRONGEST_SLOPES);
  const grey = [1, 3, 5].map((i) => parseInt(colours.outside.slice(i, i + 2), 16));
  for (let channel = 0; channel < row.shown; channel += 1) {
    const image = mapImage(slopes, channel * size, height, width, most, colours);
    for (let i = 0; stopped && i < size; i += 1)
      if (stopped[channel * size + i]) image.data.set(grey, 4 * i);
    const { x, y, width: across, height: down } = tileBox(row, channel);
    drawImage(context, image, x, y, across, down);
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.strokeRect(x - 0.5, y - 0.5, across + 1, down + 1);
  }
}

/** Norms, and how much is stopped. */
function facts(layer, found, group, lost, off) {
  const share = (stopped) => percent(stopped.reduce((sum, one) => sum + one, 0) / stopped.length);
  const texts = [t("flow.norm", { norm: real(norm(found.maps[group.map])) })];
  if (lost) texts.push(t("flow.pool", { share: share(lost) }));
  if (off) texts.push(t("flow.relu", { share: share(off) }));
  const slopes = found.parameters[group.unit - 1];
  if (slopes) {
    texts.push(
      t("flow.weights", { norm: real(norm(slopes.weight)), size: real(norm(layer.weight)) }),
    );
    texts.push(t("flow.count", { count: count(layer.weight.length + (layer.bias?.length ?? 0)) }));
  }
  return texts;
}

/** @param {ArrayLike<number>} numbers @returns {number} the square root of the sum of squares */
function norm(numbers) {
  let sum = 0;
  for (let i = 0; i < numbers.length; i += 1) sum += numbers[i] * numbers[i];
  return Math.sqrt(sum);
}
