// The class that Backward and Why are about: the reader's, or the net's first answer.

import { el, hasText, t } from "./dom.js";

/** @param {string} name @returns {string} in the page's language */
export function className(name) {
  return hasText(`class.${name}`) ? t(`class.${name}`) : name;
}

/**
 * The index of the chosen class; a class that the net does not have is said, and forgotten.
 *
 * @param {any} app
 * @param {import("./bench.js").Bench} bench  with activations, of a net with classes
 * @param {number} [rank]  of the net's answers, where the reader has not chosen: 0 is the first
 * @returns {number}
 */
export function chosenClass(app, { net, activations }, rank = 0) {
  const { label } = app.state;
  if (label !== null && label < net.classes.length) return label;
  if (label !== null) {
    app.notice(t("problem.class", { value: label, most: net.classes.length - 1 }));
    app.state = { ...app.state, label: null };
  }
  const scores = /** @type {any[]} */ (activations)[net.layers.length].data;
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  return order[Math.min(rank, order.length - 1)];
}

/**
 * A choice of a class, which goes into the state.
 *
 * @param {any} app
 * @param {string} id  of the element
 * @returns {{element: HTMLElement, render: (net: any, chosen: number, text: string) => void}}
 */
export function createClassChoice(app, id) {
  const label = el("label", { for: id });
  const select = el("select", { id });
  select.addEventListener("change", () => app.change({ label: Number(select.value) }));
  let key = "";
  return {
    element: el("div", { class: "nets" }, label, select),
    render: (net, chosen, text) => {
      const names = net.classes.map(className);
      if (key !== names.join()) {
        key = names.join();
        select.replaceChildren(...names.map((name, i) => el("option", { value: i }, name)));
      }
      label.textContent = text;
      select.value = String(chosen);
    },
  };
}
