/** Convolution: patches as columns (im2col), and one matrix product; 3×3 by Winograd's algorithm. */
import { BLOCK, multiply, packRows, paddedTo } from "./product.js";
import { winograd } from "./winograd.js";

/**
 * @typedef {{channels: number, height: number, width: number, data: Float32Array}} FeatureMaps
 */

const COLUMNS = 64; // positions of a product: its patches stay in the cache
const WINOGRAD_CHANNELS = 8; // with fewer, the transforms cost more than the products save
const WINOGRAD_POSITIONS = 512; // nor do they with small maps

/**
 * One convolution in steps, so that a page can draw, and cancel it, in between.
 *
 * @param {import("./net.js").NetLayer} layer
 * @param {FeatureMaps} x
 * @param {FeatureMaps} y  its data are filled
 * @yields {number}  the share of the work that is done
 */
export function* convolve(layer, x, y) {
  const { kernel, stride = 1, groups = 1 } = layer;
  const isSmall = x.channels < WINOGRAD_CHANNELS || y.height * y.width < WINOGRAD_POSITIONS;
  if (kernel === 3 && stride === 1 && groups === 1 && !isSmall) {
    yield* winograd(layer, x, y);
    return;
  }
  for (let group = 0; group < groups; group++) {
    for (const share of convolveGroup(layer, group, x, y)) yield (group + share) / groups;
  }
}

/** One group of channels by im2col. */
function* convolveGroup({ kernel, stride = 1, padding = 0, groups = 1, weight, bias }, group, x, y) {
  const inputs = x.channels / groups, outputs = y.channels / groups;
  const inner = inputs * kernel * kernel, positions = y.height * y.width;
  const filters = packRows(weight, group * outputs * inner, outputs, inner);
  const patches = new Float64Array(COLUMNS * inner);
  const rows = paddedTo(outputs);
  const sums = new Float64Array(rows * COLUMNS);
  const image = x.data.subarray(group * inputs * x.height * x.width);
  for (let first = 0; first < positions; first += COLUMNS) {
    const count = Math.min(COLUMNS, positions - first), columns = paddedTo(count);
    patches.fill(0);
    for (let i = 0; i < count; i++) {
      const top = Math.floor((first + i) / y.width) * stride - padding;
      const left = ((first + i) % y.width) * stride - padding;
      const at = (i - (i % BLOCK)) * inner + (i % BLOCK);
      fillPatch(patches, at, image, x, inputs, kernel, top, left);
    }
    multiply(filters, 0, patches, 0, sums, 0, rows, inner, columns);
    for (let o = 0; o < outputs; o++) {
      const channel = group * outputs + o, b = bias ? bias[channel] : 0;
      const target = channel * positions + first, from = o * columns;
      for (let i = 0; i < count; i++) y.data[target + i] = sums[from + i] + b;
    }
    yield (first + count) / positions;
  }
}

/** Write one patch as a column; what lies outside of the map stays zero. */
function fillPatch(patches, at, image, { height, width }, inputs, kernel, top, left) {
  for (let c = 0; c < inputs; c++) {
    for (let ky = 0; ky < kernel; ky++) {
      const row = top + ky;
      if (row < 0 || row >= height) continue;
      const line = (c * height + row) * width, k = (c * kernel + ky) * kernel;
      for (let kx = Math.max(0, -left); kx < Math.min(kernel, width - left); kx++) {
        patches[at + (k + kx) * BLOCK] = image[line + left + kx];
      }
    }
  }
}
