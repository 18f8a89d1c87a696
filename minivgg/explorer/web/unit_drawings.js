// The drawings of a unit: its field on the picture, what influences it, its filter.

import { drawImage, fit, frame, largest, mapImage, outside } from "./draw.js";

const SMALL = 0.6; // of the picture: a smaller field is enlarged

/** How what is shown, at least the field, fits into a canvas. */
function viewport(canvas, { picture }, field, isEnlarged) {
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
  const room = canvas.parentElement.clientWidth || 160;
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
    room,
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

export function drawSeen(canvas, scene, field, colours) {
  const view = viewport(canvas, scene, field, false);
  const context = fit(canvas, view.room, view.room);
  drawImage(context, scene.picture, view.map.x, view.map.y, view.map.width, view.map.height);
  outside(context, view.field, view.map, colours);
  frame(context, view.field, colours.window, colours.halo, 2.5);
}

export function drawHeat(canvas, scene, influence, field, colours) {
  const view = viewport(canvas, scene, field, isSmall(scene, field));
  const context = fit(canvas, view.room, view.room);
  const { height, width } = scene.picture;
  // square roots, so that the many small influences can be seen
  const shown = influence === null ? new Float32Array(height * width) : influence.map(Math.sqrt);
  drawImage(
    context,
    mapImage(shown, 0, height, width, largest(shown), colours),
    view.map.x,
    view.map.y,
    view.map.width,
    view.map.height,
  );
  frame(context, view.field, colours.window, colours.halo, 1.5);
}

/** All slices of a filter, one for each input map. */
export function drawFilters(canvas, layer, channel, inputs, colours, room) {
  const { kernel, weight } = layer;
  const size = kernel * kernel;
  const tile = inputs <= 4 ? 54 : inputs <= 40 ? 27 : 18;
  const gap = inputs <= 40 ? 6 : 4;
  const columns = Math.max(1, Math.floor((Math.max(room, 200) - 32) / (tile + gap)));
  const lines = Math.ceil(inputs / columns);
  const context = fit(canvas, Math.min(inputs, columns) * (tile + gap), lines * (tile + gap));
  const from = channel * inputs * size;
  const most = largest(weight, from, from + inputs * size);
  for (let i = 0; i < inputs; i += 1) {
    const image = mapImage(weight, from + i * size, kernel, kernel, most, colours);
    drawImage(
      context,
      image,
      (i % columns) * (tile + gap),
      Math.floor(i / columns) * (tile + gap),
      tile,
      tile,
    );
  }
}
