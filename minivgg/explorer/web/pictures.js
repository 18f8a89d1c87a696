// Pictures for the net: samples, drawn scenes, files, and drawings as text; and their reduction to the
// net's input. The dialogs of the camera and of the drawing are in picture_dialogs.js.

import { language, t } from "./dom.js";

export const MAX_FILE_BYTES = 60e6;
const MAX_SIDE = 1024; // a larger picture is scaled down before anything else
const DRAWING_SIDE = 32; // of a drawing as text, at most

/**
 * @typedef {{data: Uint8ClampedArray, width: number, height: number}} Pixels RGBA
 * @typedef {{id: string, title: string, load: () => Promise<Pixels>}} Source
 */

/**
 * The part of a picture that is as wide as high in the net's proportions, reduced by the mean of areas
 * or enlarged linearly.
 *
 * @param {Pixels} picture
 * @param {number} height
 * @param {number} width
 * @returns {Pixels}
 */
export function fitPicture(picture, height, width) {
  const scale = Math.min(picture.width / width, picture.height / height);
  const [left, top] = [(picture.width - width * scale) / 2, (picture.height - height * scale) / 2];
  const columns = samplePoints(width, left, scale, picture.width);
  const rows = samplePoints(height, top, scale, picture.height);
  const data = new Uint8ClampedArray(4 * height * width);
  // first along the rows, then along the columns
  const between = new Float32Array(3 * picture.height * width);
  for (let y = 0; y < picture.height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (const [i, weight] of columns[x]) {
        const from = 4 * (y * picture.width + i);
        const alpha = picture.data[from + 3] / 255;
        for (let c = 0; c < 3; c += 1) {
          between[3 * (y * width + x) + c] += weight * (picture.data[from + c] * alpha + 255 * (1 - alpha));
        }
      }
    }
  }
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const to = 4 * (y * width + x);
      for (let c = 0; c < 3; c += 1) {
        let sum = 0;
        for (const [i, weight] of rows[y]) sum += weight * between[3 * (i * width + x) + c];
        data[to + c] = Math.round(sum);
      }
      data[to + 3] = 255;
    }
  }
  return { data, width, height };
}

/** For each new pixel, which old ones along one axis it is made of, and with which weights. */
function samplePoints(size, start, scale, limit) {
  return Array.from({ length: size }, (_, i) => {
    const points = [];
    if (scale >= 1) {
      const [from, to] = [start + i * scale, start + (i + 1) * scale];
      for (let k = Math.max(0, Math.floor(from + 1e-9)); k < Math.min(limit, Math.ceil(to - 1e-9)); k += 1) {
        points.push([k, (Math.min(k + 1, to) - Math.max(k, from)) / scale]);
      }
    } else {
      const place = Math.min(Math.max(start + (i + 0.5) * scale - 0.5, 0), limit - 1);
      const below = Math.min(Math.floor(place), Math.max(limit - 2, 0));
      points.push([below, 1 - (place - below)]);
      if (place > below) points.push([below + 1, place - below]);
    }
    return points;
  });
}

/**
 * A drawing (white on black) as text: one hexadecimal digit a pixel, of a square. The strokes are
 * moved to the middle and enlarged until they fill it, as in the images of digits.
 *
 * @param {Pixels} pixels
 * @param {number} side of the net's input
 * @returns {string | null} null: nothing is drawn
 */
export function drawingText(pixels, side) {
  const size = Math.min(side, DRAWING_SIDE);
  const box = inkBox(pixels);
  if (box === null) return null;
  const extent = Math.max(box.height, box.width * 1.05) * 1.02;
  const square = cutSquare(pixels, box.left + box.width / 2 - extent / 2, box.top + box.height / 2 - extent / 2, Math.ceil(extent));
  const { data } = fitPicture(square, size, size);
  let most = 0;
  for (let i = 0; i < data.length; i += 4) most = Math.max(most, data[i]);
  let text = "";
  for (let i = 0; i < data.length; i += 4) text += Math.round((15 * data[i]) / Math.max(most, 1)).toString(16);
  return text;
}

/** The smallest rectangle with everything that is brighter than half. */
function inkBox({ data, width, height }) {
  let [top, left, bottom, right] = [height, width, -1, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (data[4 * (y * width + x)] < 128) continue;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  return bottom < 0 ? null : { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** A square of a picture, black where there is none. */
function cutSquare(pixels, left, top, side) {
  const data = new Uint8ClampedArray(4 * side * side);
  const [x0, y0] = [Math.round(left), Math.round(top)];
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const to = 4 * (y * side + x);
      data[to + 3] = 255;
      if (x + x0 < 0 || y + y0 < 0 || x + x0 >= pixels.width || y + y0 >= pixels.height) continue;
      const from = 4 * ((y + y0) * pixels.width + x + x0);
      for (let c = 0; c < 3; c += 1) data[to + c] = pixels.data[from + c];
    }
  }
  return { data, width: side, height: side };
}

/** @param {string} text of drawingText @returns {Pixels | null} null: it is no drawing */
export function drawingPixels(text) {
  const side = Math.round(Math.sqrt(text.length));
  if (side * side !== text.length || side < 2 || side > DRAWING_SIDE || /[^0-9a-f]/.test(text)) return null;
  const data = new Uint8ClampedArray(4 * text.length);
  for (let i = 0; i < text.length; i += 1) {
    const grey = parseInt(text[i], 16) * 17;
    data.set([grey, grey, grey, 255], 4 * i);
  }
  return { data, width: side, height: side };
}

/**
 * The pictures in the page that suit a net.
 *
 * @param {{samples: {id: string, title: Record<string, string>, nets: string[] | null, src: string}[]}} data
 * @param {{name: string, input: {channels: number}}} net
 * @returns {Source[]}
 */
export function sampleSources({ samples }, net) {
  const suits = ({ nets }) => nets === null || nets.includes(net.name);
  const found = samples.filter(suits).map(({ id, title, src }) => ({
    id, title: title[language()] ?? title.en, load: () => pixelsOf(src),
  }));
  const scenes = net.input.channels === 3 ? SCENES.map((id) => ({
    id, title: t(`scene.${id}`), load: () => Promise.resolve(scenePixels(id)),
  })) : [];
  // a grey net without pictures of its own shows all there are
  const rest = found.length + scenes.length > 0 ? [] : samples.map(({ id, title, src }) => ({
    id, title: title[language()] ?? title.en, load: () => pixelsOf(src),
  }));
  return [...found, ...scenes, ...rest];
}

/** @param {string} address a data: or blob: address @returns {Promise<Pixels>} */
export async function pixelsOf(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return drawnPixels(image, image.naturalWidth, image.naturalHeight);
}

/**
 * @param {CanvasImageSource} image
 * @param {number} width
 * @param {number} height
 * @returns {Pixels} with sides of at most MAX_SIDE
 */
export function drawnPixels(image, width, height) {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/**
 * @param {File} file
 * @returns {Promise<Pixels>}
 * @throws {Error} whose message is a sentence for the page
 */
export async function filePixels(file) {
  if (file.size > MAX_FILE_BYTES) {
    throw new Error(t("problem.file-large", { name: file.name, megabytes: Math.round(file.size / 1e6), limit: MAX_FILE_BYTES / 1e6 }));
  }
  const address = URL.createObjectURL(file);
  try {
    return await pixelsOf(address);
  } catch {
    throw new Error(t("problem.file", { name: file.name }));
  } finally {
    URL.revokeObjectURL(address);
  }
}

const SCENES = ["edges", "disc", "stripes"];

/** Pictures in which it is known what is there: an edge in each direction, a disc, stripes. */
function scenePixels(id) {
  const side = 224;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = id === "disc" ? "#2a5d9f" : "#e9e4d8";
  context.fillRect(0, 0, side, side);
  if (id === "disc") {
    context.fillStyle = "#f2c14e";
    context.beginPath();
    context.arc(side / 2, side / 2, side / 4, 0, 2 * Math.PI);
    context.fill();
  } else if (id === "edges") {
    context.fillStyle = "#1d2a3a";
    context.fillRect(side / 4, side / 4, side / 2, side / 2);
  } else {
    context.fillStyle = "#1d2a3a";
    for (let i = 0; i < 4; i += 1) context.fillRect(i * 56, 0, 28, side / 2);
    for (let i = 0; i < 4; i += 1) context.fillRect(0, side / 2 + i * 28, side, 14);
  }
  return context.getImageData(0, 0, side, side);
}
