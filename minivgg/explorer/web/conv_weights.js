// The weights of a convolution, one after the other, and where each lies in its window.

/**
 * Visit the weights of a convolution whose output channel has a gradient.
 *
 * @param {any} layer
 * @param {{channels: number}} x its input
 * @param {{channels: number, height: number, width: number, data: any}} dy
 * @param {(index: number, o: number, c: number, down: number, across: number) => void} visit gets a
 *   weight's index, output and input channel, and where it lies from the first pixel of a window
 */
export function forEachWeight({ kernel, padding = 0, groups = 1 }, x, dy, visit) {
  const inputs = x.channels / groups, outputs = dy.channels / groups, area = dy.height * dy.width;
  for (let o = 0; o < dy.channels; o++) {
    if (dy.data.subarray(o * area, (o + 1) * area).every((g) => g === 0)) continue;
    const first = Math.floor(o / outputs) * inputs;
    let index = o * inputs * kernel * kernel;
    for (let c = first; c < first + inputs; c++) {
      for (let ky = 0; ky < kernel; ky++) {
        for (let kx = 0; kx < kernel; kx++) visit(index++, o, c, ky - padding, kx - padding);
      }
    }
  }
}
