// The methods of Why: where their numbers lie on the picture, and how they are said.

import { real, t } from "./dom.js";
import { defaultSquare, edges } from "./explanations.js";

/**
 * @typedef {import("./explanations.js").Plane} Plane
 * @typedef {import("./why_card.js").Box} Box
 * @typedef {{height: number, width: number}} Size  of the picture
 * @typedef {{y: number, x: number} | null} Place  as shares of the picture
 *
 * @typedef {object} Method
 * @property {string} id  of its texts
 * @property {number} least  a scale of colours does not end below this number
 * @property {boolean} covers  it is drawn over the picture, which is not seen below
 * @property {(found: any, activations: any[]) => Plane | null} plane  of what is known so far
 * @property {(plane: Plane | null, size: Size, at: Place) => {box: Box, place: Box | null}} lay
 * @property {(plane: Plane | null, size: Size) => Record<string, number | string>} facts
 * @property {(plane: Plane | null, size: Size, at: Place) => string | null} at  the number there
 */

const EDGES = new WeakMap(); // by the picture among the activations

/** The whole picture. */
const whole = ({ height, width }) => ({ top: 0, left: 0, height, width });

/** The row and column of a plane that a place lies in. */
function cellAt(plane, { y, x }) {
  return { row: Math.floor(y * plane.height), column: Math.floor(x * plane.width) };
}

/** For planes that are stretched over the whole picture. */
const OVER_PICTURE = {
  lay: (plane, size, at) => {
    if (plane === null || at === null) return { box: whole(size), place: null };
    const { row, column } = cellAt(plane, at);
    const [height, width] = [size.height / plane.height, size.width / plane.width];
    return { box: whole(size), place: { top: row * height, left: column * width, height, width } };
  },
  facts: (plane) => ({ height: plane?.height ?? "…", width: plane?.width ?? "…" }),
  at: (plane, size, at) => {
    if (plane === null || at === null) return null;
    const { row, column } = cellAt(plane, at);
    return real(plane.data[row * plane.width + column]);
  },
};

/** The square whose middle is nearest to a place. */
function squareAt(plane, size, at) {
  const square = defaultSquare(size.height, size.width);
  const nearest = (share, side, count) =>
    Math.min(
      count - 1,
      Math.max(0, Math.floor((share * side - (square.size - square.stride) / 2) / square.stride)),
    );
  return {
    ...square,
    row: nearest(at.y, size.height, plane.height),
    column: nearest(at.x, size.width, plane.width),
  };
}

/** @type {Method[]} */
export const METHODS = [
  {
    id: "saliency",
    least: 0,
    covers: true,
    plane: (found) => found?.saliency ?? null,
    ...OVER_PICTURE,
  },
  {
    id: "occlusion",
    least: 0.005,
    covers: false,
    plane: (found) => found?.occlusion ?? null,
    lay: (plane, size, at) => {
      const { size: side, stride } = defaultSquare(size.height, size.width);
      const count = (length) => Math.floor((length - side) / stride) + 1;
      const start = (side - stride) / 2; // each number lies around the middle of its square
      const box = {
        top: start,
        left: start,
        height: stride * count(size.height),
        width: stride * count(size.width),
      };
      if (plane === null || at === null) return { box, place: null };
      const { row, column } = squareAt(plane, size, at);
      return {
        box,
        place: { top: row * stride, left: column * stride, height: side, width: side },
      };
    },
    facts: (_, size) => ({ size: defaultSquare(size.height, size.width).size }),
    at: (plane, size, at) => {
      if (plane === null || at === null) return null;
      const { row, column } = squareAt(plane, size, at);
      const value = plane.data[row * plane.width + column];
      if (Number.isNaN(value)) return null;
      const points = `${value < 0 ? "−" : "+"}${Math.abs(100 * value).toFixed(1)}`;
      return t("why.points", { points });
    },
  },
  { id: "cam", least: 0, covers: false, plane: (found) => found?.cam ?? null, ...OVER_PICTURE },
  {
    id: "edges",
    least: 0,
    covers: true,
    plane: (_, activations) => {
      const [picture] = activations;
      if (!EDGES.has(picture)) EDGES.set(picture, edges(picture));
      return EDGES.get(picture);
    },
    ...OVER_PICTURE,
  },
];
