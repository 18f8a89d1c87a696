// For lessons: a question before the answer is seen, and the list of tasks.

import { el, t } from "./dom.js";
import { createGuesses } from "./guesses.js";
import { questionParts } from "./question_card.js";
import { opensOf, questionOf, LESSON_TASKS, taskOf } from "./lesson_tasks.js";

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} button shows and hides the list of tasks
 * @param {any} app
 * @returns {{render: () => void}}
 */
export function createTeaching(root, button, app) {
  const guesses = createGuesses();
  const list = el("nav", { id: "task-list", class: "card", hidden: true });
  const card = el("section", { class: "card question", "aria-labelledby": "question-ask" });
  root.append(list, card);
  let shown = "";
  const open = (isOpen) => {
    list.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    fillTaskList(list, app, guesses, forgetAll);
    const first = list.querySelector("[aria-current] a") ?? list.querySelector("a");
    /** @type {HTMLElement | null} */ (first)?.focus();
  };
  const forgetAll = () => {
    guesses.forget();
    app.say(t("guess.deleted"));
    open(false);
    button.focus();
    render();
  };
  button.addEventListener("click", () => open(list.hidden));
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open(false);
    button.focus();
  });
  list.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("a")) open(false);
  });

  const render = () => {
    const { id, question } = questionOf(app.state);
    const kept = guesses.get(id);
    const key = JSON.stringify([id, kept, t("guess.keep"), guesses.areKept(), app.state.projector]);
    if (key === shown) return;
    shown = key;
    if (!list.hidden) fillTaskList(list, app, guesses, forgetAll);
    const task = taskOf(app.state.task);
    card.hidden = task === null && kept?.closed === true;
    if (card.hidden) return;
    const set = (change) => {
      guesses.set(id, { guess: null, ...guesses.get(id), ...change });
      render();
      (card.hidden ? button : /** @type {HTMLElement} */ (card.querySelector("h2"))).focus();
    };
    const close = () => (task ? app.change({ task: null }) : set({ closed: true }));
    card.replaceChildren(
      cardHead(task, () => {
        close();
        button.focus();
      }),
      ...questionParts({
        id,
        question,
        kept,
        areKept: guesses.areKept(),
        onGuess: (guess) => set({ guess, closed: guess === null && task === null }),
        onShow: () => set({ shown: true }),
      }),
      ...(task ? [taskLinks(task, app)] : []),
    );
  };
  return { render };
}

function cardHead(task, close) {
  const name = task
    ? t("task.number", {
        number: LESSON_TASKS.indexOf(task) + 1,
        title: t(`task.${task.id}.title`),
      })
    : t("guess.first");
  const label = t(task ? "task.close" : "guess.close");
  const button = { type: "button", class: "quiet", "aria-label": label, onclick: close };
  return el(
    "div",
    { class: "question-head" },
    el("p", { class: "hint" }, name),
    el("button", button, "✕"),
  );
}

/** The address of a task, in the language and the size that are shown. */
function addressOf(task, { state }) {
  const language = state.language === null ? "" : `&lang=${state.language}`;
  return `#task=${task.id}${language}${state.projector ? "&projector=1" : ""}`;
}

function taskLinks(task, app) {
  const next = LESSON_TASKS[LESSON_TASKS.indexOf(task) + 1];
  return el(
    "p",
    { class: "task-links" },
    el("a", { href: addressOf(task, app) }, t("task.again")),
    next && isPossible(next, app.data)
      ? el("a", { href: addressOf(next, app) }, t("task.next"))
      : null,
  );
}

/** @param {import("./lesson_tasks.js").Task} task @param {any} data @returns {boolean} */
export function isPossible(task, data) {
  const { mode, net } = opensOf(task);
  return mode === "build" || data.nets.some(({ name }) => name === net);
}

function fillTaskList(list, app, guesses, forgetAll) {
  list.setAttribute("aria-label", t("task.list"));
  const items = LESSON_TASKS.map((task) => {
    const title = t(`task.${task.id}.title`);
    const { mode, net } = opensOf(task);
    const guessed = guesses.get(`task.${task.id}`)?.guess ?? null;
    const about = t("task.about", { mode: t(`mode.${mode}`), lesson: task.lesson });
    return el(
      "li",
      { "aria-current": app.state.task === task.id ? "true" : null },
      isPossible(task, app.data)
        ? el("a", { href: addressOf(task, app) }, title)
        : el("span", {}, `${title}: ${t("task.net", { net: net ?? "" })}`),
      el("span", { class: "hint" }, about, guessed === null ? "" : ` · ${t("task.guessed")}`),
    );
  });
  const number = guesses.count();
  const remove = { type: "button", onclick: forgetAll, disabled: number === 0 };
  list.replaceChildren(
    el("ol", {}, ...items),
    el(
      "div",
      { class: "guesses-kept" },
      el("p", { class: "hint" }, t(guesses.areKept() ? "guess.device" : "guess.forgotten")),
      el("button", remove, t("guess.delete", { count: number })),
    ),
  );
}
