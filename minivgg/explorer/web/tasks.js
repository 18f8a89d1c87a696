/**
 * What the modes ask a runner for beside maps: by name, each a generator that may yield what it has
 * found so far (undefined: nothing that is told), and returns its result.
 */
import { explain } from "./explanations.js";
import { forwardSteps } from "./net.js";
import { centralDifference, lossFrom, lossGradients, steppedNet } from "./training_step.js";

/**
 * @typedef {import("./net.js").Net} Net
 * @typedef {import("./net.js").Activation} Activation
 */

/** @type {Record<string, (net: Net, activations: Activation[], values: any) => Generator<any, any>>} */
export const TASKS = { training, step: stepLosses, steps: stepLosses, differences, explain };

/** What is asked for several times with the same maps. */
const remembered = { gradients: new WeakMap(), exact: new WeakMap() };

/** {label}: the loss and all gradients, in float32. */
function* training(net, activations, { label }) {
  const found = yield* gradientsOf(net, activations, label);
  const rounded = (values) => values && Float32Array.from(values);
  const maps = found.maps.map(rounded);
  const parameters = found.parameters.map((slopes) => (
    slopes && { weight: rounded(slopes.weight), bias: rounded(slopes.bias) }));
  return { ...found, maps, parameters };
}

/** {label, rates}: the loss after a step with each learning rate; parts are {rate, loss, …}. */
function* stepLosses(net, activations, { label, rates }) {
  const { parameters } = yield* gradientsOf(net, activations, label);
  for (const rate of rates) {
    const stepped = steppedNet(net, parameters, rate);
    yield { rate, ...(yield* quiet(lossFrom(stepped, activations.slice(0, 1), label))) };
  }
}

/**
 * {label, place, steps}: central differences for one parameter, in both precisions; parts are
 * {gradient} and then {h, single, double}. The gradient is in float64.
 */
function* differences(net, activations, { label, place, steps }) {
  let exact = remembered.exact.get(activations);
  if (!exact) {
    const { height, width, data } = activations[0];
    exact = yield* quiet(forwardSteps(net, Float64Array.from(data), { height, width }));
    remembered.exact.set(activations, exact);
  }
  const { parameters } = yield* gradientsOf(net, exact, label);
  yield { gradient: parameters[place.layer][place.part][place.index] };
  for (const h of steps) {
    const single = yield* quiet(centralDifference(net, activations, label, place, h));
    const double = yield* quiet(centralDifference(net, exact, label, place, h));
    yield { h, single, double };
  }
}

/** The gradients for a label, computed once. */
function* gradientsOf(net, activations, label) {
  const last = remembered.gradients.get(activations);
  if (last?.label === label) return last.found;
  const found = yield* quiet(lossGradients(net, activations, label));
  remembered.gradients.set(activations, { label, found });
  return found;
}

/** A generator whose steps are not told. */
function* quiet(steps) {
  for (;;) {
    const { value, done } = steps.next();
    if (done) return value;
    yield;
  }
}
