// The reader's guesses: kept on this device only, and until the page is closed where the browser
// keeps nothing.

import { forget, store, stored } from "./storage.js";

const GUESSES = "guesses";
const LONGEST = 40; // characters of a guess

/**
 * @typedef {{guess: string | null, shown?: boolean, closed?: boolean}} Kept
 *   guess: the number, or the index of the choice; null: skipped. shown: the answer, too.
 */

/** @returns {{get: (id: string) => Kept | null, set: (id: string, kept: Kept) => void,
 *   count: () => number, forget: () => void, areKept: () => boolean}} */
export function createGuesses() {
  let guesses = readGuesses(stored(GUESSES));
  let areKept = store(GUESSES, JSON.stringify(guesses));
  return {
    get: (id) => (Object.hasOwn(guesses, id) ? guesses[id] : null),
    set: (id, kept) => {
      guesses = { ...guesses, [id]: kept };
      areKept = store(GUESSES, JSON.stringify(guesses));
    },
    count: () => Object.values(guesses).filter(({ guess }) => guess !== null).length,
    forget: () => {
      guesses = {};
      forget(GUESSES);
    },
    areKept: () => areKept,
  };
}

/**
 * @param {string | null} text of the device, which another page may have written
 * @returns {Record<string, Kept>} what can be read of it
 */
export function readGuesses(text) {
  let found;
  try {
    found = JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
  if (found === null || typeof found !== "object") return {};
  /** @type {Record<string, Kept>} */
  const guesses = {};
  for (const [id, kept] of Object.entries(found)) {
    if (kept === null || typeof kept !== "object") continue;
    const { guess } = kept;
    if (guess !== null && (typeof guess !== "string" || guess.length > LONGEST)) continue;
    guesses[id] = { guess, shown: kept.shown === true, closed: kept.closed === true };
  }
  return guesses;
}
