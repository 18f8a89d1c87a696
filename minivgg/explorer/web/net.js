/** A net with its weights: decoding, the picture as its input, and the forward pass. */
import { convolve } from "./convolution.js";
import { analyse } from "./shapes.js";

/**
 * @typedef {import("./convolution.js").FeatureMaps} FeatureMaps
 * @typedef {FeatureMaps & {name: string, kind: string}} Activation
 *
 * @typedef {object} NetLayer  What its kind does not need is left out.
 * @property {"conv"|"relu"|"pool"|"lrn"|"linear"|"gap"} kind
 * @property {string} name
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 * @property {number} [groups]  1 if left out
 * @property {number} channels  outputs
 * @property {Float32Array} weight  (O, I, kh, kw) of a convolution, (out, in) of a linear layer
 * @property {Float32Array|null} bias
 * @property {number} size  n of an LRN layer, with its alpha, beta and k
 * @property {number} alpha
 * @property {number} beta
 * @property {number} k
 *
 * @typedef {object} Step  Where a forward pass is.
 * @property {number} done  multiply-adds
 * @property {number} total
 * @property {string} layer  the name of the layer
 * @property {Activation} [activation]  of the layer, when it is whole
 *
 * @typedef {object} Net
 * @property {string} name
 * @property {string} title
 * @property {import("./shapes.js").Shape} input
 * @property {NetLayer[]} layers
 * @property {string[]|null} classes
 * @property {{mean: number[], std: number[], unit: number}} preprocess
 *   the input is (pixel / unit − mean) / std
 */

const LUMINANCE = [19595, 38470, 7471]; // of red, green and blue, of 2^16: as Pillow has it

/** @param {any} netDocument  as document.py writes it @returns {Net} */
export function decodeNet(netDocument) {
  const layers = netDocument.layers.map((layer) => (
    "weight" in layer ? { ...layer, weight: decodeHalves(layer.weight),
      bias: layer.bias === null ? null : decodeHalves(layer.bias) } : layer));
  return { ...netDocument, layers };
}

/**
 * @param {string} text  float16 numbers, little-endian, as base64
 * @returns {Float32Array}
 */
export function decodeHalves(text) {
  const bytes = atob(text);
  const numbers = new Float32Array(bytes.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    const half = bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8);
    const exponent = (half >> 10) & 31, fraction = half & 1023;
    const size = exponent ? (1 + fraction / 1024) * POWERS[exponent] : fraction * POWERS[0];
    numbers[i] = half & 0x8000 ? -size : size;
  }
  return numbers;
}

/** 2^(e − 15) for each exponent of a float16; the first one is for subnormal fractions. */
const POWERS = Array.from({ length: 32 }, (_, e) => (e ? 2 ** (e - 15) : 2 ** -24));

/**
 * A picture as the net wants it.
 *
 * @param {Net} net
 * @param {{data: Uint8ClampedArray, width: number, height: number}} picture  RGBA, opaque
 * @returns {Float32Array}  C×H×W
 */
export function prepare({ input: { channels }, preprocess: { mean, std, unit } }, picture) {
  const count = picture.width * picture.height;
  const values = new Float32Array(channels * count);
  for (let i = 0; i < count; i++) {
    const pixel = picture.data.subarray(4 * i, 4 * i + 3);
    for (let c = 0; c < channels; c++) {
      const value = channels === 1 ? greyOf(pixel) : pixel[c];
      values[c * count + i] = (value / unit - mean[c]) / std[c];
    }
  }
  return values;
}

/** @param {Uint8ClampedArray} colour @returns {number} */
function greyOf([red, green, blue]) {
  return (LUMINANCE[0] * red + LUMINANCE[1] * green + LUMINANCE[2] * blue + (1 << 15)) >> 16;
}

/**
 * All feature maps for one picture.
 *
 * @param {Net} net
 * @param {Float32Array} input  of `prepare`
 * @param {{height: number, width: number}} size  of the picture
 * @param {(done: number, total: number, layer: string) => void} [onProgress]  multiply-adds
 * @returns {Activation[]}  the picture, then each layer's
 */
export function forward(net, input, size, onProgress = () => {}) {
  const steps = forwardSteps(net, input, size);
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
    onProgress(value.done, value.total, value.layer);
  }
}

/**
 * The forward pass in steps of some milliseconds.
 *
 * @param {Net} net
 * @param {Float32Array|Float64Array} input  the maps have its precision
 * @param {{height: number, width: number}} size
 * @yields {Step}
 * @returns {Generator<Step, Activation[]>}  the picture, then each layer's
 */
export function* forwardSteps(net, input, { height, width }) {
  const { channels } = net.input;
  const { error } = analyse(net.layers, { channels, height, width });
  if (error || input.length !== channels * height * width) {
    throw new RangeError(`${width}×${height} pixels do not fit the net: ${error?.code ?? "size"}`);
  }
  const picture = { name: "input", kind: "input", channels, height, width, data: input };
  return yield* continueSteps(net, [/** @type {Activation} */ (picture)]);
}

/**
 * The forward pass from the first layer whose maps are not known.
 *
 * @param {Net} net
 * @param {Activation[]} known  the picture, and the maps of the first layers
 * @yields {Step}
 * @returns {Generator<Step, Activation[]>}
 */
export function* continueSteps(net, known) {
  const { rows, totals } = analyse(net.layers, known[0]);
  const found = [...known];
  let done = 0;
  for (const [i, layer] of net.layers.entries()) {
    const row = /** @type {any} */ (rows[i]), x = found[i];
    if (i >= known.length - 1) {
      const shape = { channels: row.channels, height: row.height, width: row.width };
      const numbers = /** @type {Float32ArrayConstructor} */ (x.data.constructor);
      const data = new numbers(row.channels * row.height * row.width);
      const y = { name: layer.name, kind: layer.kind, ...shape, data };
      if (layer.kind === "conv") {
        for (const share of convolve(layer, x, y)) {
          yield { done: done + share * row.macs, total: totals.macs, layer: layer.name };
        }
      } else {
        FORWARD[layer.kind](layer, x, y);
      }
      found.push(y);
      const whole = done + row.macs;
      yield { done: whole, total: totals.macs, layer: layer.name, activation: y };
    }
    done += row.macs;
  }
  return found;
}

/** What the other layers do: they fill y.data. */
const FORWARD = {
  relu: reluForward, pool: poolForward, linear: linearForward, lrn: lrnForward, gap: gapForward,
};

function reluForward(_, x, y) {
  for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] > 0 ? x.data[i] : 0;
}

function poolForward(layer, x, y) {
  const area = y.height * y.width;
  for (let i = 0; i < y.data.length; i++) {
    const column = i % y.width, row = Math.floor(i / y.width) % y.height;
    y.data[i] = x.data[winnerOf(layer, x, Math.floor(i / area), row, column)];
  }
}

/**
 * Where the largest value of a window of a max-pool is; the first one in a tie, row by row.
 *
 * @param {NetLayer} layer
 * @param {FeatureMaps} x
 * @param {number} channel
 * @param {number} row
 * @param {number} column
 * @returns {number}  index in x.data
 */
export function winnerOf({ kernel, stride = kernel, padding = 0 }, x, channel, row, column) {
  const top = row * stride - padding, left = column * stride - padding;
  const bottom = Math.min(top + kernel, x.height), right = Math.min(left + kernel, x.width);
  let winner = -1;
  for (let r = Math.max(top, 0); r < bottom; r++) {
    for (let c = Math.max(left, 0); c < right; c++) {
      const place = (channel * x.height + r) * x.width + c;
      if (winner < 0 || x.data[place] > x.data[winner]) winner = place;
    }
  }
  return winner;
}

function linearForward({ weight, bias }, x, y) {
  const inputs = x.data.length;
  for (let o = 0; o < y.channels; o++) {
    let sum = bias ? bias[o] : 0;
    for (let i = 0; i < inputs; i++) sum += weight[o * inputs + i] * x.data[i];
    y.data[o] = sum;
  }
}

function gapForward(_, x, y) {
  const area = x.height * x.width;
  for (let c = 0; c < x.channels; c++) {
    let sum = 0;
    for (let i = 0; i < area; i++) sum += x.data[c * area + i];
    y.data[c] = sum / area;
  }
}

function lrnForward(layer, x, y) {
  const area = x.height * x.width;
  for (let c = 0; c < x.channels; c++) {
    for (let i = 0; i < area; i++) {
      y.data[c * area + i] = x.data[c * area + i] * lrnScale(layer, x, c, i) ** -layer.beta;
    }
  }
}

/**
 * k + α·Σ a² over the neighbouring channels of one place.
 *
 * @param {NetLayer} layer
 * @param {FeatureMaps} x
 * @param {number} channel
 * @param {number} place  in the map
 * @returns {number}
 */
export function lrnScale({ size, alpha, k }, x, channel, place) {
  const area = x.height * x.width;
  const first = Math.max(0, channel - Math.floor(size / 2));
  const last = Math.min(x.channels - 1, channel + Math.floor((size - 1) / 2));
  let sum = 0;
  for (let c = first; c <= last; c++) sum += x.data[c * area + place] ** 2;
  return k + alpha * sum;
}
