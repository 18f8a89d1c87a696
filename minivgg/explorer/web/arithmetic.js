/** The arithmetic of one unit: where its number comes from. */
import { lrnScale, winnerOf } from "./net.js";

/**
 * @typedef {object} Term  One channel of the input.
 * @property {number} channel  of the input
 * @property {number[][]} window  the numbers under the filter, zeros beyond the border; null where a
 *   max-pool has no number
 * @property {number[][]|null} filter
 * @property {number[][]|null} products  window ⊙ filter
 * @property {number} sum  of the products; of a max-pool the largest number
 *
 * @typedef {object} Arithmetic
 * @property {string} kind
 * @property {Term[]} terms  none of a linear layer
 * @property {number} bias
 * @property {number} sum  of all terms, without the bias
 * @property {number} value  of the unit, as `forward` has computed it
 * @property {number|null} relu  the value after the ReLU that follows, if one does
 * @property {number[]} [winner]  of a max-pool: row and column in the window
 * @property {Float32Array} [inputs]  of a linear layer, whose sum is over inputs ⊙ weights
 * @property {Float32Array} [weights]
 * @property {number} [scale]  of an LRN: the value is window[0][0] times this
 */

/**
 * @param {import("./net.js").Net} net
 * @param {import("./net.js").Activation[]} activations  of `forward`
 * @param {number} layerIndex  in activations, at least 1
 * @param {{channel: number, y: number, x: number}} unit
 * @returns {Arithmetic}
 */
export function arithmetic(net, activations, layerIndex, unit) {
  const layer = net.layers[layerIndex - 1], x = activations[layerIndex - 1];
  const y = activations[layerIndex], after = activations[layerIndex + 1];
  const place = (unit.channel * y.height + unit.y) * y.width + unit.x;
  return {
    kind: layer.kind, bias: 0, terms: [], ...PARTS[layer.kind](layer, x, unit),
    value: y.data[place], relu: after?.kind === "relu" ? after.data[place] : null,
  };
}

const PARTS = {
  conv: convParts, pool: poolParts, linear: linearParts, relu: reluParts, gap: gapParts,
  lrn: lrnParts,
};

function convParts({ kernel, stride = 1, padding = 0, groups = 1, channels, weight, bias }, x, unit) {
  const inputs = x.channels / groups;
  const first = Math.floor(unit.channel / (channels / groups)) * inputs;
  const terms = [];
  for (let c = 0; c < inputs; c++) {
    const window = cut(x, first + c, unit.y * stride - padding, unit.x * stride - padding,
      kernel, kernel, 0);
    const start = (unit.channel * inputs + c) * kernel * kernel;
    const filter = window.map((row, i) => row.map((_, j) => weight[start + i * kernel + j]));
    const products = window.map((row, i) => row.map((value, j) => value * filter[i][j]));
    terms.push({ channel: first + c, window, filter, products, sum: total(products.flat()) });
  }
  return { terms, bias: bias ? bias[unit.channel] : 0, sum: total(terms.map((term) => term.sum)) };
}

function poolParts(layer, x, unit) {
  const { kernel, stride = kernel, padding = 0 } = layer;
  const top = unit.y * stride - padding, left = unit.x * stride - padding;
  const place = winnerOf(layer, x, unit.channel, unit.y, unit.x);
  const sum = x.data[place];
  const window = cut(x, unit.channel, top, left, kernel, kernel, null);
  return {
    terms: [{ channel: unit.channel, window, filter: null, products: null, sum }], sum,
    winner: [Math.floor(place / x.width) % x.height - top, place % x.width - left],
  };
}

function linearParts({ weight, bias }, x, { channel }) {
  const weights = weight.subarray(channel * x.data.length, (channel + 1) * x.data.length);
  const sum = x.data.reduce((before, value, i) => before + value * weights[i], 0);
  return { inputs: x.data, weights, bias: bias ? bias[channel] : 0, sum };
}

function reluParts(_, x, unit) {
  const window = cut(x, unit.channel, unit.y, unit.x, 1, 1, 0), sum = Math.max(0, window[0][0]);
  return { terms: [{ channel: unit.channel, window, filter: null, products: null, sum }], sum };
}

function gapParts(_, x, { channel }) {
  const window = cut(x, channel, 0, 0, x.height, x.width, 0);
  const sum = total(window.flat()) / (x.height * x.width);
  return { terms: [{ channel, window, filter: null, products: null, sum }], sum };
}

function lrnParts(layer, x, unit) {
  const window = cut(x, unit.channel, unit.y, unit.x, 1, 1, 0);
  const scale = lrnScale(layer, x, unit.channel, unit.y * x.width + unit.x) ** -layer.beta;
  const sum = window[0][0] * scale;
  return { terms: [{ channel: unit.channel, window, filter: null, products: null, sum }], sum, scale };
}

/** A window of a map as rows; `beyond` where it lies outside. */
function cut(x, channel, top, left, height, width, beyond) {
  return Array.from({ length: height }, (_, i) => Array.from({ length: width }, (__, j) => {
    const row = top + i, column = left + j;
    const isOn = row >= 0 && row < x.height && column >= 0 && column < x.width;
    return isOn ? x.data[(channel * x.height + row) * x.width + column] : beyond;
  }));
}

function total(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0);
}
