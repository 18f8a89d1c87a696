// What Backward asks the worker for: the gradients, losses after steps, and central differences.

import { quietly } from "./bench.js";
import { stepsOfCurve } from "./check_card.js";
import { t } from "./dom.js";
import { ratesOfCurve } from "./step_card.js";
import { crossEntropy } from "./training_step.js";

/** The gradients, and after them the curve of losses. */
export async function train(mode, key) {
  const { runner } = mode.bench;
  const { label } = mode;
  Object.assign(mode, { after: null, stepKey: "", curve: [], checkKey: "", differences: [] });
  await quietly(mode.app, async () => {
    const found = await runner.task("training", { label });
    if (mode.trainedKey !== key) return;
    mode.found = found;
    mode.square = found.parameters.reduce((sum, slopes) => sum + squareOf(slopes), 0);
    mode.draw();
    await runner.task("steps", { label, rates: ratesOfCurve() }, (point) => {
      if (mode.trainedKey !== key) return;
      mode.curve.push(point);
      drawStep(mode);
    });
  });
}

/** The card of the step, with what is known so far. */
export function drawStep(mode) {
  const { app, bench, net, label, found, after, curve } = mode;
  if (bench.activations === null) return; // of another picture soon
  const before = crossEntropy(bench.activations[net.layers.length].data, label);
  const square = found === null ? null : mode.square;
  mode.step.render({ net, label, rate: app.state.rate, before, square, after, curve });
}

/** The loss after the step of this learning rate. */
export async function askStep(mode) {
  const { rate } = mode.app.state;
  const key = `${mode.trainedKey} ${rate}`;
  if (key === mode.stepKey) return;
  mode.stepKey = key;
  await quietly(mode.app, () =>
    mode.bench.runner.task("step", { label: mode.label, rates: [rate] }, (point) => {
      if (mode.stepKey !== key) return;
      mode.after = point;
      drawStep(mode);
    }),
  );
}

/** The parameter of the address, or the one with the largest gradient in the first convolution. */
function chosenParameter(mode) {
  const { parameter } = mode.app.state;
  const { layers } = mode.net;
  if (parameter !== null) {
    const layer = layers.findIndex(({ name }) => name === parameter.layer);
    if (parameter.index < (layers[layer]?.[parameter.part]?.length ?? 0))
      return { layer, part: parameter.part, index: parameter.index };
    mode.app.notice(t("problem.parameter", parameter));
    mode.app.state = { ...mode.app.state, parameter: null };
  }
  const layer = layers.findIndex(({ weight }) => weight);
  return { layer, part: "weight", index: strongest(mode.found.parameters[layer].weight) };
}

/** Central differences for the chosen parameter, first for the chosen h. */
export async function askCheck(mode) {
  const place = chosenParameter(mode);
  const { step } = mode.app.state;
  const key = `${mode.trainedKey} ${place.layer} ${place.part} ${place.index}`;
  const show = () => {
    const { net, exactGradient: gradient, differences: found } = mode;
    mode.check.render({ net, place, h: mode.app.state.step, gradient, found });
  };
  if (key === mode.checkKey) return show();
  Object.assign(mode, { checkKey: key, exactGradient: null, differences: [] });
  show();
  const first = 10 ** Math.round(Math.log10(step));
  const steps = [first, ...stepsOfCurve().filter((h) => Math.abs(h / first - 1) > 1e-6)];
  await quietly(mode.app, () =>
    mode.bench.runner.task("differences", { label: mode.label, place, steps }, (part) => {
      if (mode.checkKey !== key) return;
      if (part.h === undefined) mode.exactGradient = part.gradient;
      else mode.differences = [...mode.differences, part].sort((a, b) => a.h - b.h);
      show();
    }),
  );
}

function squareOf(slopes) {
  if (slopes === null) return 0;
  let sum = 0;
  for (const value of slopes.weight) sum += value * value;
  for (const value of slopes.bias ?? []) sum += value * value;
  return sum;
}

/** @param {ArrayLike<number>} slopes @returns {number} where the largest one is */
export function strongest(slopes) {
  let best = 0;
  for (let i = 1; i < slopes.length; i += 1)
    if (Math.abs(slopes[i]) > Math.abs(slopes[best])) best = i;
  return best;
}
