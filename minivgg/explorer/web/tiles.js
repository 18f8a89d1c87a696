// Where the maps of a row are drawn.

export const GAP = 10; // between maps; windows over the border are drawn in it

/** Where the map of a channel is drawn. */
export function tileBox({ group, scale, columns }, channel) {
  const [width, height] = [group.width * scale, group.height * scale];
  return {
    x: GAP + (channel % columns) * (width + GAP),
    y: GAP + Math.floor(channel / columns) * (height + GAP),
    width,
    height,
  };
}

/**
 * How large a map is shown: its numbers are squares of whole pixels where there is room for them.
 *
 * @param {number} height
 * @param {number} width
 * @param {{target: number, least: number}} wish
 * @returns {number} pixels of the page for one number
 */
export function tileScale(height, width, { target, least }) {
  const side = Math.max(height, width);
  if (side === 1) return least;
  const size = side > target ? 1.75 * target : side < 4 ? Math.max(0.75 * target, least) : target;
  return side > size ? size / side : Math.max(1, Math.round(size / side));
}

/**
 * @param {number} room in pixels
 * @param {number} tile
 * @param {number} gap
 * @returns {number} how many tiles fit beside each other, at least one
 */
export function columnsIn(room, tile, gap) {
  return Math.max(1, Math.floor((room - gap) / (tile + gap)));
}
