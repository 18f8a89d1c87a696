// The cases that Python has written: tests/support/explorer_cases.py.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const FOLDER = process.env.EXPLORER_CASES;

/** @param {string} path @returns {Float32Array} */
export function floats(path) {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The document of a net, a picture, and the package's feature maps and gradients for it. */
export function readCase(name) {
  const folder = join(FOLDER, name);
  const about = JSON.parse(readFileSync(join(folder, "case.json"), "utf8"));
  const { size, shapes, units } = about;
  const maps = split(floats(join(folder, "maps")), shapes.map(product));
  const gradients = split(floats(join(folder, "gradients")), units.map(() => product(shapes[0])));
  const data = new Uint8ClampedArray(readFileSync(join(folder, "pixels")));
  return { ...about, maps, gradients, picture: { ...size, data } };
}

function product(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

export function split(numbers, lengths) {
  let start = 0;
  return lengths.map((length) => numbers.subarray(start, start += length));
}

/** The largest difference, as a share of the largest expected number. */
export function difference(found, expected) {
  let largest = 0, most = 0;
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(found[i] - expected[i]);
    if (!(apart <= largest)) largest = apart;
    most = Math.max(most, Math.abs(expected[i]));
  }
  return found.length === expected.length ? largest / (most || 1) : NaN;
}
