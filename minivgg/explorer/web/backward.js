/**
 * The backward pass: the gradient of one unit with respect to the picture, or that of a loss with
 * respect to all maps and parameters. All in double precision.
 */
import { lrnScale, winnerOf } from "./net.js";
import { forEachWeight } from "./conv_weights.js";
import { parameterGradients } from "./parameter_gradients.js";

/**
 * @typedef {import("./net.js").Net} Net
 * @typedef {import("./net.js").NetLayer} NetLayer
 * @typedef {import("./net.js").Activation} Activation
 *
 * @typedef {object} Part  Numbers for a rectangle of places of all channels.
 * @property {number} channels
 * @property {number} top
 * @property {number} left
 * @property {number} height
 * @property {number} width
 * @property {Float64Array} data
 */

/**
 * What changes one unit, and by how much. Gradients are kept for its window in each layer only.
 *
 * @param {Net} net
 * @param {Activation[]} activations  of `forward`
 * @param {number} layerIndex  in activations, at least 1
 * @param {{channel: number, y: number, x: number}} unit
 * @param {number} [below]  the maps with respect to which it is, in activations; the picture's
 * @returns {Float32Array}  d unit / d picture, or other maps, C×H×W
 */
export function gradient(net, activations, layerIndex, { channel, y, x }, below = 0) {
  const { channels } = activations[layerIndex];
  let dy = { channels, top: y, left: x, height: 1, width: 1, data: new Float64Array(channels) };
  dy.data[channel] = 1;
  for (let i = layerIndex; i > below; i--) {
    dy = inputGradient(net.layers[i - 1], activations[i - 1], dy);
  }
  return Float32Array.from(onWholeMaps(dy, activations[below]));
}

/**
 * The gradients of a number that depends on the maps of one layer, with respect to all maps below
 * and all parameters of the layers in between.
 *
 * @param {Net} net
 * @param {Activation[]} activations  of `forward`
 * @param {number} layerIndex  in activations, at least 1
 * @param {Float64Array} dy  the gradient with respect to this layer's maps
 * @yields {number}  the layer whose input's gradient is known now, in activations
 * @returns {Generator<number, {maps: Float64Array[],
 *   parameters: ({weight: Float64Array, bias: Float64Array|null} | null)[]}>}
 *   maps: for each of the activations up to layerIndex; parameters: for each layer of the net up to
 *   it
 */
export function* backwardSteps(net, activations, layerIndex, dy) {
  const maps = new Array(layerIndex + 1), parameters = new Array(layerIndex);
  maps[layerIndex] = dy;
  for (let i = layerIndex; i >= 1; i--) {
    const { channels, height, width } = activations[i], x = activations[i - 1];
    const part = { channels, top: 0, left: 0, height, width, data: maps[i] };
    parameters[i - 1] = parameterGradients(net.layers[i - 1], x, part);
    maps[i - 1] = onWholeMaps(inputGradient(net.layers[i - 1], x, part), x);
    yield i - 1;
  }
  return { maps, parameters };
}

/** From the gradient at some outputs of a layer to that at the inputs which they depend on. */
function inputGradient(layer, x, dy) {
  const dx = emptyPart(layer, x, dy);
  BACKWARD[layer.kind](layer, x, dy, dx);
  return dx;
}

/** The numbers of a part at their places in whole maps, with zeros around it. */
function onWholeMaps(part, { channels, height, width }) {
  if (part.height === height && part.width === width) return part.data;
  const whole = new Float64Array(channels * height * width);
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < part.height; r++) {
      const from = (c * part.height + r) * part.width;
      const to = (c * height + part.top + r) * width + part.left;
      whole.set(part.data.subarray(from, from + part.width), to);
    }
  }
  return whole;
}

/** Zeros for what some units of a layer see of its input. */
function emptyPart({ kind, kernel = 1, stride = kind === "pool" ? kernel : 1, padding = 0 }, x, dy) {
  let top = 0, left = 0, bottom = x.height, right = x.width;
  if (kind !== "linear" && kind !== "gap") {
    top = Math.max(0, dy.top * stride - padding);
    left = Math.max(0, dy.left * stride - padding);
    bottom = Math.min(x.height, (dy.top + dy.height - 1) * stride - padding + kernel);
    right = Math.min(x.width, (dy.left + dy.width - 1) * stride - padding + kernel);
  }
  const height = bottom - top, width = right - left;
  return { channels: x.channels, top, left, height, width,
    data: new Float64Array(x.channels * height * width) };
}

/** What each kind of layer does: they fill dx.data, which is zeros. */
const BACKWARD = {
  conv: convBackward, relu: reluBackward, pool: poolBackward, linear: linearBackward,
  lrn: lrnBackward, gap: gapBackward,
};

/** Each weight passes its output's gradient on to the pixel that it met. */
function convBackward(layer, x, dy, dx) {
  const { stride = 1, weight } = layer;
  forEachWeight(layer, x, dy, (index, o, c, down, across) => {
    scatter(weight[index], dy, o, stride, down, across, dx, c);
  });
}

/** dx[y·stride + down, x·stride + across] += w·dy[y, x], for one channel of each. */
function scatter(w, dy, o, stride, down, across, dx, c) {
  const shift = dy.left * stride + across - dx.left;
  // the columns whose pixels are on the map
  const from = Math.max(0, Math.ceil(-shift / stride));
  const to = Math.min(dy.width, Math.floor((dx.width - 1 - shift) / stride) + 1);
  for (let r = 0; r < dy.height; r++) {
    const row = (dy.top + r) * stride + down - dx.top;
    if (row < 0 || row >= dx.height) continue;
    const target = (c * dx.height + row) * dx.width + shift, source = (o * dy.height + r) * dy.width;
    for (let s = from; s < to; s++) dx.data[target + s * stride] += w * dy.data[source + s];
  }
}

function reluBackward(_, x, dy, dx) {
  forEachPlace(dy, (i, c, row, column) => {
    if (x.data[(c * x.height + row) * x.width + column] > 0) dx.data[i] = dy.data[i];
  });
}

/** Only the largest pixel of a window passes its gradient on. */
function poolBackward(layer, x, dy, dx) {
  forEachPlace(dy, (i, c, row, column) => {
    const place = winnerOf(layer, x, c, row, column) - c * x.height * x.width;
    const r = Math.floor(place / x.width) - dx.top, s = (place % x.width) - dx.left;
    dx.data[(c * dx.height + r) * dx.width + s] += dy.data[i];
  });
}

function linearBackward({ weight }, x, dy, dx) {
  const inputs = dx.data.length;
  for (let o = 0; o < dy.channels; o++) {
    if (dy.data[o] === 0) continue;
    for (let i = 0; i < inputs; i++) dx.data[i] += weight[o * inputs + i] * dy.data[o];
  }
}

function gapBackward(_, x, dy, dx) {
  const area = x.height * x.width;
  for (let i = 0; i < dx.data.length; i++) dx.data[i] = dy.data[Math.floor(i / area)] / area;
}

/** da_j = dy_j·s_j^−β − 2αβ·a_j·Σ_i dy_i·a_i·s_i^(−β−1), over the i whose sums contain j. */
function lrnBackward(layer, x, dy, dx) {
  const { alpha, beta, size } = layer, area = dy.height * dy.width;
  const down = Math.floor(size / 2), up = Math.floor((size - 1) / 2);
  forEachPlace(dy, (i, c, row, column) => {
    const place = row * x.width + column, map = x.height * x.width, at = i - c * area;
    let sum = 0;
    for (let n = Math.max(0, c - up); n <= Math.min(x.channels - 1, c + down); n++) {
      const power = lrnScale(layer, x, n, place) ** (-beta - 1);
      sum += dy.data[n * area + at] * x.data[n * map + place] * power;
    }
    dx.data[i] = dy.data[i] * lrnScale(layer, x, c, place) ** -beta
      - 2 * alpha * beta * x.data[c * map + place] * sum;
  });
}

/** Call back for each number of a part: index, channel, row, column. */
function forEachPlace(part, callback) {
  let i = 0;
  for (let c = 0; c < part.channels; c++) {
    for (let r = 0; r < part.height; r++) {
      for (let s = 0; s < part.width; s++) callback(i++, c, part.top + r, part.left + s);
    }
  }
}
