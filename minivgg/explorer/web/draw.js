// Numbers as colours, and maps, windows and heat as pixels of a canvas.
// Blue is positive, orange negative, in this page as in the figures of the lessons.

const STEPS = 256;

/** @typedef {{positive: Uint8ClampedArray, negative: Uint8ClampedArray, ink: string, line: string,
 *   window: string, unit: string, outside: string, halo: string,
 *   winner: string}} Palette */

// colours at 0, at a half and at the largest number
const RAMPS = {
  light: {
    positive: ["#f3f5f8", "#5aa9d6", "#00375c"],
    negative: ["#f3f5f8", "#eb9a63", "#7a2e00"],
  },
  dark: {
    positive: ["#1b2027", "#2b93cf", "#e2f3fd"],
    negative: ["#1b2027", "#d06f27", "#ffe6d5"],
  },
};

/**
 * @param {boolean} dark
 * @returns {Palette}
 */
export function palette(dark) {
  const ramps = dark ? RAMPS.dark : RAMPS.light;
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(name).trim();
  return {
    positive: ramp(ramps.positive),
    negative: ramp(ramps.negative),
    ink: colour("--ink"),
    line: colour("--line"),
    window: colour("--window"),
    unit: colour("--unit"),
    outside: colour("--outside"),
    halo: colour("--halo"),
    winner: colour("--c-pool"),
  };
}

/** @param {string[]} stops @returns {Uint8ClampedArray} STEPS colours of three bytes */
export function ramp(stops) {
  const points = stops.map((stop) => [1, 3, 5].map((i) => parseInt(stop.slice(i, i + 2), 16)));
  const table = new Uint8ClampedArray(3 * STEPS);
  for (let step = 0; step < STEPS; step += 1) {
    const place = (step / (STEPS - 1)) * (points.length - 1);
    const below = Math.min(Math.floor(place), points.length - 2);
    for (let c = 0; c < 3; c += 1) {
      table[3 * step + c] =
        points[below][c] + (points[below + 1][c] - points[below][c]) * (place - below);
    }
  }
  return table;
}

/**
 * @param {number} value
 * @param {number} scale the size of number that has the strongest colour
 * @param {Palette} colours
 * @returns {[number, number, number]}
 */
export function colourOf(value, scale, colours) {
  const table = value < 0 ? colours.negative : colours.positive;
  const step =
    scale > 0 ? Math.min(STEPS - 1, Math.round((Math.abs(value) / scale) * (STEPS - 1))) : 0;
  return [table[3 * step], table[3 * step + 1], table[3 * step + 2]];
}

/** @param {number} value @param {number} scale @param {Palette} colours @returns {string} */
export function cssColour(value, scale, colours) {
  return `rgb(${colourOf(value, scale, colours).join(" ")})`;
}

/** @returns {string} black or white, whichever can be read on the colour of a value */
export function inkOn(value, scale, colours) {
  const [r, g, b] = colourOf(value, scale, colours).map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

/**
 * @param {Float32Array} data
 * @param {number} [from]
 * @param {number} [to]
 * @returns {number} the largest size of a number
 */
export function largest(data, from = 0, to = data.length) {
  let most = 0;
  for (let i = from; i < to; i += 1) {
    const size = data[i] < 0 ? -data[i] : data[i];
    if (size > most) most = size;
  }
  return most;
}

const BINS = 512;

/**
 * The size that all but a few numbers do not exceed: on a scale up to the largest one, most maps
 * are pale.
 *
 * @param {Float32Array} data
 * @param {number} share of the numbers that may be larger
 * @returns {number}
 */
export function strong(data, share) {
  const most = largest(data);
  if (most === 0 || data.length < BINS) return most;
  const bins = new Uint32Array(BINS + 1);
  for (let i = 0; i < data.length; i += 1) {
    bins[Math.floor((Math.abs(data[i]) / most) * BINS)] += 1;
  }
  let left = share * data.length;
  for (let bin = BINS; bin > 0; bin -= 1) {
    left -= bins[bin];
    if (left < 0) return (Math.min(bin + 1, BINS) / BINS) * most;
  }
  return most;
}

/**
 * A map of numbers as an image of one pixel for each.
 *
 * @param {Float32Array} data
 * @param {number} offset of its first number
 * @param {number} height
 * @param {number} width
 * @param {number} scale
 * @param {Palette} colours
 * @returns {ImageData}
 */
export function mapImage(data, offset, height, width, scale, colours) {
  const image = new ImageData(width, height);
  const { positive, negative } = colours;
  const factor = scale > 0 ? (STEPS - 1) / scale : 0;
  for (let i = 0; i < height * width; i += 1) {
    const value = data[offset + i];
    const table = value < 0 ? negative : positive;
    const step = 3 * Math.min(STEPS - 1, Math.round((value < 0 ? -value : value) * factor));
    image.data[4 * i] = table[step];
    image.data[4 * i + 1] = table[step + 1];
    image.data[4 * i + 2] = table[step + 2];
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** @param {HTMLCanvasElement} canvas @param {number} width in CSS pixels @param {number} height
 *  @returns {CanvasRenderingContext2D} cleared, and scaled to the screen's pixels */
export function fit(canvas, width, height) {
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** @type {HTMLCanvasElement | null} */
let scratch = null;
/** @type {WeakMap<ImageData, HTMLCanvasElement>} */
const kept = new WeakMap();

/**
 * A canvas with an image, made once: for an image that is drawn again and again.
 *
 * @param {ImageData} image
 * @returns {HTMLCanvasElement}
 */
export function canvasOf(image) {
  let canvas = kept.get(image);
  if (canvas === undefined) {
    canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    kept.set(image, canvas);
  }
  return canvas;
}

/**
 * Draws an image enlarged (its pixels stay squares) or reduced.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {ImageData} image
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
export function drawImage(context, image, x, y, width, height) {
  scratch ??= document.createElement("canvas");
  if (scratch.width < image.width || scratch.height < image.height) {
    scratch.width = Math.max(scratch.width, image.width);
    scratch.height = Math.max(scratch.height, image.height);
  }
  /** @type {CanvasRenderingContext2D} */ (
    scratch.getContext("2d", { willReadFrequently: true })
  ).putImageData(image, 0, 0);
  context.imageSmoothingEnabled = width < image.width;
  context.drawImage(scratch, 0, 0, image.width, image.height, x, y, width, height);
}
