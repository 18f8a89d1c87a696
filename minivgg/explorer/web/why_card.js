// One method of Why: its pictures, the number at one place of them, and what it does not show.

import { el, t } from "./dom.js";
import { drawImage, fit, largest, mapImage } from "./draw.js";

const PALE = 0.4; // how much of the picture is seen below a map
const OPAQUE = 0.75; // how much the map covers of it

/**
 * @typedef {import("./explanations.js").Plane} Plane
 * @typedef {{top: number, left: number, height: number, width: number}} Box  in pixels
 *
 * @typedef {object} Look  How a card draws one of its pictures.
 * @property {ImageData} picture  in grey
 * @property {Plane | null} plane  null: not there yet
 * @property {Box} box  where the numbers lie
 * @property {Box | null} place  what the number at the chosen place belongs to
 * @property {number} least  the scale ends here, or at the largest number
 * @property {boolean} covers  the picture is not seen below
 * @property {number} side  of the drawing, in pixels of the page
 */

/**
 * @param {string} id  of the method
 * @param {(place: {y: number, x: number}) => void} choose  a place, as shares of the picture
 * @param {(down: number, right: number) => void} move  the place, in steps
 */
export function createWhyCard(id, choose, move) {
  const title = el("h2", {});
  const maps = [el("canvas", {}), el("canvas", {})];
  const names = maps.map(() => el("figcaption", {}));
  const buttons = maps.map((canvas) => el("button", { type: "button", class: "why-map" }, canvas));
  const figures = buttons.map((button, i) => el("figure", {}, button, names[i]));
  const value = el("p", { class: "why-value" });
  const shows = el("p", {});
  const not = el("p", { class: "why-not" });
  for (const button of buttons) {
    const point = ({ clientX, clientY }) => {
      const box = button.getBoundingClientRect();
      const share = (at, from, side) => Math.min(0.9999, Math.max(0, (at - from) / side));
      choose({ y: share(clientY, box.top, box.height), x: share(clientX, box.left, box.width) });
    };
    button.addEventListener("pointermove", point);
    button.addEventListener("pointerdown", point);
    button.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
      const [down, right] = step[event.key] ?? [0, 0];
      if (down === 0 && right === 0) return;
      event.preventDefault();
      move(down, right);
    });
  }
  const element = el(
    "section",
    { class: `card why-card ${id}` },
    title,
    el("div", { class: "why-figures" }, ...figures),
    value,
    shows,
    not,
  );
  return {
    element,
    /** @param {Record<"title" | "value" | "shows" | "not", string>} texts */
    say: (texts) => {
      title.textContent = texts.title;
      value.textContent = texts.value;
      shows.textContent = texts.shows;
      not.textContent = texts.not;
      for (const button of buttons)
        button.setAttribute("aria-label", t("why.map-help", { title: texts.title }));
    },
    /**
     * @param {Look[]} looks one, or two to compare
     * @param {string[]} captions
     * @param {any} colours
     */
    draw: (looks, captions, colours) => {
      figures.forEach((figure, i) => {
        figure.hidden = i >= looks.length;
        names[i].textContent = captions[i] ?? "";
        if (i < looks.length) drawLook(maps[i], looks[i], colours);
      });
    },
  };
}

/** @param {HTMLCanvasElement} canvas @param {Look} look @param {any} colours */
function drawLook(canvas, look, colours) {
  const { picture, plane, box, place, least, covers, side } = look;
  const zoom = side / Math.max(picture.width, picture.height);
  const context = fit(canvas, zoom * picture.width, zoom * picture.height);
  context.globalAlpha = PALE;
  drawImage(context, picture, 0, 0, zoom * picture.width, zoom * picture.height);
  if (plane !== null) {
    const { data, width } = plane;
    const known = data.findIndex(Number.isNaN);
    const rows = known < 0 ? plane.height : known / width; // the others are being computed
    const scale = Math.max(least, largest(data, 0, rows * width));
    context.globalAlpha = covers ? 1 : OPAQUE;
    if (rows > 0) {
      const image = mapImage(data, 0, rows, width, scale, colours);
      const height = (box.height * rows) / plane.height;
      drawImage(context, image, zoom * box.left, zoom * box.top, zoom * box.width, zoom * height);
    }
  }
  context.globalAlpha = 1;
  if (place === null) return;
  const corner = [zoom * place.left, zoom * place.top, zoom * place.width, zoom * place.height];
  for (const [colour, width] of [
    [colours.halo, 5],
    [colours.unit, 2.5],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(corner[0], corner[1], corner[2], corner[3]);
  }
}

/** @param {ImageData} picture @returns {ImageData} in grey, since colours are the maps' */
export function greyPicture(picture) {
  const grey = new ImageData(picture.width, picture.height);
  for (let i = 0; i < picture.data.length; i += 4) {
    const mean = (picture.data[i] + picture.data[i + 1] + picture.data[i + 2]) / 3;
    grey.data.set([mean, mean, mean, 255], i);
  }
  return grey;
}
