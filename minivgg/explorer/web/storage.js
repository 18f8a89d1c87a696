// What stays on this device: settings and guesses. Some browsers refuse it to files.

const KEY_START = "minivgg-explorer-";

/** @param {string} name @returns {string | null} */
export function stored(name) {
  try {
    return localStorage.getItem(KEY_START + name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value @returns {boolean} false: it is not kept */
export function store(name, value) {
  try {
    localStorage.setItem(KEY_START + name, value);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} name */
export function forget(name) {
  try {
    localStorage.removeItem(KEY_START + name);
  } catch {
    // then there is nothing to forget
  }
}
