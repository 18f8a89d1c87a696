// How the maps are drawn: before or after ReLU, on one scale or each on its own.

import { el, t } from "./dom.js";

export function renderMapOptions(see) {
  const { state } = see.app;
  const box = (key, checked, change) =>
    el(
      "label",
      { class: "check" },
      el("input", {
        type: "checkbox",
        checked,
        "data-key": key,
        onchange: (event) => change(event.target.checked),
      }),
      ` ${t(`option.${key}`)}`,
    );
  const focused = /** @type {HTMLElement} */ (document.activeElement)?.dataset?.key;
  see.bench.options.replaceChildren(
    box("before", state.before, (on) => see.app.change({ before: on })),
    box("scale", state.scale === "map", (on) => see.app.change({ scale: on ? "map" : "layer" })),
    legend(),
  );
  if (focused)
    /** @type {HTMLElement | null} */ (
      see.bench.options.querySelector(`[data-key="${focused}"]`)
    )?.focus();
}

function legend() {
  return el(
    "p",
    { class: "legend" },
    el("span", { class: "ramp", "aria-hidden": "true" }),
    t("legend"),
  );
}
