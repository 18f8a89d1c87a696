// Pictures for the net: samples, drawn scenes, files, and drawings as text; and their reduction to
// the net's input. The dialogs of the camera and of the drawing are in picture_dialogs.js.

import { language, t } from "./dom.js";

export const MAX_FILE_BYTES = 60e6;
const MAX_SIDE = 1024; // a larger picture is scaled down before anything else
const DRAWING_SIDE = 32; // of a drawing as text, at most

/**
 * @typedef {{data: Uint8ClampedArray, width: number, height: number}} Pixels RGBA
 * @typedef {{id: string, title: string, load: () => Promise<Pixels>}} Source
 */

/**
 * The part of a picture that has the net's proportions, reduced by the mean of areas or enlarged
 * linearly.
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
          between[3 * (y * width + x) + c] +=
            weight * (picture.data[from + c] * alpha + 255 * (1 - alpha));
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
      for (
        let k = Math.max(0, Math.floor(from + 1e-9));
        k < Math.min(limit, Math.ceil(to - 1e-9));
        k += 1
      ) {
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
  const square = cutSquare(
    pixels,
    box.left + box.width / 2 - extent / 2,
    box.top + box.height / 2 - extent / 2,
    Math.round(extent),
  );
  const { data } = fitPicture(square, size, size);
  let most = 0;
  for (let i = 0; i < data.length; i += 4) most = Math.max(most, data[i]);
  let text = "";
  for (let i = 0; i < data.length; i += 4)
    text += Math.round((15 * data[i]) / Math.max(most, 1)).toString(16);
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
  if (side * side !== text.length || side < 2 || side > DRAWING_SIDE || /[^0-9a-f]/.test(text))
    return null;
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
 * @param {{samples: {id: string, title: Record<string, string>, nets: string[] | null,
 *   src: string}[]}} data
 * @param {{name: string, input: {channels: number, height: number}}} net
 * @returns {Source[]}
 */
export function sampleSources({ samples }, net) {
  const suiting = samples.filter(({ nets }) => nets === null || nets.includes(net.name));
  // a grey net without pictures of its own shows all there are
  const isAlone = suiting.length === 0 && net.input.channels !== 3;
  const found = (isAlone ? samples : suiting).map(({ id, title, src }) => ({
    id,
    title: title[language()] ?? title.en,
    load: () => pixelsOf(src),
  }));
  const scenes =
    net.input.channels === 3
      ? SCENES.map((id) => ({
          id,
          title: t(`scene.${id}`),
          load: () => Promise.resolve(scenePixels(id)),
        }))
      : [];
  // small nets know what is drawn; a photograph has more to see for a large one
  return net.input.height <= 64 ? [...scenes, ...found] : [...found, ...scenes];
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
    throw new Error(
      t("problem.file-large", {
        name: file.name,
        megabytes: Math.round(file.size / 1e6),
        limit: MAX_FILE_BYTES / 1e6,
      }),
    );
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

const SCENES = ["plane", "ship", "truck", "stripes"];

/** Pictures that are drawn here: no photograph of these classes comes with the package. */
function scenePixels(id) {
  const side = 224;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  for (const [colour, ...shape] of DRAWN[id]) {
    context.fillStyle = colour;
    context.beginPath();
    if (shape.length === 3) context.arc(...shape, 0, 2 * Math.PI);
    else for (let i = 0; i < shape.length; i += 2) context.lineTo(shape[i], shape[i + 1]);
    context.fill();
  }
  return context.getImageData(0, 0, side, side);
}

/** A colour, then the corners of a polygon, or middle and radius of a disc. */
const DRAWN = {
  plane: [
    ["#8fb9e3", 0, 0, 224, 0, 224, 224, 0, 224],
    ["#c3d9ee", 0, 150, 224, 120, 224, 224, 0, 224],
    ["#e9edf1", 22, 112, 44, 98, 172, 92, 196, 100, 200, 108, 186, 116, 60, 124],
    ["#d4dae1", 30, 104, 16, 66, 36, 66, 62, 100],
    ["#aab4bf", 92, 112, 66, 166, 84, 166, 134, 110],
    ["#c8d0d8", 108, 96, 96, 58, 110, 58, 142, 94],
    ["#5b6673", 178, 96, 190, 97, 194, 102, 176, 102],
  ],
  ship: [
    ["#a9c4dc", 0, 0, 224, 0, 224, 130, 0, 130],
    ["#2f5f86", 0, 126, 224, 126, 224, 224, 0, 224],
    ["#23323f", 14, 120, 210, 112, 192, 160, 40, 164],
    ["#9c2f2a", 34, 152, 196, 150, 192, 160, 40, 164],
    ["#f1f2ef", 56, 118, 56, 88, 150, 84, 160, 114],
    ["#e2e4e1", 74, 88, 74, 66, 124, 64, 124, 85],
    ["#c4453a", 88, 66, 88, 38, 106, 38, 106, 65],
    ["#3d78a3", 0, 176, 224, 170, 224, 178, 0, 184],
  ],
  truck: [
    ["#c9d6df", 0, 0, 224, 0, 224, 150, 0, 150],
    ["#8d8f8e", 0, 150, 224, 150, 224, 224, 0, 224],
    ["#e8e6df", 10, 50, 142, 50, 142, 152, 10, 152],
    ["#b8322c", 146, 78, 186, 78, 208, 116, 208, 156, 146, 156],
    ["#7fa0b8", 156, 86, 182, 86, 196, 114, 156, 114],
    ["#33383c", 8, 152, 210, 152, 210, 162, 8, 162],
    ["#1c1f22", 46, 164, 20],
    ["#1c1f22", 92, 164, 20],
    ["#1c1f22", 178, 164, 20],
    ["#9aa1a6", 46, 164, 8],
    ["#9aa1a6", 92, 164, 8],
    ["#9aa1a6", 178, 164, 8],
  ],
  stripes: [
    ["#e9e4d8", 0, 0, 224, 0, 224, 224, 0, 224],
    ...[0, 56, 112, 168].map((x) => ["#1d2a3a", x, 0, x + 28, 0, x + 28, 112, x, 112]),
    ...[112, 140, 168, 196].map((y) => ["#1d2a3a", 0, y, 224, y, 224, y + 14, 0, y + 14]),
  ],
};
