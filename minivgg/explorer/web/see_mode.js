// See: what the units of a trained net make of a picture.

/**
 * @param {HTMLElement} root
 * @param {any} app
 * @returns {{render: () => void}}
 */
export function createSeeMode(root, app) {
  return { render: () => {} };
}
