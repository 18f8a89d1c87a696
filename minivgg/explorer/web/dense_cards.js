// The numbers of dense evaluation: one place of the class map computed in three ways, what zeros
// change in each layer, and the mean over places and sizes.

import { className } from "./class_choice.js";
import { el, percent, real, t } from "./dom.js";
import { cssColour, fit, largest } from "./draw.js";

const SHOWN = 5; // classes

/**
 * @returns {{element: HTMLElement, render: (content: {net: any, dense: ArrayLike<number>,
 *   matrix: ArrayLike<number>, alone: ArrayLike<number> | null}) => void}}
 *   scores at one place: of the convolutions, of the matrices, and of the window by itself
 */
export function createPlaceCard() {
  const title = el("h2", {});
  const table = el("table", { class: "loss-table place-table" });
  const note = el("p", { class: "hint" });
  const element = el("section", { class: "card" }, title, table, note);
  const render = ({ net, dense, matrix, alone }) => {
    title.textContent = t("place.title");
    note.textContent = t("place.note");
    const order = Array.from({ length: dense.length }, (_, i) => i);
    order.sort((a, b) => dense[b] - dense[a]);
    const heads = ["class", "dense", "matrix", "apart", "alone", "apart"];
    const rows = order
      .slice(0, SHOWN)
      .map((i) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, className(net.classes[i])),
          el("td", {}, real(dense[i])),
          el("td", {}, real(matrix[i])),
          el("td", { class: "apart" }, apartText(dense[i] - matrix[i])),
          el("td", {}, alone === null ? "…" : real(alone[i])),
          el("td", { class: "apart" }, alone === null ? "…" : apartText(dense[i] - alone[i])),
        ),
      );
    table.replaceChildren(
      el(
        "thead",
        {},
        el("tr", {}, ...heads.map((name) => el("th", { scope: "col" }, t(`place.${name}`)))),
      ),
      el("tbody", {}, ...rows),
    );
  };
  return { element, render };
}

function apartText(value) {
  return value > 0 ? `+${real(value)}` : real(value);
}

/**
 * @typedef {{name: string, height: number, width: number, apart: Float32Array, most: number,
 *   inside: {top: number, left: number, bottom: number, right: number} | null}} ZerosLayer
 *   apart: at each place; most: the largest number of the layer's maps
 */

/** @returns {{element: HTMLElement, render: (layers: ZerosLayer[] | null,
 *   colours: import("./draw.js").Palette) => void}} */
export function createZerosCard() {
  const title = el("h2", {});
  const text = el("p", { class: "hint" });
  const strip = el("div", { class: "zeros-strip" });
  const element = el("section", { class: "card" }, title, text, strip);
  const render = (layers, colours) => {
    title.textContent = t("zeros.title");
    text.textContent = t("zeros.text");
    if (layers === null) return;
    strip.replaceChildren(
      ...layers.map((layer) => {
        const canvas = el("canvas", { role: "img" });
        drawZeros(canvas, layer, colours);
        const { height, width, apart, most, inside, name } = layer;
        const free =
          inside === null ? 0 : (inside.bottom - inside.top + 1) * (inside.right - inside.left + 1);
        const share = percent(most > 0 ? largest(apart) / most : 0);
        const caption = t("zeros.layer", {
          layer: name,
          changed: height * width - free,
          count: height * width,
          share,
        });
        canvas.setAttribute("aria-label", caption);
        return el("figure", {}, canvas, el("figcaption", {}, caption));
      }),
    );
  };
  return { element, render };
}

function drawZeros(canvas, { height, width, apart, most, inside }, colours) {
  const cell = Math.max(1, Math.floor(96 / Math.max(height, width)));
  const context = fit(canvas, width * cell, height * cell);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      context.fillStyle = cssColour(Math.sqrt(apart[y * width + x] / (most || 1)), 1, colours);
      context.fillRect(x * cell, y * cell, cell, cell);
    }
  }
  if (inside === null) return;
  context.setLineDash([4, 3]);
  context.lineWidth = 2;
  context.strokeStyle = colours.winner;
  context.strokeRect(
    inside.left * cell + 1,
    inside.top * cell + 1,
    (inside.right - inside.left + 1) * cell - 2,
    (inside.bottom - inside.top + 1) * cell - 2,
  );
}

/**
 * @typedef {{size: number, height: number, width: number, map: {height: number, width: number},
 *   mean: Float64Array}} SizeResult
 */

export const SIZES = [0.75, 1, 1.25, 1.5];

/**
 * @param {(sizes: number[]) => void} choose
 * @returns {{element: HTMLElement, render: (content: {net: any, sizes: number[],
 *   results: SizeResult[]}) => void}}
 */
export function createSizesCard(choose) {
  const title = el("h2", {});
  const text = el("p", { class: "hint" });
  const boxes = el("div", { class: "row-options", role: "group" });
  const table = el("table", { class: "loss-table" });
  const element = el("section", { class: "card" }, title, text, boxes, table);
  const inputs = SIZES.map((size) => {
    const input = el("input", { type: "checkbox", "data-size": size });
    input.addEventListener("change", () => {
      const chosen = SIZES.filter((_, i) => inputs[i].checked);
      if (chosen.length > 0) choose(chosen);
      else input.checked = true; // a mean needs one
    });
    boxes.append(el("label", { class: "check" }, input, ` × ${size}`));
    return input;
  });
  const render = ({ net, sizes, results }) => {
    title.textContent = t("sizes.title");
    text.textContent = t("sizes.text");
    boxes.setAttribute("aria-label", t("sizes.title"));
    SIZES.forEach((size, i) => (inputs[i].checked = sizes.includes(size)));
    const means = results.map(({ mean }) => mean);
    const all = means.length > 0 ? meanOf(means) : null;
    const columns =
      all === null
        ? []
        : Array.from(all.keys())
            .sort((a, b) => all[b] - all[a])
            .slice(0, 3);
    const line = (name, size, map, mean) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, name),
        el("td", {}, size),
        el("td", {}, map),
        ...columns.map((c) => el("td", {}, mean === null ? "…" : percent(mean[c]))),
      );
    const heads = [
      t("sizes.size"),
      t("sizes.pixels"),
      t("sizes.map"),
      ...columns.map((c) => className(net.classes[c])),
    ];
    table.replaceChildren(
      el("thead", {}, el("tr", {}, ...heads.map((name) => el("th", { scope: "col" }, name)))),
      el(
        "tbody",
        {},
        ...sizes.map((size) => {
          const found = results.find((each) => each.size === size);
          if (!found) return line(`× ${size}`, "…", "…", null);
          const { height, width, map, mean } = found;
          return line(`× ${size}`, `${height} × ${width}`, `${map.height} × ${map.width}`, mean);
        }),
        line(t("sizes.mean"), "", "", results.length < sizes.length ? null : all),
      ),
    );
    /** @type {HTMLElement} */ (table.tBodies[0].lastElementChild).className = "chosen";
  };
  return { element, render };
}

/** @param {Float64Array[]} means @returns {Float64Array} the mean over sizes */
export function meanOf(means) {
  return means[0].map((_, c) => means.reduce((sum, mean) => sum + mean[c], 0) / means.length);
}
