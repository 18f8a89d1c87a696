// The larger picture with the net's window on it, which is moved by pointer or arrow keys, and the
// class map with a number for each place of the window.

import { className } from "./class_choice.js";
import { el, percent, t } from "./dom.js";
import { cssColour, canvasOf, fit, inkOn } from "./draw.js";
import { frame } from "./draw_windows.js";

const ARROWS_OF_WINDOW = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/**
 * @typedef {import("./dense_net.js").Position} Position
 * @typedef {{net: any, image: ImageData, jump: number, position: Position,
 *   map: {height: number, width: number, shares: Float64Array} | null, visited: Set<number>,
 *   isFilled: boolean, inside: {top: number, left: number, bottom: number, right: number} | null,
 *   colours: import("./draw.js").Palette}} Scene  inside: places whose field has no zeros
 */

/**
 * @param {(position: Position) => void} move
 * @returns {{element: HTMLElement, draw: (scene: Scene) => void, summary: () => string}}
 */
export function createDensePicture(move) {
  const picture = el("canvas", { "aria-hidden": "true" });
  const handle = el("button", { type: "button", class: "window-handle" });
  const stage = el("div", { class: "stage" }, picture, handle);
  const map = el("canvas", { role: "img", class: "class-map" });
  const [pictureName, mapName] = [el("figcaption", {}), el("figcaption", {})];
  const figures = [el("figure", {}, stage, pictureName), el("figure", {}, map, mapName)];
  const element = el("div", { class: "dense-figures" }, ...figures);
  /** @type {any} */
  let last = null;
  let scale = 1;
  const clamp = ({ y, x }) => ({
    y: Math.min(Math.max(y, 0), last.map.height - 1),
    x: Math.min(Math.max(x, 0), last.map.width - 1),
  });
  const moveTo = (position) => {
    if (last?.map) move(clamp(position));
  };
  const follow = (event) => {
    const box = picture.getBoundingClientRect();
    const { input } = last.net;
    const place = (pixel, side) => Math.round((pixel / scale - side / 2) / last.jump);
    moveTo({
      y: place(event.clientY - box.top, input.height),
      x: place(event.clientX - box.left, input.width),
    });
  };
  stage.addEventListener("pointerdown", (event) => {
    if (!last?.map) return;
    stage.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus({ preventScroll: true });
    follow(event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (stage.hasPointerCapture(event.pointerId)) follow(event);
  });
  handle.addEventListener("keydown", (event) => {
    if (!(event.key in ARROWS_OF_WINDOW) || !last?.map) return;
    event.preventDefault();
    const [dy, dx] = ARROWS_OF_WINDOW[event.key];
    moveTo({ y: last.position.y + dy, x: last.position.x + dx });
  });
  map.addEventListener("click", (event) => {
    if (!last?.map) return;
    const box = map.getBoundingClientRect();
    const place = (pixel, size, count) => Math.floor((pixel / size) * count);
    moveTo({
      y: place(event.clientY - box.top, box.height, last.map.height),
      x: place(event.clientX - box.left, box.width, last.map.width),
    });
  });

  const draw = (scene) => {
    last = scene;
    const { image, net, jump, position, map: found, colours } = scene;
    const room = Math.min(element.clientWidth, 1100);
    const side = room > 700 ? Math.min(460, (room - 24) / 2) : room;
    scale = side / Math.max(image.width, image.height);
    const context = fit(picture, image.width * scale, image.height * scale);
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(canvasOf(image), 0, 0, image.width * scale, image.height * scale);
    const box = {
      x: position.x * jump * scale,
      y: position.y * jump * scale,
      width: net.input.width * scale,
      height: net.input.height * scale,
    };
    frame(context, box, colours.unit, colours.halo, 3);
    const [left, top, width, height] = [box.x, box.y, box.width, box.height].map((x) => `${x}px`);
    Object.assign(handle.style, { left, top, width, height });
    handle.setAttribute("aria-label", `${t("dense.window")} ${placeText(scene)}`);
    pictureName.textContent = t("dense.picture", {
      height: image.height,
      width: image.width,
      side: net.input.height,
      jump,
    });
    mapName.textContent =
      found === null ? "" : t("dense.map", { height: found.height, width: found.width });
    if (found !== null) drawClassMap(map, side, scene);
  };
  return { element, draw, summary: () => (last?.map ? placeText(last) : "") };
}

/** Where the window is, and what the net says there. */
function placeText({ net, map, position, visited, isFilled }) {
  const { y, x } = position;
  const place = t("dense.place", { row: y, column: x });
  if (map === null || !(isFilled || visited.has(y * map.width + x))) return place;
  const { name, share } = bestAt(net, map, y * map.width + x);
  return `${place}: ${name}, ${percent(share)}`;
}

function bestAt(net, { height, width, shares }, place) {
  let best = 0;
  const at = (c) => shares[c * height * width + place];
  for (let c = 1; c < net.classes.length; c += 1) if (at(c) > at(best)) best = c;
  return { name: className(net.classes[best]), share: at(best) };
}

function drawClassMap(canvas, side, { net, map, position, visited, isFilled, inside, colours }) {
  const cell = Math.min(64, side / Math.max(map.height, map.width));
  const context = fit(canvas, cell * map.width, cell * map.height);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `${Math.max(10, Math.min(cell * 0.4, 15))}px system-ui, sans-serif`;
  const words = [];
  for (let y = 0; y < map.height; y += 1) {
    for (let x = 0; x < map.width; x += 1) {
      const isKnown = isFilled || visited.has(y * map.width + x);
      const { name, share } = bestAt(net, map, y * map.width + x);
      context.fillStyle = isKnown ? cssColour(share, 1, colours) : colours.outside;
      context.fillRect(x * cell + 0.5, y * cell + 0.5, cell - 1, cell - 1);
      if (!isKnown) continue;
      context.fillStyle = inkOn(share, 1, colours);
      context.fillText(name, (x + 0.5) * cell, (y + 0.5) * cell, cell - 4);
      words.push(`${y}, ${x}: ${name}`);
    }
  }
  const box = (top, left, bottom, right) => ({
    x: left * cell + 1,
    y: top * cell + 1,
    width: (right - left + 1) * cell - 2,
    height: (bottom - top + 1) * cell - 2,
  });
  if (inside !== null) {
    const { x, y, width, height } = box(inside.top, inside.left, inside.bottom, inside.right);
    context.setLineDash([6, 4]);
    context.lineWidth = 2.5;
    context.strokeStyle = colours.winner;
    context.strokeRect(x, y, width, height);
    context.setLineDash([]);
  }
  frame(
    context,
    box(position.y, position.x, position.y, position.x),
    colours.unit,
    colours.halo,
    3,
  );
  canvas.setAttribute("aria-label", `${t("dense.map", map)} ${words.join("; ")}`);
}
