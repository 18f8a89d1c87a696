// What one unit sees, in one dimension: its window in every layer below, down to the pixels.

import { count, svg, t } from "./dom.js";
import { windows } from "./windows.js";

const WIDTH = 330;
const LABELS = 62; // for the names at the left
const COUNTS = 34; // for the numbers of units at the right
const CELL = 9; // height of a unit

/**
 * @typedef {import("./shapes.js").Row} Row
 * @typedef {{name: string, left: number, right: number, jump: number, start: number,
 *   size: number, kind: string}} Level
 */

/**
 * Where the units of each layer lie over the picture, from the chosen layer down to the picture.
 *
 * @param {Row[]} rows
 * @param {number} index of the layer
 * @param {{height: number, width: number}} input
 * @returns {Level[]}
 */
export function coneLevels(rows, index, input) {
  const x = Math.floor(rows[index].width / 2);
  return windows(rows, index, { y: Math.floor(rows[index].height / 2), x }).map((window) => {
    const row = rows[window.layer];
    return row
      ? {
          name: row.name,
          kind: row.kind,
          left: window.left,
          right: window.right,
          jump: row.jump,
          start: row.startWidth,
          size: row.width,
        }
      : {
          name: "",
          kind: "picture",
          left: window.left,
          right: window.right,
          jump: 1,
          start: 0.5,
          size: input.width,
        };
  });
}

/**
 * @param {Row[]} rows of analyse
 * @param {number} index of the layer
 * @param {{height: number, width: number}} input
 * @returns {SVGElement}
 */
export function cone(rows, index, input) {
  const levels = coneLevels(rows, index, input);
  const step = levels.length > 16 ? 17 : levels.length > 9 ? 22 : 30;
  const height = levels.length * step + 8;
  const [low, high] = domain(levels);
  const place = (pixel) => LABELS + ((pixel - low) / (high - low)) * (WIDTH - LABELS - COUNTS);
  const drawing = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`,
    class: "cone",
    role: "img",
    "aria-label": t("cone.label", {
      layer: rows[index].name,
      field: rows[index].fieldWidth,
      jump: rows[index].jump,
      layers: levels
        .slice(1)
        .map((level) => `${level.name || t("picture")} ${count(level.right - level.left + 1)}`)
        .join(", "),
    }),
  });
  const edges = (level) =>
    [level.left, level.right + 1].map((i) => place(level.start + (i - 0.5) * level.jump));
  levels.forEach((level, i) => {
    const y = 6 + i * step;
    if (i + 1 < levels.length) {
      const [a, b] = edges(level);
      const [c, d] = edges(levels[i + 1]);
      const points = `${a},${y + CELL} ${b},${y + CELL} ${d},${y + step} ${c},${y + step}`;
      drawing.append(svg("polygon", { points, class: "ray" }));
    }
    drawing.append(...cells(level, y, [low, high], place));
    drawing.append(
      svg("text", { x: LABELS - 8, y: y + CELL, class: "name" }, level.name || t("picture")),
      svg("text", { x: WIDTH, y: y + CELL, class: "number" }, count(level.right - level.left + 1)),
    );
  });
  return drawing;
}

/** The pixels to show: the field, a margin, and no more than field and picture together. */
function domain(levels) {
  const bottom = levels[levels.length - 1];
  const margin = Math.max(2, (bottom.right + 1 - bottom.left) * 0.2);
  const low = Math.max(Math.min(0, bottom.left), bottom.left - margin);
  const high = Math.min(Math.max(bottom.size, bottom.right + 1), bottom.right + 1 + margin);
  return [low, high];
}

/** The units of one layer: those of the window, their neighbours, and zeros beyond the map. */
function cells(level, y, [low, high], place) {
  const drawn = [];
  const wide = place(low + level.jump) - place(low);
  const gap = wide > 7 ? 1.5 : wide > 3 ? 0.6 : 0;
  const first = Math.ceil((low - level.start) / level.jump - 0.5);
  const last = Math.floor((high - level.start) / level.jump + 0.5);
  const ranges = [
    [first, -1, "zero"],
    [level.size, last, "zero"],
    [Math.max(first, 0), Math.min(last, level.size - 1), "unit"],
  ];
  const box = (from, to, name) => {
    const a = Math.max(place(low), place(level.start + (from - 0.5) * level.jump));
    const b = Math.min(place(high), place(level.start + (to + 0.5) * level.jump));
    if (b - a > 0)
      drawn.push(
        svg("rect", {
          x: a + gap / 2,
          y,
          width: Math.max(b - a - gap, 0.3),
          height: CELL,
          class: name,
        }),
      );
  };
  const draw = (from, to, name) => {
    if (gap === 0) {
      if (from <= to) box(from, to, name);
    } else {
      for (let i = from; i <= to; i += 1) box(i, i, name);
    }
  };
  for (const [from, to, name] of ranges) {
    const [a, b] = [Math.max(from, level.left), Math.min(to, level.right)];
    draw(from, Math.min(to, level.left - 1), name);
    draw(Math.max(from, level.right + 1), to, name);
    draw(a, b, `${name} seen ${level.kind}`);
  }
  return drawn;
}
