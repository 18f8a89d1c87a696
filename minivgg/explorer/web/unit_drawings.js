// The drawings of a unit: its field on the picture, what influences it, its filter.

import { canvasOf, drawImage, fit, largest, mapImage } from "./draw.js";
import { frame, outside } from "./draw_windows.js";

const SMALL = 0.6; // of the picture: a smaller field is enlarged

/** How what is shown, at least the field, fits into a canvas. */
function viewport(room, { picture }, field, isEnlarged) {
  const border = Math.ceil((field.bottom - field.top + 1) * 0.1);
  const [top, left, bottom, right] = isEnlarged
    ? [field.top - border, field.left - border, field.bottom + border, field.right + border]
    : [
        Math.min(0, field.top),
        Math.min(0, field.left),
        Math.max(picture.height - 1, field.bottom),
        Math.max(picture.width - 1, field.right),
      ];
  const [height, width] = [bottom - top + 1, right - left + 1];
  const scale = (room - 6) / Math.max(width, height);
  const [x0, y0] = [
    (room - width * scale) / 2 - left * scale,
    (room - height * scale) / 2 - top * scale,
  ];
  const box = (w) => ({
    x: x0 + w.left * scale,
    y: y0 + w.top * scale,
    width: (w.right - w.left + 1) * scale,
    height: (w.bottom - w.top + 1) * scale,
  });
  return {
    map: box({ top: 0, left: 0, bottom: picture.height - 1, right: picture.width - 1 }),
    field: box(field),
  };
}

export function isSmall({ picture }, field) {
  return (
    field.bottom - field.top + 1 < SMALL * picture.height &&
    field.right - field.left + 1 < SMALL * picture.width
  );
}

export function drawSeen(canvas, room, scene, field, colours) {
  const view = viewport(room, scene, field, false);
  const context = fit(canvas, room, room);
  const { x, y, width, height } = view.map;
  context.imageSmoothingEnabled = width < scene.picture.width;
  context.drawImage(canvasOf(scene.picture), x, y, width, height);
  outside(context, view.field, view.map, colours);
  frame(context, view.field, colours.window, colours.halo, 2.5);
}

/** @param {Float32Array | null} influence null: it is not known yet */
export function drawHeat(canvas, room, scene, influence, field, colours) {
  const view = viewport(room, scene, field, isSmall(scene, field));
  const context = fit(canvas, room, room);
  if (influence !== null) {
    const { height, width } = scene.picture;
    // square roots, so that the many small influences can be seen
    const shown = influence.map(Math.sqrt);
    const image = mapImage(shown, 0, height, width, largest(shown), colours);
    drawImage(context, image, view.map.x, view.map.y, view.map.width, view.map.height);
  }
  frame(context, view.field, colours.window, colours.halo, 1.5);
}

/** All slices of a filter, one for each input map. */
export function drawFilters(canvas, room, layer, channel, inputs, colours) {
  const { kernel, weight } = layer;
  const tile = inputs <= 4 ? 54 : inputs <= 40 ? 27 : 18;
  const gap = inputs <= 40 ? 6 : 4;
  const columns = Math.max(1, Math.floor(room / (tile + gap)));
  const lines = Math.ceil(inputs / columns);
  const context = fit(canvas, Math.min(inputs, columns) * (tile + gap), lines * (tile + gap));
  const from = channel * inputs * kernel ** 2;
  const most = largest(weight, from, from + inputs * kernel ** 2);
  for (let i = 0; i < inputs; i += 1) {
    const image = mapImage(weight, from + i * kernel ** 2, kernel, kernel, most, colours);
    const [column, line] = [i % columns, Math.floor(i / columns)];
    drawImage(context, image, column * (tile + gap), line * (tile + gap), tile, tile);
  }
}
