/** The gradients of the weights and biases of a layer, in double precision. */

import { forEachWeight } from "./conv_weights.js";

/**
 * @param {import("./net.js").NetLayer} layer
 * @param {import("./net.js").Activation} x  its input
 * @param {import("./backward.js").Part} dy  the gradient at all of its outputs
 * @returns {{weight: Float64Array, bias: Float64Array|null} | null}  null: it has no parameters
 */
export function parameterGradients(layer, x, dy) {
  if (layer.kind !== "conv" && layer.kind !== "linear") return null;
  const weight = new Float64Array(layer.weight.length);
  if (layer.kind === "conv") fillConvGradient(layer, x, dy, weight);
  else fillLinearGradient(x, dy, weight);
  return { weight, bias: layer.bias ? biasGradient(dy) : null };
}

/** A bias is added at each place of its map: its gradient is the sum over them. */
function biasGradient(dy) {
  const area = dy.height * dy.width, sums = new Float64Array(dy.channels);
  for (let i = 0; i < dy.data.length; i++) sums[Math.floor(i / area)] += dy.data[i];
  return sums;
}

/** dw[o, i] = dy[o]·x[i] */
function fillLinearGradient(x, dy, weight) {
  const inputs = x.data.length;
  for (let o = 0; o < dy.channels; o++) {
    if (dy.data[o] === 0) continue;
    for (let i = 0; i < inputs; i++) weight[o * inputs + i] = dy.data[o] * x.data[i];
  }
}

/** A weight is used at each place of a map: its gradient sums pixel times gradient over them. */
function fillConvGradient(layer, x, dy, weight) {
  const { stride = 1 } = layer;
  forEachWeight(layer, x, dy, (index, o, c, down, across) => {
    weight[index] = correlate(x, c, dy, o, stride, down, across);
  });
}

/** Σ dy[y, x]·pixel[y·stride + down, x·stride + across] over the places whose pixel is on the map. */
function correlate(x, c, dy, o, stride, down, across) {
  const from = Math.max(0, Math.ceil(-across / stride));
  const to = Math.min(dy.width, Math.floor((x.width - 1 - across) / stride) + 1);
  let sum = 0;
  for (let r = 0; r < dy.height; r++) {
    const row = r * stride + down;
    if (row < 0 || row >= x.height) continue;
    const pixels = (c * x.height + row) * x.width + across, source = (o * dy.height + r) * dy.width;
    for (let s = from; s < to; s++) sum += dy.data[source + s] * x.data[pixels + s * stride];
  }
  return sum;
}
