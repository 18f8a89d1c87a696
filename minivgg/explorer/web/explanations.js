/**
 * What an answer depends on: saliency, occlusion and Grad-CAM of one class, the numbers of
 * minivgg.analysis, and the check of Adebayo et al. 2018: with random weights they have to change.
 */
import { gradient } from "./backward.js";
import { forwardSteps } from "./net.js";

/**
 * @typedef {import("./net.js").Net} Net
 * @typedef {import("./net.js").Activation} Activation
 * @typedef {{height: number, width: number, data: Float32Array}} Plane
 *
 * @typedef {object} Explanations
 * @property {Plane} saliency  of the picture's size: |d score / d input|, largest of the channels
 * @property {Plane} cam  of the size of the maps
 * @property {Plane} occlusion  the fall of the probability for each square; NaN: not known yet
 * @property {number} probability  of the class
 */

/**
 * @param {number} height of the picture
 * @param {number} width
 * @returns {{size: number, stride: number}} the square that occlusion covers, in pixels
 */
export function defaultSquare(height, width) {
  const size = Math.max(1, Math.floor(Math.min(height, width) / 4));
  return { size, stride: Math.max(1, Math.floor(size / 2)) };
}

/** @param {Activation[]} activations @param {number} label @returns {number} its softmax */
export function probabilityOf(activations, label) {
  const scores = activations[activations.length - 1].data;
  const most = Math.max(...scores);
  return Math.exp(scores[label] - most) / scores.reduce((sum, s) => sum + Math.exp(s - most), 0);
}

/**
 * @param {Net} net
 * @param {Activation[]} activations
 * @param {number} label
 * @returns {Plane}
 */
export function saliency(net, activations, label) {
  const [{ channels, height, width }] = activations, area = height * width;
  const slopes = gradient(net, activations, net.layers.length, { channel: label, y: 0, x: 0 });
  const data = new Float32Array(area);
  for (let i = 0; i < channels * area; i++) {
    data[i % area] = Math.max(data[i % area], Math.abs(slopes[i]));
  }
  return { height, width, data };
}

/**
 * max(0, Σ α_c·A_c), with α_c the mean of d score / d A_c over the map.
 *
 * @param {Net} net
 * @param {Activation[]} activations
 * @param {number} label
 * @param {number} index  of the maps A in activations
 * @returns {Plane}
 */
export function gradCam(net, activations, label, index) {
  const { channels, height, width, data: maps } = activations[index], area = height * width;
  const unit = { channel: label, y: 0, x: 0 };
  const slopes = gradient(net, activations, net.layers.length, unit, index);
  const sums = new Float64Array(area);
  for (let c = 0; c < channels; c++) {
    let alpha = 0;
    for (let i = 0; i < area; i++) alpha += slopes[c * area + i] / area;
    for (let i = 0; i < area; i++) sums[i] += alpha * maps[c * area + i];
  }
  return { height, width, data: Float32Array.from(sums, (sum) => Math.max(0, sum)) };
}

/**
 * @param {Net} net
 * @param {Activation[]} activations
 * @param {number} label
 * @param {{size: number, stride: number}} square
 * @yields {Plane | undefined}  with one more row, or undefined: it is only computed
 * @returns {Generator<Plane | undefined, Plane>}
 */
export function* occlusionSteps(net, activations, label, { size, stride }) {
  const [{ channels, height, width, data: picture }] = activations;
  const whole = probabilityOf(activations, label);
  const rows = Math.floor((height - size) / stride) + 1;
  const columns = Math.floor((width - size) / stride) + 1;
  const data = new Float32Array(rows * columns).fill(NaN);
  const found = { height: rows, width: columns, data };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const covered = picture.slice();
      for (let line = 0; line < channels * size; line++) {
        const y = Math.floor(line / size) * height + row * stride + (line % size);
        covered.fill(0, y * width + column * stride, y * width + column * stride + size);
      }
      const maps = yield* untold(forwardSteps(net, covered, { height, width }));
      data[row * columns + column] = whole - probabilityOf(maps, label);
    }
    yield { ...found, data: data.slice() };
  }
  return found;
}

/**
 * All three for a net whose last layers have random weights; where `random` is 0, for the net.
 *
 * @param {Net} net
 * @param {Activation[]} activations
 * @param {{label: number, maps: number, random: number, seed: number}} values  maps: of Grad-CAM,
 *   their index in activations
 * @yields {Partial<Explanations> | undefined}
 * @returns {Generator<Partial<Explanations> | undefined, Explanations>}
 */
export function* explain(net, activations, { label, maps, random, seed }) {
  let own = net, found = activations;
  if (random > 0) {
    const [{ height, width, data }] = activations;
    own = randomised(net, random, seed);
    found = yield* untold(forwardSteps(own, data, { height, width }));
  }
  const square = defaultSquare(activations[0].height, activations[0].width);
  const parts = { probability: probabilityOf(found, label), saliency: saliency(own, found, label) };
  yield parts;
  const cam = gradCam(own, found, label, maps);
  yield { ...parts, cam };
  const covering = occlusionSteps(own, found, label, square);
  for (;;) {
    const { value, done } = covering.next();
    if (done) return { ...parts, cam, occlusion: /** @type {Plane} */ (value) };
    yield value && { ...parts, cam, occlusion: value };
  }
}

/** A generator whose steps are not told. */
function* untold(steps) {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
    yield undefined;
  }
}

/**
 * The net with other weights in its last layers: normally distributed with variance 2 / inputs (He
 * et al. 2015), and biases of 0.
 *
 * @param {Net} net
 * @param {number} count  of layers with weights, from the last one
 * @param {number} seed
 * @returns {Net}
 */
export function randomised(net, count, seed) {
  const random = normalNumbers(seed);
  const weighted = net.layers.filter((layer) => "weight" in layer);
  const chosen = new Set(weighted.slice(Math.max(0, weighted.length - count)));
  const layers = net.layers.map((layer) => {
    if (!chosen.has(layer)) return layer;
    const { weight, channels, bias } = layer;
    const deviation = Math.sqrt(2 / (weight.length / channels));
    const numbers = weight.map(() => deviation * random());
    return { ...layer, weight: numbers, bias: bias && bias.map(() => 0) };
  });
  return { ...net, layers };
}

/** Normally distributed numbers (Box & Muller 1958), from uniform ones of a 32-bit generator. */
function normalNumbers(seed) {
  let state = seed >>> 0;
  const uniform = () => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * The steepness of the picture: no explanation, because no net has a part in it.
 *
 * @param {Activation} picture
 * @returns {Plane}
 */
export function edges({ channels, height, width, data: values }) {
  const data = new Float32Array(height * width);
  const inside = (place, side) => Math.min(side - 1, Math.max(0, place));
  for (let i = 0; i < data.length; i++) {
    const y = Math.floor(i / width), x = i % width;
    for (let c = 0; c < channels; c++) {
      const row = (r) => (c * height + inside(r, height)) * width;
      const down = values[row(y + 1) + x] - values[row(y - 1) + x];
      const right = values[row(y) + inside(x + 1, width)] - values[row(y) + inside(x - 1, width)];
      const steepness = Math.hypot(down, right);
      data[i] = Math.max(data[i], steepness);
    }
  }
  return { height, width, data };
}

/**
 * Spearman's correlation of the ranks of two pictures.
 *
 * @param {Float32Array} a
 * @param {Float32Array} b
 * @returns {number | null}  null where one is the same everywhere
 */
export function rankCorrelation(a, b) {
  const [ra, rb] = [ranks(a), ranks(b)], middle = (a.length - 1) / 2;
  let product = 0, squaresA = 0, squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    product += (ra[i] - middle) * (rb[i] - middle);
    squaresA += (ra[i] - middle) ** 2;
    squaresB += (rb[i] - middle) ** 2;
  }
  return squaresA && squaresB ? product / Math.sqrt(squaresA * squaresB) : null;
}

/** The rank of each number, from 0; equal numbers have the mean of their ranks. */
function ranks(values) {
  const order = Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
  const found = new Float64Array(values.length);
  for (let first = 0, last; first < order.length; first = last + 1) {
    last = first;
    while (last + 1 < order.length && values[order[last + 1]] === values[order[first]]) last++;
    for (let k = first; k <= last; k++) found[order[k]] = (first + last) / 2;
  }
  return found;
}
