// For a projector: large type, strong contrast, and panels folded until they are wanted.

const ATTRIBUTE = "projector"; // of the attribute of the page that the style looks at
const TYPED = ["text", "number", "search", "file", "range"]; // fields that keep their keys

/** @returns {boolean} */
export function isProjector() {
  return ATTRIBUTE in document.documentElement.dataset;
}

/** @param {HTMLElement} button @param {boolean} on */
export function showProjector(button, on) {
  document.documentElement.toggleAttribute(`data-${ATTRIBUTE}`, on);
  button.setAttribute("aria-pressed", String(on));
}

/**
 * The button, and the key P where nobody types.
 *
 * @param {HTMLElement} button
 * @param {any} app
 */
export function listenToProjector(button, app) {
  const toggle = () => app.change({ projector: !app.state.projector });
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    const { code, ctrlKey, altKey, metaKey, repeat } = event;
    if (code !== "KeyP" || ctrlKey || altKey || metaKey || repeat) return;
    const target = /** @type {HTMLInputElement} */ (event.target);
    const types = target.tagName === "INPUT" && TYPED.includes(target.type);
    if (types || target.tagName === "SELECT" || document.querySelector("dialog[open]")) return;
    toggle();
  });
}
