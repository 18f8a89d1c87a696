/** A net on larger pictures: its fully connected layers become convolutions (§3.2 of the paper). */
import { forward } from "./net.js";
import { windows } from "./windows.js";

/**
 * @typedef {import("./net.js").Net} Net
 * @typedef {import("./net.js").Activation} Activation
 *
 * @typedef {{y: number, x: number}} Position  in the class map
 */

/**
 * The same weights for pictures of any size: the first fully connected layer becomes a convolution
 * whose kernel is the map that it was made for, the others become 1×1 convolutions, all unpadded.
 *
 * @param {Net} net
 * @param {import("./shapes.js").Row[]} rows  of `analyse`, for the net's own input
 * @returns {Net | null}  null: the net does not end in fully connected layers on a square map
 */
export function denseNet(net, rows) {
  const first = firstLinear(net);
  const map = first < 1 ? null : rows[first - 1];
  const isChain = net.layers.every(({ kind }, i) => (i < first ? kind !== "gap" : kind === "linear" || kind === "relu"));
  if (map === null || !isChain || map.height !== map.width) return null;
  let kernel = /** @type {number} */ (map.height);
  const layers = net.layers.map((layer) => {
    if (layer.kind !== "linear") return layer;
    const convolution = { ...layer, kind: /** @type {"conv"} */ ("conv"), kernel, stride: 1, padding: 0 };
    kernel = 1;
    return convolution;
  });
  return { ...net, layers };
}

/** @param {Net} net @returns {number} the index of its first fully connected layer, or −1 */
export function firstLinear({ layers }) {
  return layers.findIndex(({ kind }) => kind === "linear");
}

/**
 * Class probabilities at each position.
 *
 * @param {{channels: number, height: number, width: number, data: ArrayLike<number>}} scores
 * @returns {Float64Array}  K×H×W
 */
export function classMap({ channels, height, width, data }) {
  const area = height * width, found = new Float64Array(channels * area);
  for (let i = 0; i < area; i++) {
    let most = -Infinity, sum = 0;
    for (let c = 0; c < channels; c++) most = Math.max(most, data[c * area + i]);
    for (let c = 0; c < channels; c++) sum += found[c * area + i] = Math.exp(data[c * area + i] - most);
    for (let c = 0; c < channels; c++) found[c * area + i] /= sum;
  }
  return found;
}

/** @param {Float64Array} map  K×H×W @param {number} classes @returns {Float64Array} over positions */
export function meanOverPositions(map, classes) {
  const area = map.length / classes;
  return Float64Array.from({ length: classes }, (_, c) => (
    map.subarray(c * area, (c + 1) * area).reduce((sum, p) => sum + p, 0) / area));
}

/**
 * A window of maps.
 *
 * @param {Activation} maps
 * @param {number} top
 * @param {number} left
 * @param {number} height
 * @param {number} width
 * @returns {Float32Array}  C×height×width
 */
export function cutWindow(maps, top, left, height, width) {
  const found = new Float32Array(maps.channels * height * width);
  for (let c = 0; c < maps.channels; c++) {
    for (let r = 0; r < height; r++) {
      const from = (c * maps.height + top + r) * maps.width + left;
      found.set(maps.data.subarray(from, from + width), (c * height + r) * width);
    }
  }
  return found;
}

/**
 * What the fully connected layers make of a window of the last maps: a matrix times a vector, as in
 * the net itself.
 *
 * @param {Net} net
 * @param {Activation} maps  the last ones before these layers, of the larger picture
 * @param {number} side  of the map that the layers were made for
 * @param {Position} position
 * @returns {Float32Array}  the scores
 */
export function fullyConnected(net, maps, side, { y, x }) {
  const top = { ...net, input: { channels: maps.channels, height: side, width: side },
    layers: net.layers.slice(firstLinear(net)) };
  const size = { height: side, width: side };
  return forward(top, cutWindow(maps, y, x, side, side), size)[top.layers.length].data;
}

/**
 * Which units of a window, if the net sees it alone, have zeros in their field where the larger
 * picture goes on.
 *
 * @param {import("./shapes.js").Row[]} rows  of `analyse`, for the net's own input
 * @param {number} layer  in the net's layers
 * @param {{height: number, width: number}} size  of the window
 * @param {{top: boolean, left: boolean, bottom: boolean, right: boolean}} goesOn  the sides where
 *   the picture goes on
 * @returns {{top: number, left: number, bottom: number, right: number} | null}  the rectangle of
 *   units without such zeros, or null where there is none
 */
export function withoutZeros(rows, layer, size, goesOn) {
  const row = /** @type {any} */ (rows[layer]);
  const fieldAt = (place) => /** @type {any} */ (windows(rows, layer, place).at(-1));
  const inside = { top: row.height, left: row.width, bottom: -1, right: -1 };
  for (let y = 0; y < row.height; y++) {
    const { top, bottom } = fieldAt({ y, x: 0 });
    if ((goesOn.top && top < 0) || (goesOn.bottom && bottom >= size.height)) continue;
    inside.top = Math.min(inside.top, y);
    inside.bottom = y;
  }
  for (let x = 0; x < row.width; x++) {
    const { left, right } = fieldAt({ y: 0, x });
    if ((goesOn.left && left < 0) || (goesOn.right && right >= size.width)) continue;
    inside.left = Math.min(inside.left, x);
    inside.right = x;
  }
  return inside.bottom < 0 || inside.right < 0 ? null : inside;
}

/**
 * How far the maps of a window alone are from those of the same place of the larger picture.
 *
 * @param {Activation} alone
 * @param {Activation} whole
 * @param {number} top  where the window begins in the maps of the larger picture
 * @param {number} left
 * @returns {Float32Array}  the largest difference over all maps, at each place
 */
export function apartFromWhole(alone, whole, top, left) {
  const { channels, height, width } = alone, area = height * width;
  const cut = cutWindow(whole, top, left, height, width);
  const found = new Float32Array(area);
  for (let i = 0; i < channels * area; i++) {
    found[i % area] = Math.max(found[i % area], Math.abs(alone.data[i] - cut[i]));
  }
  return found;
}
