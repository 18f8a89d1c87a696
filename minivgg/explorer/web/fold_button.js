// The button that folds a panel, on narrow screens and in the mode for projectors.

import { el, t } from "./dom.js";

/**
 * @param {() => HTMLElement} panel gets the class "folded"
 * @param {() => void} [onFold] after a click
 * @returns {{button: HTMLElement, fold: (isFolded: boolean) => void, name: () => void}} name: after
 *   a change of language
 */
export function createFoldButton(panel, onFold = () => {}) {
  const button = el("button", { type: "button", class: "quiet fold" });
  const name = () => {
    const isFolded = panel().classList.contains("folded");
    button.textContent = isFolded ? "▴" : "▾";
    button.setAttribute("aria-label", t(isFolded ? "panel.unfold" : "panel.fold"));
    button.setAttribute("aria-expanded", String(!isFolded));
  };
  const fold = (isFolded) => {
    panel().classList.toggle("folded", isFolded);
    name();
  };
  button.addEventListener("click", () => {
    fold(!panel().classList.contains("folded"));
    onFold();
  });
  return { button, fold, name };
}
