// Backward: (being built).

import { el, t } from "./dom.js";

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @param {import("./bench.js").Bench} bench
 * @returns {{render: () => void}}
 */
export function createBackwardMode(root, app, bench) {
  const body = el("div", { class: "backward-body" });
  root.append(body);
  const view = { redraw: () => {} };
  return {
    render: () => {
      bench.render(view, root);
      body.textContent = bench.net.classes === null ? t("backward.none") : "";
    },
  };
}
