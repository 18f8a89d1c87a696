// A field for a whole number. What is typed stays in it; what cannot be used is said beside it,
// and when the field is left it shows the number in use again.

import { el, t } from "./dom.js";

/**
 * @param {{least: number, most: number, name: string, attributes: Record<string, any>,
 *   kept: () => number, onValue: (value: number) => void, onWrong: (text: string) => void}} options
 *   kept: the number in use; onWrong: with an empty text when the number can be used again
 * @returns {HTMLInputElement}
 */
export function numberField({ least, most, name, attributes, kept, onValue, onWrong }) {
  const field = el("input", {
    type: "number",
    inputmode: "numeric",
    min: least,
    max: most,
    ...attributes,
  });
  const fits = () => isWhole(field.valueAsNumber, least, most);
  const complain = () => onWrong(t("number.wrong", { name, least, most, kept: kept() }));
  field.addEventListener("input", () => {
    field.setAttribute("aria-invalid", String(!fits()));
    if (fits()) {
      onWrong("");
      onValue(field.valueAsNumber);
    } else if (field.value !== "" || field.validity.badInput) {
      complain(); // an empty field is about to be filled
    }
  });
  field.addEventListener("change", () => {
    if (fits()) return;
    complain();
    field.value = String(kept());
    field.setAttribute("aria-invalid", "false");
  });
  return field;
}

/** @param {number} value @param {number} least @param {number} most @returns {boolean} */
function isWhole(value, least, most) {
  return Number.isInteger(value) && value >= least && value <= most;
}

/**
 * Shows a number, unless somebody is typing another one.
 *
 * @param {HTMLInputElement} field
 * @param {number | null} value
 */
export function showNumber(field, value) {
  const text = String(value);
  if (field !== document.activeElement && field.value !== text) field.value = text;
  if (field.value === text) field.setAttribute("aria-invalid", "false");
}
