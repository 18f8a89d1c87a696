/** One step of SGD on one picture: its loss, the gradients, and the loss after the step. */
import { backwardSteps } from "./backward.js";
import { continueSteps } from "./net.js";

/**
 * @typedef {import("./net.js").Net} Net
 * @typedef {import("./net.js").Activation} Activation
 * @typedef {{layer: number, part: "weight"|"bias", index: number}} ParameterPlace
 *   layer: in net.layers
 */

/**
 * Softmax and cross-entropy, L = −log p[label].
 *
 * @param {ArrayLike<number>} scores
 * @param {number} label
 * @returns {{probabilities: Float64Array, loss: number, gradient: Float64Array}}
 *   gradient: d L / d scores = p − one-hot
 */
export function crossEntropy(scores, label) {
  let most = -Infinity, sum = 0;
  for (let i = 0; i < scores.length; i++) most = Math.max(most, scores[i]);
  const probabilities = Float64Array.from(scores, (score) => Math.exp(score - most));
  for (const size of probabilities) sum += size;
  for (let i = 0; i < scores.length; i++) probabilities[i] /= sum;
  const gradient = Float64Array.from(probabilities);
  gradient[label] -= 1;
  return { probabilities, loss: Math.log(sum) - (scores[label] - most), gradient };
}

/**
 * Loss and gradients before a step.
 *
 * @param {Net} net
 * @param {Activation[]} activations  of `forward`
 * @param {number} label
 * @yields {number}
 * @returns {Generator<number, {loss: number, probabilities: Float64Array, maps: Float64Array[],
 *   parameters: ({weight: Float64Array, bias: Float64Array|null} | null)[]}>}
 */
export function* lossGradients(net, activations, label) {
  const last = net.layers.length;
  const { loss, probabilities, gradient } = crossEntropy(activations[last].data, label);
  return { loss, probabilities, ...(yield* backwardSteps(net, activations, last, gradient)) };
}

/**
 * The net after a step of SGD, w − rate·dw, in float32 as it is trained.
 *
 * @param {Net} net
 * @param {({weight: Float64Array, bias: Float64Array|null} | null)[]} parameters  the gradients
 * @param {number} rate
 * @returns {Net}
 */
export function steppedNet(net, parameters, rate) {
  const step = (values, slopes) => values && slopes && values.map((value, i) => value - rate * slopes[i]);
  const layers = net.layers.map((layer, i) => {
    const slopes = parameters[i];
    if (slopes === null) return layer;
    return { ...layer, weight: step(layer.weight, slopes.weight), bias: step(layer.bias, slopes.bias) };
  });
  return { ...net, layers };
}

/**
 * The loss of a net, from the first layer whose maps are not known.
 *
 * @param {Net} net
 * @param {Activation[]} known  the picture, and the maps of layers that have not changed
 * @param {number} label
 * @yields {any}
 * @returns {Generator<any, {loss: number, probabilities: Float64Array}>}
 */
export function* lossFrom(net, known, label) {
  const activations = yield* continueSteps(net, known);
  const { loss, probabilities } = crossEntropy(activations[net.layers.length].data, label);
  return { loss, probabilities };
}

/**
 * The central difference (L(w + h) − L(w − h)) / 2h for one parameter w.
 *
 * The precision is that of the maps: with float32 maps, w ± h is rounded to float32, too.
 *
 * @param {Net} net
 * @param {Activation[]} activations  of `forward`, in float32 or float64
 * @param {number} label
 * @param {ParameterPlace} place
 * @param {number} h
 * @yields {any}
 * @returns {Generator<any, {above: number, below: number, slope: number}>}  the losses, and the
 *   difference
 */
export function* centralDifference(net, activations, label, place, h) {
  const known = activations.slice(0, place.layer + 1);
  const losses = [];
  for (const change of [h, -h]) {
    const changed = changedNet(net, place, change, known[0].data.constructor);
    losses.push((yield* lossFrom(changed, known, label)).loss);
  }
  return { above: losses[0], below: losses[1], slope: (losses[0] - losses[1]) / (2 * h) };
}

/** A net with one parameter changed, whose layer has numbers of a precision. */
function changedNet(net, { layer: number, part, index }, change, numbers) {
  const layer = net.layers[number];
  const values = numbers.from(layer[part]);
  values[index] += change;
  const layers = net.layers.map((other, i) => (i === number ? { ...layer, [part]: values } : other));
  return { ...net, layers };
}
