// Dense: the net on a larger picture. Its window is dragged over the picture and fills the class
// map; one pass with fully connected layers as convolutions gives all of it.

import { createPlaceCard, createSizesCard, createZerosCard } from "./dense_cards.js";
import { denseNet, firstLinear, fullyConnected, withoutZeros } from "./dense_net.js";
import { createDensePicture } from "./dense_picture.js";
import { askAlone, askSizes, chosenResults, usePicture, zerosLayers } from "./dense_results.js";
import { el, t } from "./dom.js";
import { createRunner } from "./worker.js";

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @param {import("./bench.js").Bench} bench
 * @returns {{render: () => void, numbers: () => any}}  numbers: what has been computed, for the
 *   browser's console
 */
export function createDenseMode(root, app, bench) {
  const none = el("p", { class: "notice" });
  const progress = el("progress", { max: 1, value: 0 });
  const progressText = el("span", {});
  const busy = el("div", { class: "busy", hidden: true }, progressText, progress);
  const picture = createDensePicture((window) => app.change({ window }));
  const place = createPlaceCard();
  const zeros = createZerosCard();
  const sizes = createSizesCard((chosen) => app.change({ sizes: chosen }));
  const cards = el("div", { class: "dense-cards" }, place.element, sizes.element, zeros.element);
  const hint = el("p", { class: "hint" });
  const body = el("div", { class: "dense-body" }, hint, busy, picture.element, cards);
  root.append(none, body);
  const mode = {
    app,
    bench,
    none,
    body,
    hint,
    busy,
    progress,
    progressText,
    picture,
    place,
    zeros,
    sizes,
    /** @type {any} */ net: null,
    /** @type {any} */ dense: null, // the net as convolutions
    /** @type {any} */ denseRunner: null,
    /** @type {any} */ aloneRunner: null,
    largeKey: "",
    /** @type {any} */ large: null, // pixels, image, input, rows, activations, map of the picture
    /** @type {Map<number, any>} */ results: new Map(), // by size
    sizesJob: "",
    visited: new Set(),
    aloneKey: "",
    /** @type {any[] | null} */ alone: null,
    sayTimer: 0,
    redraw: () => redrawDense(mode),
    draw: () => drawDense(mode),
  };
  return {
    render: () => {
      bench.render(mode, root);
      redrawDense(mode);
    },
    numbers: () => mode.alone && { ...mode.large, alone: mode.alone[mode.net.layers.length].data },
  };
}

function redrawDense(mode) {
  const { app, bench } = mode;
  if (mode.net !== bench.net) useDenseNet(mode);
  mode.none.hidden = mode.dense !== null;
  mode.none.textContent = t(bench.net.classes === null ? "dense.none" : "dense.other");
  mode.body.hidden = mode.dense === null;
  renderDenseOptions(mode);
  if (mode.dense === null) return;
  const { large } = app.state;
  const isReady = large === "mosaic" || bench.activations !== null;
  const key = `${bench.net.name} ${large} ${large === "mosaic" ? "" : bench.version}`;
  if (isReady && key !== mode.largeKey) {
    mode.largeKey = key;
    usePicture(mode, key);
  }
  drawDense(mode);
}

function useDenseNet(mode) {
  const { net, analysis } = mode.bench;
  mode.denseRunner?.close();
  mode.aloneRunner?.close();
  mode.net = net;
  mode.dense = net.classes === null ? null : denseNet(net, analysis);
  mode.denseRunner = mode.dense && createRunner(mode.dense);
  mode.aloneRunner = mode.dense && createRunner(net);
  Object.assign(mode, { largeKey: "", large: null, aloneKey: "", alone: null });
}

/** Which picture, and whether the map is filled at once. */
function renderDenseOptions(mode) {
  const { app, bench } = mode;
  if (mode.dense === null) return bench.options.replaceChildren();
  const focused = /** @type {HTMLElement} */ (document.activeElement)?.dataset?.key;
  const { large, filled, zeros } = app.state;
  const radio = (value) =>
    el(
      "label",
      { class: "check" },
      el("input", {
        type: "radio",
        name: "large",
        "data-key": value,
        checked: large === value,
        onchange: () => app.change({ large: value, window: { y: 0, x: 0 } }),
      }),
      ` ${t(`large.${value}`)}`,
    );
  const box = (key, checked) =>
    el(
      "label",
      { class: "check" },
      el("input", {
        type: "checkbox",
        "data-key": key,
        checked,
        onchange: (event) => app.change({ [key]: event.target.checked }),
      }),
      ` ${t(`dense.${key}`)}`,
    );
  bench.options.replaceChildren(
    radio("mosaic"),
    radio("picture"),
    box("filled", filled),
    box("zeros", zeros),
  );
  if (focused)
    /** @type {HTMLElement | null} */ (
      bench.options.querySelector(`[data-key="${focused}"]`)
    )?.focus();
}

/** The place of the window in the address, or the first one. */
function chosenPlace(mode) {
  const { y, x } = mode.app.state.window;
  const { height, width } = mode.large.scores;
  if (y < height && x < width) return { y, x };
  mode.app.notice(t("problem.window", { row: y, column: x }));
  mode.app.state = { ...mode.app.state, window: { y: 0, x: 0 } };
  return { y: 0, x: 0 };
}

function drawDense(mode) {
  const { app, large, net, dense } = mode;
  mode.hint.textContent = t("dense.hint");
  mode.body.classList.toggle("waiting", large === null);
  if (large === null) return;
  const position = chosenPlace(mode);
  const { scores, shares, activations, rows, jump } = large;
  const { height, width, channels } = scores;
  const at = position.y * width + position.x;
  mode.visited.add(at);
  const everywhere = { top: true, left: true, bottom: true, right: true };
  const { zeros, filled } = app.state;
  mode.picture.draw({
    net,
    image: large.image,
    jump,
    position,
    map: { height, width, shares },
    visited: mode.visited,
    isFilled: filled,
    inside: zeros ? withoutZeros(rows, dense.layers.length - 1, large.image, everywhere) : null,
    colours: app.colours,
  });
  const side = /** @type {number} */ (mode.bench.analysis[firstLinear(net) - 1].height);
  const matrix = fullyConnected(net, activations[firstLinear(net)], side, position);
  large.matrix = matrix;
  const own = Float32Array.from(
    { length: channels },
    (_, c) => scores.data[c * height * width + at],
  );
  const alone = mode.alone && mode.alone[net.layers.length].data;
  mode.place.render({ net, dense: own, matrix, alone });
  mode.sizes.render({ net, sizes: app.state.sizes, results: chosenResults(mode) });
  mode.zeros.element.hidden = !zeros;
  if (zeros) mode.zeros.render(mode.alone && zerosLayers(mode, position), app.colours);
  askAlone(mode, position);
  askSizes(mode);
  clearTimeout(mode.sayTimer);
  mode.sayTimer = window.setTimeout(() => app.say(mode.picture.summary()), 500);
}
