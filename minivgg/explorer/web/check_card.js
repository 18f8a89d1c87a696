// The gradient check, seen: a central difference at one parameter beside its gradient.

import { createCurve, power } from "./curve.js";
import { el, real, t } from "./dom.js";
import { numberField, showNumber } from "./number_field.js";

export const STEP_DECADES = [-10, -1]; // decades of h
const KEYS = ["layer", "part"];

/** @returns {number[]} the values of h that the curve shows */
export function stepsOfCurve() {
  return Array.from(
    { length: STEP_DECADES[1] - STEP_DECADES[0] + 1 },
    (_, i) => 10 ** (STEP_DECADES[1] - i),
  );
}

/**
 * @typedef {{layer: number, part: "weight" | "bias", index: number}} ParameterPlace
 * @typedef {{h: number, single: {slope: number}, double: {slope: number}}} Difference
 */

/**
 * @param {{choose: (place: ParameterPlace) => void, strongest: (layer: number, part: string) => number,
 *   onStep: (h: number) => void}} events
 * @returns {{element: HTMLElement, render: (content: {net: any, place: ParameterPlace, h: number,
 *   gradient: number | null, found: Difference[]}) => void}}
 */
export function createCheckCard({ choose, strongest, onStep }) {
  const title = el("h2", {});
  const text = el("p", { class: "hint" });
  const selects = Object.fromEntries(
    KEYS.map((key) => [key, el("select", { id: `check-${key}` })]),
  );
  const labels = Object.fromEntries(KEYS.map((key) => [key, el("label", { for: `check-${key}` })]));
  const wrong = el("p", { class: "field-error", role: "alert" });
  const numbers = el("div", { class: "check-numbers" });
  const strong = el("button", { type: "button" });
  const stepName = el("label", { for: "h" });
  const slider = el("input", {
    type: "range",
    id: "h",
    min: STEP_DECADES[0],
    max: STEP_DECADES[1],
    step: 1,
  });
  const table = el("table", { class: "check-table" });
  const curve = createCurve();
  const note = el("p", { class: "hint" });
  const element = el(
    "section",
    { class: "card" },
    title,
    text,
    el(
      "div",
      { class: "check-choice" },
      ...KEYS.flatMap((key) => [labels[key], selects[key]]),
      strong,
    ),
    numbers,
    wrong,
    stepName,
    slider,
    table,
    curve.element,
    note,
  );
  /** @type {any} */
  let shown = null;
  const choosePart = () => {
    const [layer, part] = [Number(selects.layer.value), selects.part.value];
    choose({ layer, part: /** @type {any} */ (part), index: strongest(layer, part) });
  };
  for (const key of KEYS) selects[key].addEventListener("change", choosePart);
  strong.addEventListener("click", choosePart);
  slider.addEventListener("input", () =>
    onStep(Number((10 ** slider.valueAsNumber).toPrecision(1))),
  );

  let key = "";
  const renderChoice = (net, place) => {
    const now = `${net.name} ${place.layer} ${place.part} ${t("check.layer")}`;
    if (now !== key) {
      key = now;
      const layers = [...net.layers.entries()].filter(([, { weight }]) => weight);
      selects.layer.replaceChildren(
        ...layers.map(([i, { name }]) => el("option", { value: i }, name)),
      );
      const parts = net.layers[place.layer].bias ? ["weight", "bias"] : ["weight"];
      selects.part.replaceChildren(
        ...parts.map((part) => el("option", { value: part }, t(`check.${part}`))),
      );
      for (const name of KEYS) labels[name].textContent = t(`check.${name}`);
      strong.textContent = t("check.strongest");
      wrong.textContent = "";
      const names = axisNames(net.layers[place.layer], place.part);
      numbers.replaceChildren(...names.map((name, i) => numberOf(name, i)));
    }
    selects.layer.value = String(place.layer);
    selects.part.value = place.part;
    const at = indices(shapeOf(net.layers[place.layer], place.part), place.index);
    numbers.querySelectorAll("input").forEach((field, i) => showNumber(field, at[i]));
  };
  const numberOf = (name, axis) => {
    const { net, place } = shown;
    const shape = shapeOf(net.layers[place.layer], place.part);
    const current = () => indices(shape, shown.place.index);
    const field = numberField({
      least: 0,
      most: shape[axis] - 1,
      name: t(`check.axis.${name}`),
      attributes: { "data-axis": name },
      kept: () => current()[axis],
      onValue: (value) => {
        const at = current();
        at[axis] = value;
        const index = at.reduce((sum, number, i) => sum * shape[i] + number, 0);
        choose({ ...shown.place, index });
      },
      onWrong: (sentence) => (wrong.textContent = sentence),
    });
    return el("label", {}, `${t(`check.axis.${name}`)} `, field);
  };

  const render = (content) => {
    shown = content;
    const { net, place, h, gradient, found } = content;
    title.textContent = t("check.title");
    text.textContent = t("check.text");
    note.textContent = t("check.note");
    renderChoice(net, place);
    const exponent = Math.round(Math.log10(h));
    stepName.textContent = t("check.h", { h: power(exponent) });
    if (document.activeElement !== slider) slider.value = String(exponent);
    slider.setAttribute("aria-valuetext", power(exponent));
    const here = found.find((each) => Math.round(Math.log10(each.h)) === exponent);
    const value = net.layers[place.layer][place.part][place.index];
    const line = (name, slope, isExact) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, t(name)),
        el("td", {}, slope === null ? "…" : digits(slope)),
        el("td", {}, isExact || slope === null || gradient === null ? "" : apart(slope, gradient)),
      );
    table.replaceChildren(
      el(
        "tr",
        {},
        el("td", {}),
        ...["check.slope", "check.apart"].map((name) => el("th", { scope: "col" }, t(name))),
      ),
      el(
        "tr",
        {},
        el("th", { scope: "row" }, t("check.value")),
        el("td", {}, digits(value)),
        el("td", {}),
      ),
      line("check.gradient", gradient, true),
      line("check.double", here?.double.slope ?? null, false),
      line("check.single", here?.single.slope ?? null, false),
    );
    const errors = (kind) =>
      gradient === null
        ? []
        : found.map((each) => [each.h, difference(each[kind].slope, gradient)]);
    curve.show({
      label: t("check.curve"),
      xName: "h",
      yName: t("check.apart"),
      x: /** @type {[number, number]} */ (STEP_DECADES),
      y: [-12, 0],
      isLog: true,
      lines: ["single", "double"].map((kind, i) => ({
        kind: ["second", "first"][i],
        points: /** @type {[number, number][]} */ (errors(kind)),
      })),
      at: 10 ** exponent,
      names: [
        ["first", "float64"],
        ["second", "float32"],
      ],
    });
  };
  return { element, render };
}

/** The relative difference, at most 1 (no digit in common). */
function difference(slope, gradient) {
  const most = Math.max(Math.abs(slope), Math.abs(gradient));
  return most === 0 ? 0 : Math.min(1, Math.abs(slope - gradient) / most);
}

function apart(slope, gradient) {
  return difference(slope, gradient) === 0 ? "0" : real(difference(slope, gradient));
}

/** Seven digits: so many agree at a good h. */
function digits(value) {
  return value === 0 ? "0" : Number(value).toPrecision(7).replaceAll("-", "−");
}

function axisNames({ kind }, part) {
  if (part === "bias") return ["output"];
  return kind === "conv" ? ["output", "input", "row", "column"] : ["output", "input"];
}

/** @returns {number[]} */
function shapeOf({ kind, weight, channels, kernel }, part) {
  if (part === "bias") return [channels];
  if (kind === "linear") return [channels, weight.length / channels];
  return [channels, weight.length / channels / kernel ** 2, kernel, kernel];
}

/** The place of a number of an array, along each axis. */
function indices(shape, index) {
  const found = [];
  for (const size of [...shape].reverse()) {
    found.unshift(index % size);
    index = Math.floor(index / size);
  }
  return found;
}
