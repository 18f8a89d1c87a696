/**
 * Winograd's algorithm F(4×4, 3×3): 36 multiplications instead of 144 for a tile of 4×4 outputs.
 *
 * A filter g and a tile d of 6×6 pixels are transformed, U = G g Gᵀ and V = Bᵀ d B; the outputs are
 * Aᵀ (Σ_c U ⊙ V) A (Lavin & Gray 2015). The sums over channels are 36 matrix products. In double
 * precision the result is as exact as that of the direct sum.
 */
import { BLOCK, multiply, paddedTo } from "./product.js";

const OUT = 4, TILE = 6, PLACES = TILE * TILE;
const TILES = 64; // of a product: their transforms stay in the cache

/**
 * A 3×3 convolution of stride 1.
 *
 * @param {import("./net.js").NetLayer} layer
 * @param {import("./convolution.js").FeatureMaps} x
 * @param {import("./convolution.js").FeatureMaps} y  its data are filled
 * @yields {number}  the share of the work that is done
 */
export function* winograd({ weight, bias, padding = 0 }, x, y) {
  const filters = transformFilters(weight, y.channels, x.channels);
  const across = Math.ceil(y.width / OUT), tiles = across * Math.ceil(y.height / OUT);
  const rows = paddedTo(y.channels);
  const v = new Float64Array(PLACES * TILES * x.channels);
  const m = new Float64Array(PLACES * TILES * rows);
  for (let first = 0; first < tiles; first += TILES) {
    const count = Math.min(TILES, tiles - first), columns = paddedTo(count);
    transformTiles(x, padding, across, first, count, columns, v);
    for (let place = 0; place < PLACES; place++) {
      multiply(filters, place * rows * x.channels, v, place * columns * x.channels, m, place * rows * columns,
        rows, x.channels, columns);
    }
    transformOutputs(m, rows, columns, bias, across, first, count, y);
    yield (first + count) / tiles;
  }
}

/** U = G g Gᵀ of all filters, packed for the products: 36 matrices (outputs × inputs). */
function transformFilters(weight, outputs, inputs) {
  const perPlace = paddedTo(outputs) * inputs;
  const u = new Float64Array(PLACES * perPlace);
  const half = new Float64Array(TILE * 3);
  for (let o = 0; o < outputs; o++) {
    const block = (o - (o % BLOCK)) * inputs + (o % BLOCK);
    for (let c = 0; c < inputs; c++) {
      const filter = (o * inputs + c) * 9;
      for (let s = 0; s < 3; s++) transformFilter(weight, filter + s, 3, half, s, 3);
      for (let r = 0; r < TILE; r++) {
        transformFilter(half, r * 3, 1, u, r * TILE * perPlace + block + c * BLOCK, perPlace);
      }
    }
  }
  return u;
}

/** G times three numbers that lie `step` apart. */
function transformFilter(from, start, step, to, target, gap) {
  const a = from[start], b = from[start + step], c = from[start + 2 * step];
  const ends = a + c, quarters = a / 24 + c / 6;
  to[target] = a / 4;
  to[target + gap] = -(ends + b) / 6;
  to[target + 2 * gap] = (b - ends) / 6;
  to[target + 3 * gap] = quarters + b / 12;
  to[target + 4 * gap] = quarters - b / 12;
  to[target + 5 * gap] = c;
}

/** V = Bᵀ d B of some tiles of all channels, packed for the products. */
function transformTiles({ channels, height, width, data }, padding, across, first, count, columns, v) {
  const d = new Float64Array(PLACES);
  const perPlace = columns * channels;
  v.fill(0, 0, PLACES * perPlace);
  for (let i = 0; i < count; i++) {
    const tile = first + i;
    const top = Math.floor(tile / across) * OUT - padding, left = (tile % across) * OUT - padding;
    const isInside = top >= 0 && left >= 0 && top + TILE <= height && left + TILE <= width;
    const at = (i - (i % BLOCK)) * channels + (i % BLOCK);
    for (let c = 0; c < channels; c++) {
      const map = c * height * width;
      for (let r = 0; r < TILE; r++) {
        const row = map + (top + r) * width + left;
        for (let s = 0; s < TILE; s++) {
          d[r * TILE + s] = isInside || isOnMap(top + r, left + s, height, width) ? data[row + s] : 0;
        }
      }
      for (let s = 0; s < TILE; s++) transformInput(d, s, TILE, d, s, TILE);
      for (let r = 0; r < TILE; r++) {
        transformInput(d, r * TILE, 1, v, r * TILE * perPlace + at + c * BLOCK, perPlace);
      }
    }
  }
}

function isOnMap(row, column, height, width) {
  return row >= 0 && row < height && column >= 0 && column < width;
}

/** Bᵀ times six numbers that lie `step` apart. */
function transformInput(from, start, step, to, target, gap) {
  const d0 = from[start], d1 = from[start + step], d2 = from[start + 2 * step];
  const d3 = from[start + 3 * step], d4 = from[start + 4 * step], d5 = from[start + 5 * step];
  const even = d4 - 4 * d2, odd = d3 - 4 * d1, evenTwo = d4 - d2, oddTwo = 2 * (d3 - d1);
  to[target] = 4 * d0 - 5 * d2 + d4;
  to[target + gap] = even + odd;
  to[target + 2 * gap] = even - odd;
  to[target + 3 * gap] = evenTwo + oddTwo;
  to[target + 4 * gap] = evenTwo - oddTwo;
  to[target + 5 * gap] = 4 * d1 - 5 * d3 + d5;
}

/** Aᵀ m A of some tiles, with biases, into the maps. */
function transformOutputs(m, rows, columns, bias, across, first, count, y) {
  const half = new Float64Array(OUT * TILE), tile = new Float64Array(OUT * OUT);
  const perPlace = rows * columns;
  for (let o = 0; o < y.channels; o++) {
    const b = bias ? bias[o] : 0, map = o * y.height * y.width;
    for (let i = 0; i < count; i++) {
      const at = o * columns + i;
      for (let s = 0; s < TILE; s++) {
        transformOutput(m, at + s * perPlace, TILE * perPlace, half, s, TILE);
      }
      for (let r = 0; r < OUT; r++) transformOutput(half, r * TILE, 1, tile, r * OUT, 1);
      const top = Math.floor((first + i) / across) * OUT, left = ((first + i) % across) * OUT;
      const height = Math.min(OUT, y.height - top), width = Math.min(OUT, y.width - left);
      for (let r = 0; r < height; r++) {
        const row = map + (top + r) * y.width + left;
        for (let s = 0; s < width; s++) y.data[row + s] = tile[r * OUT + s] + b;
      }
    }
  }
}

/** Aᵀ times six numbers that lie `step` apart. */
function transformOutput(from, start, step, to, target, gap) {
  const m0 = from[start], m1 = from[start + step], m2 = from[start + 2 * step];
  const m3 = from[start + 3 * step], m4 = from[start + 4 * step], m5 = from[start + 5 * step];
  const sum = m1 + m2, difference = m1 - m2, sumTwo = m3 + m4, differenceTwo = m3 - m4;
  to[target] = m0 + sum + sumTwo;
  to[target + gap] = difference + 2 * differenceTwo;
  to[target + 2 * gap] = sum + 4 * sumTwo;
  to[target + 3 * gap] = difference + 8 * differenceTwo + m5;
}
