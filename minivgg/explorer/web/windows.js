/** The window of one unit in every layer below it, down to the picture. */

/**
 * @typedef {import("./shapes.js").Row} Row
 * @typedef {{top: number, left: number, bottom: number, right: number}} Rectangle
 *   first and last row and column, inclusive
 *
 * @typedef {object} Window
 * @property {number} layer  index of the layer, -1 for the picture
 * @property {number} top  may lie outside of the map, where padding has put zeros
 * @property {number} left
 * @property {number} bottom
 * @property {number} right
 * @property {Rectangle} inside  what is on the map, and can change the unit
 */

/**
 * The unit's own place in its layer, then its window in each layer below, then in the picture.
 *
 * The window in the picture is the theoretical receptive field: its size is the row's field.
 *
 * @param {Row[]} rows  of `analyse`
 * @param {number} layerIndex
 * @param {{y: number, x: number, channel?: number}} unit  the channel tells where a unit of a
 *   flattened map lies; without it the whole map is taken
 * @returns {Window[]}
 */
export function windows(rows, layerIndex, { y, x, channel }) {
  let whole = { top: y, left: x, bottom: y, right: x };
  let inside = whole;
  const found = [{ layer: layerIndex, ...whole, inside }];
  for (let i = layerIndex; i >= 0; i--) {
    const row = rows[i];
    whole = below(row, whole, i === layerIndex ? channel : undefined);
    inside = clipped(row, below(row, inside, i === layerIndex ? channel : undefined));
    found.push({ layer: i - 1, ...whole, inside });
  }
  return found;
}

/** What a rectangle of units of a layer sees of the layer's input. */
function below(row, { top, left, bottom, right }, channel) {
  const last = { top: 0, left: 0, bottom: row.inHeight - 1, right: row.inWidth - 1 };
  if (row.kind === "linear" || row.kind === "gap") return last;
  if (row.kind === "flatten") {
    if (channel === undefined) return last;
    const place = channel % (row.inHeight * row.inWidth);
    const y = Math.floor(place / row.inWidth), x = place % row.inWidth;
    return { top: y, left: x, bottom: y, right: x };
  }
  if (row.kernel === null) return { top, left, bottom, right };
  const { kernel, stride, padding } = row;
  return {
    top: top * stride - padding, left: left * stride - padding,
    bottom: bottom * stride - padding + kernel - 1, right: right * stride - padding + kernel - 1,
  };
}

/** The part of a rectangle that is on the input map of a layer. */
function clipped(row, { top, left, bottom, right }) {
  return {
    top: Math.max(top, 0), left: Math.max(left, 0),
    bottom: Math.min(bottom, row.inHeight - 1), right: Math.min(right, row.inWidth - 1),
  };
}
