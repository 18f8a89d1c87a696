// A question: first the reader's guess, then what to do, then the answer with the guess beside it.

import { el, exact, t } from "./dom.js";

/**
 * @typedef {import("./lesson_tasks.js").Question} Question
 * @typedef {import("./guesses.js").Kept} Kept
 */

/**
 * @param {{id: string, question: Question, kept: Kept | null, areKept: boolean,
 *   onGuess: (guess: string | null) => void, onShow: () => void}} options
 *   areKept: the browser keeps guesses when the page is closed; onGuess: null skips
 * @returns {HTMLElement[]}
 */
export function questionParts({ id, question, kept, areKept, onGuess, onShow }) {
  const ask = el("h2", { id: "question-ask", tabindex: -1 }, t(`${id}.ask`));
  if (kept === null) return [ask, guessForm(id, question, areKept, onGuess)];
  const parts = [ask];
  if (kept.guess !== null) {
    const guess = textOfGuess(id, question, kept.guess);
    parts.push(el("p", { class: "own-guess" }, el("b", {}, t("guess.own")), ` ${guess}`));
  }
  if (kept.shown) {
    parts.push(
      el("p", { class: "answer-text" }, el("b", {}, t("guess.answer")), ` ${t(`${id}.check`)}`),
    );
  }
  parts.splice(1, 0, el("p", {}, el("b", {}, t("guess.do")), ` ${t(`${id}.do`)}`));
  if (!kept.shown) {
    const button = el("button", { type: "button", onclick: onShow }, t("guess.show"));
    parts.push(el("p", {}, button));
  }
  return parts;
}

/** @param {string} id @param {Question} question @param {string} guess @returns {string} */
function textOfGuess(id, question, guess) {
  if ("options" in question) {
    const isOption = /^\d$/.test(guess) && Number(guess) < question.options;
    return isOption ? t(`${id}.option.${guess}`) : "–";
  }
  const number = Number(guess);
  return Number.isFinite(number) ? t(`guess.${question.unit}`, { value: exact(number) }) : "–";
}

function guessForm(id, question, areKept, onGuess) {
  const isChoice = "options" in question;
  const wrong = el("p", { class: "field-error", role: "alert" });
  const form = el(
    "form",
    { class: "guess", novalidate: true },
    ...("options" in question ? choiceGuess(id, question.options) : numberGuess(question.unit)),
    el("button", { class: "primary" }, t("guess.keep")),
    el("button", { type: "button", onclick: () => onGuess(null) }, t("guess.skip")),
    el("p", { class: "hint" }, t(areKept ? "guess.device" : "guess.forgotten")),
    wrong,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const guess = String(new FormData(form).get("guess") ?? "");
    if (guess === "" || guess.length > 12 || !Number.isFinite(Number(guess)))
      wrong.textContent = t(isChoice ? "guess.choose" : "guess.number");
    else onGuess(guess);
  });
  return form;
}

function choiceGuess(id, options) {
  const chips = Array.from({ length: options }, (_, i) =>
    el(
      "label",
      { class: "chip" },
      el("input", { type: "radio", name: "guess", value: i }),
      el("span", {}, t(`${id}.option.${i}`)),
    ),
  );
  const group = { class: "chips", role: "radiogroup", "aria-labelledby": "question-ask" };
  return [el("div", group, ...chips)];
}

function numberGuess(unit) {
  const field = el("input", { type: "number", name: "guess", step: "any", inputmode: "decimal" });
  field.setAttribute("aria-labelledby", "question-ask");
  return [el("label", { class: "guess-number" }, field, ` ${t(`guess.unit.${unit}`)}`)];
}
