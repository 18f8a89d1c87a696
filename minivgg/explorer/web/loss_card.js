// Softmax, the loss of the label, and its gradient at the scores.

import { className } from "./class_choice.js";
import { el, percent, real, t } from "./dom.js";

const MOST_CLASSES = 10; // classes that are shown

/** @returns {{element: HTMLElement, render: (net: any, scores: Float32Array, label: number,
 *   found: {probabilities: Float64Array, loss: number, gradient: Float64Array}) => void}} */
export function createLossCard() {
  const body = el("tbody", {});
  const head = el("thead", {});
  const title = el("h2", {});
  const loss = el("p", { class: "formula-line" });
  const note = el("p", { class: "hint" });
  const table = el("table", { class: "loss-table" }, head, body);
  const element = el("section", { class: "card" }, title, loss, table, note);
  const render = (net, scores, label, { probabilities, loss: value, gradient }) => {
    title.textContent = t("loss.title");
    loss.textContent = t("loss.formula", {
      label: className(net.classes[label]),
      share: probability(probabilities[label]),
      loss: real(value),
    });
    note.textContent = t("loss.note");
    const names = ["loss.class", "loss.score", "loss.probability", "loss.slope"];
    head.replaceChildren(el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, t(name)))));
    const order = Array.from(gradient.keys());
    if (order.length > MOST_CLASSES)
      order.sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a]));
    const rows = order
      .slice(0, MOST_CLASSES)
      .map((i) =>
        el(
          "tr",
          { class: i === label ? "chosen" : null },
          el("th", { scope: "row" }, className(net.classes[i]) + (i === label ? " ✓" : "")),
          el("td", {}, real(scores[i])),
          el(
            "td",
            { class: "bar" },
            el("span", {}, percent(probabilities[i])),
            el("span", { class: "fill", style: `width: ${100 * probabilities[i]}%` }),
          ),
          el("td", {}, signedReal(gradient[i])),
        ),
      );
    body.replaceChildren(...rows);
  };
  return { element, render };
}

/** @param {number} share @returns {string} a small one as a number: its logarithm matters */
export function probability(share) {
  return share < 0.001 ? real(share) : percent(share);
}

/** @param {number} value @returns {string} with its sign */
export function signedReal(value) {
  return value > 0 ? `+${real(value)}` : real(value);
}
