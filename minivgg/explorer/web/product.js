/** The matrix product that convolutions spend their time in. */

/** Rows and columns of the result that are computed together, and stay in registers. */
export const BLOCK = 4;

/**
 * A matrix with its rows in blocks of four, each block column by column: what `multiply` reads one
 * after the other.
 *
 * @param {Float32Array} matrix  row by row, from `start`
 * @param {number} start
 * @param {number} rows
 * @param {number} columns
 * @returns {Float64Array}  rows that fill the last block are zeros
 */
export function packRows(matrix, start, rows, columns) {
  const packed = new Float64Array(paddedTo(rows) * columns);
  for (let row = 0; row < rows; row++) {
    const from = start + row * columns, to = (row - (row % BLOCK)) * columns + (row % BLOCK);
    for (let k = 0; k < columns; k++) packed[to + k * BLOCK] = matrix[from + k];
  }
  return packed;
}

/** @param {number} count @returns {number} The next multiple of BLOCK. */
export function paddedTo(count) {
  return Math.ceil(count / BLOCK) * BLOCK;
}

/**
 * result[i, j] = Σ_k left[i, k]·right[k, j], in double precision.
 *
 * @param {Float64Array} left  packed rows, from `leftStart`
 * @param {number} leftStart
 * @param {Float64Array} right  packed columns, from `rightStart`
 * @param {number} rightStart
 * @param {Float64Array} result  rows × columns, from `resultStart`
 * @param {number} resultStart
 * @param {number} rows  a multiple of BLOCK, as columns
 * @param {number} inner
 * @param {number} columns
 */
export function multiply(left, leftStart, right, rightStart, result, resultStart, rows, inner, columns) {
  for (let i = 0; i < rows; i += BLOCK) {
    for (let j = 0; j < columns; j += BLOCK) {
      let p = leftStart + i * inner, q = rightStart + j * inner;
      let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
      let c0 = 0, c1 = 0, c2 = 0, c3 = 0, d0 = 0, d1 = 0, d2 = 0, d3 = 0;
      for (let k = 0; k < inner; k++) {
        const r0 = right[q], r1 = right[q + 1], r2 = right[q + 2], r3 = right[q + 3];
        let l = left[p];
        a0 += l * r0; a1 += l * r1; a2 += l * r2; a3 += l * r3;
        l = left[p + 1];
        b0 += l * r0; b1 += l * r1; b2 += l * r2; b3 += l * r3;
        l = left[p + 2];
        c0 += l * r0; c1 += l * r1; c2 += l * r2; c3 += l * r3;
        l = left[p + 3];
        d0 += l * r0; d1 += l * r1; d2 += l * r2; d3 += l * r3;
        p += BLOCK;
        q += BLOCK;
      }
      let o = resultStart + i * columns + j;
      result[o] = a0; result[o + 1] = a1; result[o + 2] = a2; result[o + 3] = a3;
      o += columns;
      result[o] = b0; result[o + 1] = b1; result[o + 2] = b2; result[o + 3] = b3;
      o += columns;
      result[o] = c0; result[o + 1] = c1; result[o + 2] = c2; result[o + 3] = c3;
      o += columns;
      result[o] = d0; result[o + 1] = d1; result[o + 2] = d2; result[o + 3] = d3;
    }
  }
}
