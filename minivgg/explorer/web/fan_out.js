/** Where the gradient of a unit comes from: each window that the unit is in adds its share. */
import { winnerOf } from "./net.js";

/**
 * @typedef {object} Share  What the units of one map of the layer above add.
 * @property {number} channel  of the layer above
 * @property {number[][]|null} slopes  their gradients, one for each window that the unit is in; null
 *   where the window would begin beyond the map
 * @property {number[][]|null} weights  with which the unit is in these windows
 * @property {number[][]|null} products
 * @property {number} sum  of the products
 *
 * @typedef {object} FanOut
 * @property {string} kind  of the layer above, or "loss"
 * @property {Share[]} shares
 * @property {number} windows  so many windows, or fully connected units, have the unit in them
 * @property {number} wins  of a max-pool: in so many of them it is the largest
 * @property {number} sum  of all shares: the gradient of the unit
 * @property {{top: number, left: number, bottom: number, right: number}|null} area  of these windows
 *   in the maps of the layer above
 */

/**
 * @param {import("./net.js").Net} net
 * @param {import("./net.js").Activation[]} activations
 * @param {ArrayLike<number>[]} slopes  the gradients of all activations
 * @param {number} index  of the unit's maps in activations
 * @param {{channel: number, y: number, x: number}} unit
 * @returns {FanOut}
 */
export function fanOut(net, activations, slopes, index, unit) {
  const x = activations[index], layer = net.layers[index];
  const value = slopes[index][(unit.channel * x.height + unit.y) * x.width + unit.x];
  if (layer === undefined) return { ...NOTHING, kind: "loss", sum: value };
  const y = activations[index + 1], dy = slopes[index + 1];
  return { ...NOTHING, kind: layer.kind, sum: value, ...SHARES[layer.kind]?.(layer, x, y, dy, unit) };
}

const NOTHING = { shares: [], windows: 0, wins: 0, area: null };

const SHARES = { conv: convShares, pool: poolShares, linear: linearShares };

/** The rows of windows that have a row of the input in them, and the row of each filter there. */
function windowsWith(place, { kernel, stride = 1, padding = 0 }) {
  const found = [];
  for (let k = kernel - 1; k >= 0; k--) {
    const start = place + padding - k;
    if (start % stride === 0) found.push([start / stride, k]);
  }
  return found;
}

/** From the first to the last window that is on the map. */
function areaOf(rows, columns, { height, width }) {
  const [ys, xs] = [[rows, height], [columns, width]].map(([places, size]) => (
    places.map(([place]) => place).filter((place) => place >= 0 && place < size)));
  if (ys.length === 0 || xs.length === 0) return null;
  return { top: ys[0], left: xs[0], bottom: ys[ys.length - 1], right: xs[xs.length - 1] };
}

function convShares(layer, x, y, dy, unit) {
  const { kernel, groups = 1, weight } = layer;
  const inputs = x.channels / groups, outputs = y.channels / groups;
  const group = Math.floor(unit.channel / inputs), input = unit.channel % inputs;
  const rows = windowsWith(unit.y, layer), columns = windowsWith(unit.x, layer);
  const isOn = (row, column) => row >= 0 && row < y.height && column >= 0 && column < y.width;
  const shares = [];
  let sum = 0;
  for (let o = group * outputs; o < (group + 1) * outputs; o++) {
    const slopes = rows.map(([row]) => columns.map(([column]) => (
      isOn(row, column) ? dy[(o * y.height + row) * y.width + column] : null)));
    const weights = rows.map(([, ky]) => columns.map(([, kx]) => (
      weight[((o * inputs + input) * kernel + ky) * kernel + kx])));
    const products = slopes.map((line, i) => line.map((slope, j) => (
      slope === null ? null : slope * weights[i][j])));
    const part = products.flat().reduce((before, product) => before + (product ?? 0), 0);
    shares.push({ channel: o, slopes, weights, products, sum: part });
    sum += part;
  }
  const positions = rows.flatMap(([row]) => columns.map(([column]) => isOn(row, column)));
  const count = positions.filter(Boolean).length * outputs;
  return { shares, windows: count, sum, area: areaOf(rows, columns, y) };
}

function poolShares(layer, x, y, dy, unit) {
  const place = (unit.channel * x.height + unit.y) * x.width + unit.x;
  const usual = { ...layer, stride: layer.stride ?? layer.kernel };
  const rows = windowsWith(unit.y, usual), columns = windowsWith(unit.x, usual);
  let windows = 0, wins = 0, sum = 0;
  for (const [row] of rows) {
    for (const [column] of columns) {
      if (row < 0 || row >= y.height || column < 0 || column >= y.width) continue;
      windows += 1;
      if (winnerOf(layer, x, unit.channel, row, column) !== place) continue;
      wins += 1;
      sum += dy[(unit.channel * y.height + row) * y.width + column];
    }
  }
  const share = { channel: unit.channel, slopes: null, weights: null, products: null, sum };
  return { shares: wins ? [share] : [], windows, wins, sum, area: areaOf(rows, columns, y) };
}

function linearShares({ weight }, x, y, dy, unit) {
  const input = (unit.channel * x.height + unit.y) * x.width + unit.x;
  const shares = [];
  let sum = 0;
  for (let o = 0; o < y.channels; o++) {
    const factor = weight[o * x.data.length + input], product = factor * dy[o];
    const [slopes, weights, products] = [dy[o], factor, product].map((number) => [[number]]);
    shares.push({ channel: o, slopes, weights, products, sum: product });
    sum += product;
  }
  return { shares, windows: y.channels, sum, area: { top: 0, left: 0, bottom: 0, right: 0 } };
}

/**
 * Which units a ReLU or a max-pool stops the gradient at.
 *
 * @param {import("./net.js").NetLayer} layer  the ReLU or the max-pool
 * @param {import("./net.js").Activation} x  its input
 * @param {import("./net.js").Activation} y  its output
 * @returns {Uint8Array}  1 where it is stopped, for each number of x
 */
export function stoppedAt(layer, x, y) {
  const stopped = new Uint8Array(x.data.length);
  if (layer.kind === "relu") {
    for (let i = 0; i < stopped.length; i++) stopped[i] = x.data[i] > 0 ? 0 : 1;
  } else if (layer.kind === "pool") {
    stopped.fill(1);
    for (let c = 0; c < y.channels; c++) {
      for (let r = 0; r < y.height; r++) {
        for (let s = 0; s < y.width; s++) stopped[winnerOf(layer, x, c, r, s)] = 0;
      }
    }
  }
  return stopped;
}
