// §2.3 of the paper with sliders: several 3×3 convolutions in place of one large one.

import { count, el, percent, t } from "./dom.js";
import { numberField, showNumber } from "./number_field.js";
import { filterCounts } from "./presets.js";
import { SLIDERS } from "./state.js";

/**
 * @param {(sliders: {C: number, D: number, N: number}) => void} onChange
 * @returns {{element: HTMLElement, render: (sliders: {C: number, D: number, N: number}) => void}}
 */
export function createSmallFilters(onChange) {
  const element = el("div", { class: "small-filters" });
  let language = "";
  /** @type {{C: number, D: number, N: number}} */
  let current = { C: 64, D: 64, N: 64 };

  const slider = (key) => {
    const [low, high] = SLIDERS[key];
    const input = el("input", {
      type: "range",
      min: low,
      max: high,
      id: `slider-${key}`,
      "data-slider": key,
    });
    input.addEventListener("input", () => onChange({ ...current, [key]: input.valueAsNumber }));
    const wrong = el("p", { class: "field-error", role: "alert" });
    const number = numberField({
      least: low,
      most: high,
      name: key,
      attributes: { "data-number": key, "aria-label": `${key}, ${t(`slider.${key}`)}` },
      kept: () => current[key],
      onValue: (value) => onChange({ ...current, [key]: value }),
      onWrong: (text) => (wrong.textContent = text),
    });
    return el(
      "div",
      { class: "slider" },
      el("label", { for: `slider-${key}` }, el("i", {}, key), ` ${t(`slider.${key}`)}`),
      input,
      number,
      wrong,
    );
  };
  const bar = (name, formula, kind) =>
    el(
      "div",
      { class: `count-bar ${kind}`, "data-bar": name },
      el("span", { class: "formula" }, formula),
      el("span", { class: "track", "aria-hidden": "true" }, el("span", { class: "fill" })),
      el("span", { class: "amount" }),
    );
  const panel = (key, sliders, bars) =>
    el(
      "section",
      { class: "card", "aria-labelledby": `pair-${key}` },
      el("h3", { id: `pair-${key}` }, t(`pair.${key}`)),
      el("p", {}, t(`pair.${key}.text`)),
      ...sliders.map(slider),
      ...bars,
      el("p", { class: "verdict", "data-verdict": key }),
    );

  const render = (sliders) => {
    current = sliders;
    if (language !== t("slider.C")) {
      language = t("slider.C");
      element.replaceChildren(
        panel("seven", ["C"], [bar("three", "27 C²", "many"), bar("seven", "49 C²", "one")]),
        panel(
          "eleven",
          ["D", "N"],
          [bar("five", "9 D N + 36 N²", "many"), bar("eleven", "121 D N", "one")],
        ),
      );
    }
    const counts = filterCounts(sliders);
    for (const key of Object.keys(SLIDERS)) {
      const input = /** @type {HTMLInputElement} */ (element.querySelector(`[data-slider=${key}]`));
      if (input.valueAsNumber !== sliders[key]) input.value = String(sliders[key]);
      showNumber(
        /** @type {HTMLInputElement} */ (element.querySelector(`[data-number=${key}]`)),
        sliders[key],
      );
    }
    for (const [a, b] of [
      ["three", "seven"],
      ["five", "eleven"],
    ]) {
      const most = Math.max(counts[a], counts[b]);
      for (const name of [a, b]) {
        const line = /** @type {HTMLElement} */ (element.querySelector(`[data-bar=${name}]`));
        line.style.setProperty("--share", String(counts[name] / most));
        /** @type {HTMLElement} */ (line.querySelector(".amount")).textContent = count(
          counts[name],
        );
      }
    }
    const verdict = (key, text) => {
      /** @type {HTMLElement} */ (element.querySelector(`[data-verdict=${key}]`)).textContent =
        text;
    };
    verdict("seven", t("verdict.seven", { share: percent(49 / 27 - 1) }));
    const { five, eleven, limit } = counts;
    const ratio = five <= eleven ? eleven / five : five / eleven;
    const key = five === eleven ? "same" : five < eleven ? "fewer" : "more";
    verdict(
      "eleven",
      t(`verdict.eleven.${key}`, {
        factor: count(Math.round(ratio * 100) / 100),
        limit: count(Math.round(limit * 10) / 10),
      }),
    );
  };
  return { element, render };
}
