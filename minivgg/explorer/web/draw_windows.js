// Frames of windows and units on maps, and the zeros beyond the border.

/**
 * @typedef {import("./draw.js").Palette} Palette
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 */

/**
 * A frame with a halo, which can be seen on dark and on light maps.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number, width: number, height: number}} box
 * @param {string} colour
 * @param {string} halo
 * @param {number} [line] its thickness
 */
export function frame(context, box, colour, halo, line = 2) {
  context.lineWidth = line + 2;
  context.strokeStyle = halo;
  context.strokeRect(box.x, box.y, box.width, box.height);
  context.lineWidth = line;
  context.strokeStyle = colour;
  context.strokeRect(box.x, box.y, box.width, box.height);
}

/**
 * Windows on many maps at once, each cut to the room around its map: sides where a window goes on
 * are dashed, and zeros beyond the map are filled.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{box: Box, map: Box, room: Box}[]} windows
 * @param {Palette} colours
 * @param {number} line thickness of the frames
 */
export function drawWindows(context, windows, colours, line) {
  const [zeros, solid, dashed] = [new Path2D(), new Path2D(), new Path2D()];
  for (const { box, map, room } of windows) {
    const [left, top] = [Math.max(box.x, room.x), Math.max(box.y, room.y)];
    const right = Math.min(box.x + box.width, room.x + room.width);
    const bottom = Math.min(box.y + box.height, room.y + room.height);
    const [mapRight, mapBottom] = [map.x + map.width, map.y + map.height];
    if (top < map.y) zeros.rect(left, top, right - left, map.y - top);
    if (bottom > mapBottom) zeros.rect(left, mapBottom, right - left, bottom - mapBottom);
    if (left < map.x) zeros.rect(left, top, map.x - left, bottom - top);
    if (right > mapRight) zeros.rect(mapRight, top, right - mapRight, bottom - top);
    const side = (path, x0, y0, x1, y1) => {
      path.moveTo(x0, y0);
      path.lineTo(x1, y1);
    };
    side(top > box.y ? dashed : solid, left, top, right, top);
    side(bottom < box.y + box.height ? dashed : solid, left, bottom, right, bottom);
    side(left > box.x ? dashed : solid, left, top, left, bottom);
    side(right < box.x + box.width ? dashed : solid, right, top, right, bottom);
  }
  context.fillStyle = colours.outside;
  context.fill(zeros);
  context.lineCap = "square";
  for (const [width, style] of [
    [line + 2, colours.halo],
    [line, colours.window],
  ]) {
    context.lineWidth = Number(width);
    context.strokeStyle = String(style);
    context.stroke(solid);
    context.setLineDash([1, 5]);
    context.stroke(dashed);
    context.setLineDash([]);
  }
  context.lineCap = "butt";
}

/**
 * The part of a window that lies outside its map, hatched: the border of zeros.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number, width: number, height: number}} window
 * @param {{x: number, y: number, width: number, height: number}} map
 * @param {Palette} colours
 */
export function outside(context, window, map, colours) {
  context.save();
  context.beginPath();
  context.rect(window.x, window.y, window.width, window.height);
  context.rect(map.x, map.y, map.width, map.height);
  context.clip("evenodd");
  context.beginPath();
  context.rect(window.x, window.y, window.width, window.height);
  context.clip();
  context.fillStyle = colours.outside;
  context.fillRect(window.x, window.y, window.width, window.height);
  context.strokeStyle = colours.window;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.beginPath();
  for (let d = -window.height; d < window.width; d += 5) {
    context.moveTo(window.x + d, window.y + window.height);
    context.lineTo(window.x + d + window.height, window.y);
  }
  context.stroke();
  context.restore();
}
