// The layers of a net as rows of the page: a ReLU belongs to the layer before it.

/**
 * @typedef {{name: string, kind: string, unit: number, map: number, row: number, channels: number,
 *   height: number, width: number, field: number, jump: number, start: number}} Group
 *   unit: index of its sums among the activations; map: of what is shown, after ReLU; row: index
 *   in the rows of analyse
 */

/**
 * @param {{layers: {name: string, kind: string}[],
 *   input: {channels: number, height: number, width: number}}} net
 * @param {import("./shapes.js").Row[]} rows
 * @returns {Group[]} the picture first
 */
export function groupLayers({ layers, input }, rows) {
  const groups = [
    {
      name: "picture",
      kind: "picture",
      unit: 0,
      map: 0,
      row: -1,
      ...input,
      field: 1,
      jump: 1,
      start: 0.5,
    },
  ];
  layers.forEach((layer, i) => {
    const last = groups[groups.length - 1];
    if (
      layer.kind === "relu" &&
      (last.kind === "conv" || last.kind === "linear") &&
      last.map === last.unit
    ) {
      last.map = i + 1;
      last.row = i;
    } else if (layer.kind !== "flatten" && layer.kind !== "dropout") {
      const { channels, height, width, field, jump, start } = rows[i];
      groups.push(
        /** @type {Group} */ ({
          name: layer.name,
          kind: layer.kind,
          unit: i + 1,
          map: i + 1,
          row: i,
          channels,
          height,
          width,
          field,
          jump,
          start,
        }),
      );
    }
  });
  return groups;
}

/**
 * Which channels of each group below it a unit depends on: its own through pooling, all through a
 * convolution, those of its own group through a grouped one.
 *
 * @param {{layers: {kind: string, groups?: number, size?: number}[]}} net
 * @param {Group[]} groups
 * @param {number} index of the unit's group
 * @param {number} channel
 * @returns {[number, number][]} first and last channel of each group up to the unit's
 */
export function channelsSeen({ layers }, groups, index, channel) {
  /** @type {[number, number][]} */
  const seen = new Array(index + 1);
  seen[index] = [channel, channel];
  for (let i = index; i > 0; i -= 1) {
    const below = groups[i - 1].channels;
    const layer = layers[groups[i].unit - 1];
    const [first, last] = seen[i];
    if (layer.kind === "linear") seen[i - 1] = [0, below - 1];
    else if (layer.kind === "conv") {
      const parts = layer.groups ?? 1;
      const [outputs, inputs] = [groups[i].channels / parts, below / parts];
      seen[i - 1] = [
        Math.floor(first / outputs) * inputs,
        (Math.floor(last / outputs) + 1) * inputs - 1,
      ];
    } else {
      const reach = layer.kind === "lrn" ? Math.floor((layer.size ?? 5) / 2) : 0;
      seen[i - 1] = [Math.max(0, first - reach), Math.min(below - 1, last + reach)];
    }
  }
  return seen;
}

/**
 * The smallest square around the middle of a field that holds a share of its influence.
 *
 * @param {Float32Array} influence of height × width pixels, not negative
 * @param {{height: number, width: number}} size
 * @param {{top: number, left: number, bottom: number, right: number}} field also beyond the edges
 * @param {number} share
 * @returns {number} its side in pixels, 0 where there is no influence
 */
export function squareWithShare(influence, { height, width }, field, share) {
  const [y0, x0] = [(field.top + field.bottom) / 2, (field.left + field.right) / 2];
  const most = Math.ceil(Math.max(field.bottom - field.top, field.right - field.left) / 2) + 1;
  const rings = new Float64Array(most + 1);
  let total = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = influence[y * width + x];
      if (value === 0) continue;
      const ring = Math.ceil(Math.max(Math.abs(y - y0), Math.abs(x - x0)) - 1e-9);
      rings[Math.min(ring, most)] += value;
      total += value;
    }
  }
  if (total === 0) return 0;
  const isEven = (field.bottom - field.top) % 2 === 1; // the middle lies between two pixels
  let sum = 0;
  for (let ring = 0; ring <= most; ring += 1) {
    sum += rings[ring];
    if (sum >= share * total) return isEven ? 2 * Math.max(ring, 1) : 2 * ring + 1;
  }
  return 2 * most + 1;
}

/**
 * The part of a field that lies in the picture.
 *
 * @param {{top: number, left: number, bottom: number, right: number}} field also beyond the edges
 * @param {{height: number, width: number}} size of the picture
 * @returns {{top: number, left: number, bottom: number, right: number, area: number}} area: of
 *   pixels, 0 where the field sees zeros only
 */
export function inPicture(field, { height, width }) {
  const [top, left] = [Math.max(field.top, 0), Math.max(field.left, 0)];
  const bottom = Math.min(field.bottom, height - 1);
  const right = Math.min(field.right, width - 1);
  const area = Math.max(0, bottom - top + 1) * Math.max(0, right - left + 1);
  return { top, left, bottom, right, area };
}

/**
 * How large a square around the middle of a field is beside the field, in the picture: no pixel
 * beyond its edges can have influence.
 *
 * @param {number} side of the square
 * @param {{top: number, left: number, bottom: number, right: number}} field also beyond the edges
 * @param {{height: number, width: number}} size of the picture
 * @returns {number} from 0 to 1
 */
export function shareOfField(side, field, size) {
  const rest = [field.bottom - field.top, field.right - field.left].map((last) => last + 1 - side);
  const [dy, dx] = rest.map((pixels) => Math.max(0, Math.floor(pixels / 2)));
  const square = {
    top: field.top + dy,
    left: field.left + dx,
    bottom: field.bottom - dy,
    right: field.right - dx,
  };
  return inPicture(square, size).area / inPicture(field, size).area;
}
