// What stays on this device: settings and guesses. Some browsers refuse it to files.

const KEYS = "minivgg-explorer-";

/** @param {string} name @returns {string | null} */
export function stored(name) {
  try {
    return localStorage.getItem(KEYS + name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value @returns {boolean} false: it is not kept */
export function store(name, value) {
  try {
    localStorage.setItem(KEYS + name, value);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name */
export function forget(name) {
  try {
    localStorage.removeItem(KEYS + name);
  } catch {
    // then there is nothing to forget
  }
}
