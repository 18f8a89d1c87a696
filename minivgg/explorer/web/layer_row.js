// One layer as a row of feature maps: one canvas with the maps, one above it with windows, and a
// button for each map, so that the keyboard and screen readers find them.

import { count, el, t } from "./dom.js";
import { drawImage, fit, largest, mapImage, strong } from "./draw.js";
import { drawWindows, frame } from "./draw_windows.js";
import { listenMapKeys, listenMaps } from "./layer_row_input.js";
import { columnsIn, GAP, tileBox, tileScale } from "./tiles.js";

const STRONGEST = 0.003; // the share of a layer's numbers that have its strongest colour
/**
 * @typedef {import("./layer_groups.js").Group} Group
 * @typedef {{channel: number, y: number, x: number}} Place
 * @typedef {{top: number, left: number, bottom: number, right: number}} Window
 * @typedef {{hover: (place: Place | null) => void, pin: (place: Place) => void,
 *   leave: (direction: -1 | 1, channel: number) => void, expand: () => void}} Events
 */

/**
 * @param {Group} group
 * @param {Events} events
 */
export function createLayerRow(group, events) {
  const base = el("canvas", { "aria-hidden": "true" });
  const over = el("canvas", { class: "over", "aria-hidden": "true" });
  const maps = el("div", { class: "maps", role: "group" }, base, over);
  const more = el("button", {
    type: "button",
    class: "quiet more",
    hidden: true,
    onclick: () => events.expand(),
  });
  const heading = el("h3", {});
  const facts = el("p", { class: "facts" });
  const element = el(
    "section",
    { class: `layer-row layer ${group.kind}` },
    el("div", { class: "row-head" }, heading, facts, more),
    maps,
  );
  const row = {
    group,
    element,
    maps,
    base,
    over,
    more,
    heading,
    facts,
    buttons: /** @type {HTMLButtonElement[]} */ ([]),
    scale: 1,
    shown: 0,
    columns: 1,
    active: 0,
    inside: false,
    hasOverlay: false,
    isVisible: false,
    overlayKey: "",
    size: [1, 1],
    place: { y: Math.floor(group.height / 2), x: Math.floor(group.width / 2) },
  };
  if (group.kind !== "picture") {
    listenMaps(row, events);
    listenMapKeys(row, events);
  }
  return row;
}

/** @typedef {ReturnType<typeof createLayerRow>} LayerRow */

/**
 * Sizes and buttons, for the room there is.
 *
 * @param {LayerRow} row
 * @param {{isOpen: boolean, least: number, wish: {target: number, least: number}}} options
 *   least: so many maps have to be shown
 */
export function layOut(row, { isOpen, least, wish }) {
  const { group } = row;
  const isPicture = group.kind === "picture";
  row.scale = tileScale(
    group.height,
    group.width,
    isPicture ? { ...wish, target: 1.5 * wish.target } : wish,
  );
  const [width, height] = [group.width * row.scale, group.height * row.scale];
  const tiles = isPicture ? 1 : group.channels;
  const fitting = columnsIn(row.maps.clientWidth, width, GAP);
  row.shown = isOpen || least > fitting ? tiles : Math.min(tiles, fitting);
  row.columns = Math.min(fitting, row.shown);
  const lines = Math.ceil(row.shown / row.columns);
  const size = [GAP + row.columns * (width + GAP), GAP + lines * (height + GAP)];
  row.size = size;
  fit(row.base, size[0], size[1]);
  fit(row.over, size[0], size[1]);
  row.heading.textContent = isPicture ? t("picture.input") : group.name;
  const shape =
    group.height * group.width === 1 && !isPicture
      ? count(group.channels)
      : `${count(group.channels)} × ${group.height} × ${group.width}`;
  row.facts.replaceChildren(
    el("span", {}, shape),
    isPicture ? "" : el("span", {}, `r ${count(group.field)} · j ${count(group.jump)}`),
  );
  row.facts.title = t("row.facts", { field: group.field, jump: group.jump });
  row.more.hidden = tiles <= fitting;
  row.more.textContent = isOpen ? t("row.fewer") : t("row.all", { count: tiles });
  row.more.setAttribute("aria-expanded", String(isOpen));
  row.more.setAttribute(
    "aria-label",
    t(isOpen ? "row.fewer.label" : "row.all.label", { layer: group.name, count: tiles }),
  );
  row.maps.setAttribute(
    "aria-label",
    isPicture
      ? t("picture.input")
      : t("row.label", {
          layer: group.name,
          maps: group.channels,
          height: group.height,
          width: group.width,
        }),
  );
  if (!isPicture) fitButtons(row);
}

function fitButtons(row) {
  while (row.buttons.length > row.shown) row.buttons.pop()?.remove();
  while (row.buttons.length < row.shown) {
    const channel = row.buttons.length;
    const button = el("button", {
      type: "button",
      class: "map",
      tabindex: -1,
      "data-channel": channel,
    });
    row.buttons.push(button);
    row.maps.append(button);
  }
  row.active = Math.min(row.active, row.shown - 1);
  row.buttons.forEach((button, channel) => {
    const box = tileBox(row, channel);
    const [left, top, width, height] = [box.x, box.y, box.width, box.height].map((x) => `${x}px`);
    Object.assign(button.style, { left, top, width, height });
    button.tabIndex = channel === row.active ? 0 : -1;
    button.setAttribute("aria-label", t("row.map", { layer: row.group.name, map: channel }));
    button.setAttribute("aria-describedby", "maps-hint");
  });
}

/**
 * @param {LayerRow} row
 * @param {{channels: number, height: number, width: number, data: Float32Array} | null} activation
 * @param {ImageData | null} picture of the row of the picture
 * @param {{colours: import("./draw.js").Palette, scale: "layer" | "map"}} options
 */
export function drawRow(row, activation, picture, { colours, scale }) {
  const context = fit(row.base, row.size[0], row.size[1]);
  const size = row.group.height * row.group.width;
  const whole = activation && scale === "layer" ? strong(activation.data, STRONGEST) : 0;
  for (let channel = 0; channel < row.shown; channel += 1) {
    const box = tileBox(row, channel);
    if (row.group.kind === "picture") {
      if (picture) drawImage(context, picture, box.x, box.y, box.width, box.height);
    } else if (activation) {
      const most =
        scale === "layer" ? whole : largest(activation.data, channel * size, (channel + 1) * size);
      const image = mapImage(
        activation.data,
        channel * size,
        row.group.height,
        row.group.width,
        most,
        colours,
      );
      drawImage(context, image, box.x, box.y, box.width, box.height);
    }
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
  }
}

/** @param {LayerRow} row */
export function clearOverlay(row) {
  if (!row.hasOverlay) return;
  fit(row.over, row.size[0], row.size[1]);
  row.hasOverlay = false;
}

/**
 * The window of the unit on each map that it depends on, or the unit itself.
 *
 * @param {LayerRow} row
 * @param {Window} window
 * @param {[number, number]} channels first and last
 * @param {boolean} isUnit
 * @param {import("./draw.js").Palette} colours
 */
export function drawOverlay(row, window, [first, last], isUnit, colours) {
  clearOverlay(row);
  const context = /** @type {CanvasRenderingContext2D} */ (row.over.getContext("2d"));
  const { scale } = row;
  const isPicture = row.group.kind === "picture";
  const shown = isPicture ? [0, 0] : [first, Math.min(last, row.shown - 1)];
  const boxes = [];
  for (let channel = shown[0]; channel <= shown[1]; channel += 1) {
    const map = tileBox(row, channel);
    const box = {
      x: map.x + window.left * scale,
      y: map.y + window.top * scale,
      width: (window.right - window.left + 1) * scale,
      height: (window.bottom - window.top + 1) * scale,
    };
    boxes.push({ box, map, room: grow(map, GAP / 2 - 1) });
  }
  if (isUnit) {
    for (const { box } of boxes) {
      const grown = grow(box, Math.max(0, 7 - box.width) / 2 + 1);
      frame(context, grown, colours.unit, colours.halo, 2.5);
    }
  } else {
    drawWindows(context, boxes, colours, isPicture ? 2.5 : 1.75);
  }
  row.hasOverlay = true;
}

function grow(box, by) {
  return { x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by };
}
