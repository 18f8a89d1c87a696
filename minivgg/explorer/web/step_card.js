// The loss before and after a step of SGD, for a learning rate.

import { className } from "./class_choice.js";
import { createCurve } from "./curve.js";
import { el, real, t } from "./dom.js";
import { probability } from "./loss_card.js";

export const RATES = [-5, 0]; // decades of the slider
const POINTS = 4; // of the curve, in each decade

/** @returns {number[]} the learning rates of the curve */
export function ratesOfCurve() {
  const count = POINTS * (RATES[1] - RATES[0]);
  return Array.from({ length: count + 1 }, (_, i) => 10 ** (RATES[0] + i / POINTS));
}

/**
 * @param {(rate: number) => void} onRate
 * @returns {{element: HTMLElement, render: (content: {net: any, label: number, rate: number,
 *   before: {loss: number, probabilities: Float64Array}, square: number | null,
 *   after: {loss: number, probabilities: Float64Array} | null,
 *   curve: {rate: number, loss: number}[]}) => void}}  square: the squared norm of the gradient of
 *   all parameters
 */
export function createStepCard(onRate) {
  const title = el("h2", {});
  const text = el("p", { class: "hint" });
  const name = el("label", { for: "rate" });
  const slider = el("input", {
    type: "range",
    id: "rate",
    min: RATES[0],
    max: RATES[1],
    step: 0.05,
  });
  slider.addEventListener("input", () =>
    onRate(Number((10 ** slider.valueAsNumber).toPrecision(2))),
  );
  const facts = el("dl", { class: "step-facts" });
  const curve = createCurve();
  const element = el("section", { class: "card" }, title, text, name, slider, facts, curve.element);
  const render = ({ net, label, rate, before, square, after, curve: points }) => {
    title.textContent = t("step.title");
    text.textContent = t("step.text");
    name.textContent = t("step.rate", { rate: real(rate) });
    if (document.activeElement !== slider) slider.value = String(Math.log10(rate));
    slider.setAttribute("aria-valuetext", real(rate));
    const line = square === null ? null : before.loss - rate * square;
    const share = ({ probabilities }) => probability(probabilities[label]);
    const pairs = [
      [t("step.loss"), before.loss, after?.loss ?? null],
      [t("step.line"), null, line],
    ];
    const cells = pairs.flatMap(([key, from, to]) => [
      el("dt", {}, key),
      el("dd", {}, (from === null ? "" : `${real(from)} → `) + (to === null ? "…" : real(to))),
    ]);
    facts.replaceChildren(
      ...cells,
      el("dt", {}, t("step.share", { label: className(net.classes[label]) })),
      el("dd", {}, `${share(before)} → ${after === null ? "…" : share(after)}`),
    );
    const most = 1.25 * Math.max(before.loss, 1e-9);
    const line20 = ratesOfCurve().map((each) => [each, before.loss - each * (square ?? 0)]);
    curve.show({
      label: t("step.curve"),
      xName: t("step.x"),
      yName: t("step.y"),
      x: /** @type {[number, number]} */ (RATES),
      y: [0, most],
      isLog: false,
      lines: [
        { kind: "thin", points: untilZero(/** @type {[number, number][]} */ (line20)) },
        { kind: "first", points: points.map(({ rate: x, loss }) => [x, loss]) },
      ],
      at: rate,
      names: [
        ["first", t("step.key.loss")],
        ["thin", t("step.key.line")],
      ],
    });
  };
  return { element, render };
}

/** A line is drawn as far as it is above zero. */
function untilZero(points) {
  const end = points.findIndex(([, y]) => y < 0);
  return end < 0 ? points : points.slice(0, end + 1);
}
