// Pictures that are larger than a net's input: a mosaic of its samples, or the chosen picture.

import { fitPicture, sampleSources } from "./pictures.js";
import { analyse } from "./shapes.js";

const CELLS = { small: 6, large: 4 }; // along a side of the mosaic, for nets of small or large input
const SMALL_INPUT = 16;
const MOST_MACS = 3e9; // multiply-adds for the larger picture: some seconds
const LEAST_SPAN = 1.25; // but there have to be some places for the window

/** @typedef {import("./pictures.js").Pixels} Pixels */

/**
 * @param {any} app
 * @param {any} net
 * @param {"mosaic" | "picture"} kind
 * @param {import("./pictures.js").Source} source  of the chosen picture
 * @returns {Promise<Pixels>}
 */
export async function largePicture(app, net, kind, source) {
  const { height, width } = net.input;
  const span = spanOf(net);
  if (kind === "picture") {
    const pixels = await source.load();
    const scale = (span * Math.max(height, width)) / Math.max(pixels.height, pixels.width);
    const side = (pixel, least) => Math.max(least, Math.round(pixel * scale));
    return fitPicture(pixels, side(pixels.height, height), side(pixels.width, width));
  }
  const parts = await Promise.all(sampleSources(app.data, net).map((sample) => sample.load()));
  const fitted = parts.map((pixels) => fitPicture(pixels, height, width));
  return topLeft(
    mosaic(fitted, Math.ceil(span)),
    Math.round(span * height),
    Math.round(span * width),
  );
}

/**
 * @param {{input: import("./shapes.js").Shape, layers: any[]}} net
 * @returns {number} how many times larger than its input a picture is along each side
 */
export function spanOf(net) {
  const isSmall = Math.max(net.input.height, net.input.width) <= SMALL_INPUT;
  const { macs } = analyse(net.layers, net.input).totals;
  const possible = Math.max(LEAST_SPAN, Math.sqrt(MOST_MACS / /** @type {number} */ (macs)));
  return Math.min(isSmall ? CELLS.small : CELLS.large, possible);
}

/** The first rows and columns of a picture. */
function topLeft(pixels, height, width) {
  if (pixels.height === height && pixels.width === width) return pixels;
  const data = new Uint8ClampedArray(4 * height * width);
  for (let r = 0; r < height; r += 1) {
    const from = 4 * r * pixels.width;
    data.set(pixels.data.subarray(from, from + 4 * width), 4 * r * width);
  }
  return { data, width, height };
}

/**
 * Pictures of one size beside and below each other, in an order in which neighbours differ.
 *
 * @param {Pixels[]} parts
 * @param {number} cells  along each side
 * @returns {Pixels}
 */
export function mosaic(parts, cells) {
  const { height, width } = parts[0];
  const data = new Uint8ClampedArray(4 * cells * height * cells * width);
  for (let i = 0; i < cells; i += 1) {
    for (let j = 0; j < cells; j += 1) {
      const part = parts[(j + 3 * i) % parts.length];
      for (let r = 0; r < height; r += 1) {
        const line = part.data.subarray(4 * r * width, 4 * (r + 1) * width);
        data.set(line, 4 * (((i * height + r) * cells + j) * width));
      }
    }
  }
  return { data, width: cells * width, height: cells * height };
}

/**
 * @param {Pixels} pixels
 * @param {number} size  a factor
 * @param {{height: number, width: number}} least  the net's input
 * @returns {Pixels}
 */
export function rescaled(pixels, size, least) {
  if (size === 1) return pixels;
  const side = (name) => Math.max(least[name], Math.round(pixels[name] * size));
  return fitPicture(pixels, side("height"), side("width"));
}
